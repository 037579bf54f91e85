"""The row of whoever looks for partners, made on first use. What they look for is in needs, what was learned in interests."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.matchmaking.actions.first_answers import take_over
from everfair.matchmaking.models import Seeker


def seeker_for(who: Any, edition: Edition | None = None) -> Seeker:
    """The seeker of a signed-in person in `edition`, or of a firm at its booth (an Exhibitor knows its edition).

    Made on first use; of two tabs that come first at the same moment both get the one row. Refused for nobody.
    """
    if isinstance(who, Exhibitor):
        edition, side = who.edition, {"exhibitor": who}
    elif getattr(who, "is_authenticated", False) and edition is not None:
        side = {"user": who}
    else:
        raise Refused(_("Sign in first; then say what you look for."))
    assert edition is not None  # an exhibitor always stands in one
    for _attempt in range(2):
        found = Seeker.objects.filter(edition=edition, **side).first()
        if found is not None:
            return _dressed(found, edition, side)
        try:
            with transaction.atomic():
                made = _dressed(Seeker.objects.create(edition=edition, **side), edition, side)
                if "user" in side:
                    take_over(made)
                return made
        except IntegrityError:  # another tab was quicker
            continue
    raise Refused(_("Please try again: somebody changed this at the same moment."))


def _dressed(seeker: Seeker, edition: Edition, side: dict[str, Any]) -> Seeker:
    """With the rows the caller already holds, so that nothing is read twice."""
    seeker.edition = edition
    for name, row in side.items():
        setattr(seeker, name, row)
    return seeker
