"""Lists of people: columns guessed, errors by row, the same mail twice, all or nothing, sent again by number, places, restart."""

from pathlib import Path
from typing import Any

import pytest

from everfair.base.refusals import Refused
from everfair.fair.models import BadgeKind
from everfair.registration import tasks
from everfair.registration.actions import lists
from everfair.registration.actions.deciding import cancel
from everfair.registration.actions.lists_telling import tell_list
from everfair.registration.forms.lists import guess_fields
from everfair.registration.models import Registration, RegistrationList
from tests.factories.fair import make_delegation, make_edition
from tests.factories.registration import make_kind, make_registration

HEAD = "No,Name,E-mail,Company,Country,Badge\n"
QUESTION = {"code": "part", "label": {"en": "Your part", "zh": "您的角色"}, "kind": "choice", "is_required": True,
            "options": [{"code": "buy", "label": {"en": "Buying", "zh": "采购"}},
                        {"code": "look", "label": {"en": "Looking", "zh": "了解"}}]}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def kind(db: None) -> BadgeKind:
    return make_kind(make_edition(), code="buyer", name={"en": "Buyer", "zh": "采购商"}, is_open=False)


def sent(kind: BadgeKind, text: str, **more: Any) -> RegistrationList:
    more = {"by": None, "name": "buyers", **more}
    return lists.register_list(kind.edition, [text.encode()], "buyers.csv", kind=kind, **more)


def checked(kind: BadgeKind, text: str, **more: Any) -> RegistrationList:
    return lists.check_list(lists.start_check(sent(kind, text, **more), by=None))


def applied(kind: BadgeKind, text: str, *, skip: bool = False, **more: Any) -> RegistrationList:
    run = checked(kind, text, **more)
    return lists.apply_list(lists.start_applying(run, by=None, skip_bad_rows=skip))


def told(run: RegistrationList) -> list[tuple[int, str, str]]:
    return [(one["row"], one["column"], one["message"]) for one in run.problems]


def test_columns_are_guessed_in_both_languages() -> None:
    kind = BadgeKind(questions=[QUESTION])
    rows = [
        {"姓名": "林伟", "单位": "青岚", "电子邮箱": "lin@x.org", "国家/地区": "中国", "您的角色": "采购"}
    ]
    found = guess_fields(list(rows[0]), rows, [kind])
    assert found == {
        "name": "姓名", "organisation_name": "单位", "email": "电子邮箱", "country": "国家/地区", "q_part": "您的角色",
    }  # fmt: skip
    two = guess_fields(["First name", "Surname", "Mail"], [{"First name": "Ada", "Surname": "Lin"}], [kind])
    assert (two["first_name"], two["last_name"]) == ("First name", "Surname")


def test_a_list_comes_in_with_places_and_a_second_time_brings_up_to_date(kind: BadgeKind) -> None:
    kind.capacity = 2
    kind.save()
    text = HEAD + "1,Ada,ada@x.org,Jade,Kenya,\n2,林伟,lin@x.org,青岚,中国,\n3,Wu,,Opal,DE,Buyer\n"
    run = applied(kind, text)
    kind.refresh_from_db()
    assert (run.state, run.counts["new"], run.counts["waiting"], kind.expected) == ("done", 3, 1, 2)
    rows = {row.external_id: row for row in Registration.objects.all()}
    assert (rows["2"].name, rows["2"].country, rows["2"].language, rows["3"].state) == (
        "林伟",
        "CN",
        "zh",
        "waiting",
    )
    assert rows["1"].source == "list"
    assert rows["1"].secret_digest
    again = applied(kind, text.replace("Ada,", "Ada Lin,"))
    assert (again.counts["changed"], again.counts["unchanged"], again.counts.get("new", 0)) == (1, 2, 0)
    assert Registration.objects.get(external_id="1").name == "Ada Lin"
    kind.refresh_from_db()
    assert kind.expected == 2


def test_bad_rows_are_told_by_row_and_nothing_is_written_unless_they_are_left_out(kind: BadgeKind) -> None:
    make_registration(kind, email="held@x.org")
    text = HEAD + (
        "1,Ada,ada@x.org,Jade,Kenya,\n"
        "2,Bea,ADA@x.org,Jade,Kenya,\n"
        "3,,c@x.org,Jade,Kenya,\n"
        "4,Dee,nonsense,Jade,Kenya,\n"
        "5,Eli,e@x.org,Jade,Atlantis,\n"
        "6,Fay,held@x.org,Jade,,\n"
        "1,Gil,g@x.org,Jade,,\n"
        "8,Hu,h@x.org,Jade,,King\n"
    )
    run = checked(kind, text)
    problems = told(run)
    assert [row for row, _column, _why in problems] == [3, 4, 5, 6, 7, 8, 9]
    why = {row: sentence for row, _column, sentence in problems}
    assert "same e-mail address stands in row 2" in why[3]
    assert "no e-mail address" in why[5]
    assert "Atlantis" in why[6]
    assert "registered as “Buyer” already" in why[7]
    assert "same number stands in row 2" in why[8]
    assert "“King” is no kind of badge" in why[9]
    assert {row: column for row, column, _why in problems}[3] == "E-mail"
    with pytest.raises(Refused, match="7 rows have errors"):
        lists.start_applying(run, by=None)
    assert Registration.objects.count() == 1
    run = lists.apply_list(lists.start_applying(run, by=None, skip_bad_rows=True))
    assert (run.state, Registration.objects.count()) == ("done", 2)


