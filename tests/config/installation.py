"""An installation of its own: a data folder, settings, the command `everfair`, a server: real processes.

Nothing of the test run's own settings reaches it.
"""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.prepared import put_tables
from tools.services import free_port

HERE = Path(__file__).resolve().parents[2]


@dataclass
class Answer:
    """What came back for one request."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Client:
    """A reader of one server: keeps cookies, follows no redirects."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, body: bytes | None = None, timeout: float = 40, **headers: str
    ) -> Answer:
        """One request. Header names are written with underscores."""
        address = urlsplit(self.base)
        started = time.monotonic()
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=timeout)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body=body, headers=sent)
            response = connection.getresponse()
            answer = Answer(
                response.status,
                {name.lower(): value for name, value in response.getheaders()},
                response.read(),
                time.monotonic() - started,
            )
            for line in response.headers.get_all("set-cookie") or []:
                self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        finally:
            connection.close()
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """A form sent as a browser does, with the secret of the cookie."""
        body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies.get("everfair_csrf", "")}).encode()
        return self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded")


@dataclass
class Server:
    """A running server process."""

    base: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def client(self) -> Client:
        return Client(self.base)

    def get(self, path: str, **headers: str) -> Answer:
        """One request of an anonymous reader."""
        return Client(self.base).get(path, **headers)


@dataclass
class Installation:
    """A data folder with settings."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
        own = {"EVERFAIR_DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
        return {**kept, "PYTHONPATH": str(HERE), **own, **self.settings}

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """`everfair …`, whatever its exit code."""
        return subprocess.run(
            [sys.executable, "-m", "everfair", *words],
            env=self.environment,
            cwd=HERE,
            capture_output=True,
            text=True,
            timeout=600,
        )

    def do(self, *words: str) -> str:
        """`everfair …`, which must succeed; what it printed."""
        done = self.run(*words)
        assert done.returncode == 0, f"everfair {' '.join(words)}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def with_tables(self) -> "Installation":
        """The same, with a database of SQLite that somebody migrated before: every table, no rows."""
        put_tables(self.folder)
        return self

    def python(self, code: str, *words: str) -> str:
        """Run Python inside this installation; what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}", *words],
            env=self.environment,
            cwd=HERE,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[Server]:
        """`everfair serve` on a free port until the block ends."""
        port = free_port()
        log = self.folder / f"serve-{port}.log"
        words = [sys.executable, "-m", "everfair", "serve", "--port", str(port)]
        settings = {"EVERFAIR_BASE_URL": f"http://127.0.0.1:{port}", **self.environment}
        with log.open("wb") as out:
            process = subprocess.Popen(words, env=settings, cwd=HERE, stdout=out, stderr=out)
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


def _wait_for(server: Server, seconds: float = 90) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        assert server.process.poll() is None, server.log.read_text()
        try:
            if server.get("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not answer: {server.log.read_text()}")
