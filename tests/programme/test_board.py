"""The programme in memory: what stands in it, what it follows, what it costs."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everfair.base.changes import followers, note_change
from everfair.fair.models import Edition
from everfair.programme.models import Session, SessionSpeaker
from everfair.programme.queries import board as boards
from everfair.programme.queries.board import board_of, browse
from everfair.programme.queries.board_read import read_again, read_board, read_session
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_sector
from tests.factories.programme import BEGIN, make_activity_kind, make_session, make_speaker, make_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make_edition()


def facts(board: Any) -> list[Any]:
    """What a board says, without what differs from board to board."""
    return [board.sessions, board.stages, board.kinds, board.speakers, board.hosts, board.catalogue.facets]


def follow(edition: Edition, topic: str, key: int) -> None:
    note_change(topic, key, edition.pk)
    followers._feed._asked_at = 0.0  # type: ignore[union-attr]  # not so soon after the last look
    followers.keep_up()


@pytest.mark.parametrize("state", Session.State.values)
def test_only_announced_sessions_stand_in_it(edition: Edition, state: str) -> None:
    session = make_session(edition, state=state, speakers=1)
    board = read_board(edition)
    assert [line.pk for line in board.sessions] == ([session.pk] if session.is_public else [])
    assert len(board.speakers) == (1 if session.is_public else 0)


def test_days_are_those_of_the_fairs_zone(edition: Edition) -> None:
    evening = datetime(2026, 9, 4, 23, 30, tzinfo=ZoneInfo("UTC"))  # 07:30 of the fifth in Shanghai
    make_session(edition, starts_at=evening, ends_at=evening + timedelta(hours=1))
    assert list(read_board(edition).by_day) == [date(2026, 9, 5)]


def test_sessions_stand_by_time_then_by_stage_and_those_without_a_time_last(edition: Edition) -> None:
    second, first = make_stage(edition, position=2), make_stage(edition, position=1)
    later = make_session(edition, hour=2, stage=first)
    untimed = make_session(edition, starts_at=None, ends_at=None, stage=None)
    b, a = make_session(edition, stage=second), make_session(edition, stage=first)
    assert [line.pk for line in read_board(edition).sessions] == [a.pk, b.pk, later.pk, untimed.pk]


def test_reading_takes_the_same_queries_for_one_session_and_for_three(edition: Edition) -> None:
    counts = []
    for _round in range(2):
        make_session(edition, speakers=2).sectors.add(make_sector(edition))
        with CaptureQueriesContext(connection) as asked:
            read_board(edition)
        counts.append(len(asked))
        make_session(edition, speakers=1, exhibitor=make_exhibitor(edition))
    assert counts == [6, 6]


@pytest.mark.parametrize(
    ("minutes", "state", "standing"),
    [
        (-1, "published", "ahead"),
        (0, "published", "now"),
        (59, "published", "now"),
        (60, "published", "ended"),
        (10, "cancelled", "cancelled"),
        (90, "live", "now"),
        (-30, "live", "now"),
        (10, "ended", "ended"),
    ],
)
def test_where_a_session_stands(edition: Edition, minutes: int, state: str, standing: str) -> None:
    make_session(edition, state=state)
    (line,) = read_board(edition).sessions
    assert line.standing(BEGIN + timedelta(minutes=minutes)) == standing


def test_the_day_of_a_page_without_one(edition: Edition) -> None:
    make_session(edition)
    make_session(edition, hour=48)
    board = read_board(edition)
    first, second = date(2026, 9, 4), date(2026, 9, 6)
    assert board.day_for(BEGIN - timedelta(days=30)) == first
    assert board.day_for(BEGIN) == first
    assert board.day_for(BEGIN + timedelta(days=1)) == second
    assert board.day_for(BEGIN + timedelta(days=30)) == first
    assert read_board(make_edition()).day_for(BEGIN) is None


def test_a_change_is_seen_and_a_second_look_costs_nothing(edition: Edition) -> None:
    session = make_session(edition)
    followers.keep_up()
    assert board_of(edition).sessions[0].title == session.title
    Session.objects.filter(pk=session.pk).update(title={"en": "Another title"})
    follow(edition, "programme.session", session.pk)
    assert board_of(edition).sessions[0].title == {"en": "Another title"}
    with CaptureQueriesContext(connection) as asked:
        board_of(edition)
    assert len(asked) == 0


def test_sessions_read_again_make_the_same_board_as_reading_all(edition: Edition) -> None:
    """Stale board + changed sessions = a board read anew, whatever happened to them."""
    kind = make_activity_kind(edition)
    kept, moved, gone, said = (make_session(edition, hour=n, speakers=1, kind=kind) for n in range(4))
    old = read_board(edition)
    Session.objects.filter(pk=moved.pk).update(
        starts_at=BEGIN + timedelta(days=1), ends_at=BEGIN + timedelta(days=1, hours=1), stage=kept.stage
    )
    Session.objects.filter(pk=gone.pk).update(state="confirmed")
    SessionSpeaker.objects.create(session=said, speaker=make_speaker(edition))
    new = make_session(edition, hour=0.5, exhibitor=make_exhibitor(edition), stage=kept.stage)
    new.sectors.add(make_sector(edition))
    again = read_again(edition, old, {moved.pk, gone.pk, said.pk, new.pk})
    assert facts(again) == facts(read_board(edition))
    assert {line.pk for line in again.sessions} == {kept.pk, moved.pk, said.pk, new.pk}


def test_one_changed_session_is_read_alone(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    session = make_session(edition)
    followers.keep_up()
    board_of(edition)
    monkeypatch.setattr(boards, "read_board", lambda edition: pytest.fail("everything was read again"))
    Session.objects.filter(pk=session.pk).update(state="cancelled")
    follow(edition, "programme.session", session.pk)
    assert board_of(edition).sessions[0].state == "cancelled"


def test_a_hosts_booth_is_linked_while_it_is_public(edition: Edition) -> None:
    exhibitor = make_exhibitor(edition)
    make_session(edition, exhibitor=exhibitor)
    followers.keep_up()
    assert board_of(edition).sessions[0].host_address == exhibitor.address
    set_state_quietly(exhibitor, "accepted")
    follow(edition, "exhibition.exhibitor", exhibitor.pk)
    line = board_of(edition).sessions[0]
    assert line.host_address == ""
    assert line.host == exhibitor.organisation.name


def set_state_quietly(exhibitor: Any, state: str) -> None:
    type(exhibitor).objects.filter(pk=exhibitor.pk).update(state=state)


def test_facets_count_with_the_other_filters_on(edition: Edition) -> None:
    stage = make_stage(edition, code="plenary")
    forum = make_activity_kind(edition, code="forum")
    make_session(edition, stage=stage, kind=forum, language="zh", interpretation=["en"])
    make_session(edition, hour=1, stage=stage, language="en", format="online")
    make_session(edition, hour=25, kind=forum, language="zh")
    board = read_board(edition)
    found = browse(board, {"stage": ["plenary"]})
    assert found.total == 2
    assert found.counts["language"] == {"zh": 1, "en": 2}
    assert found.counts["kind"] == {"forum": 1}
    assert found.counts["stage"]["plenary"] == 2
    assert browse(board, {"kind": ["forum"], "day": ["2026-09-05"]}).total == 1
    assert browse(board, {"day": ["1999-01-01"]}).total == 0


def test_words_found_elsewhere_narrow_the_list_and_keep_their_order(edition: Edition) -> None:
    a, b, c = (make_session(edition, hour=n, language="en") for n in range(3))
    board = read_board(edition)
    found = browse(board, {}, only=[c.pk, a.pk, 999_999], order="found")
    assert found.keys == (c.pk, a.pk)
    assert found.counts["language"] == {"en": 2}
    assert browse(board, {}, only=[c.pk, a.pk]).keys == (a.pk, c.pk)
    assert browse(board, {}, only=[]).total == 0
    assert b.pk not in found.keys


def test_a_session_nobody_may_see_yet_can_be_read_for_its_host(edition: Edition) -> None:
    session = make_session(edition, state="proposed", speakers=1)
    line = read_session(edition, session.pk)
    assert line is not None
    assert line.title == session.title
    assert len(line.speakers) == 1
    assert read_session(make_edition(), session.pk) is None


def test_another_editions_changes_do_not_matter(edition: Edition) -> None:
    make_session(edition)
    followers.keep_up()
    before = board_of(edition)
    follow(make_edition(), "programme.session", 1)
    assert board_of(edition) is before
