"""A meeting moved by hand: times with what each disturbs, and moving it all the same, with a reason."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from everfair.fair.access import get_edition_at_desk
from everfair.meetings import access
from everfair.meetings.actions import booking
from everfair.meetings.actions import forcing as actions
from everfair.meetings.forms.floor import ForceForm
from everfair.meetings.queries import disturbing as queries
from everfair.meetings.queries import floor as floor_queries
from everfair.web.meeting_words import disturbance_words, sides, where_words
from everfair.web.organiser.frame import address, attempt, desk, done, through

RIGHT = access.RIGHT


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_move(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """To another slot; each slot says what a move there would disturb."""
    held, meeting = _meeting(request, edition, code)
    if request.method == "POST":
        given = request.POST.get("slot", "")
        if not given.isdecimal() or len(given) > 15:
            raise Http404
        slot = access.get_slot_in(held, int(given))
        deed = partial(booking.move_meeting, meeting, slot, by=request.user)
        return attempt(
            request,
            deed,
            _("Moved. Both sides are told."),
            "meetings.meeting_show",
            edition=edition,
            code=code,
        )
    with timezone.override(ZoneInfo(held.time_zone)):
        days: dict[Any, list[Any]] = {}
        for option in queries.move_options(meeting) if meeting.state == "scheduled" else []:
            words = [disturbance_words(one) for one in option.disturbs]
            days.setdefault(timezone.localtime(option.slot.starts_at).date(), []).append((option, words))
        options = [option for found in days.values() for option, _words in found]
        context = _frame(held, meeting, _("Move this meeting")) | {
            "days": days.items(),
            "can_force": any(option.can_be_forced for option in options),
            "has_free": any(option.is_free for option in options),
        }
        return desk(request, "meetings/meeting_move", held, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_force(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponse:
    """To a slot in which its people have other meetings: what becomes of these, then a reason all of them read."""
    held, meeting = _meeting(request, edition, code)
    slot = access.get_slot_in(held, pk)
    form = ForceForm(request.POST if request.method == "POST" else None, languages=held.languages)
    if request.method == "POST":
        seen = _seen(request.POST.getlist("seen"))
        forced = through(
            form,
            lambda values: actions.force_move(meeting, slot, **values, seen=seen, by=request.user),
        )
        if forced:
            return done(request, _what_was_done(forced), "meetings.meeting_show", edition=edition, code=code)
    meeting = floor_queries.shown_meeting(meeting)
    if slot.pk == meeting.slot_id or meeting.state != "scheduled":
        messages.error(request, _("This meeting cannot be moved there. Choose another time."))
        return redirect(address("meetings.meeting_move", edition=edition, code=code))
    with timezone.override(ZoneInfo(held.time_zone)):
        found = queries.displaced_by(meeting, slot)
        if not any(one.is_confirmed for one in found):
            del form.fields["though_confirmed"]
        move_url = address("meetings.meeting_move", edition=edition, code=code)
        title = _("Move it all the same")
        frame = _frame(held, meeting, title)
        context = frame | {
            "slot": slot,
            "displaced": [(one, where_words(one.meeting), *sides(one.meeting)) for one in found],
            "seen": [f"{one.code}.{one.version}" for one in (meeting, *(each.meeting for each in found))],
            "form": form,
            "move_url": move_url,
            "crumbs": [*frame["crumbs"][:-1], (_("Move this meeting"), move_url), (title, "")],
        }
        return desk(request, "meetings/meeting_force", held, context, status=422 if form.errors else 200)


def _meeting(request: HttpRequest, edition: str, code: str) -> tuple[Any, Any]:
    held = get_edition_at_desk(request.user, edition, RIGHT)
    return held, floor_queries.shown_meeting(access.get_meeting_at_desk(request.user, held, code, RIGHT))


def _frame(held: Any, meeting: Any, title: str) -> dict[str, Any]:
    askers, asked = sides(meeting)
    one, other = (_(", ").join(row.participant.name for row in side) or "–" for side in (askers, asked))
    lead = _("%(one)s and %(other)s") % {"one": one, "other": other}
    return {
        "title": title,
        "lead": lead,
        "meeting": meeting,
        "where": where_words(meeting),
        "crumbs": [
            (_("Meetings"), address("meetings.meeting_list", edition=held.slug)),
            (lead, address("meetings.meeting_show", edition=held.slug, code=meeting.code)),
            (title, ""),
        ],
    }


def _seen(given: Iterable[str]) -> dict[str, int]:
    """Code → version, as the page showed them; what is no such pair fits nothing."""
    found = {}
    for text in given:
        code, _dot, version = text[:60].partition(".")
        found[code] = int(version) if version.isdecimal() and len(version) < 10 else 0
    return found


def _what_was_done(forced: actions.Forced) -> str:
    parts = [_("Moved. Everybody concerned is told why.")]
    moved, off = len(forced.moved), len(forced.called_off)
    if moved:
        sentence = ngettext(
            "%(count)d other meeting has another time.", "%(count)d other meetings have another time.", moved
        )
        parts.append(sentence % {"count": moved})
    if off:
        sentence = ngettext(
            "%(count)d other meeting is called off; its asker waits in line.",
            "%(count)d other meetings are called off; their askers wait in line.",
            off,
        )
        parts.append(sentence % {"count": off})
    return " ".join(parts)
