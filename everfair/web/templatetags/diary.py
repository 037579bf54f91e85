"""What pages say of a meeting: where it is, with whom, how long an answer has time."""

from datetime import datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.languages import pick
from everfair.web.templatetags.figures import listed

register = template.Library()


@register.filter
def where_words(where: Any, lang: str = "en") -> str:
    """ "Table 12, Hall 1", "At the stand S1-0112", "On line", "Room Lotus, Hall 1"; what is not settled yet is said."""
    area = pick(where.area, lang)
    if where.place == "online":
        return _("On line, line %(number)d") % {"number": where.number} if where.number else _("On line")
    if where.place == "stand":
        return _("At the stand %(number)s") % {"number": where.stand} if where.stand else _("At the stand")
    if where.place == "room":
        room = pick(where.name, lang)
        if not room:
            return _("Room not settled yet")
        return _("%(table)s, %(area)s") % {"table": room, "area": area} if area else room
    if not where.number:
        return _("Table not settled yet")
    table = _("Table %(number)d") % {"number": where.number}
    return _("%(table)s, %(area)s") % {"table": table, "area": area} if area else table


@register.filter
def with_whom(meeting: Any, lang: str = "en") -> str:
    """The firm met, else the people of the other side."""
    return pick(meeting.firm, lang) or listed([one.name for one in meeting.met]) or _("somebody")


@register.filter
def share_left(request: Any) -> int:
    """How much of a request's time is left, in per cent, for a bar."""
    now: datetime = timezone.now()
    whole = (request.expires_at - request.sent_at).total_seconds()
    left = (request.expires_at - now).total_seconds()
    return max(0, min(100, round(100 * left / whole))) if whole > 0 else 0


@register.simple_tag(takes_context=True)
def meeting_tabs(context: Any) -> list[tuple[str, str, bool]]:
    """(label, address, is this page) of the pages about a person's own meetings."""
    request, edition = context["request"], context["edition"]
    here = getattr(request.resolver_match, "url_name", "")
    pages = [
        (_("Diary"), "diary", ("meetings.diary", "meetings.meeting")),
        (_("Requests"), "request_list", ("meetings.request", "meetings.ask")),
        (_("When I am free"), "free_edit", ("meetings.free", "meetings.ways")),
        (_("Whom I want to meet"), "wish_list", ("meetings.wish",)),
    ]
    return [
        (label, reverse(f"visitor:meetings.{name}", args=[edition.slug]), here.startswith(starts))
        for label, name, starts in pages
    ]


@register.filter
def by_day(slots: Any, zone: Any) -> list[tuple[Any, list[Any]]]:
    """[(day, its slots)] on the clock of `zone`, in order of time."""
    found: dict[Any, list[Any]] = {}
    for slot in sorted(slots, key=lambda one: one.starts_at):
        found.setdefault(slot.starts_at.astimezone(zone).date(), []).append(slot)
    return list(found.items())


@register.filter
def is_chosen(form: Any, slot: Any) -> bool:
    """Whether a sent form had this slot ticked."""
    if not form.is_bound:
        return False
    return str(slot.pk) in form.data.getlist("slots")


@register.filter
def place_label(place: str) -> str:
    """The kind of place as a choice: "At a table"."""
    return {
        "table": _("At a table"),
        "stand": _("At their stand"),
        "online": _("On line"),
        "room": _("In a room"),
    }.get(place, place)
