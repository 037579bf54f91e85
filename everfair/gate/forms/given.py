"""What a device sends, made clean: one `Given` for each scan or undoing. Nothing is saved, nobody is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

MOST_AT_ONCE = 500  # scans in one sending
HIGHEST_NUMBER = 2**53 - 1  # the highest whole number a browser holds exactly
OLDEST = timedelta(days=60)
STEADY = 3  # seconds a clock may be off and still count as right: the line takes time too
OWN_VERDICTS = ("admitted", "left", "refused")
# what devices and the door may say against a badge; anything else a device writes is left out
REASONS = frozenset(
    {
        "forged",
        "unknown_key",
        "other_edition",
        "expired",
        "void",
        "not_expected",
        "kind",
        "closed",
        "full",
        "inside",
        "no_return",
        "one_way",
        "watch",
        "asked",
        "zone",
        "shut_out",
    }
)


@dataclass(frozen=True, slots=True)
class Given:
    """One entry of a device's queue. `undoes` names the number it takes back; all else is then empty."""

    number: int
    at: datetime  # by our clock
    zone: str = ""
    direction: str = "in"
    code: str = ""
    serial: int = 0  # found by name
    was_offline: bool = False
    own_verdict: str = ""  # what the device decided off line
    own_reason: str = ""
    has_asked: bool = False  # the team was asked about a person on the watch list, and said yes
    undoes: int | None = None


def clock_offset(clock: Any, now: datetime) -> int:
    """Seconds a device's clock (milliseconds since 1970) is ahead of ours; 0 when it is steady or unknown."""
    if isinstance(clock, bool) or not isinstance(clock, int | float) or not 0 < clock < 10**14:
        return 0
    seconds = round(clock / 1000 - now.timestamp())
    return seconds if abs(seconds) > STEADY else 0


def read_given(raw: Any, offset: int, now: datetime) -> Given | None:
    """One entry; None when it cannot be read. Its time is set right by `offset` and never lies in the future."""
    if not isinstance(raw, Mapping):
        return None
    number, at = _whole(raw.get("number")), _moment(raw.get("at"), offset, now)
    if not number or at is None:
        return None
    if raw.get("undo") is not None:
        undoes = _whole(raw["undo"])
        return Given(number, at, undoes=undoes) if undoes else None
    code, serial = raw.get("code") or "", raw.get("serial") or 0
    if not isinstance(code, str) or not isinstance(serial, int) or not (code or 0 < serial < 2**32):
        return None
    verdict, reason = raw.get("verdict"), raw.get("reason")
    return Given(
        number,
        at,
        zone=_plain(str(raw.get("zone") or ""))[:20],
        direction="out" if raw.get("direction") == "out" else "in",
        code=_plain(code),
        serial=0 if code else serial,
        was_offline=bool(raw.get("offline")),
        own_verdict=verdict if verdict in OWN_VERDICTS else "",
        own_reason=reason if reason in REASONS else "",
        has_asked=bool(raw.get("asked")),
    )


def read_all(raw: Sequence[Any], offset: int, now: datetime) -> list[tuple[int | None, Given | None]]:
    """(number as sent, entry) of each; the entry is None where it cannot be read."""
    return [
        (_whole(one.get("number")) if isinstance(one, Mapping) else None, read_given(one, offset, now))
        for one in raw
    ]


def _plain(code: str) -> str:
    """Printable characters only, as many as the table takes: a hand scanner may send anything."""
    return "".join(letter for letter in code.strip() if letter.isprintable())[:300]


def _whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= HIGHEST_NUMBER:
        return None
    return value


def _moment(value: Any, offset: int, now: datetime) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10**14:
        return None
    at = datetime.fromtimestamp(value / 1000, UTC) - timedelta(seconds=offset)
    return None if at < now - OLDEST else min(at, now)
