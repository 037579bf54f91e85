"""How fast `everfair sample --scale` writes on PostgreSQL. Run: .venv/bin/python -m benchmarks.sample_scale [ciftis|canton]"""

import re
import subprocess
import sys
import tempfile

from benchmarks.ground import EVERFAIR, environment, postgres, say


def main() -> None:
    """Load the catalogue into an empty database and read the command's own figure."""
    scale = sys.argv[1] if len(sys.argv) > 1 else "ciftis"
    with postgres() as database, tempfile.TemporaryDirectory(prefix="everfair-bench-") as data:
        done = subprocess.run(
            [EVERFAIR, "sample", "--scale", scale],
            env=environment(database, data),
            check=True,
            capture_output=True,
            text=True,
        )
    rate = re.search(r"(\d+) a second", done.stdout)
    say(f"offers written, {scale}", float(rate[1]) if rate else 0.0, "offers/s", 5_000)


if __name__ == "__main__":
    main()
