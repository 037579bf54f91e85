"""Who is seen at places: every connection that listens there, a person or a session once; what is found goes to the rooms."""

import asyncio
from typing import Any

import pytest

from everfair.gateways.live import Hub, Line
from everfair.presence.actions.staying import Present, visitor_key
from everfair.realtime import roll as face
from everfair.realtime.asking import Caller
from everfair.realtime.roll import FULL, Roll


async def a_hub(*heard: tuple[int | None, str, str]) -> Hub:
    """Lines of (person, session, topic)."""
    hub = Hub(window=0, for_each=0)
    hub.start()
    for person, session, topic in heard:
        line = Line(person)
        line.owner = Caller("192.0.2.1", session)
        await hub.subscribe(topic, person, None, line=line)
    return hub


def test_everybody_at_a_place_is_seen_once() -> None:
    async def look() -> frozenset[Present]:
        hub = await a_hub(
            (7, "a", "here:fair-1:booth-x"), (7, "b", "here:fair-1:booth-x"), (None, "c", "here:fair-1:booth-x"),
            (None, "", "here:fair-1:booth-x"), (None, "", "here:fair-1:booth-x"), (8, "d", "inbox:8"), (8, "d", "talk:q"),
        )  # fmt: skip
        await hub.subscribe("here:fair-1:booth-x", None, None, line=Line(None))  # nobody's: a test's own
        return Roll(hub).seen()

    keys = {visitor_key(None, session, "192.0.2.1") for session in ("c", "")}
    people = {Present("fair-1", "booth-x", 7, "u7")}
    assert asyncio.run(look()) == people | {Present("fair-1", "booth-x", None, key) for key in keys}


def test_the_rooms_are_told_what_changed_and_now_and_then_what_did_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[Any] = []
    monkeypatch.setattr(face, "note_stays", lambda _process, seen: said.append(len(seen)))
    monkeypatch.setattr(face, "forget_lapsed", lambda: said.append("lapsed"))

    def places_of(codes: set[str], before: dict[str, int]) -> dict[str, int]:
        said.append((set(codes), before))
        return {"q": 2}

    monkeypatch.setattr(face, "tell_places", places_of)

    async def call() -> None:
        hub = await a_hub((7, "a", "here:fair-1:booth-x"), (8, "d", "talk:q"))
        roll = Roll(hub)
        roll.start()
        for _turn in range(FULL):
            await roll.call()
        for line in hub.lines():
            hub.part(line)
        await roll.call()
        await roll.call()
        await roll.stop()

    asyncio.run(call())
    assert [one for one in said if isinstance(one, int)] == [1, 1, 0]
    assert said.count("lapsed") == FULL
    places = [one for one in said if isinstance(one, tuple)]
    assert places[:2] == [({"q"}, {}), ({"q"}, {"q": 2})]


def test_a_database_that_is_away_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    def away(_process: str, seen: Any) -> None:
        told.append(len(seen))
        if len(told) == 1:
            raise RuntimeError("away")

    monkeypatch.setattr(face, "note_stays", away)
    monkeypatch.setattr(face, "forget_lapsed", lambda: None)
    monkeypatch.setattr(face, "let_go", lambda _process: None)
    monkeypatch.setattr(face, "EVERY", 0.01)

    async def run() -> None:
        roll = Roll(await a_hub((7, "a", "here:fair-1:booth-x")))
        roll.start()
        for _n in range(100):
            await asyncio.sleep(0.02)
            if len(told) > 1:
                break
        await roll.stop()

    asyncio.run(run())
    assert told[:2] == [1, 1]
