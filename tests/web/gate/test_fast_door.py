"""Doors and pages take turns in one process: a page waits for a batch of scans, and a batch for a page, neither for ever."""

import asyncio
from typing import Any

import pytest

from everfair.web.gate import fast_door
from everfair.web.gate.door import Ask, Reply
from everfair.web.gate.fast_door import IN_A_ROW, FastDoor

ASK = Ask("scans", "secret", b"{}", "127.0.0.1", "en")


class Stage:
    """A door whose batches last as long as the test says, and a record of what began and ended when."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.door = FastDoor()
        self.events: list[str] = []
        self.loop = asyncio.get_running_loop()
        self.may_end = asyncio.Event()
        monkeypatch.setattr(fast_door, "take_together", self._take)

    def _take(self, asks: list[Ask]) -> list[Reply | Exception]:
        self.loop.call_soon_threadsafe(self.events.append, f"batch {len(asks)}")
        asyncio.run_coroutine_threadsafe(self.may_end.wait(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.events.append, "batch over")
        return [Reply(200, b"{}") for _ask in asks]

    async def page(self, name: str) -> None:
        async with self.door.after_us():
            self.events.append(f"page {name}")
            await asyncio.sleep(0.002)
            self.events.append(f"page {name} over")


def test_a_page_waits_for_the_batch_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> list[str]:
        stage = Stage(monkeypatch)
        scan = asyncio.create_task(stage.door._take(ASK))
        while not stage.events:
            await asyncio.sleep(0.001)
        pages = [asyncio.create_task(stage.page(name)) for name in "ab"]
        await asyncio.sleep(0.02)
        assert stage.events == ["batch 1"]
        stage.may_end.set()
        await asyncio.gather(scan, *pages)
        stage.door.close()
        return stage.events

    events = asyncio.run(run())
    assert events == ["batch 1", "batch over", "page a", "page a over", "page b", "page b over"]


def test_a_page_waits_no_longer_than_manners_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_door, "MANNERS", 0.03)

    async def run() -> list[str]:
        stage = Stage(monkeypatch)
        scan = asyncio.create_task(stage.door._take(ASK))
        while not stage.events:
            await asyncio.sleep(0.001)
        await stage.page("a")
        stage.may_end.set()
        await scan
        stage.door.close()
        return stage.events

    events = asyncio.run(run())
    assert events == ["batch 1", "page a", "page a over", "batch over"]


def test_pages_are_made_even_if_scans_never_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_door, "LATE", -1.0)  # every batch is late

    async def run() -> list[str]:
        stage = Stage(monkeypatch)
        stage.may_end.set()
        is_over = False

        async def keep_scanning() -> None:
            while not is_over:
                await stage.door._take(ASK)

        devices = [asyncio.create_task(keep_scanning()) for _ in range(4)]
        while "batch over" not in stage.events:
            await asyncio.sleep(0.001)
        begun = len(stage.events)
        await stage.page("a")
        is_over = True
        await asyncio.gather(*devices)
        stage.door.close()
        return stage.events[begun:]

    events = asyncio.run(run())
    batches = [event for event in events[: events.index("page a")] if event == "batch over"]
    assert len(batches) <= IN_A_ROW + 1


def test_a_quiet_door_keeps_no_page_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> tuple[bool, Any]:
        stage = Stage(monkeypatch)
        await asyncio.gather(stage.page("a"), stage.page("b"))
        stage.door.close()
        return stage.door.is_quiet(), stage.events

    is_quiet, events = asyncio.run(run())
    assert is_quiet
    assert events[:2] == ["page a", "page b"]
