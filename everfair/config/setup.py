"""What must be there before the process starts: database, static files, messages, sample, index. Each step does nothing twice."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

Say = Callable[[str], None]


def require_demo_settings() -> None:
    """The demonstration offers its sign-ins, so it must never face the world."""
    if not settings.DEMO:
        raise SystemExit(
            "The demonstration needs EVERFAIR_DEMO=true. `make demo` sets it; a real fair uses `everfair serve`."
        )


def name_own_address(port: int) -> None:
    """Letters, feeds and links of a demonstration name the port it really has, unless an address was set."""
    if settings.BASE_URL == settings.DEFAULT_BASE_URL:
        settings.BASE_URL = f"http://127.0.0.1:{port}"


def make_database() -> None:
    """Tables as this version needs them; compiled messages where they are missing."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    compile_messages()
    call_command("migrate", interactive=False, verbosity=0)


def compile_messages() -> None:
    """Make .mo files beside newer .po files (Babel: no GNU gettext needed)."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file)
        half = target.with_suffix(f".{os.getpid()}.part")  # two processes may start at once
        with half.open("wb") as out:
            write_mo(out, catalogue)
        half.replace(target)


def collect_static_files() -> None:
    """Gather and fingerprint static files, if any source is newer than the last time."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path}:{found.st_mtime_ns}:{found.st_size}".encode())
    stamp = settings.STATIC_ROOT / ".stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest.hexdigest())


def load_sample_once(say: Say) -> None:
    """The sample fair and its people, if the database holds no fair yet."""
    from everfair.fair.models import Fair  # app ready
    from everfair.sample.load import load_sample  # slow import

    if not Fair.objects.exists():
        say("Loading the sample fair …")
        load_sample()


def load_sample_apart() -> None:
    """The same in a process that ends: what loading took of memory is given back before the fair is served."""
    from everfair.fair.models import Fair  # app ready

    if not Fair.objects.exists():
        own = {**os.environ, "EVERFAIR_BASE_URL": settings.BASE_URL}
        subprocess.run([sys.executable, "-m", "everfair", "sample"], check=True, env=own)


def make_index_if_missing(say: Say) -> None:
    """Build the search index where there is none."""
    from everfair.search.actions import index_if_missing  # slow import

    if index_if_missing():
        say("Search index built.")


def warm_engines() -> None:
    """Compile what makes timetables and ranks matches, beside the rest and at low priority, so that nobody waits for it.

    A process of its own, one at a time on the machine: the web process never holds the compiler for it. It ends by itself;
    nothing waits for it.
    """
    from importlib.metadata import version

    engines = Path(__file__).parents[1] / "engines"
    sources = sorted([*engines.glob("scheduling/large/*.py"), *engines.glob("matching/**/*.py")])
    digest = hashlib.sha256(f"{sys.executable} {version('numba')}".encode())
    for source in sources:
        digest.update(f"{source} {source.stat().st_mtime_ns}".encode())
    stamp = _stamp_beside(engines)

    def is_warm() -> bool:
        return stamp.exists() and stamp.read_text() == digest.hexdigest()

    from everfair.matchmaking.bridge.matcher import matchers  # app ready

    matchers.may_rank = (
        is_warm  # else the first reader's page would compile for a minute, and all others with it
    )
    if is_warm():
        return
    stamp.parent.mkdir(parents=True, exist_ok=True)
    subprocess.Popen(
        [sys.executable, "-c", WARMING, str(stamp), digest.hexdigest()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


WARMING = """
import os, pathlib, sys
stamp = pathlib.Path(sys.argv[1])
try:
    import fcntl
    lock = open(stamp.with_suffix(".lock"), "w")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except ImportError:
    pass
except OSError:
    sys.exit()
getattr(os, "nice", int)(10)
from everfair.engines.matching.warm import warm as warm_matching
from everfair.engines.scheduling.large import warm as warm_timetables
warm_matching()
warm_timetables()
stamp.write_text(sys.argv[2])
"""


def _stamp_beside(engines: Path) -> Path:
    """Beside what was compiled, which is kept with the source where that may be written: once for all data folders."""
    beside = engines / "__pycache__"
    try:
        beside.mkdir(exist_ok=True)
    except OSError:
        return settings.DATA_DIR / ".engines-compiled"
    return (beside if os.access(beside, os.W_OK) else settings.DATA_DIR) / ".engines-compiled"


def demo_greeting(port: int, seconds: float) -> str:
    """Where the fair is and how to sign in."""
    accounts = json.loads((settings.DATA_DIR / "demo-accounts.json").read_text(encoding="utf-8"))
    lines = [
        "",
        f"everfair is ready at http://127.0.0.1:{port}  ({seconds:.1f} s). Ctrl-C stops it; everything is kept.",
        "",
        "Sign in as (this demonstration only listens on this machine):",
    ]
    width = max(len(account["email"]) for account in accounts)
    lines += [
        f"  {account['email']:<{width}}  {account['password']}   {account['role']['en']}"
        for account in accounts
    ]
    return "\n".join([*lines, ""])
