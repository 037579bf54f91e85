"""What somebody typed into a request, made sure of: places that are there, slots to come, colleagues of the same firm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.base.texts import clean_text
from everfair.exhibition.models import Exhibitor, Offer
from everfair.meetings.models import Participant, PlaceKind, Slot
from everfair.meetings.queries.places import offered_places
from everfair.meetings.queries.reach import reach_of

FIELDS = frozenset({"message", "place", "language", "needs_interpreter", "offer", "slots", "colleagues"})
MOST_SLOTS = 10
MESSAGE_LIMIT = 2000


@dataclass
class Given:
    """The values of a request as they are kept."""

    message: str = ""
    place: str = ""
    language: str = ""
    needs_interpreter: bool = False
    offer: Offer | None = None
    slots: list[Slot] = field(default_factory=list)
    colleagues: list[Participant] = field(default_factory=list)


def clean_request(
    asker: Participant,
    firm: Exhibitor | None,
    person: Participant | None,
    values: Mapping[str, Any],
    now: datetime,
) -> Given:
    """The values with defaults; Refused with the field that does not fit."""
    unknown = set(values) - FIELDS
    if unknown:
        raise TypeError(f"unknown fields {sorted(unknown)}")
    given = Given(**{name: value for name, value in values.items() if value not in (None, "")})
    given.message = clean_text(given.message)[:MESSAGE_LIMIT]
    given.slots, given.colleagues = list(given.slots), list(given.colleagues)
    edition_id = asker.edition_id
    if (firm or person or asker).edition_id != edition_id:
        raise Refused(_("That does not belong to this edition."))
    there = offered_places(asker.edition, firm or asker.exhibitor)
    if not there:
        raise Refused(_("There are no places for meetings yet: the organiser has laid out no tables."))
    given.place = given.place or _first_within_reach(asker, person or firm, there)
    if given.place not in there:
        raise Refused(_("There is no such place here. Choose another one."), field="place")
    if given.place != PlaceKind.ONLINE and not asker.is_on_site:
        raise Refused(
            _("You have said that you are not at the fair. Choose a meeting on line."), field="place"
        )
    require_open_doors(asker, person or firm, given.place)
    offer = given.offer
    owners = {firm.pk if firm is not None else None, asker.exhibitor_id}
    if offer is not None and offer.exhibitor_id not in owners:
        raise Refused(_("This offer is another firm's."), field="offer")
    require_slots(edition_id, given.slots, now)
    for one in given.colleagues:
        if not are_colleagues(asker, one):
            raise Refused(
                _("%(name)s is not of your firm and cannot come along.") % {"name": one.name},
                field="colleagues",
            )
    return given


def _first_within_reach(
    asker: Participant, target: Participant | Exhibitor | None, there: Sequence[str]
) -> str:
    """Nothing was said: the first kind of place that the gate does not shut."""
    within = reach_of(asker, target).places if target is not None else ()
    return next((place for place in there if place in within), there[0])


def require_open_doors(asker: Participant, target: Participant | Exhibitor | None, place: str) -> None:
    """Refused, in words, where the gate lets one of the two into no hall with such a place."""
    if target is None or place == PlaceKind.ONLINE:
        return
    sentence = dict(reach_of(asker, target).shut).get(place)
    if sentence:
        raise Refused(sentence, field="place")


def are_colleagues(asker: Participant, other: Participant) -> bool:
    if other.pk == asker.pk or other.edition_id != asker.edition_id or other.is_out:
        return False
    if asker.exhibitor_id is not None:
        return other.exhibitor_id == asker.exhibitor_id
    firms = [
        one.registration.organisation_id if one.registration is not None else None for one in (asker, other)
    ]
    if firms[0] is not None and firms[0] == firms[1]:
        return True
    names = [one.organisation_name.strip().casefold() for one in (asker, other)]
    return bool(names[0]) and names[0] == names[1]


def require_slots(edition_id: int, slots: Sequence[Slot], now: datetime, *, is_needed: bool = False) -> None:
    if is_needed and not slots:
        raise Refused(_("Propose one time at least."), field="slots")
    if len(slots) > MOST_SLOTS:
        raise Refused(_("Propose %(count)d times at most.") % {"count": MOST_SLOTS}, field="slots")
    if any(one.edition_id != edition_id for one in slots):
        raise Refused(_("That does not belong to this edition."), field="slots")
    if any(one.starts_at <= now for one in slots):
        raise Refused(_("One of these times is over. Choose others."), field="slots")
