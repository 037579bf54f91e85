"""A later file of the same schedule: what it changes is told first, and nothing of people's is lost."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail

from everfair.base.models import AuditEntry, Change
from everfair.base.refusals import Refused
from everfair.fair.models import Edition
from everfair.programme.actions.moves import tell_moves
from everfair.programme.actions.schedule_apply import apply_run, start_applying
from everfair.programme.actions.sessions import save_session
from everfair.programme.models import Bookmark, Move, Seat, Session, SessionSpeaker, Speaker, Stage
from everfair.programme.queries.exchange import schedule_file, schedule_of
from tests.factories.people import make_user
from tests.factories.programme import make_session, make_stage
from tests.factories.schedules import bring_in, event, read_in, schedule

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 1, 1, tzinfo=UTC)


def apply_at(run: Any, now: datetime = NOW) -> Any:
    return apply_run(start_applying(run, by=None), now=now)


def first_file(edition: Edition) -> None:
    apply_at(read_in(edition, schedule(event(1), event(2, start="11:00"), event(3, start="12:00"))))


def one(number: int) -> Session:
    return Session.objects.select_related("stage").get(external_id__endswith=f"{number:012d}")


def verdicts(run: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in run.differences:
        found.setdefault(entry["verdict"], []).append(entry["title"])
    return found


def test_every_verdict_is_told_before_anything_changes(edition: Edition) -> None:
    first_file(edition)
    later = schedule(
        event(1, start="10:15"),
        event(2, "A better title", start="11:00"),
        event(4, start="15:00"),
        acronym="brussels",
    )
    run = read_in(edition, later)
    assert verdicts(run) == {
        "moved": ["Talk 1"],
        "retitled": ["A better title"],
        "new": ["Talk 4"],
        "withdrawn": ["Talk 3"],
    }
    assert {name: run.counts[name] for name in ("kept", "moved", "retitled", "new", "withdrawn")} == {
        "kept": 0, "moved": 1, "retitled": 1, "new": 1, "withdrawn": 1,
    }  # fmt: skip
    assert one(1).starts_at == datetime(2025, 2, 1, 9, 0, tzinfo=UTC)
    assert one(3).state == "published"
    apply_at(run)
    assert one(1).starts_at == datetime(2025, 2, 1, 9, 15, tzinfo=UTC)
    assert one(2).title == {"en": "A better title"}
    assert one(4).state == "published"
    assert (one(3).state, Session.objects.count()) == ("cancelled", 4)
    assert "brussels" in one(3).reason


def test_seats_and_bookmarks_of_kept_and_moved_sessions_survive(edition: Edition) -> None:
    first_file(edition)
    person = make_user()
    for number in (1, 2, 3):
        Bookmark.objects.create(session=one(number), user=person)
    Session.objects.filter(pk=one(1).pk).update(seats=10, seats_taken=1)
    Seat.objects.create(session=one(1), user=person)
    apply_at(read_in(edition, schedule(event(1, start="16:00"), event(2, start="11:00"))))
    assert Seat.objects.filter(session=one(1), user=person, state="held").exists()
    assert one(1).seats_taken == 1
    assert Bookmark.objects.filter(user=person).count() == 3


def test_people_are_told_once_of_moves_and_of_withdrawn_sessions(edition: Edition) -> None:
    first_file(edition)
    person = make_user()
    for number in (1, 2, 3):
        Bookmark.objects.create(session=one(number), user=person)
    apply_at(read_in(edition, schedule(event(1, start="16:00"), event(2, start="11:00"))))
    assert sorted(Move.objects.values_list("session__external_id", flat=True)) == sorted(
        [one(1).external_id, one(3).external_id]
    )
    told = Move.objects.get(session=one(1))
    assert told.before["starts_at"] == "2025-02-01T09:00:00+00:00"
    assert datetime.fromisoformat(told.after["starts_at"]) == datetime(2025, 2, 1, 15, 0, tzinfo=UTC)
    assert Move.objects.get(session=one(3)).after["state"] == "cancelled"
    for session in (one(1), one(3)):
        tell_moves(session.pk)
        assert tell_moves(session.pk) == 0  # told by now
    assert not Move.objects.filter(told_at=None).exists()
    assert mail.outbox is not None


def test_a_session_that_comes_back_is_on_again(edition: Edition) -> None:
    first_file(edition)
    person = make_user()
    Bookmark.objects.create(session=one(3), user=person)
    apply_at(read_in(edition, schedule(event(1), event(2, start="11:00"))))
    run = read_in(edition, schedule(event(1), event(2, start="11:00"), event(3, start="12:30")))
    assert verdicts(run) == {"back": ["Talk 3"]}
    apply_at(run)
    row = one(3)
    assert (row.state, row.reason, row.starts_at) == (
        "published",
        "",
        datetime(2025, 2, 1, 11, 30, tzinfo=UTC),
    )
    assert "withdrawn" not in row.carried
    assert Bookmark.objects.filter(session=row, user=person).exists()
    assert [move.after["state"] for move in row.moves.order_by("id")] == ["cancelled", "published"]


def test_the_same_file_again_changes_nothing(edition: Edition) -> None:
    first_file(edition)
    versions = list(Session.objects.order_by("pk").values_list("version", "changed_at"))
    run = read_in(edition, schedule(event(1), event(2, start="11:00"), event(3, start="12:00")))
    assert (run.differences, run.counts["kept"]) == ([], 3)
    Change.objects.all().delete()
    apply_at(run)
    assert list(Session.objects.order_by("pk").values_list("version", "changed_at")) == versions
    assert not Change.objects.filter(topic="programme.session").exists()


def test_what_was_edited_here_stays_where_the_file_says_nothing_new(edition: Edition) -> None:
    first_file(edition)
    save_session(
        edition, one(1), {"title": {"en": "Our words", "zh": "我们的话"}, "seats": 40}, by=make_user()
    )
    stage = make_stage(edition, name={"en": "Aula", "zh": "礼堂"})
    Session.objects.filter(pk=one(2).pk).update(stage=stage)
    run = read_in(edition, schedule(event(1), event(2, "New name", start="11:00"), event(3, start="12:00")))
    assert verdicts(run) == {"retitled": ["New name"]}
    apply_at(run)
    assert one(1).title == {"en": "Our words", "zh": "我们的话"}
    assert one(1).seats == 40
    assert one(2).stage == stage


def test_another_room_is_a_move_and_its_stage_is_made(edition: Edition) -> None:
    first_file(edition)
    later = schedule(
        ("Ferrer", event(1, room="Ferrer")),
        ("JANSON", event(2, start="11:00", room="JANSON")),
        event(3, start="12:00"),
    )
    run = read_in(edition, later)
    assert verdicts(run) == {"moved": ["Talk 1"]}
    assert run.differences[0]["before"]["stage"] == "Janson"
    assert run.differences[0]["after"]["stage"] == "Ferrer"
    assert any("Ferrer" in problem["message"] for problem in run.problems)
    apply_at(run)
    assert sorted(stage.name["en"] for stage in Stage.objects.filter(edition=edition)) == ["Ferrer", "Janson"]
    assert one(1).stage is not None
    assert one(1).stage.code == "ferrer"


def test_speakers_follow_the_file_and_those_added_here_stay(edition: Edition) -> None:
    first_file(edition)
    moderator = Speaker.objects.create(edition=edition, name={"zh": "王敏"})
    SessionSpeaker.objects.create(session=one(1), speaker=moderator, role="moderator", position=5)
    persons = '<person id="8">Bo Lind</person><person id="7">Ada Rossi-Vitali</person>'
    run = read_in(
        edition,
        schedule(event(1, persons=persons), event(2, start="11:00", persons=""), event(3, start="12:00")),
    )
    assert verdicts(run) == {"changed": ["Talk 1", "Talk 2"]}
    assert run.differences[0]["after"]["speakers"] == ["Bo Lind", "Ada Rossi-Vitali"]
    apply_at(run)
    parts = [(part.speaker.name, part.role) for part in one(1).parts.select_related("speaker")]
    assert parts == [
        ({"en": "Bo Lind"}, "speaker"), ({"en": "Ada Rossi-Vitali"}, "speaker"), ({"zh": "王敏"}, "moderator"),
    ]  # fmt: skip
    assert not one(2).parts.exists()
    assert Speaker.objects.filter(edition=edition).count() == 3


def test_a_session_cancelled_here_stays_cancelled_and_it_is_said(edition: Edition) -> None:
    first_file(edition)
    Session.objects.filter(pk=one(2).pk).update(state="cancelled", reason="The speaker fell ill.")
    run = read_in(edition, schedule(event(1), event(2, start="11:00"), event(3, start="12:00")))
    assert any("cancelled here" in problem["message"] for problem in run.problems)
    apply_at(run)
    assert one(2).state == "cancelled"


def test_our_own_sessions_are_found_again_by_what_our_export_gave_them(edition: Edition) -> None:
    stage = make_stage(edition, name={"en": "Hall 1", "zh": "一号厅"})
    row = make_session(
        stage=stage,
        speakers=2,
        starts_at=datetime(2025, 2, 1, 9, tzinfo=UTC),
        ends_at=datetime(2025, 2, 1, 10, tzinfo=UTC),
    )
    for form, language in (("schedule.xml", ""), ("schedule.json", "zh")):
        data = schedule_file(schedule_of(edition, language=language), form)
        run = read_in(edition, data, form, source="ours")
        assert (run.differences, run.counts["kept"]) == ([], 1), form
    moved = data.replace(b"2025-02-01T10:00:00+01:00", b"2025-02-01T14:00:00+01:00")
    run = read_in(edition, moved, "schedule.json", source="ours")
    assert [entry["verdict"] for entry in run.differences] == ["moved"]
    apply_at(run)
    row.refresh_from_db()
    assert row.starts_at == datetime(2025, 2, 1, 13, tzinfo=UTC)
    assert (row.source, Session.objects.count()) == ("", 1)


def test_other_sessions_are_not_withdrawn_and_an_overlap_with_them_is_said(edition: Edition) -> None:
    stage = make_stage(edition, name={"en": "Janson"}, code="janson")
    make_session(
        stage=stage, title={"en": "Our opening"}, starts_at=datetime(2025, 2, 1, 9, 15, tzinfo=UTC),
        ends_at=datetime(2025, 2, 1, 10, tzinfo=UTC),
    )  # fmt: skip
    apply_at(read_in(edition, schedule(event(9), acronym="another")))
    run = read_in(edition, schedule(event(1, start="09:00")))
    assert verdicts(run) == {"new": ["Talk 1"]}
    run = read_in(edition, schedule(event(1, start="10:00")))
    assert any(
        "Our opening" in problem["message"] and "Janson" in problem["message"] for problem in run.problems
    )
    apply_at(run)
    assert Session.objects.filter(state="published").count() == 3


def test_a_comparison_that_grew_old_is_made_anew_instead_of_applied(edition: Edition) -> None:
    first_file(edition)
    run = read_in(
        edition, schedule(event(1, start="10:15"), event(2, start="11:00"), event(3, start="12:00"))
    )
    Session.objects.filter(pk=one(1).pk).update(starts_at=datetime(2025, 2, 1, 8, tzinfo=UTC))
    with pytest.raises(Refused, match="changed after the comparison"):
        apply_at(run)
    run.refresh_from_db()
    assert run.state == "ready"
    assert run.differences[0]["before"]["starts_at"].startswith("2025-02-01T08:00")
    assert one(1).starts_at == datetime(2025, 2, 1, 8, tzinfo=UTC)
    apply_at(run)
    assert one(1).starts_at == datetime(2025, 2, 1, 9, 15, tzinfo=UTC)


def test_cut_short_nothing_is_written_and_it_can_be_applied_again(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = read_in(edition, schedule(event(1), event(2, start="11:00")))
    from everfair.programme.actions import schedule_apply

    def broken(*_given: Any, **_named: Any) -> list[int]:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(schedule_apply, "write_speakers", broken)
        with pytest.raises(RuntimeError):
            apply_at(run)
    run.refresh_from_db()
    assert (run.state, Session.objects.count(), Stage.objects.filter(edition=edition).count()) == (
        "ready",
        0,
        0,
    )
    apply_at(run)
    assert Session.objects.count() == 2


def test_applying_twice_writes_once(edition: Edition) -> None:
    run = apply_at(read_in(edition, schedule(event(1))))
    assert apply_run(run).state == "done"
    assert Session.objects.count() == 1
    assert AuditEntry.objects.filter(event="programme.schedule.applied").count() == 1


def test_new_sessions_come_as_drafts_when_wished_and_past_ones_as_ended(edition: Edition) -> None:
    apply_at(read_in(edition, schedule(event(1)), publish=False))
    assert one(1).state == "draft"
    apply_at(read_in(edition, schedule(event(2), acronym="past")), now=datetime(2025, 3, 1, tzinfo=UTC))
    assert one(2).state == "ended"


def test_links_stand_with_the_session_and_go_when_the_file_drops_them(edition: Edition) -> None:
    links = '<links><link href="https://a.example/">A</link><link href="https://b.example/">B</link></links>'
    apply_at(read_in(edition, schedule(event(1, inner=links))))
    one(1).materials.create(title="Ours", url="https://ours.example/")
    run = read_in(
        edition, schedule(event(1, inner='<links><link href="https://b.example/">B</link></links>'))
    )
    assert run.differences[0]["after"] == {"other": ["links"]}
    apply_at(run)
    assert sorted(one(1).materials.values_list("url", flat=True)) == [
        "https://b.example/",
        "https://ours.example/",
    ]
    exported = schedule_of(edition).schedule.events[0]
    assert [link.url for link in exported.links] == ["https://b.example/"]
    assert [link.url for link in exported.attachments] == ["https://ours.example/"]


def test_bring_in_helper_announces(edition: Edition) -> None:
    run = bring_in(edition, schedule(event(1)))
    assert run.counts["new_stages"] == 1
