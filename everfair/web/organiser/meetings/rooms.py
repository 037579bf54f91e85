"""Rooms at the organiser's desk, and another place for a meeting at its own time: a room, a table, the stand, a line."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from everfair.fair.access import get_edition_at_desk
from everfair.meetings import access
from everfair.meetings.actions import places, seating
from everfair.meetings.forms.rooms import RoomForm, SeatForm
from everfair.meetings.queries.floor import shown_meeting
from everfair.meetings.queries.seating import seats_for
from everfair.web.meeting_words import place_words, sides, where_words
from everfair.web.organiser.frame import address, desk, done, named, through

RIGHT = access.RIGHT
MOST_OF_A_KIND = {"online": 1}  # lines are all the same: the first free one stands for them


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def room_create(request: HttpRequest, edition: str) -> HttpResponse:
    """A new room."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    return _room_form(request, held, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def room_edit(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """A room's name, hall and seats."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    return _room_form(request, held, access.get_room_at_desk(request.user, held, pk))


def _room_form(request: HttpRequest, held: Any, row: Any) -> HttpResponse:
    form = RoomForm(request.POST if request.method == "POST" else None, edition=held, row=row)
    if request.method == "POST" and through(
        form, lambda values: places.save_room(held, row, values, by=request.user)
    ):
        return done(request, _("Saved."), "meetings.place_list", edition=held.slug)
    back_url = address("meetings.place_list", edition=held.slug)
    title = named(request, row.name) if row else _("New room")
    context = {
        "title": title,
        "form": form,
        "save": _("Save"),
        "back_url": back_url,
        "crumbs": [(_("Tables, lines, interpreters"), back_url), (title, "")],
    }
    if row:
        context |= {
            "remove_url": address("meetings.place_remove", edition=held.slug, pk=row.pk),
            "remove": _("Remove this room"),
        }
    return desk(request, "row_edit", held, context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_seat(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Another place for a meeting at its own time; its people are told."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    meeting = access.get_meeting_at_desk(request.user, held, code, RIGHT)
    found = seats_for(meeting)
    labels = {
        "room": _("Rooms"),
        "table": _("Tables"),
        "stand": _("At the firm's stand"),
        "online": _("On line"),
    }
    groups = [
        (labels[one.kind], [(row.pk, place_words(row)) for row in one.places[: MOST_OF_A_KIND.get(one.kind)]])
        for one in found
        if one.places
    ]
    form = SeatForm(
        request.POST if request.method == "POST" else None, groups=groups, languages=held.languages
    )
    if request.method == "POST":
        by_number = {row.pk: row for one in found for row in one.places}
        seated = through(
            form,
            lambda values: seating.seat_meeting(meeting, by_number[values["place"]], by=request.user),
        )
        if seated:
            sentence = _("The meeting has another place. Both sides are told.")
            return done(request, sentence, "meetings.meeting_show", edition=edition, code=code)
    shown = shown_meeting(meeting)
    askers, asked = sides(shown)
    one, other = (_(", ").join(row.participant.name for row in side) or "–" for side in (askers, asked))
    lead = _("%(one)s and %(other)s") % {"one": one, "other": other}
    title = _("Give this meeting another place")
    show_url = address("meetings.meeting_show", edition=held.slug, code=code)
    context = {
        "title": title,
        "lead": lead,
        "meeting": shown,
        "where": where_words(shown),
        "count": len(askers) + len(asked),
        "form": form,
        "is_possible": meeting.state == "scheduled" and bool(groups),
        "show_url": show_url,
        "crumbs": [
            (_("Meetings"), address("meetings.meeting_list", edition=held.slug)),
            (lead, show_url),
            (title, ""),
        ],
    }
    return desk(request, "meetings/meeting_seat", held, context, status=422 if form.errors else 200)
