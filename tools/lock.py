"""Resolves the lock files anew: pinned, with hashes, for every platform, without index addresses."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
COMMON = [
    "pip",
    "compile",
    "--universal",
    "--generate-hashes",
    "--python-version",
    "3.11",
    "--no-emit-index-url",
    "--no-header",
    "-q",
]


def main() -> None:
    """requirements.txt for running, requirements-dev.txt for tests and checks, tools/requirements-uv.txt for the installer."""
    uv = str(HERE / ".venv" / "bin" / "uv")
    for words in (
        ["pyproject.toml", "-o", "requirements.txt"],
        ["--extra", "dev", "-c", "requirements.txt", "pyproject.toml", "-o", "requirements-dev.txt"],
        ["tools/requirements-uv.in", "-o", "tools/requirements-uv.txt"],
    ):
        subprocess.run([uv, *COMMON, *sys.argv[1:], *words], cwd=HERE, check=True)


if __name__ == "__main__":
    main()
