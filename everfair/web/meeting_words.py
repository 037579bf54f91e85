"""Words for places and persons of meetings, at the organiser's and the exhibitor's desk."""

from typing import Any

from django.utils.translation import gettext as _

from everfair.base.languages import for_reader
from everfair.meetings.queries.floor import place_of


def place_words(place: Any) -> str:
    """ "N1 North hall, table 12"; a stand by its firm; a line; a room or an interpreter by name."""
    if place is None:
        return _("no place")
    hall = f"{place.area.sign} {for_reader(place.area.name)}" if place.area else ""
    if place.kind == "table":
        return _("%(hall)s, table %(number)s") % {"hall": hall, "number": place.number}
    if place.kind == "stand":
        firm = str(place.exhibitor.organisation) if place.exhibitor else hall
        return _("stand of %(firm)s, place %(number)s") % {"firm": firm, "number": place.number}
    if place.kind == "line":
        return _("line %(number)s") % {"number": place.number}
    name = for_reader(place.name) or str(place)
    return _("%(hall)s, %(room)s") % {"hall": hall, "room": name} if place.kind == "room" and hall else name


def where_words(meeting: Any) -> str:
    """Where a meeting out of `meetings_with_people` is."""
    place = place_of(meeting)
    if place is None:
        return str(meeting.get_place_display())
    return _("on line") if place.kind == "line" else place_words(place)


def sides(meeting: Any) -> tuple[list[Any], list[Any]]:
    """Its people: those who asked, those who were asked."""
    people = list(meeting.people.all())
    return [one for one in people if one.side == "asker"], [one for one in people if one.side == "asked"]


def disturbance_words(one: Any) -> tuple[str, str]:
    """(sentence, code of the other meeting or "") of what stands against a slot."""
    if one.kind == "meeting":
        others = [
            row.participant.name for row in one.meeting.people.all() if row.participant_id != one.person.pk
        ]
        names = {"name": one.person.name, "other": _(", ").join(others)}
        return _("%(name)s meets %(other)s then") % names, one.meeting.code
    if one.kind == "person":
        return _("%(name)s is not free then") % {"name": one.person.name}, ""
    return _("no place is left, or nobody is free"), ""
