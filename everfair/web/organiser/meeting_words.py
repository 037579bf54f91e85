"""What the audit log's entries about meetings say in words; events.py takes them in. No logic."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

SENTENCES: dict[str, "str | Promise"] = {
    "meetings.bulk.loaded": _("People and wishes loaded in bulk"),
    "meetings.calendar.ended": _("Calendar address closed"),
    "meetings.calendar.made": _("Calendar address made"),
    "meetings.calendar.renewed": _("Calendar address renewed"),
    "meetings.interpreter.added": _("Interpreter added"),
    "meetings.interpreter.changed": _("Interpreter changed"),
    "meetings.kind.changed": _("Rules of meetings for a kind of badge changed"),
    "meetings.limits.saved": _("Own limits of meetings said"),
    "meetings.line.joined": _("Joined the line for a meeting"),
    "meetings.line.left": _("Left the line for a meeting"),
    "meetings.line.offered": _("Offered a time that came free"),
    "meetings.meeting.came": _("Came to a meeting"),
    "meetings.meeting.cancelled": _("Meeting cancelled"),
    "meetings.meeting.confirmed": _("Meeting confirmed"),
    "meetings.meeting.made": _("Meeting agreed"),
    "meetings.meeting.moved": _("Meeting moved"),
    "meetings.meeting.stayed_away": _("Did not come to a meeting"),
    "meetings.pair.blocked": _("Two are kept apart"),
    "meetings.pair.unblocked": _("Two are kept apart no longer"),
    "meetings.participant.free_forgotten": _("Free whenever there are meetings"),
    "meetings.participant.free_said": _("Free times said"),
    "meetings.participant.ways_said": _("Ways to meet said"),
    "meetings.person.changed": _("Person in meetings changed"),
    "meetings.person.joined": _("Takes part in meetings"),
    "meetings.person.left": _("Takes part in meetings no longer"),
    "meetings.person.returned": _("Takes part in meetings again"),
    "meetings.place.back": _("Place for meetings can be used again"),
    "meetings.place.lost": _("Place for meetings cannot be used"),
    "meetings.place.removed": _("Place for meetings removed"),
    "meetings.places.added": _("Places for meetings added"),
    "meetings.request.cancelled": _("Request for a meeting taken back"),
    "meetings.request.countered": _("Another time proposed"),
    "meetings.request.declined": _("Request for a meeting declined"),
    "meetings.request.expired": _("Request for a meeting ran out"),
    "meetings.request.handed_on": _("Request for a meeting handed to a colleague"),
    "meetings.request.proposed": _("Other times proposed"),
    "meetings.request.scheduled": _("Request for a meeting agreed to"),
    "meetings.request.sent": _("Asked for a meeting"),
    "meetings.rules.changed": _("Rules of meetings changed"),
    "meetings.run.done": _("Timetable made"),
    "meetings.run.published": _("Timetable published"),
    "meetings.run.publishing": _("Timetable is being published"),
    "meetings.run.removed": _("Run of the timetable removed"),
    "meetings.run.started": _("Run of the timetable started"),
    "meetings.run.stopped": _("Run of the timetable stopped"),
    "meetings.stand.changed": _("Places at the stand changed"),
    "meetings.wishes.saved": _("Wishes for meetings said"),
}
FIELDS: dict[str, "str | Promise"] = {
    "to": _("to"),
    "places": _("places"),
    "people": _("people"),
    "from": _("from"),
    "until": _("until"),
}
STATES: dict[str, "str | Promise"] = {
    "sent": _("sent"),
    "countered": _("another time proposed"),
    "scheduled": _("agreed"),
    "expired": _("ran out"),
    "held": _("held"),
    "no_show": _("somebody did not come"),
}
