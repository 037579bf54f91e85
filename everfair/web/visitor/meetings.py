"""One of a person's own meetings: who, when, where; confirming it, moving it, giving it up, and afterwards whether the other came."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.meetings import access
from everfair.meetings.actions import booking, other_time
from everfair.meetings.forms.asking import MoveForm, PickForm, ReasonForm
from everfair.meetings.queries.diary import meeting_line
from everfair.meetings.queries.other_time import choices_of, move_of, slots_for_move
from everfair.web.suggested import why_suggested
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
    """Who, when, where; confirming, moving, cancelling, and afterwards whether the other came."""
    return _page(request, *_own_meeting(request, edition, code))


def _page(
    request: HttpRequest, edition: Any, person: Any, meeting: Any, forms: dict[str, Any] | None = None
) -> HttpResponse:
    now: datetime = timezone.now()
    line = meeting_line(meeting, person)
    steps = access.meeting_steps(request.user, meeting)
    is_ahead = meeting.state == "scheduled" and line.starts_at > now
    move = move_of(meeting, now) if is_ahead else None
    people = list(meeting.people.select_related("participant"))
    is_ours = move is not None and any(
        one.participant_id == person.pk and one.side == move.side for one in people
    )
    others = slots_for_move(meeting, now) if is_ahead else []
    context = {
        **clocks_of(request, edition, person),
        "person": person,
        "meeting": line,
        "row": meeting,
        "standing": line.standing(now),
        "why": why_suggested(edition, line.because),
        "can_confirm": meeting.state == "scheduled" and not line.is_confirmed and line.ends_at > now,
        "can_cancel": "cancelled" in steps and line.ends_at > now,
        "can_say_came": line.starts_at <= now and "held" in steps,
        "can_move": is_ahead,
        "others": [one for one in people if one.participant_id != person.pk],
        "reason": ReasonForm(),
        "move": move,
        "move_is_ours": is_ours,
        "choices": choices_of(move, others),
        "possible": others,
        "pick": PickForm(slots=choices_of(move, others), auto_id="pick_%s"),
        "propose": MoveForm(slots=others, auto_id="propose_%s"),
        "no": ReasonForm(auto_id="no_%s"),
        "doors_current": "mine",
        **(forms or {}),
    }
    status = 422 if forms else 200
    return render(request, "visitor/meetings/meeting_show.html", context, status=status)


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


@login_required
@never_cache
@require_POST
def meeting_move(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Propose other times; the meeting stays where it is until the other side takes one."""
    found, person, meeting = _own_meeting(request, edition, code)
    form = MoveForm(request.POST, slots=slots_for_move(meeting), auto_id="propose_%s")
    if form.is_valid():
        try:
            other_time.propose_move(meeting, person, **form.values(), by=request.user)
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Proposed. The meeting stays where it is until they accept."))
            return redirect("visitor:meetings.meeting_show", edition=found.slug, code=code)
    return _page(request, found, person, meeting, {"propose": form})


@login_required
@never_cache
@require_POST
def meeting_move_answer(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Yes or no to the times the other side proposed; or one's own proposal taken back."""
    found, person, meeting = _own_meeting(request, edition, code)
    deed, by = request.POST.get("deed", ""), request.user
    if deed == "accept":
        choices = choices_of(move_of(meeting), slots_for_move(meeting))
        form = PickForm(request.POST, slots=choices, auto_id="pick_%s")
        if form.is_valid():
            try:
                other_time.accept_move(meeting, person, form.cleaned_data["slots"], by=by)
            except (Refused, IllegalChange) as error:
                form.refuse(error if isinstance(error, Refused) else Refused(str(error)))
                meeting.refresh_from_db()
            else:
                messages.success(request, _("Moved. Both sides are told, and it stands in the diaries."))
                return redirect("visitor:meetings.meeting_show", edition=found.slug, code=code)
        return _page(request, found, person, meeting, {"pick": form})
    reason = ReasonForm(request.POST, auto_id="no_%s")
    if not reason.is_valid():
        return _page(request, found, person, meeting, {"no": reason})
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "decline": (
            lambda: other_time.decline_move(meeting, person, reason.cleaned_data["reason"], by=by),
            _("Declined. The meeting stays as it was agreed."),
        ),
        "withdraw": (
            lambda: other_time.withdraw_move(meeting, person, by=by),
            _("Taken back. The meeting stays as it was agreed."),
        ),
    }
    if deed not in acts:
        raise Http404
    done(request, *acts[deed])
    return redirect("visitor:meetings.meeting_show", edition=found.slug, code=code)
