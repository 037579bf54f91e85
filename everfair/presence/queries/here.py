"""Who of a booth's team is here, one visitor at a booth, what a person agreed to show. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from everfair.exhibition.access import BOOTH_ROLES
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.people.models import Membership, User
from everfair.presence.models import FAIR, Greeting, Showing, Stay, booth_place
from everfair.presence.queries.facts import attending, may_be_greeted, standing


def hosts_here(exhibitor: Exhibitor, now: datetime | None = None) -> list[User]:
    """The firm's people who attend, with a page of the fair or of the booth open and not asking for quiet; who came first is first.

    One query.
    """
    now = now or timezone.now()
    own = Membership.objects.filter(
        user=OuterRef("pk"), organisation=exhibitor.organisation_id, role__in=BOOTH_ROLES
    )
    stays = standing(exhibitor.edition_id, now).filter(
        user=OuterRef("pk"), place__in=[FAIR, booth_place(exhibitor.code)]
    )
    ready = attending(exhibitor.edition_id, now).filter(user=OuterRef("pk"))
    rows = User.objects.filter(Exists(own), Exists(stays), Exists(ready), is_active=True)
    return list(rows.annotate(since=stays.order_by("since").values("since")[:1]).order_by("since", "pk"))


def showing_of(edition: Edition, user: Any) -> Showing:
    """What the person agreed to show; without a row what everybody shows who said nothing: a number without a name."""
    return Showing.objects.filter(edition=edition, user=user).first() or Showing(edition=edition, user=user)


@dataclass(frozen=True)
class Visitor:
    """Somebody at a booth now, shown to its team by name or firm."""

    user: User
    is_named: bool
    may_greet: bool


def find_visitor(exhibitor: Exhibitor, code: str, now: datetime | None = None) -> Visitor | None:
    """Who stays at the booth under this code, as far as they let its team see them; None for everybody else. Three queries."""
    now = now or timezone.now()
    rows = standing(exhibitor.edition_id, now).filter(
        place=booth_place(exhibitor.code), is_host=False, code=code
    )
    stay: Stay | None = rows.select_related("user").first()
    if stay is None or stay.user is None:
        return None
    showing = Showing.objects.filter(edition=exhibitor.edition, user=stay.user).first()
    if showing is None or showing.level not in (Showing.Level.NAME, Showing.Level.FIRM):
        return None
    return Visitor(stay.user, showing.level == Showing.Level.NAME, may_be_greeted(showing, now))


def was_greeted(exhibitor: Exhibitor, user: Any) -> bool:
    """Whether the booth spoke first to the person, ever."""
    return Greeting.objects.filter(exhibitor=exhibitor, user=user).exists()
