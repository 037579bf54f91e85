"""One meeting at a firm's desk: confirmed, moved to another time, held, called off."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.meetings import access
from everfair.meetings.actions import booking, other_time
from everfair.meetings.forms.asking import MoveForm, PickForm, ReasonForm
from everfair.meetings.queries import firm as queries
from everfair.meetings.queries.floor import STATE_KINDS, interpreter_of, shown_meeting
from everfair.meetings.queries.other_time import choices_of, move_of, slots_for_move
from everfair.web.exhibitor.meetings_frame import address, at_meetings, carry_out, say_wrong, show_page
from everfair.web.meeting_words import where_words
from everfair.web.suggested import why_suggested


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_show(request: HttpRequest, code: str, meeting: str) -> HttpResponse:
    """One meeting: who comes and where; confirm it, move it, note who came, call it off."""
    exhibitor = at_meetings(request, code)
    row = shown_meeting(access.get_meeting_of_firm(exhibitor, meeting))
    if request.method != "POST":
        return _page(request, exhibitor, row)
    deed = request.POST.get("deed", "")
    if deed.startswith("move_"):
        return _move(request, exhibitor, row, deed)
    return _change(request, exhibitor, row, deed)


def _page(
    request: HttpRequest, exhibitor: Any, row: Any, forms: dict[str, Any] | None = None
) -> HttpResponse:
    sides = queries.sides_of_firm(row, exhibitor)
    now = timezone.now()
    is_ahead = row.state == "scheduled" and row.slot.starts_at > now
    move = move_of(row, now) if is_ahead else None
    others = slots_for_move(row, now) if is_ahead and sides.ours else []
    choices = choices_of(move, others)
    context = {
        "row": row,
        "title": _(", ").join(one.participant.name for one in sides.theirs) or str(exhibitor.organisation),
        "sides": sides,
        "kind": STATE_KINDS[row.state],
        "where": where_words(row),
        "is_suggested": row.suggested is not None,
        "why": why_suggested(exhibitor.edition, _because(row, sides)),
        "interpreter": interpreter_of(row),
        "has_begun": row.slot.starts_at <= now,
        "is_open": row.state == "scheduled",
        "can_negotiate": row.state == "held" or (row.state == "scheduled" and row.slot.starts_at <= now),
        "can_ask": any(one.participant.exhibitor_id is not None for one in sides.theirs),
        "reason_form": ReasonForm(),
        "no_form": ReasonForm(auto_id="no_%s"),
        "can_move": is_ahead and bool(sides.ours),
        "move": move,
        "move_is_ours": move is not None and any(one.side == move.side for one in sides.ours),
        "choices": choices,
        "possible": others,
        "pick": PickForm(slots=choices, auto_id="pick_%s"),
        "propose": MoveForm(slots=others, auto_id="propose_%s"),
        "diary_url": address("diary_list", exhibitor),
        **(forms or {}),
    }
    return show_page(request, "meeting_show", exhibitor, context, 422 if forms else 200)


def _because(row: Any, sides: Any) -> list[tuple[str, dict[str, Any]]]:
    """Why the fair suggested it, as told to the firm's side."""
    side = sides.ours[0].side if sides.ours else ""
    return [(code, facts) for code, facts in (row.suggested or {}).get(side, ())]


def _actor(request: HttpRequest, exhibitor: Any, row: Any) -> Any:
    """Whose word it is: of the firm's people in the meeting whoever is signed in, else the first."""
    ours = [one.participant for one in queries.sides_of_firm(row, exhibitor).ours]
    if not ours:
        raise Http404
    return min(ours, key=lambda one: one.user_id != request.user.pk)


def _move(request: HttpRequest, exhibitor: Any, row: Any, deed: str) -> HttpResponse:
    """Another time: proposed, accepted, declined or taken back. What was typed wrong stays on the page."""
    actor, free, by = _actor(request, exhibitor, row), slots_for_move(row), request.user
    no = ReasonForm(request.POST, auto_id="no_%s")
    forms: dict[str, tuple[str, Any]] = {
        "move_propose": ("propose", MoveForm(request.POST, slots=free, auto_id="propose_%s")),
        "move_accept": (
            "pick",
            PickForm(request.POST, slots=choices_of(move_of(row), free), auto_id="pick_%s"),
        ),
        "move_decline": ("no_form", no),
        "move_withdraw": ("no_form", no),
    }
    if deed not in forms:
        raise Http404
    name, form = forms[deed]
    if not form.is_valid():
        return _page(request, exhibitor, row, {name: form})
    clean = form.cleaned_data
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "move_propose": (
            lambda: other_time.propose_move(row, actor, **form.values(), by=by),
            _("Proposed. The meeting stays where it is until they accept."),
        ),
        "move_accept": (
            lambda: other_time.accept_move(row, actor, clean["slots"], by=by),
            _("Moved. Both sides are told, and it stands in the diaries."),
        ),
        "move_decline": (
            lambda: other_time.decline_move(row, actor, clean["reason"], by=by),
            _("Declined. The meeting stays as it was agreed."),
        ),
        "move_withdraw": (
            lambda: other_time.withdraw_move(row, actor, by=by),
            _("Taken back. The meeting stays as it was agreed."),
        ),
    }
    act, said = acts[deed]
    try:
        act()
    except (Refused, IllegalChange) as error:
        form.refuse(error if isinstance(error, Refused) else Refused(str(error)))
        row = shown_meeting(access.get_meeting_of_firm(exhibitor, row.code))
        return _page(request, exhibitor, row, {name: form})
    messages.success(request, said)
    return redirect(address("meeting_show", exhibitor, meeting=row.code))


def _change(request: HttpRequest, exhibitor: Any, row: Any, deed: str) -> HttpResponse:
    here = address("meeting_show", exhibitor, meeting=row.code)
    if deed == "cancel":
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return say_wrong(request, form, here)
        act = partial(booking.cancel_meeting, row, form.cleaned_data["reason"], by=request.user)
        return carry_out(request, act, _("Called off. They are told, and the time is free again."), here)
    code = request.POST.get("person", "")
    person = next((one.participant for one in row.people.all() if one.participant.code == code), None)
    if person is None:
        raise Http404
    if deed == "confirm" and person.exhibitor_id == exhibitor.pk:
        act = partial(booking.confirm, row, person, by=request.user)
        return carry_out(request, act, _("Confirmed. No later timetable moves it."), here)
    if deed in ("came", "missed"):
        act = partial(booking.note_came, row, person, deed == "came", by=request.user)
        return carry_out(request, act, _("Noted."), here)
    raise Http404
