"""Starts the real services tests need (PostgreSQL, Redis) on free loopback ports, and stops them. Installs Debian's packages as root.

Those for calls (Janus, coturn) are in services_of_calls.py.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = {
    "postgresql": "initdb",
    "redis-server": "redis-server",
    "chromium": "chromium",
    "janus": "janus",
    "coturn": "turnserver",
}
"""Debian's package, and a program that tells whether it is there."""
FONTS = "fonts-noto-cjk"


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def find_program(name: str) -> str | None:
    """A program on the PATH, or among Debian's PostgreSQL versions (newest first)."""
    if found := shutil.which(name):
        return found
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True
    )
    return str(versions[0]) if versions else None


def install_missing() -> list[str]:
    """Debian packages for what is missing, when this is root on Debian. What is still missing afterwards."""
    missing = [package for package, program in PROGRAMS.items() if not find_program(program)]
    wanted = missing if _has_chinese_fonts() else [*missing, FONTS]
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(wanted)} …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (
            ["update", "-qq"],
            ["install", "-y", "-qq", "--no-install-recommends", *wanted],
        ):
            subprocess.run(["apt-get", *words], env=environment, stdout=subprocess.DEVNULL, check=False)
    return [package for package, program in PROGRAMS.items() if not find_program(program)]


def _has_chinese_fonts() -> bool:
    """Badges and pictures of pages show Chinese names."""
    folders = ("/usr/share/fonts", "/usr/local/share/fonts")
    return any(next(Path(folder).rglob("*CJK*"), None) for folder in folders)


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL cluster of its own; yields the address of an empty database."""
    initdb, server = find_program("initdb"), find_program("postgres")
    if not initdb or not server:
        raise FileNotFoundError("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="everfair-postgres-"))
    become = _as_another() if os.geteuid() == 0 else None
    if become:
        os.chown(folder, *become)
    options = {"user": become[0], "group": become[1], "extra_groups": []} if become else {}
    port, data = free_port(), folder / "data"
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder)}
    subprocess.run(
        [initdb, "-D", data, "-U", "everfair", "--auth=trust", "-E", "UTF8", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, env=environment, cwd=folder, **options,
    )  # fmt: skip
    settings = [
        "-c",
        "fsync=off",
        "-c",
        "full_page_writes=off",
        "-c",
        "synchronous_commit=off",
        "-c",
        "shared_buffers=128MB",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [server, "-D", data, "-p", str(port), "-k", folder, "-h", "127.0.0.1", *settings],
            stdout=log, stderr=log, env=environment, cwd=folder, **options,
        )  # fmt: skip
    try:
        wait_for(port, process)
        createdb = find_program("createdb")
        subprocess.run(
            [str(createdb), "-h", "127.0.0.1", "-p", str(port), "-U", "everfair", "everfair"],
            check=True,
            env=environment,
        )
        yield f"postgresql://everfair@127.0.0.1:{port}/everfair"
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis() -> Iterator[str]:
    """A Redis server that keeps nothing; yields its address."""
    server = find_program("redis-server")
    if not server:
        raise FileNotFoundError("Redis is not installed")
    port = free_port()
    process = subprocess.Popen(
        [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _as_another() -> tuple[int, int]:
    """PostgreSQL refuses to run as root: the user Debian made for it, else nobody."""
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    raise RuntimeError("no user to run PostgreSQL as")


def wait_for(port: int, process: "subprocess.Popen[bytes]", seconds: float = 30) -> None:
    """Until somebody listens on the port. An error if the process ends before, or nobody does in time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended at once with code {process.returncode}")  # type: ignore[index]
        with socket.socket() as trial:
            trial.settimeout(0.5)
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(0.3)
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")
