"""A host speaks first to a visitor who is at the booth now, agreed to it and is shown: once for the two, for good."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.conversations.access import Who, is_blocked
from everfair.conversations.actions.writing import Thing, begin
from everfair.conversations.models import Message
from everfair.conversations.queries.rules import rules_of
from everfair.exhibition.models import Exhibitor
from everfair.presence.actions.greeting import note_greeting
from everfair.presence.queries.here import find_visitor

LONGEST = 500


def greet(exhibitor: Exhibitor, code: str, text: str, *, by: Any, now: datetime | None = None) -> Message:
    """Say the first word to whoever stays at the booth under `code`. That `by` is of its team was asked before.

    Who shows a firm and no name is written to without a name. Refused with a sentence when they have gone, want no greeting
    or quiet, are blocked, were greeted before, or the text is empty or too long.
    """
    now = now or timezone.now()
    visitor = find_visitor(exhibitor, code, now)
    if visitor is None:
        raise Refused(_("This visitor has left the booth."))
    if len(text) > LONGEST:
        raise Refused(
            _("A greeting has at most %(limit)d characters: a short word, and they answer if they want to.")
            % {"limit": LONGEST},
            field="text",
        )
    if not rules_of(exhibitor.edition).is_open:
        raise Refused(_("The organiser has closed new conversations of this fair for now."))
    person, firm = Who.person(visitor.user, is_hidden=not visitor.is_named), Who.firm(exhibitor)
    if not visitor.may_greet or is_blocked(exhibitor.edition, firm.key, person.key):
        raise Refused(
            _("This visitor does not want to be greeted now. They find your booth's button to write.")
        )
    with transaction.atomic():
        note_greeting(exhibitor, visitor.user, by=by, now=now)
        thing = Thing("booth", exhibitor.code, dict(exhibitor.organisation.name))
        return begin(exhibitor.edition, firm, person, text, by=by, about=thing, is_greeting=True, now=now)
