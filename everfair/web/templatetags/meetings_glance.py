"""Meetings at one glance on start pages: of the reader, or of a firm for its own people."""

from typing import Any

from django import template

from everfair.meetings import access
from everfair.meetings.queries.glance import Glance, glance_of_firm, glances_of

register = template.Library()


@register.simple_tag
def own_meetings(user: Any) -> list[Glance]:
    """Of every edition not over in which the reader takes part in meetings."""
    return glances_of(user)


@register.simple_tag
def meetings_of_firm(user: Any, exhibitor: Any) -> Glance | None:
    """Of a firm, for its own people; None for others, and where the edition has no meetings."""
    return glance_of_firm(exhibitor) if access.can_answer_for(user, exhibitor) else None
