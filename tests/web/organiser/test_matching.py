"""Matching at the organiser's desk: rules with words, versions, a refresh with progress, reports, figures that tell of nobody."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from everfair.base.models import AuditEntry
from everfair.matchmaking import tasks
from everfair.matchmaking.models import MatchRules, ModelVersion, Refresh, Seeker, Shown
from tests.factories.exhibition import make_exhibitor
from tests.factories.matchmaking import make_seeker
from tests.factories.people import make_organisation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
RULES = {"is_open": "on", "exposure": "80", "per_firm": "3", "version": "1"}
RULES_QUERIES, FIGURE_QUERIES, REPORT_QUERIES = 11, 17, 9


@pytest.fixture(autouse=True)
def queue(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(type(tasks.carry_out_refresh), "enqueue", lambda _task, pk: found.append(pk))
    return found


def _versions(desk: Any, *active: bool) -> list[ModelVersion]:
    return [
        ModelVersion.objects.create(
            edition=desk.edition,
            number=number,
            is_active=is_active,
            facts={"records": 412, "bytes": 2_000_000},
        )
        for number, is_active in enumerate(active, 1)
    ]


def _shown(desk: Any, seeker: Seeker, firm: Any, **values: Any) -> Shown:
    values = {"day": NOW.date(), "rank": 1, "at": NOW, **values}
    return Shown.objects.create(seeker=seeker, exhibitor=firm, **values)


def _firm(desk: Any, country: str = "KE", size: str = "small") -> Any:
    organisation = make_organisation(name={"en": f"Firm of {country}"}, country=country, size_class=size)
    return make_exhibitor(desk.edition, organisation=organisation, state="published")


def test_rules_are_saved_with_words_in_the_log(desk: Any) -> None:
    assert "Fairness to small and new firms" in desk.get("matching/").content.decode()
    assert desk.post("matching/", RULES).status_code == 302
    row = MatchRules.objects.get()
    assert (row.is_open, row.exposure, row.per_firm, row.asks_three, row.version) == (True, 80, 3, False, 2)
    log = desk.get("log/").content.decode()
    assert "Rules of matching changed" in log
    assert "fairness to small and new firms" in log


def test_what_was_typed_stays_beside_its_error(desk: Any) -> None:
    page = desk.post("matching/", {**RULES, "exposure": "101"})
    assert page.status_code == 422
    assert 'value="101"' in page.content.decode()
    assert not AuditEntry.objects.filter(event="matchmaking.rules.changed").exists()


def test_two_who_save_at_once_the_second_reads_first(desk: Any) -> None:
    desk.post("matching/", RULES)
    page = desk.post("matching/", {**RULES, "exposure": "10"})
    assert page.status_code == 422
    assert "Somebody else changed the rules meanwhile" in page.content.decode()
    assert 'name="version" value="2"' in page.content.decode()
    assert MatchRules.objects.get().exposure == 80


def test_versions_are_made_active_and_compared(desk: Any) -> None:
    first, second = _versions(desk, True, False)
    page = desk.get("matching/").content.decode()
    assert "412" in page
    desk.post("matching/", {**RULES, "compares": "2"})
    assert MatchRules.objects.get().compares == second
    assert "takes turns with the active one" in desk.get("matching/").content.decode()
    assert desk.post("matching/versions/2/use/", {}).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_active, second.is_active) == (False, True)
    assert MatchRules.objects.get().compares is None
    desk.post("matching/versions/9/use/", {})
    assert ModelVersion.objects.get(is_active=True) == second
    assert "Another version of matching made the active one" in desk.get("log/").content.decode()


def test_a_refresh_is_started_once_followed_and_stopped(desk: Any, queue: list[int]) -> None:
    desk.post("matching/refresh/", {"learns": "1"})
    row = Refresh.objects.get()
    assert (queue, row.learns, row.by) == ([row.pk], True, desk.user)
    assert "A refresh is on its way already" in desk.client.post(desk.address("matching/refresh/"), follow=True).content.decode()  # fmt: skip
    assert Refresh.objects.count() == 1
    told = desk.get(f"matching/refresh/{row.pk}/progress/").json()
    assert (told["state"], told["step"]) == ("running", "Waiting for its turn")
    Refresh.objects.update(state="running", total=40, done=10, facts={"learned": 1})
    told = desk.get(f"matching/refresh/{row.pk}/progress/").json()
    assert (told["done"], told["total"], told["step"]) == (10, 40, "Ranking for everybody")
    assert "Refresh now" not in desk.get("matching/").content.decode()
    desk.post(f"matching/refresh/{row.pk}/stop/", {})
    assert Refresh.objects.get().stop_asked
    assert "Stopping …" in desk.get("matching/").content.decode()
    Refresh.objects.update(state="done")
    assert desk.get(f"matching/refresh/{row.pk}/progress/").json()["state"] == "done"


def test_one_that_waits_ends_at_once(desk: Any) -> None:
    desk.post("matching/refresh/", {})
    desk.post(f"matching/refresh/{Refresh.objects.get().pk}/stop/", {})
    assert Refresh.objects.get().state == "stopped"
    assert tasks.carry_out_refresh.func(Refresh.objects.get().pk) == "stopped"
    assert "Refresh now" in desk.get("matching/").content.decode()


def test_a_refresh_is_carried_out_from_the_task(desk: Any) -> None:
    _firm(desk)
    make_seeker(desk.edition)
    desk.post("matching/refresh/", {})
    assert tasks.carry_out_refresh.func(Refresh.objects.get().pk) == "done"
    page = desk.get("matching/report/").content.decode()
    assert "What fairness did" in page


def test_switched_off_there_is_nothing_to_refresh(desk: Any, queue: list[int]) -> None:
    desk.post("matching/", {name: value for name, value in RULES.items() if name != "is_open"})
    assert "Suggestions are switched off" in desk.get("matching/").content.decode()
    desk.post("matching/refresh/", {})
    assert (queue, Refresh.objects.count()) == ([], 0)


def _report(desk: Any, firms: list[Any]) -> None:
    fairness = {
        "lists": 20, "places": 200, "due": 80.4, "before": 50, "after": 79, "changed": 18, "cost": 0.012,
        "largest_cost": 0.034, "uneven_before": 0.61, "uneven_after": 0.48, "candidates": 300, "protected": 120,
    }  # fmt: skip
    odd = {
        "row": 0,
        "sectors": 0,
        "languages": 0,
        "length": 0.0,
        "repeated": "",
        "repeated_share": 0.0,
        "counts_as": 1.0,
    }
    suspects = [{**odd, "key": f"exhibitor:{one.pk}", "sectors": 90, "counts_as": 0.05} for one in firms]
    Refresh.objects.create(
        edition=desk.edition, state="done", ended_at=NOW, facts={"fairness": fairness, "suspects": suspects}
    )


def test_the_report_says_in_words_what_fairness_did_and_who_overstates(
    desk: Any, django_assert_num_queries: Any
) -> None:
    assert "No report yet" in desk.get("matching/report/").content.decode()
    firms = [_firm(desk) for _ in range(3)]
    for many in (1, 3):
        Refresh.objects.all().delete()
        _report(desk, firms[:many])
        with django_assert_num_queries(REPORT_QUERIES):
            page = desk.get("matching/report/").content.decode()
        assert page.count("It names 90 sectors.") == many
    assert "By score alone they would have 50; they have 79." in page
    assert "120 of 300 firms are small or new." in page
    assert f"/{firms[0].address}/" in page
    assert "counts 5" in page


def test_figures_by_place_firm_and_version(desk: Any) -> None:
    (version,) = _versions(desk, True)
    kenya, peru = _firm(desk, "KE", "small"), _firm(desk, "PE", "large")
    for _n in range(6):
        seeker = make_seeker(desk.edition)
        _shown(desk, seeker, kenya, rank=1, model=version, clicked_at=NOW, asked_at=NOW)
        _shown(desk, seeker, peru, rank=2, model=version)
    page = desk.get("matching/figures/").content.decode()
    for words in ("By place in the list", "Kenya", "Peru", "version 1", "matches shown"):
        assert words in page
    file = desk.get("matching/figures.csv").getvalue().decode("utf-8-sig").splitlines()
    assert "By country of the firm,Kenya,6,6,0,0,6,0" in file
    assert "By place in the list,2,6,0,0,0,0,0" in file
    assert desk.get("matching/figures.xlsx").status_code == 200
    for query, there in (
        ({"q": "firm of ke"}, "Kenya,6"), ({"kind": "exhibitor"}, "Peru,6"), ({"who": "visitors"}, "Peru,6"),
        ({"since": "2026-09-01", "until": "2026-09-01"}, "Kenya,6"), ({"version": "1"}, "Kenya,6"),
        ({"since": "2026-02-31"}, "Kenya,6"), ({"version": "x"}, "Kenya,6"),
    ):  # fmt: skip
        assert there in desk.get("matching/figures.csv", **query).getvalue().decode(), query
    for query in (
        {"who": "firms"},
        {"kind": "offer"},
        {"since": "2026-09-02"},
        {"version": "9"},
        {"q": "nobody"},
    ):
        assert "Nothing like this was shown" in desk.get("matching/figures/", **query).content.decode(), query
    assert "Peru,6" not in desk.get("matching/figures.csv", q="firm of ke").getvalue().decode()


def test_what_fewer_than_five_did_is_not_told(desk: Any) -> None:
    kenya, peru = _firm(desk, "KE"), _firm(desk, "PE")
    for number in range(8):
        seeker = make_seeker(desk.edition)
        _shown(desk, seeker, kenya, clicked_at=NOW if number < 4 else None, saved_at=NOW)
        if number < 3:
            _shown(desk, seeker, peru, rank=2)
    file = desk.get("matching/figures.csv").getvalue().decode("utf-8-sig")
    assert "Peru" not in file
    assert "All,,11,fewer than 5,8,0,0,0" in file
    assert "fewer than 5" in desk.get("matching/figures/").content.decode()


def test_a_hidden_number_cannot_be_reckoned_from_the_sum(desk: Any) -> None:
    kenya, peru = _firm(desk, "KE"), _firm(desk, "PE")
    for number in range(9):
        seeker = make_seeker(desk.edition)
        _shown(desk, seeker, kenya, clicked_at=NOW)
        _shown(desk, seeker, peru, rank=2, clicked_at=NOW if number < 2 else None)
    file = desk.get("matching/figures.csv").getvalue().decode("utf-8-sig")
    assert "By country of the firm,Kenya,9,fewer than 5" in file  # 11 in all: Peru's two could be reckoned
    assert "By country of the firm,Peru,9,fewer than 5" in file


def test_two_versions_that_take_turns_are_compared_with_what_chance_would_do(desk: Any) -> None:
    first, second = _versions(desk, True, False)
    one, other = _firm(desk), _firm(desk)
    for number in range(12):
        seeker = make_seeker(desk.edition)
        won = number < 11
        _shown(desk, seeker, one, arm="a", model=first, clicked_at=None if won else NOW)
        _shown(desk, seeker, other, rank=2, arm="b", model=second, clicked_at=NOW if won else None)
    page = desk.get("matching/figures/").content.decode()
    assert "took turns in 12 lists" in page
    assert "Version 2 is better" in page
    Shown.objects.filter(seeker__in=Seeker.objects.all()[:9]).delete()
    assert "Too few lists are decided to tell." in desk.get("matching/figures/").content.decode()


def test_queries_do_not_grow(desk: Any, django_assert_num_queries: Any) -> None:
    for many in (1, 3):
        for _n in range(many):
            _shown(desk, make_seeker(desk.edition), _firm(desk), day=NOW.date() + timedelta(days=many))
            Refresh.objects.create(edition=desk.edition, state="done", by=desk.user)
            number = ModelVersion.objects.count() + 1
            ModelVersion.objects.create(edition=desk.edition, number=number)
        with django_assert_num_queries(FIGURE_QUERIES):
            desk.get("matching/figures/")
        with django_assert_num_queries(RULES_QUERIES):
            desk.get("matching/")


def test_the_same_few_in_every_group_are_still_few(desk: Any) -> None:
    firms = [_firm(desk, country) for country in ("KE", "PE", "CN", "DE", "FR", "GB")]
    seeker = make_seeker(desk.edition)
    for place, firm in enumerate(firms, 1):
        _shown(desk, seeker, firm, rank=place, clicked_at=NOW)
    file = desk.get("matching/figures.csv").getvalue().decode("utf-8-sig").splitlines()
    assert file[1:] == ["All,,6,fewer than 5,fewer than 5,fewer than 5,fewer than 5,fewer than 5"]


def test_lists_of_few_people_decide_nothing(desk: Any) -> None:
    first, second = _versions(desk, True, False)
    one, other, seeker = _firm(desk), _firm(desk), make_seeker(desk.edition)
    for number in range(8):
        day = NOW.date() + timedelta(days=number)
        _shown(desk, seeker, one, arm="a", model=first, day=day, clicked_at=NOW)
        _shown(desk, seeker, other, rank=2, arm="b", model=second, day=day)
    assert "Too few lists are decided to tell." in desk.get("matching/figures/").content.decode()
