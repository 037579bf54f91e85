"""Who is here now: hosts of a booth, numbers, names as far as each agreed. Reads only."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from everfair.exhibition.access import BOOTH_ROLES
from everfair.exhibition.models import Exhibitor
from everfair.people.models import Membership, User
from everfair.presence.models import Showing, Stay


def hosts_here(exhibitor: Exhibitor, now: datetime | None = None) -> list[User]:
    """The firm's team with a page of the fair open and not asking for quiet, who came first is first. Two queries."""
    now = now or timezone.now()
    own = Membership.objects.filter(
        user=OuterRef("pk"), organisation=exhibitor.organisation_id, role__in=BOOTH_ROLES
    )
    stays = Stay.objects.filter(
        user=OuterRef("pk"), edition=exhibitor.edition_id, is_host=True, until__gt=now
    )
    quiet = Showing.objects.filter(user=OuterRef("pk"), edition=exhibitor.edition_id, quiet_until__gt=now)
    rows = User.objects.filter(Exists(own), Exists(stays), ~Exists(quiet), is_active=True)
    return list(rows.annotate(since=stays.order_by("since").values("since")[:1]).order_by("since", "pk"))
