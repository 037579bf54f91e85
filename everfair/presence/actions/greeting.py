"""That a booth spoke first to a visitor: once, for good. The words are the room above's."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor
from everfair.people.models import User
from everfair.presence.actions.telling import tell_after
from everfair.presence.models import Greeting, booth_place


def note_greeting(exhibitor: Exhibitor, user: User, *, by: Any, now: datetime) -> Greeting:
    """Keep it in the caller's transaction; Refused when somebody of the booth did before."""
    try:
        with transaction.atomic():
            made = Greeting.objects.create(exhibitor=exhibitor, user=user, by=by, at=now)
    except IntegrityError as error:
        raise Refused(
            _("Your booth has greeted this visitor already. They answer if they want to.")
        ) from error
    tell_after(exhibitor.edition, [booth_place(exhibitor.code)])
    return made
