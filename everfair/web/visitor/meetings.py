"""One of a person's own meetings: who, when, where; confirming it, giving it up, and afterwards whether the other came."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.meetings import access
from everfair.meetings.actions import booking
from everfair.meetings.forms.asking import ReasonForm
from everfair.meetings.queries.diary import meeting_line
from everfair.web.visitor.meetings_frame import clocks_of, done, own_place


def _own_meeting(request: HttpRequest, edition: str, code: str) -> tuple[Any, Any, Any]:
    """The edition, the person's row and a meeting they take part in."""
    found, person = own_place(request, edition)
    meeting = access.get_meeting_for(request.user, found, code)
    if not meeting.people.filter(participant=person).exists():
        raise Http404
    return found, person, meeting


@login_required
@never_cache
@require_safe
def meeting_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Who, when, where; confirming, cancelling, and afterwards whether the other came."""
    found, person, meeting = _own_meeting(request, edition, code)
    now: datetime = timezone.now()
    line = meeting_line(meeting, person)
    steps = access.meeting_steps(request.user, meeting)
    context = {
        **clocks_of(request, found, person),
        "person": person,
        "meeting": line,
        "row": meeting,
        "standing": line.standing(now),
        "can_confirm": meeting.state == "scheduled" and not line.is_confirmed and line.ends_at > now,
        "can_cancel": "cancelled" in steps and line.ends_at > now,
        "can_say_came": line.starts_at <= now and "held" in steps,
        "others": [
            one for one in meeting.people.select_related("participant") if one.participant_id != person.pk
        ],
        "reason": ReasonForm(),
        "doors_current": "mine",
    }
    return render(request, "visitor/meetings/meeting_show.html", context)


@login_required
@require_POST
def meeting_confirm(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Yes: no later run moves it."""
    found, person, meeting = _own_meeting(request, edition, code)
    said = _("Confirmed: nothing moves this meeting any more but its two sides and the fair's team.")
    done(request, lambda: booking.confirm(meeting, person, by=request.user), said)
    return redirect("visitor:meetings.meeting_show", edition=found.slug, code=code)


@login_required
@require_POST
def meeting_cancel(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Give it up; the slot goes to who waits."""
    found, _person, meeting = _own_meeting(request, edition, code)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else request.POST.get("reason", "")[:500]
    said = _("Cancelled. The other side is told, and your time is free again.")
    if done(request, lambda: booking.cancel_meeting(meeting, reason, by=request.user), said):
        return redirect("visitor:meetings.diary", edition=found.slug)
    return redirect("visitor:meetings.meeting_show", edition=found.slug, code=code)


@login_required
@require_POST
def meeting_came(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Whether one of the others came."""
    found, _person, meeting = _own_meeting(request, edition, code)
    who = (
        meeting.people.select_related("participant")
        .filter(participant__code=request.POST.get("who", ""))
        .first()
    )
    if who is None:
        raise Http404
    came = request.POST.get("came") == "1"
    said = _("Noted: %(name)s came.") if came else _("Noted: %(name)s did not come.")
    name = {"name": who.participant.name}
    done(request, lambda: booking.note_came(meeting, who.participant, came, by=request.user), said % name)
    return redirect("visitor:meetings.meeting_show", edition=found.slug, code=code)
