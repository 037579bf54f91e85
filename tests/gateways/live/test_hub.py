"""The hub: order, merging, what those get who come back, slow readers, persons, the end."""

import asyncio
import json
import threading
from typing import Any

import pytest

from everfair.gateways.live.hub import Hub
from everfair.gateways.live.lines import STALE, WAITING, Line, Listener


def facts_of(wire: bytes) -> list[dict[str, Any]]:
    body = next(line for line in wire.decode().splitlines() if line.startswith("data: "))
    found: list[dict[str, Any]] = json.loads(body.removeprefix("data: "))
    return found


def number_of(wire: bytes) -> int:
    return int(wire.decode().splitlines()[0].removeprefix("id: "))


async def read(listener: Listener) -> bytes:
    return await asyncio.wait_for(listener.read(), 2)


def test_facts_come_in_order_with_numbers_that_follow_each_other() -> None:
    async def run() -> None:
        hub = Hub(window=0)
        hub.start()
        listener = await hub.subscribe("session:a", None, hub.position("session:a"))
        for n in range(5):
            hub.publish("session:a", {"n": n})
            await asyncio.sleep(0.002)
        got = [await read(listener) for _ in range(5)]
        assert [facts_of(wire)[0]["n"] for wire in got] == list(range(5))
        numbers = [number_of(wire) for wire in got]
        assert numbers == list(range(numbers[0], numbers[0] + 5))
        assert hub.position("session:a") == numbers[-1]

    asyncio.run(run())


def test_facts_of_one_thing_within_the_window_become_the_newest_whatever_order_they_come_in() -> None:
    async def run() -> None:
        hub = Hub(window=0.05)
        hub.start()
        listener = await hub.subscribe("t", None, None)
        hub.publish("t", {"v": 0, "version": 1}, key="q")
        first = await read(listener)
        for version in (3, 5, 4, 2):
            hub.publish("t", {"v": version, "version": version}, key="q")
        hub.publish("t", {"other": True}, key="p")
        assert facts_of(first) == [{"v": 0, "version": 1}]
        assert facts_of(await read(listener)) == [{"v": 5, "version": 5}, {"other": True}]
        assert listener.is_empty

    asyncio.run(run())


def test_who_comes_back_gets_what_was_missed_or_is_told_that_the_page_is_stale() -> None:
    async def run() -> None:
        hub = Hub(window=0, backlog=3)
        hub.start()
        before = hub.position("t")
        for n in range(6):
            hub.publish("t", {"n": n})
            await asyncio.sleep(0.001)
        back = await hub.subscribe("t", None, before + 4)
        assert facts_of(await read(back)) == [{"n": 4}]
        assert facts_of(await read(back)) == [{"n": 5}]
        for gone in (
            before,
            before - 1_000_000,
            before + 99,
        ):  # too old, an earlier process, one we never gave
            assert await read(await hub.subscribe("t", None, gone)) == STALE
        up_to_date = await hub.subscribe("t", None, before + 6)
        assert up_to_date.is_empty

    asyncio.run(run())


def test_numbers_of_a_later_process_lie_above_those_of_an_earlier_one() -> None:
    first = Hub()
    for n in range(50):
        first.publish("t", {"n": n})
    threading.Event().wait(0.1)  # no process starts within a tenth of a second of another's first fact
    assert Hub().position("t") > first.position("t")


def test_a_fact_for_one_person_reaches_only_their_pages_and_leaves_no_gap_for_others() -> None:
    async def run() -> None:
        hub = Hub(window=0)
        hub.start()
        mine, also_mine = await hub.subscribe("t", 7, None), await hub.subscribe("t", 7, None)
        theirs, nobodys = await hub.subscribe("t", 8, None), await hub.subscribe("t", None, None)
        start = hub.position("t")
        hub.publish("t", {"secret": 1}, to=7)
        await asyncio.sleep(0.001)
        hub.publish("t", {"open": 1})
        await asyncio.sleep(0.001)
        for listener in (mine, also_mine):
            assert facts_of(await read(listener)) == [{"secret": 1}]
        for listener in (mine, also_mine, theirs, nobodys):
            assert facts_of(await read(listener)) == [{"open": 1}]
            assert listener.is_empty
        again = await hub.subscribe("t", 8, start)
        assert facts_of(await read(again)) == [{"open": 1}]

    asyncio.run(run())


def test_a_slow_reader_is_let_go_and_the_others_lose_nothing() -> None:
    async def run() -> None:
        hub = Hub(window=0)
        hub.start()
        slow, quick = await hub.subscribe("t", None, None), await hub.subscribe("t", None, None)
        got = []
        for n in range(WAITING + 5):
            hub.publish("t", {"n": n})
            await asyncio.sleep(0)
            got.append(facts_of(await read(quick))[0]["n"])
        assert slow.is_ended
        assert got == list(range(WAITING + 5))

    asyncio.run(run())


def test_facts_of_many_threads_are_all_there_and_in_one_order_for_all() -> None:
    async def run() -> None:
        hub = Hub(window=0.005)
        hub.start()
        listeners = [await hub.subscribe("t", None, None) for _ in range(3)]
        threads = [
            threading.Thread(target=lambda t=t: [hub.publish("t", {"t": t, "n": n}) for n in range(50)])
            for t in range(4)
        ]
        for thread in threads:
            thread.start()
        seen: list[list[Any]] = [[] for _ in listeners]
        for listener, facts in zip(listeners, seen, strict=True):
            while len(facts) < 200:
                facts += facts_of(await read(listener))
        assert seen[0] == seen[1] == seen[2]
        for t in range(4):
            assert [fact["n"] for fact in seen[0] if fact["t"] == t] == list(range(50))

    asyncio.run(run())


