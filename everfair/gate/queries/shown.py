"""Whose badge was read and whether it is good: `judge_codes` of the registration room, for many at once and with few columns.

A door has no time for whole rows. Verdicts are the same; a test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from time import monotonic
from typing import Any

from everfair.engines import passes
from everfair.fair.models import Edition
from everfair.registration.models import Badge, Registration, SigningKey
from everfair.registration.queries.badges import SIGNED, clean_code

KEYS_KEPT = 1.0  # seconds a process remembers an edition's keys
COLUMNS = (
    "code",
    "serial",
    "id",
    "state",
    "voided_at",
    "registration_id",
    "registration__state",
    "registration__merged_into",
    "registration__kind_id",
    "registration__name",
    "registration__organisation_name",
    "registration__watch",
    "registration__watch_note",
)


@dataclass(frozen=True, slots=True)
class Person:
    """What a door needs of a registration."""

    pk: int
    kind_id: int
    name: str
    organisation_name: str
    watch: str
    watch_note: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a badge or a name stands for: the person if known, and why the badge is no good ("" when it is)."""

    reason: str = ""
    registration: Person | None = None
    badge_id: int | None = None
    voided_at: datetime | None = None

    @property
    def is_known(self) -> bool:
        return self.registration is not None


def shown_codes(edition: Edition, codes: Sequence[str], today: date) -> list[Shown]:
    """In the order given. One query, and another for the keys at most once a second."""
    keys = _keys_of(edition.pk)
    written = [clean_code(code) for code in codes]
    public = {number: key for number, (key, _is_lost) in keys.items()}
    first = [passes.judge(code, keys=public, edition=edition.pk, today=today) for code in written]
    signed = [code for code, (verdict, _pass) in zip(written, first, strict=True) if verdict in SIGNED]
    rows = {row[0]: row for row in _rows(edition, code__in=signed)} if signed else {}
    return [
        _settle(verdict, rows.get(code), pass_ is not None and keys[pass_.key][1])
        if verdict in SIGNED
        else Shown(verdict)
        for code, (verdict, pass_) in zip(written, first, strict=True)
    ]


def shown_serials(edition: Edition, serials: Sequence[int]) -> list[Shown]:
    """The same for people found by name: their valid badge."""
    rows = {row[1]: row for row in _rows(edition, serial__in=serials, state=Badge.State.VALID)}
    return [_settle("valid", rows[one]) if one in rows else Shown("void") for one in serials]


def _rows(edition: Edition, **which: Any) -> Any:
    return Badge.objects.filter(edition=edition, **which).order_by().values_list(*COLUMNS)


def _settle(verdict: str, row: Any, is_lost: bool = False) -> Shown:
    """What only the tables know. `is_lost`: the key is distrusted, so its signature proves nothing."""
    if row is None:
        return Shown("void" if is_lost else "not_expected")
    _code, _serial, badge_id, state, voided_at, person_id, standing, merged, *rest = row
    kind_id, name, firm, watch, note = rest
    person = Person(person_id, kind_id, name, firm, watch, note)
    reason = "" if verdict == "valid" else verdict
    if standing != Registration.State.APPROVED or merged is not None:
        reason = "not_expected"
    elif is_lost or state != Badge.State.VALID:
        reason = "void"
    return Shown(reason, person, badge_id, voided_at)


Keys = dict[int, tuple[bytes, bool]]  # number → public key, whether it is distrusted
_kept: dict[int, tuple[float, Keys]] = {}
_lock = Lock()


def _keys_of(edition_id: int) -> Keys:
    """Distrusted ones too: their badges are void, not unknown."""
    with _lock:
        read_at, keys = _kept.get(edition_id, (0.0, {}))
        if not keys or monotonic() - read_at > KEYS_KEPT:
            rows = (
                SigningKey.objects.filter(edition=edition_id)
                .order_by()
                .values_list("number", "public", "distrusted_at")
            )
            keys = {number: (bytes.fromhex(public), at is not None) for number, public, at in rows}
            _kept[edition_id] = monotonic(), keys
        return keys


def forget_keys() -> None:
    """Drop what is kept in memory (tests: row numbers start again)."""
    _kept.clear()
