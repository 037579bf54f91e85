"""Sockets for tests: a server that knows the topics of tests.realtime.rooms, a client that reads frame by frame."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.config.databases import fill_with_tables
from tests.config.installation import HERE, Installation, Server, _wait_for
from tests.programme.live_world import cookies_of
from tools.services import free_port, postgres, redis

MAKE = "import json; from tests.programme.live_world import make; print(json.dumps(make()))"


def live_installation(folder: Path) -> Installation:
    """Tables, no server; eight connections from an address."""
    settings = {
        "EVERFAIR_SEARCH_ENGINE": "null",
        "EVERFAIR_LIVE_PER_ADDRESS": "8",
        "EVERFAIR_WORKER_IN_PROCESS": "false",
    }
    return Installation(folder, settings).with_tables()


@contextmanager
def shared_installation(folder: Path) -> Iterator[Installation]:
    """One PostgreSQL, one Redis, one data folder for several processes; skips where they are not installed."""
    with ExitStack() as until_the_end:
        try:
            database, told = (until_the_end.enter_context(service()) for service in (postgres, redis))
        except FileNotFoundError:
            pytest.skip("PostgreSQL or Redis is not installed")
        settings = {
            "EVERFAIR_DATABASE_URL": database,
            "EVERFAIR_REDIS_URL": told,
            "EVERFAIR_SEARCH_ENGINE": "null",
            "EVERFAIR_WORKER_IN_PROCESS": "false",
        }
        fill_with_tables(database)
        yield Installation(folder, settings)


def live_world(installation: Installation) -> dict[str, Any]:
    """A session with its audience: what tests.programme.live_world.make made."""
    found: dict[str, Any] = json.loads(installation.python(MAKE))
    return found


@contextmanager
def serving(installation: Installation, **settings: str) -> Iterator[Server]:
    """`everfair serve` with the topics of the tests, until the block ends."""
    port = free_port()
    log = installation.folder / f"serve-{port}.log"
    words = [sys.executable, "-m", "tests.realtime.rooms", str(port)]
    own = {"EVERFAIR_BASE_URL": f"http://127.0.0.1:{port}", **installation.environment, **settings}
    with log.open("wb") as out:
        process = subprocess.Popen(words, env=own, cwd=HERE, stdout=out, stderr=out)
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait_for(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=20)


@dataclass
class Talk:
    """One open socket."""

    line: ClientConnection
    person: int | None = None

    def tell(self, **frame: Any) -> None:
        self.line.send(json.dumps(frame))

    def next(self, timeout: float = 10) -> dict[str, Any]:
        """The next frame."""
        found: dict[str, Any] = json.loads(self.line.recv(timeout=timeout))
        return found

    def ask(self, **frame: Any) -> dict[str, Any]:
        """Say something and read the next frame."""
        self.tell(**frame)
        return self.next()

    def until(self, *names: str, timeout: float = 10) -> dict[str, Any]:
        """The next frame that has one of the names."""
        while not any(name in (found := self.next(timeout)) for name in names):
            pass
        return found

    def facts(self, timeout: float = 10) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.until("facts", timeout=timeout)["facts"]
        return found

    def close_code(self, timeout: float = 10) -> int:
        """Read to the end; the code the server closed with, 0 for none."""
        try:
            while True:
                self.next(timeout)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 0

    def is_quiet(self) -> bool:
        """Nothing came before the answer to a ping."""
        return self.ask(do="ping", number=7) == {"pong": 7}


@contextmanager
def talking(server: Server, key: str = "", *, origin: str | None = "", lang: str = "en") -> Iterator[Talk]:
    """A socket of the person with this session; `origin` None: not told, "": the server's own."""
    cookies = "; ".join(f"{name}={value}" for name, value in cookies_of(key).items())
    with connect(
        server.base.replace("http", "ws") + f"/ws?lang={lang}",
        origin=server.base if origin == "" else origin,  # type: ignore[arg-type]
        additional_headers={"Cookie": cookies} if cookies else None,
        compression=None,
        close_timeout=2,
        max_size=None,
    ) as line:
        talk = Talk(line)
        talk.person = talk.next(30)["hello"]
        yield talk
