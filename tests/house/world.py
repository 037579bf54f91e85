"""A small fair with a person in every role, for the doors test and journeys."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from everfair.base.models import MediaFile
from everfair.exhibition.models import BoothContact, BoothDocument
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import (
    make_area,
    make_delegation,
    make_edition,
    make_place,
    make_sector,
    make_team_member,
)
from tests.factories.people import make_membership, make_organisation, make_user


@dataclass
class World:
    """Rows and people by name; `people[role]` is None for anonymous."""

    edition: Any
    area: Any
    place: Any
    sector: Any
    exhibitor: Any
    other: Any
    offer: Any
    document: Any
    contact: Any
    organisation: Any
    membership: Any
    delegation: Any
    team_member: Any
    people: dict[str, Any]


def make_world() -> World:
    """One live edition; `exhibitor` belongs to people["owner"] and to the delegation, `other` to people["stranger"]."""
    people = {role: make_user(f"{role}@example.org", name=role) for role in (
        "visitor", "owner", "stranger", "delegation", "reviewer", "administrator"
    )}  # fmt: skip
    edition = make_edition()
    area, sector = make_area(edition, code="1"), make_sector(edition)
    delegation = make_delegation(edition, people["delegation"])
    organisation = make_organisation()
    membership = make_membership(people["owner"], organisation)
    stranger_firm = make_organisation()
    make_membership(people["stranger"], stranger_firm)
    exhibitor = make_exhibitor(
        edition,
        area=area,
        sector=sector,
        organisation=organisation,
        delegation=delegation,
        applied_at=timezone.now(),
    )
    other = make_exhibitor(edition, area=area, sector=sector, organisation=stranger_firm)
    file = MediaFile.objects.create(
        kind="document", name="a.pdf", content_type="application/pdf", digest="0" * 64, size=10
    )
    make_team_member(edition, people["reviewer"], "reviewer")
    team_member = make_team_member(edition, people["administrator"], "administrator")
    return World(
        edition=edition,
        area=area,
        place=make_place(area),
        sector=sector,
        exhibitor=exhibitor,
        other=other,
        offer=make_offer(exhibitor),
        document=BoothDocument.objects.create(exhibitor=exhibitor, file=file, title={"en": "A document"}),
        contact=BoothContact.objects.create(exhibitor=exhibitor, role={"en": "Desk"}),
        organisation=organisation,
        membership=membership,
        delegation=delegation,
        team_member=team_member,
        people={"anonymous": None, **people},
    )
