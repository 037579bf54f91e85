"""Contacts as vCard 3.0 (RFC 2426), the version every address book reads. Whose contact may leave is the caller's word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Card", "vcard", "vcards"]

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_LONGEST = 75  # octets of a line before it is folded


@dataclass(frozen=True)
class Card:
    """One person. `key` stays the same whenever the card is written again; empty texts are left out."""

    key: str
    name: str
    second_name: str = ""
    organisation: str = ""
    title: str = ""
    email: str = ""
    country: str = ""
    note: str = ""
    changed_at: datetime | None = None


def vcards(cards: Iterable[Card]) -> bytes:
    """A file of cards, UTF-8, lines ended as the standard wants them."""
    return "".join(vcard(card) for card in cards).encode("utf-8", "replace")


def vcard(card: Card) -> str:
    """One card. The name stands undivided: which part is the family's cannot be told across languages."""
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{_escaped(card.key)}",
        f"FN:{_escaped(card.name)}",
        f"N:{_escaped(card.name)};;;;",
    ]
    lines += [
        f"{name}:{_escaped(text)}"
        for name, text in [
            ("NICKNAME", card.second_name),
            ("ORG", card.organisation),
            ("TITLE", card.title),
            ("EMAIL;TYPE=INTERNET", card.email),
            ("NOTE", card.note),
        ]
        if text
    ]
    if card.country:
        lines.append(f"ADR;TYPE=WORK:;;;;;;{_escaped(card.country)}")
    if card.changed_at is not None:
        lines.append(f"REV:{card.changed_at:%Y-%m-%dT%H:%M:%SZ}")
    lines.append("END:VCARD")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    """No line of its own, no separator: what somebody typed cannot become a field."""
    plain = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")


def _folded(line: str) -> str:
    """Lines of at most 75 octets, never cut within a character."""
    parts, part, size = [], "", 0
    for mark in line:
        width = len(mark.encode("utf-8", "replace"))
        if size + width > _LONGEST:
            parts.append(part)
            part, size = " ", 1
        part += mark
        size += width
    return "\r\n".join([*parts, part])
