"""Making, changing and moving sessions: what is refused, what is written, who is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from everfair.base.audit import entries
from everfair.base.models import Change
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.fair.models import Edition
from everfair.programme.actions.bookmarks import set_bookmark
from everfair.programme.actions.sessions import move_session, save_session
from everfair.programme.actions.state import change_state
from everfair.programme.models import Move, Session
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_delegation, make_edition
from tests.factories.people import make_user
from tests.factories.programme import BEGIN, make_session, make_speaker, make_stage

HOUR = timedelta(hours=1)


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition()


def values(**extra: Any) -> dict[str, Any]:
    return {"title": {"en": "Talk"}, "starts_at": BEGIN, "ends_at": BEGIN + HOUR, **extra}


def test_a_session_is_a_draft_with_audit_and_change(edition: Edition) -> None:
    person = make_user()
    stage, speaker = make_stage(edition), make_speaker(edition)
    session = save_session(
        edition,
        None,
        values(stage=stage, speakers=[(speaker, "moderator")], interpretation=["zh"], language="en"),
        by=person,
    )
    assert (session.state, session.proposed_by_id, session.version) == ("draft", person.pk, 1)
    assert [(part.speaker_id, part.role) for part in session.parts.all()] == [(speaker.pk, "moderator")]
    entry = entries(target=session).get()
    assert (entry.event, entry.by_id, entry.edition_id) == (
        "programme.session.created",
        person.pk,
        edition.pk,
    )
    assert entry.after["stage"] == str(stage)
    assert Change.objects.filter(topic="programme.session", key=session.pk).exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": {}}, "title"),
        ({"title": {"en": "🎉"}}, "title"),
        ({"ends_at": BEGIN}, "ends_at"),
        ({"ends_at": BEGIN - HOUR}, "ends_at"),
        ({"ends_at": BEGIN + timedelta(days=15)}, "ends_at"),
        ({"ends_at": None}, "ends_at"),
        ({"starts_at": None}, "starts_at"),
        ({"language": "klingon"}, "language"),
        ({"live_url": "javascript:alert(1)"}, "live_url"),
        ({"title": {"en": "x" * 301}}, "title"),
    ],
)
def test_bad_values_are_refused_at_their_field(edition: Edition, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as caught:
        save_session(edition, None, values(**changed), by=None)
    assert caught.value.field == field
    assert not Session.objects.exists()


def test_rows_of_another_edition_are_refused(edition: Edition) -> None:
    other = make_edition()
    for name, row in (
        ("stage", make_stage(other)),
        ("exhibitor", make_exhibitor(other)),
        ("delegation", make_delegation(other)),
    ):
        with pytest.raises(Refused) as caught:
            save_session(edition, None, values(**{name: row}), by=None)
        assert caught.value.field == name
    with pytest.raises(Refused):
        save_session(edition, None, values(speakers=[(make_speaker(other), "speaker")]), by=None)


def test_a_session_has_one_kind_of_host(edition: Edition) -> None:
    both = {"exhibitor": make_exhibitor(edition), "delegation": make_delegation(edition)}
    with pytest.raises(Refused, match="not both"):
        save_session(edition, None, values(**both), by=None)


def test_a_room_holds_one_session_at_a_time(edition: Edition) -> None:
    stage = make_stage(edition)
    first = save_session(edition, None, values(stage=stage), by=None)
    for start, end in ((0, 60), (30, 90), (-30, 30), (10, 20), (-10, 70)):
        asked = values(
            stage=stage,
            starts_at=BEGIN + timedelta(minutes=start),
            ends_at=BEGIN + timedelta(minutes=end),
        )
        with pytest.raises(Refused, match="is taken: “Talk” is there from 2026-09-04 09:00") as caught:
            save_session(edition, None, asked, by=None, on_purpose=True)
        assert caught.value.field == "stage"
    after = values(stage=stage, starts_at=first.ends_at, ends_at=BEGIN + 2 * HOUR)
    second = save_session(edition, None, after, by=None)
    with pytest.raises(Refused, match="is taken"):
        move_session(second, starts_at=BEGIN, ends_at=BEGIN + HOUR, stage=stage, by=None)
    second.refresh_from_db()
    assert second.starts_at == first.ends_at


def test_an_online_room_holds_two_on_purpose_only(edition: Edition) -> None:
    stage = make_stage(edition, kind="online")
    save_session(edition, None, values(stage=stage), by=None)
    with pytest.raises(Refused, match="on purpose") as caught:
        save_session(edition, None, values(stage=stage), by=None)
    assert caught.value.field == "on_purpose"
    save_session(edition, None, values(stage=stage), by=None, on_purpose=True)
    assert stage.sessions.count() == 2


@pytest.mark.parametrize("state", ["proposed", "changes_asked", "rejected", "cancelled"])
def test_who_does_not_take_place_takes_no_stage(edition: Edition, state: str) -> None:
    stage = make_stage(edition)
    make_session(edition, stage=stage, state=state)
    save_session(edition, None, values(stage=stage), by=None)
    assert stage.sessions.count() == 2


def test_the_second_of_two_editors_overwrites_nothing(edition: Edition) -> None:
    session = save_session(edition, None, values(), by=None)
    save_session(edition, session, {"title": {"en": "Hers"}}, by=make_user(name="Ann"), version=1)
    with pytest.raises(EditedMeanwhile, match="Ann saved this") as caught:
        save_session(edition, session, {"title": {"en": "His"}}, by=None, version=1)
    assert caught.value.current == 2
    session.refresh_from_db()
    assert session.title == {"en": "Hers"}


def test_seats_are_not_fewer_than_taken_nor_more_than_the_stage_has(edition: Edition) -> None:
    stage = make_stage(edition, seats=50)
    session = make_session(edition, stage=stage, seats=10, seats_taken=4)
    with pytest.raises(Refused, match="4 seats are taken") as caught:
        save_session(edition, session, {"seats": 3}, by=None)
    assert caught.value.field == "seats"
    with pytest.raises(Refused, match="has 50 seats"):
        save_session(edition, session, {"seats": 51}, by=None)
    save_session(edition, session, {"seats": 50}, by=None)
    assert session.seats == 50


def test_a_public_session_keeps_time_and_stage(edition: Edition) -> None:
    session = make_session(edition)
    with pytest.raises(Refused, match="needs its time"):
        move_session(session, starts_at=None, ends_at=None, stage=session.stage, by=None)
    with pytest.raises(Refused, match="needs a stage"):
        save_session(edition, session, {"stage": None}, by=None)


def test_people_who_kept_a_moved_session_are_told_in_their_language(edition: Edition) -> None:
    session = make_session(edition, title={"en": "Ports", "zh": "港口"})
    english, chinese, other = make_user(language="en"), make_user(language="zh"), make_user()
    set_bookmark(session, True, by=english)
    session.seat_rows.create(user=chinese, state="waiting")
    session.seat_rows.create(user=other, state="given_back")
    new = make_stage(edition, name={"en": "Tide Room", "zh": "潮汐厅"})
    mail.outbox.clear()
    move_session(session, starts_at=BEGIN + 5 * HOUR, ends_at=BEGIN + 6 * HOUR, stage=new, by=None)
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert set(letters) == {english.email, chinese.email}
    assert letters[english.email].subject == "Moved: Ports"
    assert "09:00–10:00" in letters[english.email].body
    assert "14:00–15:00 (Asia/Shanghai) · Tide Room" in letters[english.email].body
    page = f"/en/{edition.slug}/sessions/{session.address}/"
    assert page in letters[english.email].body
    assert "港口" in letters[chinese.email].subject
    assert "2026年9月4日" in letters[chinese.email].body
    assert "潮汐厅" in letters[chinese.email].body
    move = Move.objects.get()
    assert move.told_at is not None
    assert move.after["stage"] == {"en": "Tide Room", "zh": "潮汐厅"}


def test_nobody_is_told_of_a_draft_or_of_a_title(edition: Edition) -> None:
    draft = make_session(edition, state="draft")
    public = make_session(edition)
    for session in (draft, public):
        session.bookmarks.create(user=make_user())
    mail.outbox.clear()
    move_session(draft, starts_at=BEGIN, ends_at=BEGIN + 2 * HOUR, stage=draft.stage, by=None)
    save_session(edition, public, {"title": {"en": "Another title"}}, by=None)
    assert mail.outbox == []
    assert not Move.objects.exists()


def test_cancelling_tells_why_and_going_back_says_it_is_on_again(edition: Edition) -> None:
    session, person = make_session(edition), make_user(language="en")
    set_bookmark(session, True, by=person)
    mail.outbox.clear()
    with pytest.raises(Refused, match="Say why"):
        change_state(session, "cancelled", by=None)
    change_state(session, "cancelled", by=None, reason="The hall is flooded.")
    assert [letter.subject for letter in mail.outbox] == [f"Cancelled: {session.title['en']}"]
    assert "The hall is flooded." in mail.outbox[0].body
    mail.outbox.clear()
    change_state(session, "published", by=None)
    assert [letter.subject for letter in mail.outbox] == [f"On again: {session.title['en']}"]


def test_taken_out_and_announced_again(edition: Edition) -> None:
    session, person = make_session(edition), make_user(language="en")
    set_bookmark(session, True, by=person)
    mail.outbox.clear()
    change_state(session, "confirmed", by=None, reason="A speaker is ill.")
    change_state(session, "published", by=None)
    change_state(session, "live", by=None)
    subjects = [letter.subject.split(":")[0] for letter in mail.outbox]
    assert subjects == ["Not in the programme for now", "On again"]
