"""Reasons as message codes with named parameters. The sentences in each language are the room's; facts come from `reasons`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from everfair.engines.matching.types import Fact, Ground, Reason

CODES: Mapping[str, tuple[str, ...]] = {
    "words": ("words", "language", "asked_in"),
    "meaning": ("words", "theirs", "asked_in", "language"),
    "sector_same": ("sector", "asked", "offered"),
    "sector_near": ("sector", "asked", "offered"),
    "mode": ("modes",),
    "country": ("country",),
    "delivery": ("countries",),
    "delivery_anywhere": ("countries",),
    "language": ("languages",),
    "size": ("size",),
    "licence": ("name", "countries"),
    "budget": ("low", "high"),
    "dates": ("first", "last"),
}
"""Code → parameters, for both directions: each code stands alone ("you look for …") and with `their_` before it."""

OWN_CODES: Mapping[str, tuple[str, ...]] = {
    "interest_firm": ("firm",),
    "interest_sector": ("sector",),
    "interest_words": ("words",),
}
"""What the reader's own doings say; never the other side's."""

MUTUAL = "mutual"
"""Said first where both sides look for what the other has; no parameters."""


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to be said: its code and what stands in it."""

    code: str
    facts: Mapping[str, Fact]


def all_codes() -> dict[str, tuple[str, ...]]:
    """Every code there is, with its parameters: the room has a sentence for each."""
    return {MUTUAL: (), **CODES, **{f"their_{code}": facts for code, facts in CODES.items()}, **OWN_CODES}


def explain(reasons: Sequence[Reason], *, most: int = 4) -> tuple[Message, ...]:
    """The weightiest reasons as messages, no more than `most` beside the one that says it is mutual.

    The same words asked for in two languages are one reason that may be told in either: both messages stand, and `asked_in` says
    which is for whom. A sector that the reader looked at is not told again where it is the reason already.
    """
    subject = {Ground.WORDS, Ground.MEANING, Ground.SECTOR}
    both = {reason.is_theirs for reason in reasons if reason.ground in subject}
    first = (Message(MUTUAL, {}),) if both == {True, False} else ()
    kept: list[Reason] = []
    told: set[object] = set()
    asked = {str(one.facts["sector"]) for one in reasons if one.ground is Ground.SECTOR and not one.is_theirs}
    for reason in reasons:
        if reason.ground is Ground.INTEREST and _is_about(asked, reason.facts.get("sector")):
            continue
        one: object = (Ground.WORDS, reason.is_theirs) if reason.ground is Ground.WORDS else id(reason)
        if one in told or len(told) < most:
            told.add(one)
            kept.append(reason)
    return first + tuple(_message(reason) for reason in kept)


def _is_about(asked: set[str], sector: Fact | None) -> bool:
    """Whether a liked sector is one of those asked for, or lies around or within it."""
    path = f"{sector}/"
    return sector is not None and any(
        path.startswith(f"{one}/") or f"{one}/".startswith(path) for one in asked
    )


def _message(reason: Reason) -> Message:
    code = _code(reason)
    named = all_codes()[code]
    return Message(code, {name: reason.facts[name] for name in named})


def _code(reason: Reason) -> str:
    facts = reason.facts
    if reason.ground is Ground.INTEREST:
        return next(f"interest_{name}" for name in ("firm", "sector", "words") if name in facts)
    code = reason.ground.value
    if reason.ground is Ground.SECTOR:
        code = "sector_same" if facts["is_inside"] else "sector_near"
    elif reason.ground is Ground.DELIVERY and facts["is_anywhere"]:
        code = "delivery_anywhere"
    return f"their_{code}" if reason.is_theirs else code
