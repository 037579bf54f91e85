"""The change table: what is noted, read on, handed over once, forgotten; late commits are not missed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from everfair.base.changes import (
    ChangeFeed,
    Followers,
    changes_after,
    forget_changes,
    last_position,
    note_change,
    note_changes,
)
from everfair.base.models import Change

committed = pytest.mark.django_db(transaction=True)


def seen(changes: Any) -> list[tuple[str, int]]:
    return [(change.topic, change.key) for change in changes]


@committed
def test_changes_are_read_in_order_and_read_on() -> None:
    assert (last_position(), changes_after(0)) == (0, [])
    note_change("a", 1, 7)
    note_changes("b", [5, 4], None)
    found = changes_after(0)
    assert seen(found) == [("a", 1), ("b", 5), ("b", 4)]
    assert [change.edition_id for change in found] == [7, None, None]
    assert last_position() == found[-1].id
    assert seen(changes_after(0, limit=2)) == [("a", 1), ("b", 5)]
    assert seen(changes_after(found[1].id)) == [("b", 4)]


@committed
def test_what_is_taken_back_was_never_noted() -> None:
    def fails() -> None:
        with transaction.atomic():
            note_change("a", 1, None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert changes_after(0) == []


@committed
def test_a_feed_hands_each_change_over_once_and_begins_where_it_is() -> None:
    note_change("before", 1, None)
    feed = ChangeFeed(pause=0)
    assert feed.read() == []
    note_change("a", 2, None)
    note_change("a", 3, None)
    assert seen(feed.read()) == [("a", 2), ("a", 3)]
    assert feed.read() == []


@committed
def test_a_feed_asks_the_database_no_more_often_than_told(django_assert_num_queries: Any) -> None:
    feed = ChangeFeed(pause=3600)
    feed.read()
    note_change("a", 1, None)
    with django_assert_num_queries(0):
        assert feed.read() == []


@committed
def test_a_feed_reads_more_than_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("everfair.base.changes.BATCH", 2)
    feed = ChangeFeed(pause=0)
    feed.read()
    note_changes("a", range(5), None)
    assert [key for _topic, key in seen(feed.read())] == [0, 1, 2, 3, 4]


@committed
def test_followers_all_get_every_batch_and_nothing_when_nothing_changed(settings: Any) -> None:
    settings.CATALOGUE_PAUSE = 0
    told: list[tuple[str, list[tuple[str, int]]]] = []
    group = Followers()
    group.follow(lambda changes: told.append(("first", seen(changes))))
    group.follow(lambda changes: told.append(("second", seen(changes))))
    group.keep_up()
    note_change("a", 1, None)
    group.keep_up()
    group.keep_up()
    assert told == [("first", [("a", 1)]), ("second", [("a", 1)])]
    group.begin_anew()
    note_change("a", 2, None)
    group.keep_up()  # a new beginning: what was noted before it is not news
    assert len(told) == 2


@committed
def test_one_follower_that_fails_does_not_cost_the_others_their_changes(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CATALOGUE_PAUSE = 0
    told: list[list[tuple[str, int]]] = []
    group = Followers()

    def fails(changes: Any) -> None:
        raise ValueError("this follower is broken")

    group.follow(fails)
    group.follow(lambda changes: told.append(seen(changes)))
    group.keep_up()
    note_change("a", 1, None)
    group.keep_up()
    assert told == [[("a", 1)]]
    assert "this follower is broken" in caplog.text


@committed
def test_old_changes_are_forgotten_after_a_week() -> None:
    for days in (8, 6):
        Change.objects.create(topic="a", key=days, at=timezone.now() - timedelta(days=days))
    assert forget_changes() == 1
    assert seen(Change.objects.all()) == [("a", 6)]
    assert forget_changes(timezone.now() - timedelta(days=5)) == 0
    assert seen(Change.objects.all()) == [("a", 6)]  # the newest stays: a follower there is not behind


@contextmanager
def another_transaction(key: int) -> Iterator[threading.Event]:
    """A transaction of its own that has noted `key` and waits, uncommitted, until the event is set."""
    noted, may_end = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with transaction.atomic():
                note_change("late", key, None)
                noted.set()
                assert may_end.wait(timeout=20)
        except BaseException as error:
            failures.append(error)
            noted.set()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert noted.wait(timeout=20)
    try:
        yield may_end
    finally:
        may_end.set()
        thread.join(timeout=20)
        assert failures == []


@pytest.mark.postgres
@committed
def test_a_lower_number_that_commits_later_is_not_missed() -> None:
    feed = ChangeFeed(pause=0)
    note_change("first", 0, None)
    feed.read()
    with another_transaction(1) as may_end:
        note_change("early", 2, None)  # a higher number, committed first
        assert seen(Change.objects.order_by("id"))[-1:] == [("early", 2)]
        before = seen(feed.read())
        assert before == []  # it waits, for it cannot know what is still to come below it
        assert last_position() == Change.objects.get(topic="first").id
        may_end.set()
    assert seen(feed.read()) == [("late", 1), ("early", 2)]
    numbers = list(Change.objects.order_by("id").values_list("topic", flat=True))
    assert numbers == ["first", "late", "early"]


@pytest.mark.postgres
@committed
def test_a_lower_number_of_a_younger_transaction_is_not_missed() -> None:
    """The elder of two transactions notes last and commits first: age says nothing about numbers."""
    feed = ChangeFeed(pause=0)
    note_change("first", 0, None)
    feed.read()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")  # it has begun to write elsewhere
        younger = another_transaction(1)
        may_end = younger.__enter__()
        note_change("elder", 2, None)
    read = seen(feed.read())
    may_end.set()
    younger.__exit__(None, None, None)
    read += seen(feed.read())
    assert read == [("late", 1), ("elder", 2)]


@pytest.mark.postgres
@committed
def test_a_long_writer_does_not_hold_up_what_was_noted_before_it_for_ever() -> None:
    feed = ChangeFeed(pause=0)
    feed.read()
    with another_transaction(1):
        note_change("before the second", 2, None)
        assert seen(feed.read()) == []
        with another_transaction(3) as second_may_end:
            second_may_end.set()
    assert seen(feed.read()) == [("late", 1), ("before the second", 2), ("late", 3)]
    assert last_position() == Change.objects.order_by("-id").values_list("id", flat=True)[0]


@pytest.mark.postgres
@committed
def test_many_writers_at_once_and_none_is_missed_or_told_twice() -> None:
    feed, told, ended = ChangeFeed(pause=0), [], threading.Event()
    feed.read()

    def read_on() -> None:
        try:
            while not ended.is_set():
                told.extend(seen(feed.read()))
        finally:
            connection.close()

    def write(start: int) -> None:
        try:
            for key in range(start, start + 40):
                with transaction.atomic():
                    note_change("w", key, None)
                    if key % 7 == 0:
                        with connection.cursor() as cursor:
                            cursor.execute("SELECT pg_sleep(0.01)")
        finally:
            connection.close()

    reader = threading.Thread(target=read_on)
    writers = [threading.Thread(target=write, args=(start * 1000,)) for start in range(6)]
    for thread in [reader, *writers]:
        thread.start()
    for thread in writers:
        thread.join(timeout=60)
    ended.set()
    reader.join(timeout=60)
    told.extend(seen(feed.read()))
    assert len(told) == 240
    assert len(set(told)) == 240


@pytest.mark.postgres
@committed
def test_a_long_reading_transaction_does_not_hold_followers_up() -> None:
    feed = ChangeFeed(pause=0)
    feed.read()
    reading, may_end = threading.Event(), threading.Event()

    def backup() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SELECT count(*) FROM base_change")
                reading.set()
                may_end.wait(timeout=20)
        finally:
            connection.close()

    thread = threading.Thread(target=backup)
    thread.start()
    try:
        assert reading.wait(timeout=20)
        note_change("a", 1, None)
        assert seen(feed.read()) == [("a", 1)]
    finally:
        may_end.set()
        thread.join(timeout=20)
