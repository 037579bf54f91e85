"""What a badge's code says, and how it may be judged. The code names no person: only numbers of the edition."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

PREFIX = "EF1:"
EPOCH = date(2020, 1, 1)  # day 0 of `expires`
LAST_DAY = EPOCH + timedelta(days=0xFFFF)

Verdict = Literal["valid", "forged", "unknown_key", "other_edition", "expired"]


@dataclass(frozen=True, slots=True)
class Pass:
    """The seven numbers of a code. Ranges are those of the payload; `write` refuses what does not fit."""

    key: int  # number of the signing key in its edition, 1 to 255
    edition: int  # 1 to 2^32-1
    kind: int  # kind of badge, 1 to 2^32-1
    serial: int  # the same for every issue to one person, 1 to 2^32-1
    issue: int  # 1 to 255; a higher one makes the lower ones void
    expires: date  # the last day it is valid, 2020-01-01 to 2199-06-06
