"""Needs of measuring size, made of the sample's own offers turned round. The same seed gives the same needs."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from django.utils import timezone

from everfair.fair.models import Edition, Sector
from everfair.matchmaking.actions.bulk_load import load_needs
from everfair.matchmaking.forms.cpv import nearest
from everfair.matchmaking.models import Need
from everfair.sample.load import firms as sample_firms

SIZES = ("micro", "small", "medium", "large")
HIDDEN = 0.2  # of all stay unnamed


def make_needs(edition: Edition, *, needs: int, seed: int) -> int:
    """So many open needs on the board of an edition, as if from a list; how many."""
    return load_needs(edition, _rows(edition, needs, Random(f"needs {seed}")))


def _rows(edition: Edition, count: int, random: Random) -> Iterator[Need]:
    sectors: dict[str, Sector] = {sector.code: sector for sector in edition.sectors.all()}
    firms, now = sample_firms(), timezone.now()
    offers = [(firm, offer) for firm in firms for offer in firm["offers"]]
    for number in range(count):
        _firm, offer = random.choice(offers)
        buyer = random.choice(firms)
        yield Need(
            edition=edition, source="scale", external_id=str(number), buyer=f"{buyer['name']['en']} {number}",
            buyer_country=buyer["country"], state=Need.State.OPEN, opened_at=now - timedelta(minutes=number),
            audience=Need.Audience.HIDDEN if random.random() < HIDDEN else Need.Audience.BOARD,
            title=_turned(offer["title"], number), description=offer["description"],
            sector=nearest(offer["sectors"][0], sectors), modes=sum(1 << (mode - 1) for mode in offer["modes"]),
            deliver_to=buyer["country"], languages=_some(random, offer["languages"]),
            sizes=_some(random, SIZES) if random.random() < 0.3 else [],
        )  # fmt: skip


def _turned(title: dict[str, str], number: int) -> dict[str, str]:
    """What is offered as what is wanted; a third of the needs are in one language only."""
    words = {"en": f"Wanted: {title['en']}", "zh": f"求购：{title['zh']}"}
    only = {0: "en", 1: "zh"}.get(number % 6)
    return {only: words[only]} if only else words


def _some(random: Random, values: Any) -> list[str]:
    return sorted(random.sample(list(values), random.randint(1, min(2, len(values)))))
