"""Conversations of the sample: the demo visitor with the demo exhibitor's firm, with the help desk, and without a name."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from everfair.conversations.access import Who
from everfair.conversations.actions.writing import Thing, begin, say
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.people.models import User

FACTS = Path(__file__).resolve().parent / "conversations.yaml"


def load_conversations(
    edition: Edition, *, by: User, visitor: User, exhibitor: User, now: datetime | None = None
) -> int:
    """Write them into an edition that has its firms; how many. `by`, of the organiser's team, answers for the help desk."""
    now = now or timezone.now()
    rows = Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED)
    rows = rows.select_related("organisation", "edition").order_by("pk")
    firms = {row.organisation.external_id: row for row in rows}
    owned = rows.filter(organisation__memberships__user=exhibitor).first()
    if owned is not None:
        firms["exhibitor"] = owned
    count = 0
    for talk in yaml.safe_load(FACTS.read_text(encoding="utf-8"))["talks"]:
        if talk["with"] == "help":
            _write(edition, talk, Who.help_desk(edition), Thing(), visitor, by, now)
        elif talk["with"] in firms:
            firm = firms[talk["with"]]
            _write(edition, talk, Who.firm(firm), _thing(firm, talk["about"]), visitor, exhibitor, now)
        else:
            continue
        count += 1
    return count


def _thing(firm: Exhibitor, number: int) -> Thing:
    """The firm's offer with this number on the shelf, 1 first; 0: nothing in particular."""
    offers = firm.offers.filter(is_on_shelf=True).order_by("position", "pk")
    offer = offers[number - 1] if 0 < number <= offers.count() else None
    return Thing("offer", offer.code, offer.title) if offer is not None else Thing()


def _write(
    edition: Edition, talk: dict[str, Any], other: Who, thing: Thing, visitor: User, colleague: User, now: datetime
) -> None:  # fmt: skip
    own = Who.person(visitor, is_hidden=talk.get("hidden", False))
    (_first, ago, text), *later = talk["messages"]
    at = now - timedelta(hours=ago)
    first = begin(edition, own, other, text, by=visitor, about=thing, now=at)
    theirs = "b" if first.side == "a" else "a"
    for who, ago, text in later:
        side, writer = (first.side, visitor) if who == "visitor" else (theirs, colleague)
        say(first.conversation, side, text, by=writer, now=now - timedelta(hours=ago))
