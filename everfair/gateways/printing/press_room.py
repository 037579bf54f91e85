"""Keeps the press running while there is work: started on first need, ended when idle, replaced when it hangs or grows."""

import atexit
import json
import logging
import os
import selectors
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from everfair.gateways.printing.types import CannotSet

log = logging.getLogger("everfair.printing")

PATIENCE = 180.0  # seconds for one request: five hundred sheets on a slow machine
IDLE = 90.0  # seconds after which an idle press is ended
LIFE = 500  # badges or documents a press sets before it is replaced: typst remembers what it has set
_LENGTH = struct.Struct(">I")
_HOME = Path(__file__).parents[3]  # the folder that holds the package


class _Press:
    """One child process; every use under the room's lock."""

    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, [str(_HOME), os.environ.get("PYTHONPATH", "")]))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "everfair.gateways.printing.press"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        )  # fmt: skip
        self.done = 0

    def ask(self, request: dict[str, Any]) -> tuple[bool, bytes]:
        """(whether it went well, answer). Raises OSError or TimeoutError when the press is no more."""
        out, into = self.process.stdin, self.process.stdout
        if out is None or into is None:
            raise OSError("the press has no pipes")
        content = json.dumps(request, ensure_ascii=False).encode()
        out.write(_LENGTH.pack(len(content)) + content)
        out.flush()
        ends = time.monotonic() + PATIENCE
        head = self._read(into.fileno(), 1 + _LENGTH.size, ends)
        self.done += len(request.get("faces", ())) or 1  # one for a document, too
        return head[:1] == b"+", self._read(into.fileno(), _LENGTH.unpack(head[1:])[0], ends)

    @staticmethod
    def _read(handle: int, size: int, ends: float) -> bytes:
        found = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(handle, selectors.EVENT_READ)
            while len(found) < size:
                if not selector.select(max(0.0, ends - time.monotonic())):
                    raise TimeoutError("the press took too long")
                piece = os.read(handle, size - len(found))
                if not piece:
                    raise OSError("the press ended")
                found += piece
        return bytes(found)

    def end(self) -> None:
        """Stop it, whatever it does."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still to be written has no reader any more
                    continue
        self.process.kill()
        self.process.wait(timeout=10)


class _Room:
    def __init__(self) -> None:
        self._press: _Press | None = None
        self._lock = threading.Lock()
        self._used_at = 0.0
        self._timer: threading.Timer | None = None

    def ask(self, request: dict[str, Any]) -> bytes:
        """The answer; a press that died is replaced once. CannotSet with its sentence otherwise."""
        with self._lock:
            for attempt in (1, 2):
                if self._press is None or self._press.process.poll() is not None:
                    self._close()
                    self._press = _Press()
                try:
                    is_well, answer = self._press.ask(request)
                    break
                except TimeoutError as error:
                    self._close()
                    raise CannotSet("The pages took too long to set. Set fewer at once.") from error
                except OSError as error:
                    self._close()
                    if attempt == 2:
                        raise CannotSet("The press stopped twice. Ask who runs this server.") from error
                    log.warning("The press stopped; it is started anew.")
            self._used_at = time.monotonic()
            if self._press is not None and self._press.done >= LIFE:
                self._close()
            self._look_later()
        if is_well:
            return answer
        sentence, characters = json.loads(answer)
        raise CannotSet(sentence, characters)

    def close(self) -> None:
        """End the press now; the next request starts another."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._press is not None:
            self._press.end()
            self._press = None

    def _look_later(self) -> None:
        if self._timer is None and self._press is not None:
            self._timer = threading.Timer(IDLE, self._end_if_idle)
            self._timer.daemon = True
            self._timer.start()

    def _end_if_idle(self) -> None:
        with self._lock:
            self._timer = None
            if time.monotonic() - self._used_at >= IDLE:
                self._close()
            else:
                self._look_later()


_room = _Room()
atexit.register(_room.close)


def ask_press(request: dict[str, Any]) -> bytes:
    """What the press answers. Raises CannotSet."""
    return _room.ask(request)


def close_press() -> None:
    """End the press now (after fonts were installed; tests)."""
    _room.close()
