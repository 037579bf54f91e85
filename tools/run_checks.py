"""`make check`: style, types, layers, messages, templates, docs. Runs all, then says which failed."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS: list[tuple[str, list[str]]] = [
    ("style", [f"{BIN}/ruff", "check", "everfair", "tests", "benchmarks", "tools"]),
    ("format", [f"{BIN}/ruff", "format", "--check", "everfair", "tests", "benchmarks", "tools"]),
    ("types", [f"{BIN}/mypy"]),
    ("layers", [f"{BIN}/lint-imports", "--no-cache"]),
    ("messages", [sys.executable, "tools/messages.py", "check"]),
    ("migrations", [f"{BIN}/everfair", "manage", "makemigrations", "--check", "--dry-run"]),
    ("templates", [f"{BIN}/djlint", "everfair/web/templates", "--lint", "--quiet"]),
    ("docs", [sys.executable, "-m", "pytest", "-q", "tests/house/test_docs.py"]),
]


def main() -> int:
    """Run every check."""
    failed = []
    for name, words in CHECKS:
        print(f"--- {name}", flush=True)
        if subprocess.run(words, cwd=HERE).returncode != 0:
            failed.append(name)
    print(
        f"\nchecks: {len(CHECKS) - len(failed)} passed, {len(failed)} failed"
        + (f" ({', '.join(failed)})" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
