"""Makes .venv from a lock file with hashes, and does nothing when it already fits. Standard library only.

Uses uv where it can be had (a few seconds), pip otherwise. Debian without python3-venv gets it when this runs as root.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
VENV = HERE / ".venv"
BIN = VENV / "bin"
LEAST = (3, 11)


def run(*words: str, quiet: bool = False) -> bool:
    """Run a command; whether it succeeded."""
    done = subprocess.run(
        words,
        cwd=HERE,
        stdout=subprocess.DEVNULL if quiet else None,
        stderr=subprocess.DEVNULL if quiet else None,
    )
    return done.returncode == 0


def make_venv() -> None:
    """A virtual environment with pip in it."""
    if (BIN / "python").exists() and run(str(BIN / "python"), "-m", "pip", "--version", quiet=True):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if run(sys.executable, "-m", "venv", str(VENV), quiet=True):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing python3-venv …", flush=True)
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "python3-venv", quiet=True)
        if run(sys.executable, "-m", "venv", str(VENV)):
            return
    sys.exit("Python's venv module is missing. On Debian or Ubuntu run: sudo apt-get install python3-venv")


def install(lock: Path) -> None:
    """Exactly what the lock file names, checked by hash, then everfair itself."""
    python = str(BIN / "python")
    uv = shutil.which("uv") or shutil.which("uv", path=str(BIN))
    if not uv:
        bootstrap = [
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            "tools/requirements-uv.txt",
        ]
        run(python, *bootstrap, quiet=True)
        uv = shutil.which("uv", path=str(BIN))
    if uv and run(uv, "pip", "install", "-q", "--python", python, "--require-hashes", "-r", str(lock)):
        pass
    elif not run(
        python,
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        str(lock),
    ):
        sys.exit(
            "The packages could not be installed. Is the package index reachable? Run the command again."
        )
    own = [
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--no-build-isolation",
        "--no-deps",
        "--no-index",
        "-e",
        ".",
    ]
    if not run(python, *own):
        sys.exit("everfair itself could not be installed into .venv; see the message above.")


def main(lock_name: str) -> None:
    """Bring .venv in line with the lock file."""
    if sys.version_info < LEAST:
        sys.exit(f"everfair needs Python {LEAST[0]}.{LEAST[1]} or newer; this is {sys.version.split()[0]}.")
    lock = HERE / lock_name
    told = (
        lock.read_bytes() + (HERE / "pyproject.toml").read_bytes() + sys.version.encode() + str(HERE).encode()
    )
    digest = hashlib.sha256(told).hexdigest()
    stamp = VENV / f".made-{lock.stem}"
    if stamp.exists() and stamp.read_text() == digest and (BIN / "everfair").exists():
        return
    print(f"Making the environment from {lock_name} …", flush=True)
    make_venv()
    install(lock)
    stamp.write_text(digest)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "requirements.txt")