def test_answers_firms_and_delegations_keep_to_the_rules(kind: BadgeKind) -> None:
    kind.questions, kind.per_firm, kind.per_delegation = [QUESTION], 2, 3
    kind.save()
    delegation = make_delegation(kind.edition)
    text = (
        "Name,Company,Your part\nA,Jade,采购\nB,JADE,Look\nC,jade,Buying\nD,Opal,Buying\nE,Onyx,\nF,Ruby,\n"
    )
    run = checked(kind, text, delegation=delegation)
    assert [(row, sentence.split(",")[0][:30]) for row, _column, sentence in told(run)] == [
        (3, "“Look” is none of the answers "),
        (6, "The delegation may have 3 peop"),
        (7, "The delegation may have 3 peop"),
    ]
    applied(kind, text, delegation=delegation, skip=True)
    found = Registration.objects.filter(delegation=delegation)
    assert sorted(found.values_list("name", flat=True)) == ["A", "C", "D"]
    assert found.get(name="A").answers == {"part": "buy"}
    assert found.get(name="A").source == "group"


def test_what_somebody_cancelled_a_list_does_not_bring_back(kind: BadgeKind) -> None:
    text = HEAD + "1,Ada,ada@x.org,Jade,Kenya,\n"
    applied(kind, text)
    cancel(Registration.objects.get(), by=None)
    run = applied(kind, text.replace("Ada", "Ida"))
    assert (run.counts["unchanged"], Registration.objects.get().state) == (1, "cancelled")


def test_approval_is_asked_for_where_the_team_wants_it(kind: BadgeKind) -> None:
    kind.needs_approval = True
    kind.save()
    run = sent(kind, HEAD + "1,Ada,ada@x.org,,,\n")
    lists.save_list_mapping(run, run.mapping["fields"], by=None, options={"approve": False})
    lists.apply_list(lists.start_applying(lists.check_list(lists.start_check(run, by=None)), by=None))
    assert Registration.objects.get().state == "requested"


def test_cut_short_while_writing_nothing_is_there_and_the_next_try_writes_all(
    kind: BadgeKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = lists.start_applying(checked(kind, HEAD + "1,Ada,a@x.org,,,\n2,Bea,b@x.org,,,\n"), by=None)

    def broken(*_args: Any) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(lists, "take_place", broken)
        with pytest.raises(SystemExit):
            lists.apply_list(run)
    run.refresh_from_db()
    kind.refresh_from_db()
    assert (run.state, Registration.objects.count(), kind.expected) == ("applying", 0, 0)
    assert lists.apply_list(run).state == "done"
    kind.refresh_from_db()
    assert (Registration.objects.count(), kind.expected) == (2, 2)
    assert lists.apply_list(run).state == "done"  # twice does no harm
    assert Registration.objects.count() == 2


def test_a_row_that_became_bad_since_the_check_stops_everything(kind: BadgeKind) -> None:
    run = lists.start_applying(checked(kind, HEAD + "1,Ada,a@x.org,,,\n2,Bea,b@x.org,,,\n"), by=None)
    make_registration(kind, email="b@x.org")
    run = lists.apply_list(run)
    assert run.state == "ready"
    assert "Row 3" in run.error
    assert Registration.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "empty"),
        (b"Name,Mail\n", "a.csv", "no rows"),
        (b"%PDF-1.7 ...", "a.pdf", "no list"),
        (b"x" * 3_000_000, "a.csv", "larger than"),
    ],
)
def test_files_that_are_no_list_are_refused_and_nothing_is_kept(
    kind: BadgeKind, settings: Any, content: bytes, name: str, sentence: str
) -> None:
    settings.MAX_LIST_MB = 2
    with pytest.raises(Refused, match=sentence):
        lists.register_list(kind.edition, [content], name, kind=kind, by=None)
    assert not RegistrationList.objects.exists()
    assert not [path for path in (settings.DATA_DIR / "lists").glob("*") if path.is_file()]


def test_stopped_and_cleared_lists(kind: BadgeKind, settings: Any) -> None:
    run = lists.stop_list(checked(kind, HEAD + "1,Ada,a@x.org,,,\n"), by=None)
    assert run.state == "stopped"
    with pytest.raises(Refused):
        lists.start_applying(run, by=None)
    lists.clear_list(run, by=None)
    assert not list((settings.DATA_DIR / "lists").glob("*.csv"))


def test_letters_go_to_each_once_however_often_the_task_runs(
    kind: BadgeKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = sent(kind, HEAD + "1,Ada,a@x.org,,,\n2,Bea,,,,\n3,Cy,c@x.org,,,\n")
    lists.save_list_mapping(run, run.mapping["fields"], by=None, options={"letters": True})
    lists.apply_list(lists.start_applying(lists.check_list(lists.start_check(run, by=None)), by=None))
    run.refresh_from_db()
    assert (tell_list(run), tell_list(run)) == (2, 0)


def test_the_tasks_know_lists_that_are_gone(db: None) -> None:
    assert tasks.check_people.call(999) == "gone"
    assert tasks.apply_people.call(999) == "gone"
    assert tasks.tell_people.call(999) == 0