def test_closing_ends_everybody() -> None:
    async def run() -> None:
        hub = Hub()
        hub.start()
        listener = await hub.subscribe("t", None, None)
        hub.close()
        assert listener.is_ended
        assert await read(listener) == b""

    asyncio.run(run())


def test_without_a_loop_facts_are_numbered_and_kept() -> None:
    hub = Hub()
    before = hub.position("t")
    hub.publish("t", {"n": 1})
    assert hub.position("t") == before + 1


def test_a_number_that_does_not_follow_makes_pages_stale() -> None:
    """What a relay lost is noticed by the next number."""

    async def run() -> None:
        hub = Hub()
        hub.start()
        listener = await hub.subscribe("t", None, None)
        start = hub.position("t")
        hub.deliver("t", start + 1, None, "[]")
        hub.deliver("t", start + 3, None, "[]")
        assert number_of(await read(listener)) == start + 1
        assert await read(listener) == STALE
        hub.deliver("t", start + 2, None, "[]")  # late: known already
        assert listener.is_empty

    asyncio.run(run())


@pytest.mark.django_db(transaction=True)
def test_facts_leave_after_commit_only() -> None:
    from django.db import transaction

    from everfair.gateways import live

    before = live.position("test:commit")
    with transaction.atomic():
        live.publish("test:commit", {"n": 1})
        transaction.set_rollback(True)
    assert live.position("test:commit") == before
    with transaction.atomic():
        live.publish("test:commit", {"n": 1})
        assert live.position("test:commit") == before
    assert live.position("test:commit") == before + 1


def test_merging_loses_no_fact_of_another_key_and_none_without_one() -> None:
    """What chat needs: thousands within one window, from many threads, each there once and in its speaker's order."""

    async def run() -> None:
        hub = Hub(window=0.02)
        hub.start()
        everybody, mine = await hub.subscribe("t", None, None), await hub.subscribe("t", 7, None)

        def speak(t: int) -> None:
            for n in range(250):
                hub.publish("t", {"t": t, "n": n, "version": 1}, key=f"{t}/{n}" if t % 2 else "")
                hub.publish("t", {"count": n, "version": n}, key=f"state/{t}")

        threads = [threading.Thread(target=speak, args=(t,)) for t in range(4)]
        for thread in threads:
            thread.start()
        hub.publish("t", {"secret": 1}, to=7)
        seen: dict[Listener, list[dict[str, Any]]] = {everybody: [], mine: []}
        for listener, facts in seen.items():
            wanted = 1001 if listener is mine else 1000
            while sum("n" in fact or "secret" in fact for fact in facts) < wanted:
                facts += facts_of(await read(listener))
        for facts in seen.values():
            for t in range(4):
                assert [fact["n"] for fact in facts if fact.get("t") == t] == list(range(250))
        assert [fact for fact in seen[mine] if "secret" in fact] == [{"secret": 1}]
        assert not [fact for fact in seen[everybody] if "secret" in fact]

    asyncio.run(run())


def test_a_fact_that_is_not_kept_reaches_who_is_there_and_nobody_later() -> None:
    async def run() -> None:
        hub = Hub(window=0)
        hub.start()
        here = await hub.subscribe("t", 7, None)
        before = hub.position("t")
        hub.publish("t", {"signal": 1}, to=7, keep=False)
        hub.publish("t", {"word": 1}, to=7)
        assert facts_of(await read(here)) == [{"signal": 1}]
        assert facts_of(await read(here)) == [{"word": 1}]
        again = await hub.subscribe("t", 7, before)
        assert facts_of(await read(again)) == [{"word": 1}]
        assert again.is_empty

    asyncio.run(run())


def test_one_line_listens_to_many_topics_in_its_own_form() -> None:
    async def run() -> None:
        hub = Hub(window=0)
        hub.start()
        line = Line(7, form="frame")
        for topic in ("a", "b"):
            await hub.subscribe(topic, 7, None, line=line)
        number = hub.position("b")
        hub.publish("b", {"n": 1})
        assert json.loads(await asyncio.wait_for(line.read(), 2)) == {
            "topic": "b",
            "number": number + 1,
            "facts": [{"n": 1}],
        }
        await hub.subscribe("b", 7, None, line=line)  # again: not twice
        hub.publish("b", {"n": 2})
        assert json.loads(await asyncio.wait_for(line.read(), 2))["facts"] == [{"n": 2}]
        assert line.is_empty
        hub.part(line)
        assert (hub.count(), hub.lines_on("a"), hub.lines_on("b")) == (0, [], [])

    asyncio.run(run())


def test_the_end_of_a_session_ends_its_lines_and_no_others() -> None:
    async def run() -> None:
        hub = Hub()
        hub.start()
        mine, also_mine, another = Line(7, session="s"), Line(7, session="other"), Line(session="")
        for line in (mine, also_mine, another):
            hub.join(line)
        hub.tell({"end": "s"})
        await asyncio.sleep(0.01)
        assert [line.is_ended for line in (mine, also_mine, another)] == [True, False, False]
        assert mine.reason == "signed-out"
        hub.tell({"end": ""})
        await asyncio.sleep(0.01)
        assert not another.is_ended

    asyncio.run(run())
