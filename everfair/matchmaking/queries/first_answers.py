"""What was answered after registering, and whether it is asked at all. Reads only."""

from collections.abc import Mapping
from typing import Any

from everfair.base.languages import pick
from everfair.fair.models import Edition, Sector
from everfair.matchmaking.models import FirstAnswers
from everfair.matchmaking.queries.desk import rules_of
from everfair.registration.models import Registration
from everfair.registration.queries.registrations import STANDING, takes_registrations

NAMES = ("looks_for", "sectors", "languages")


def are_asked(registration: Registration) -> bool:
    """Whether the fair asks the three questions, and somebody who comes. At most one query."""
    if registration.state not in STANDING or not takes_registrations(registration.edition):
        return False
    rules = rules_of(registration.edition)
    return rules.is_open and rules.asks_three


def first_answers_of(registration: Registration) -> FirstAnswers | None:
    """What the registration's person answered or skipped."""
    return FirstAnswers.objects.filter(registration=registration).first()


def clean_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers in one shape; {} where nothing was said."""
    kept = {
        "looks_for": str(answers.get("looks_for") or "").strip(),
        "sectors": sorted(set(answers.get("sectors") or ())),
        "languages": sorted(set(answers.get("languages") or ())),
    }
    return kept if any(kept.values()) else {}


def named_sectors(edition: Edition, codes: list[str], language: str) -> list[str]:
    """Sectors in words, in the tree's order."""
    rows = (
        Sector.objects.filter(edition=edition, code__in=codes).order_by("path", "position") if codes else ()
    )
    return [pick(row.name, language) for row in rows]
