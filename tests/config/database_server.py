"""A PostgreSQL of a test's own that can be stopped and started again on the same rows."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import services

PARTS = ("initdb", "postgres", "createdb")


class DatabaseServer:
    """One cluster in a folder, on one port for as long as it lives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = services.free_port()
        self.process: subprocess.Popen[bytes] | None = None
        account = services._as_another() if os.geteuid() == 0 else None
        self.options: dict[str, object] = {}
        if account:
            os.chown(folder, *account)
            self.options = {"user": account[0], "group": account[1], "extra_groups": []}
        self.environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder)}

    @property
    def address(self) -> str:
        return f"postgresql://everfair@127.0.0.1:{self.port}/everfair"

    def create(self) -> None:
        """Make the cluster, start it, make an empty database."""
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "everfair", "--auth=trust", "-E", "UTF8")
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "everfair", "everfair")

    def start(self) -> None:
        """Start it; returns when it takes connections."""
        words = ["-D", str(self.folder / "data"), "-p", str(self.port), "-k", str(self.folder)]
        words += ["-h", "127.0.0.1", "-c", "fsync=off"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(services.find_program("postgres")), *words],
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd=self.folder,
                **self.options,  # type: ignore[call-overload]
            )
        assert self.process is not None
        services.wait_for(self.port, self.process)

    def stop(self) -> None:
        """Stop it at once: connections are cut, as when the machine restarts it."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(2)  # SIGINT: PostgreSQL's fast shutdown
            self.process.wait(timeout=20)

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [str(services.find_program(program)), *words],
            check=True,
            stdout=subprocess.DEVNULL,
            env=self.environment,
            cwd=self.folder,
            **self.options,  # type: ignore[call-overload]
        )


@contextmanager
def database_server() -> Iterator[DatabaseServer]:
    """A running one; FileNotFoundError where PostgreSQL is not installed."""
    if not all(services.find_program(name) for name in PARTS):
        raise FileNotFoundError("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="everfair-postgres-"))
    server = DatabaseServer(folder)
    try:
        server.create()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
