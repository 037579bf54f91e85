"""Starts a real Janus and a real coturn for tests, on free loopback ports, with secrets of their own; stops them.

Janus refuses to work where loopback is the only network ("490 Error setting ICE locally"): a pair of virtual cables is laid
for it then, where this is root, and taken away at the end.
"""

import json
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

if __package__:
    from tools.services import find_program, free_port, wait_for
else:
    from services import find_program, free_port, wait_for  # type: ignore[no-redef]

CABLE = "evf"
NO_NETWORK = (
    "Janus needs a network besides loopback, and none can be made here: run this as root with NET_ADMIN, or by hand: "
    "ip link add v0 type veth peer name v1; ip addr add 198.18.7.1/30 dev v0; ip link set v0 up; ip link set v1 up"
)
UNUSED = (
    "audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay",
    "sip", "streaming", "textroom", "videocall", "voicemail",
)  # fmt: skip


class NotHere(RuntimeError):
    """A service cannot run on this machine; says why and what to do."""


@dataclass
class Turn:
    """A running coturn."""

    port: int
    secret: str

    @property
    def url(self) -> str:
        """As EVERFAIR_TURN_URLS wants it."""
        return f"turn:127.0.0.1:{self.port}?transport=udp"


@contextmanager
def turn(secret: str = "") -> Iterator[Turn]:
    """A TURN server on loopback that relays to loopback too (never do that on a real one)."""
    program = find_program("turnserver")
    if not program:
        raise NotHere("coturn is not installed: apt-get install coturn")
    given = Turn(free_port(), secret or secrets.token_hex(16))
    with tempfile.TemporaryDirectory(prefix="everfair-turn-") as folder:
        settings = [
            "-n", "--no-tls", "--no-dtls", "--no-cli", "--no-stdout-log", "--simple-log",
            "--log-file", f"{folder}/log", "--pidfile", f"{folder}/pid", "--userdb", f"{folder}/db",
            "--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--listening-port", str(given.port),
            "--min-port", "49160", "--max-port", "65535", "--allow-loopback-peers", "--fingerprint",
            "--realm", "everfair.test", "--use-auth-secret", "--static-auth-secret", given.secret,
        ]  # fmt: skip
        process = subprocess.Popen(
            [program, *settings], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(given.port, process)
            yield given
        finally:
            _stop(process)


class Janus:
    """A Janus that can be stopped and started again on the same ports; it forgets its rooms then."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.http_port, self.ws_port = free_port(), free_port()
        self.token_secret, self.admin_key = secrets.token_hex(16), secrets.token_hex(16)
        self.process: subprocess.Popen[bytes] | None = None
        self.write()

    @property
    def url(self) -> str:
        """As EVERFAIR_JANUS_URL wants it."""
        return f"http://127.0.0.1:{self.http_port}/janus"

    @property
    def public_url(self) -> str:
        """As EVERFAIR_JANUS_PUBLIC_URL wants it."""
        return f"ws://127.0.0.1:{self.ws_port}/"

    def write(self, *, token_auth: bool = True, with_admin_key: bool = True) -> None:
        """Its settings files."""
        program = Path(find_program("janus") or "/usr/bin/janus").resolve()
        found = next(Path(program.parents[1], "lib").glob("**/janus/plugins"), None)
        if found is None:
            raise NotHere(f"the plug-ins of Janus are not beside {program}")
        general: dict[str, object] = {
            "configs_folder": str(self.folder),
            **{
                f"{kind}_folder": str(found.parent / kind)
                for kind in ("plugins", "transports", "events", "loggers")
            },
            "debug_level": 4,
            "reclaim_session_timeout": 20,
        }
        if token_auth:
            general |= {"token_auth": True, "token_auth_secret": self.token_secret}
        http = {
            "base_path": "/janus",
            "http": True,
            "https": False,
            "ip": "127.0.0.1",
            "port": self.http_port,
        }
        ws = {"ws": True, "wss": False, "ws_ip": "127.0.0.1", "ws_port": self.ws_port}
        self._file("janus", general=general, plugins={"disable": _libraries(*UNUSED)},
                   transports={"disable": _libraries("mqtt", "nanomsg", "pfunix", "rabbitmq")},
                   nat={"full_trickle": True})  # fmt: skip
        self._file("janus.transport.http", general=http, admin={"admin_http": False})
        self._file("janus.transport.websockets", general=ws)
        self._file("janus.plugin.videoroom", general={"admin_key": self.admin_key} if with_admin_key else {})

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = find_program("janus")
        if not program:
            raise NotHere("Janus is not installed: apt-get install janus")
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [program, "-F", str(self.folder), "-o"], stdout=log, stderr=log, cwd=self.folder
            )
        for port in (self.http_port, self.ws_port):
            wait_for(port, self.process)

    def stop(self) -> None:
        """As if it fell: at once, no goodbye."""
        if self.process:
            self.process.kill()
            self.process.wait(timeout=20)
            self.process = None

    def _file(self, name: str, **sections: dict[str, object]) -> None:
        lines = []
        for title, values in sections.items():
            lines += [
                f"{title}: {{",
                *(f"  {key} = {json.dumps(value)}" for key, value in values.items()),
                "}",
            ]
        (self.folder / f"{name}.jcfg").write_text("\n".join([*lines, ""]), encoding="utf-8")


@contextmanager
def janus() -> Iterator[Janus]:
    """A running Janus with signed tokens; NotHere with a sentence where it cannot run."""
    if not find_program("janus"):
        raise NotHere("Janus is not installed: apt-get install janus")
    folder = Path(tempfile.mkdtemp(prefix="everfair-janus-"))
    try:
        with network():
            given = Janus(folder)
            try:
                given.start()
                yield given
            finally:
                given.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def network() -> Iterator[None]:
    """An interface with an address besides loopback: the machine's own, else a pair of virtual cables for as long as this lasts."""
    _take_away_left_cables()
    if _has_network():
        yield
        return
    if os.geteuid() != 0 or not shutil.which("ip"):
        raise NotHere(NO_NETWORK)
    one, other = f"{CABLE}{os.getpid()}a", f"{CABLE}{os.getpid()}b"
    place = f"198.18.{os.getpid() // 64 % 256}.{os.getpid() % 64 * 4 + 1}/30"  # addresses kept for tests of devices
    try:
        for words in (
            ["link", "add", one, "type", "veth", "peer", "name", other],
            ["addr", "add", place, "dev", one],
            ["link", "set", one, "up"],
            ["link", "set", other, "up"],
        ):
            done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
            if done.returncode:
                raise NotHere(f"{NO_NETWORK} ({done.stderr.strip()})")
        yield
    finally:
        _take_away(one)


def _has_network() -> bool:
    """Whether an interface that is up, other than loopback and the cables of another run, has an IPv4 address."""
    done = subprocess.run(
        ["ip", "-json", "-4", "addr", "show", "up"], capture_output=True, text=True, check=False
    )
    with suppress(ValueError):
        names = [str(one.get("ifname")) for one in json.loads(done.stdout) if one.get("addr_info")]
        return any(name != "lo" and not name.startswith(CABLE) for name in names)
    return False


def _take_away_left_cables() -> None:
    """Those of runs that were killed."""
    for path in Path("/sys/class/net").glob(f"{CABLE}[0-9]*a"):
        if not Path("/proc", path.name[len(CABLE) : -1]).exists():
            _take_away(path.name)


def _take_away(cable: str) -> None:
    """Its other end goes with it."""
    subprocess.run(["ip", "link", "del", cable], capture_output=True, check=False)


def _libraries(*names: str) -> str:
    return ",".join(f"libjanus_{name}.so" for name in names)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=10)
