"""Several processes: facts of one reach the pages of the other, in one order, and a lost connection makes pages stale."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from everfair.gateways.live.hub import STALE, Hub
from everfair.gateways.live.redis_relay import RedisRelay
from tests.gateways.live.test_hub import facts_of, number_of, read

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools"))


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    from services import redis

    try:
        with redis() as url:
            yield url
    except FileNotFoundError:
        pytest.skip("Redis is not installed")


def a_hub(url: str) -> Hub:
    return Hub(relay=RedisRelay(url), window=0)


async def until_heard(hub: Hub, other: Hub, topic: str) -> None:
    """Both relays listen: a fact of each reached the other."""
    listener = await other.subscribe(topic, None, None)
    for _ in range(50):
        hub.publish(topic, {"hello": 1})
        try:
            await asyncio.wait_for(listener.read(), 0.1)
            break
        except TimeoutError:
            continue
    other.leave(listener)


def test_facts_go_from_process_to_process_in_one_order(redis_url: str) -> None:
    async def run() -> None:
        one, other = a_hub(redis_url), a_hub(redis_url)
        one.start()
        other.start()
        try:
            await until_heard(one, other, "warm")
            await until_heard(other, one, "warm")
            position = await asyncio.to_thread(other.position, "t")
            assert position == await asyncio.to_thread(one.position, "t")
            here = await one.subscribe("t", 7, position)
            there = await other.subscribe("t", None, position)
            for n in range(10):
                (one if n % 2 else other).publish("t", {"n": n})
            one.publish("t", {"mine": 1}, to=7)
            got, mine = [], []
            while len(got) < 10:
                wire = await read(there)
                got += [(number_of(wire), fact["n"]) for fact in facts_of(wire)]
            while len(mine) < 11:
                wire = await read(here)
                mine += [(number_of(wire), fact.get("n", "mine")) for fact in facts_of(wire)]
            assert sorted(n for _at, n in got) == list(range(10))
            assert [pair for pair in mine if pair[1] != "mine"] == got
            assert there.is_empty
        finally:
            await asyncio.to_thread(one.stop)
            await asyncio.to_thread(other.stop)

    asyncio.run(run())


def test_a_process_that_starts_later_knows_the_number(redis_url: str) -> None:
    first = a_hub(redis_url)
    first.publish("late", {"n": 1})
    first.publish("late", {"n": 2})
    assert a_hub(redis_url).position("late") == a_hub(redis_url).position("late") > 0


def test_without_redis_pages_are_told_to_look_again_and_nothing_breaks() -> None:
    async def run() -> None:
        hub = a_hub("redis://127.0.0.1:1/0")
        hub.start()
        try:
            assert await asyncio.to_thread(hub.position, "t") == 0
            listener = await hub.subscribe("t", None, 0)
            assert listener.is_empty
            hub.publish("t", {"n": 1})
            assert await read(listener) == STALE
        finally:
            await asyncio.to_thread(hub.stop)

    asyncio.run(run())
