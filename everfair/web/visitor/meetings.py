"""Asking for a meeting, answering, the waiting line, and one's own meetings one by one."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.exhibition import access as exhibition_access
from everfair.meetings import access
from everfair.meetings.actions import booking, requests, waiting
from everfair.meetings.forms.asking import AskForm, PickForm, ReasonForm, SlotsForm
from everfair.meetings.queries import own
from everfair.meetings.queries.diary import meeting_line
from everfair.meetings.queries.free import free_slots, free_slots_with_firm
from everfair.meetings.queries.ground import rules_of
from everfair.meetings.queries.limits import quota_of, why_not_ask
from everfair.web.visitor.diary import clocks_of, nobody, own_place, place

A_PAGE = 20


# Asking ------------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_firm(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Ask an exhibitor; any of its people may answer. `offer` in the address says about what."""
    found, person = place(request, edition)
    firm, _was_former = exhibition_access.get_booth_for(request.user, found, code)
    if person is None:
        return nobody(request, found)
    return _ask(request, found, person, firm)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_person(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Ask somebody who agreed to be listed, or one of a firm's people."""
    found, person = place(request, edition)
    if person is None:
        return nobody(request, found)
    other = own.find_askable(found, code)
    if other is None:
        raise Http404
    return _ask(request, found, person, other)


@login_required
@require_safe
def ask_speaker(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """From a speaker's page to the person, where they take part in meetings."""
    found, person = place(request, edition)
    if person is None:
        return nobody(request, found)
    other = own.askable_speaker(found, code)
    if other is None:
        raise Http404
    return redirect("visitor:meetings.ask_person", edition=found.slug, code=other.code)


def _is_firm(target: Any) -> bool:
    return not hasattr(target, "registration_id")


def _ask(request: HttpRequest, edition: Any, person: Any, target: Any) -> HttpResponse:
    """The page and its form. A limit that makes the request impossible is told before anybody types."""
    why_not = why_not_ask(person, target)
    places = own.places_for(person, target)
    wanted = request.POST.get("place") or request.GET.get("place") or ""
    where = wanted if wanted in places else places[0] if places else ""
    firm = target if _is_firm(target) else target.exhibitor
    slots = [] if why_not or not where else _free(person, target, firm, where)
    form = _ask_form(request, edition, person, firm, slots)
    if request.method == "POST" and not why_not and where and form.is_valid():
        answer = _send(request, edition, person, target, form, where)
        if answer is not None:
            return answer
        why_not = why_not_ask(person, target)
        slots = _free(person, target, firm, where)
    context = {
        **clocks_of(request, edition, person),
        "person": person,
        "target": target,
        "firm": firm,
        "is_firm": _is_firm(target),
        "why_not": why_not,
        "places": places,
        "place": where,
        "slots": slots,
        "form": form,
        "quota": quota_of(person),
        "rules": rules_of(edition),
        "doors_current": "mine",
    }
    return render(request, "visitor/meetings/ask.html", context, status=422 if form.errors else 200)


def _free(person: Any, target: Any, firm: Any, where: str) -> list[Any]:
    if _is_firm(target):
        return free_slots_with_firm([person], target, place=where)
    return free_slots([person, target], place=where, exhibitor=firm)


def _ask_form(request: HttpRequest, edition: Any, person: Any, firm: Any, slots: Sequence[Any]) -> AskForm:
    rules = rules_of(edition)
    languages = list(rules.languages) if rules else []
    shelf = own.shelf_of(firm) if firm is not None else []
    common = next((code for code in person.languages if code in languages), "")
    return AskForm(
        request.POST if request.method == "POST" else None,
        slots=slots,
        offers=shelf,
        languages=languages,
        colleagues=own.colleagues_of(person),
        has_interpreters=own.has_interpreters(person),
        initial={"language": common, "offer": request.GET.get("offer", "")},
    )


def _send(
    request: HttpRequest, edition: Any, person: Any, target: Any, form: AskForm, where: str
) -> HttpResponse | None:
    """Send it; None where it was refused, with the sentence in the form."""
    values = {**form.values(), "place": where}
    whom = {"exhibitor": target} if _is_firm(target) else {"asked": target}
    try:
        sent = requests.send_request(person, **whom, values=values, by=request.user)
    except Refused as refused:
        form.refuse(refused)
        return None
    if sent.state == "scheduled":
        messages.success(request, _("Agreed at once: the meeting is in your diary."))
        return redirect("visitor:meetings.diary", edition=edition.slug)
    messages.success(
        request, _("Your request is on its way. You get a letter as soon as there is an answer.")
    )
    return redirect("visitor:meetings.request_show", edition=edition.slug, code=sent.code)


# The waiting line --------------------------------------------------------------------------------------------
@login_required
@require_POST
def line_firm(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Wait for a slot with a firm."""
    found, person = own_place(request, edition)
    firm, _was_former = exhibition_access.get_booth_for(request.user, found, code)
    return _join(request, found, person, firm, reverse("visitor:meetings.ask_firm", args=[found.slug, code]))


@login_required
@require_POST
def line_person(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Wait for a slot with a person."""
    found, person = own_place(request, edition)
    other = own.find_askable(found, code)
    if other is None:
        raise Http404
    return _join(
        request, found, person, other, reverse("visitor:meetings.ask_person", args=[found.slug, code])
    )


def _join(request: HttpRequest, edition: Any, person: Any, target: Any, back: str) -> HttpResponse:
    def join() -> None:
        waiting.join_line(person, target, by=request.user)

    said = _("You are in the line. As soon as a time comes free, it is kept for you and you get a letter.")
    if _done(request, join, said):
        return redirect("visitor:meetings.request_list", edition=edition.slug)
    return HttpResponseRedirect(back)


@login_required
@require_POST
def offer_take(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Yes to a slot that came free."""
    found, person = own_place(request, edition)
    line = own.own_line(person, pk)
    if line is None:
        raise Http404
    _done(request, lambda: waiting.take_offer(line, by=request.user), _("The meeting is in your diary."))
    return redirect("visitor:meetings.diary", edition=found.slug)


@login_required
@require_POST
def line_leave(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Let a place in line go."""
    found, person = own_place(request, edition)
    line = own.own_line(person, pk)
    if line is None:
        raise Http404
    _done(request, lambda: waiting.leave_line(line, by=request.user), _("You have left the line."))
    return redirect("visitor:meetings.request_list", edition=found.slug)


def _done(request: HttpRequest, deed: Callable[[], object], said: str) -> bool:
    """Do it and say so; a refusal is said instead."""
    try:
        deed()
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
        return False
    messages.success(request, said)
    return True


# Requests ----------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def request_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Requests that wait for an answer, those on their way, and what is over."""
    found, person = place(request, edition)
    if person is None:
        return nobody(request, found)
    asked = request.GET.get("box", "")
    box: Any = asked if asked in ("answer", "sent", "over") else "answer"
    page = Paginator(own.requests_in(person, box), A_PAGE).get_page(request.GET.get("page"))
    context = {
        **clocks_of(request, found, person),
        "person": person,
        "box": box,
        "page": page,
        "rows": own.request_lines(list(page.object_list), person),
        "boxes": [
            (key, label, own.requests_in(person, key).count())  # type: ignore[arg-type]
            for key, label in (("answer", _("To answer")), ("sent", _("Waiting")), ("over", _("Answered")))
        ],
        "waits": own.lines_of(person),
        "offers": own.offers_to(person, timezone.now()),
        "quota": quota_of(person),
        "doors_current": "mine",
    }
    return render(request, "visitor/meetings/request_list.html", context)


def _own_request(request: HttpRequest, edition: str, code: str) -> tuple[Any, Any, Any]:
    """The edition, the person's row and a request of which they are a side."""
    found, person = own_place(request, edition)
    row = access.get_request_for(request.user, found, code)
    if not access.roles_on_request(request.user, row) & {"asker", "asked"}:
        raise Http404
    return found, person, row


@login_required
@never_cache
@require_safe
def request_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One request with everything the reader can do with it."""
    return _request_page(request, *_own_request(request, edition, code))


def _request_page(
    request: HttpRequest, edition: Any, person: Any, row: Any, forms: dict[str, Any] | None = None
) -> HttpResponse:
    steps = access.request_steps(request.user, row)
    line = own.request_line(row, person)
    possible = requests.possible_slots(row) if row.state in row.OPEN else []
    context = {
        **clocks_of(request, edition, person),
        "person": person,
        "line": line,
        "row": row,
        "steps": steps,
        "can_accept": "scheduled" in steps,
        "can_propose": bool({"countered", "sent"} & set(steps)),
        "can_decline": "declined" in steps,
        "can_cancel": "cancelled" in steps,
        "choices": _choices(line, possible),
        "gone": [slot for slot in line.proposed if slot not in possible] if row.state in row.OPEN else [],
        "possible": possible,
        "pick": PickForm(slots=_choices(line, possible)),
        "propose": SlotsForm(slots=possible),
        "reason": ReasonForm(),
        "colleagues": row.colleagues.all(),
        "doors_current": "mine",
        **(forms or {}),
    }
    return render(request, "visitor/meetings/request_show.html", context, status=422 if forms else 200)


def _choices(line: Any, possible: Sequence[Any]) -> list[Any]:
    """What may be accepted: the proposals still free, or any free slot where none was proposed."""
    free = {slot.pk for slot in possible}
    return [slot for slot in line.proposed if slot.pk in free] if line.proposed else list(possible)


@login_required
@never_cache
@require_POST
def request_accept(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Agree on a time. Who was too late sees what is free instead."""
    found, person, row = _own_request(request, edition, code)
    line, possible = own.request_line(row, person), requests.possible_slots(row)
    form = PickForm(request.POST, slots=_choices(line, possible))
    if form.is_valid():
        try:
            meeting = requests.accept(row, form.cleaned_data["slots"], by=request.user)
        except (Refused, IllegalChange) as error:
            form.refuse(error if isinstance(error, Refused) else Refused(str(error)))
            row.refresh_from_db()
        else:
            messages.success(request, _("Agreed: the meeting is in your diary."))
            return redirect("visitor:meetings.meeting_show", edition=found.slug, code=meeting.code)
    return _request_page(request, found, person, row, {"pick": form})


@login_required
@never_cache
@require_POST
def request_propose(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Other times, by whoever's turn it is."""
    found, person, row = _own_request(request, edition, code)
    form = SlotsForm(request.POST, slots=requests.possible_slots(row))
    if form.is_valid():
        act = requests.propose_again if row.asker_id == person.pk else requests.counter
        try:
            act(row, form.cleaned_data["slots"], by=request.user, message=form.cleaned_data["message"])
        except (Refused, IllegalChange) as error:
            form.refuse(error if isinstance(error, Refused) else Refused(str(error)))
            row.refresh_from_db()
        else:
            messages.success(request, _("The other side is told of the times you proposed."))
            return redirect("visitor:meetings.request_show", edition=found.slug, code=row.code)
    return _request_page(request, found, person, row, {"propose": form})


def _with_reason(
    request: HttpRequest, edition: str, code: str, deed: Callable[..., object], said: str
) -> HttpResponse:
    found, person, row = _own_request(request, edition, code)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _request_page(request, found, person, row, {"reason": form})
    _done(request, lambda: deed(row, form.cleaned_data["reason"], by=request.user), said)
    return redirect("visitor:meetings.request_list", edition=found.slug)


@login_required
@require_POST
def request_decline(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Say no."""
    return _with_reason(request, edition, code, requests.decline, _("Declined. The other side is told."))


@login_required
@require_POST
def request_cancel(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Take it back."""
    return _with_reason(
        request, edition, code, requests.cancel_request, _("Taken back. The other side is told.")
    )


# Meetings ----------------------------------------------------------------------------------------------------
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
    _done(request, lambda: booking.confirm(meeting, person, by=request.user), said)
    return redirect("visitor:meetings.meeting_show", edition=found.slug, code=code)


@login_required
@require_POST
def meeting_cancel(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Give it up; the slot goes to who waits."""
    found, _person, meeting = _own_meeting(request, edition, code)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else request.POST.get("reason", "")[:500]
    said = _("Cancelled. The other side is told, and your time is free again.")
    if _done(request, lambda: booking.cancel_meeting(meeting, reason, by=request.user), said):
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
    _done(request, lambda: booking.note_came(meeting, who.participant, came, by=request.user), said % name)
    return redirect("visitor:meetings.meeting_show", edition=found.slug, code=code)
