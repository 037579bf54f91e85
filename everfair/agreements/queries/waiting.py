"""Agreements that wait for one person's confirmation. Reads only."""

from typing import Any

from everfair.agreements.models import Agreement, AgreementParty
from everfair.exhibition.access import EDITING_ROLES
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition


def to_confirm(user: Any, edition: Edition) -> list[str]:
    """Codes of agreements put to a party the person may bind (themself, firms of theirs) that has said nothing yet. One query."""
    firms = Exhibitor.objects.filter(
        edition=edition, organisation__memberships__user=user, organisation__memberships__role__in=EDITING_ROLES
    )  # fmt: skip
    open_ones = AgreementParty.objects.filter(confirmed_at=None, refused_at=None)
    mine = open_ones.filter(user=user) | open_ones.filter(exhibitor__in=firms)
    rows = Agreement.objects.filter(
        edition=edition, state=Agreement.State.OFFERED, pk__in=mine.values("agreement")
    )
    return list(rows.order_by("-offered_at", "-pk").values_list("code", flat=True))
