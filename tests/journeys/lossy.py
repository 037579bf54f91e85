"""A bad line between browsers and a relay: datagrams are carried on, some are lost, and no more of them than the line holds."""

import random
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Line:
    """`share` of what passes is lost, in both directions; `bits` a second pass at most, each way. May be changed while it runs."""

    def __init__(self, target: int) -> None:
        self.target = ("127.0.0.1", target)
        self.share, self.bits = 0.0, 0
        self.lost = self.passed = 0
        self.ending = threading.Event()
        self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.front.bind(("127.0.0.1", 0))
        self.port = int(self.front.getsockname()[1])
        self._room: dict[str, tuple[float, float]] = {}
        self._random = random.Random(7)

    def _passes(self, way: str, size: int) -> bool:
        now = time.monotonic()
        room, at = self._room.get(way, (12_000.0, now))
        room = min(12_000.0, room + (now - at) * self.bits / 8) if self.bits else 12_000.0
        is_in = room >= size and self._random.random() >= self.share
        self._room[way] = (room - size if is_in else room, now)
        self.lost, self.passed = self.lost + (not is_in), self.passed + is_in
        return is_in

    def run(self) -> None:
        """Until it is ended."""
        watched = selectors.DefaultSelector()
        watched.register(self.front, selectors.EVENT_READ)
        behind: dict[tuple[str, int], socket.socket] = {}
        ahead: dict[socket.socket, tuple[str, int]] = {}
        while not self.ending.is_set():
            for key, _events in watched.select(0.2):
                own: socket.socket = key.fileobj  # type: ignore[assignment]
                with suppress(OSError):
                    data, came = own.recvfrom(65536)
                    if own is self.front:
                        if came not in behind:
                            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                            behind[came], ahead[made] = made, came
                            watched.register(made, selectors.EVENT_READ)
                        if self._passes(f"up{came}", len(data)):
                            behind[came].sendto(data, self.target)
                    elif self._passes(f"down{ahead[own]}", len(data)):
                        self.front.sendto(data, ahead[own])
        for one in (self.front, *ahead):
            one.close()


@contextmanager
def line_to(target: int) -> Iterator[Line]:
    """A line to a port of this machine, good at first."""
    made = Line(target)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.ending.set()
        thread.join(timeout=5)
