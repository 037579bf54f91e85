"""Seekers and needs, on the board unless told otherwise; answers through the room's own actions."""

from typing import Any

from django.utils import timezone

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.matchmaking.actions.answers import answer_need
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.models import Need, NeedAnswer, NeedAudience, NeedSector, Seeker
from everfair.registration.models import Registration
from tests.factories import number
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_sector
from tests.factories.people import make_membership, make_user


def make_seeker(edition: Edition | None = None, user: Any = None) -> Seeker:
    """A person who looks for something."""
    return seeker_for(user or make_user(), edition or make_edition())


def make_buyer(edition: Edition, user: Any = None, **extra: Any) -> Registration:
    """A registered person with an account."""
    return make_badge_holder(make_badge_kind(edition), user=user or make_user(), **extra)


def make_need(edition: Edition | None = None, *, seeker: Seeker | None = None, **extra: Any) -> Need:
    """An open need of a new person, or of `seeker`; with `buyer` one that nobody here speaks for.

    `more_sectors`: further sectors; `firms`: those chosen to see it.
    """
    n = number()
    more, firms = extra.pop("more_sectors", ()), extra.pop("firms", ())
    edition = edition or (seeker.edition if seeker is not None else make_edition())
    if seeker is None and not extra.get("buyer"):
        seeker = make_seeker(edition)
    values: dict[str, Any] = {
        "title": {"en": f"Wanted {n}", "zh": f"需求{n}"},
        "description": {"en": f"What is wanted, number {n}.", "zh": f"第{n}号需求的说明。"},
        "state": Need.State.OPEN,
        "opened_at": timezone.now(),
        "buyer_country": "KE",
        **extra,
    }
    if "sector" not in values:
        values["sector"] = make_sector(edition)
    need = Need.objects.create(edition=edition, seeker=seeker, **values)
    NeedSector.objects.bulk_create(NeedSector(need=need, sector=sector) for sector in more)
    NeedAudience.objects.bulk_create(NeedAudience(need=need, exhibitor=firm) for firm in firms)
    return need


def make_firm(edition: Edition, role: str = "owner", **extra: Any) -> tuple[Exhibitor, Any]:
    """An open booth and one of its people."""
    exhibitor = make_exhibitor(edition, **extra)
    return exhibitor, make_membership(organisation=exhibitor.organisation, role=role).user


def make_answer(need: Need, exhibitor: Exhibitor | None = None, by: Any = None) -> NeedAnswer:
    """A firm's word that it can help."""
    firm = exhibitor or make_exhibitor(need.edition)
    return answer_need(need, firm, f"We can help with number {number()}.", by=by)
