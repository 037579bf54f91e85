"""Signed badge codes: written, read and judged without a network. Pure: keys and the day are arguments."""

from everfair.engines.passes.code import new_seed, public_key, read, write
from everfair.engines.passes.judge import judge
from everfair.engines.passes.types import PREFIX, Pass, Verdict

__all__ = ["PREFIX", "Pass", "Verdict", "judge", "new_seed", "public_key", "read", "write"]
