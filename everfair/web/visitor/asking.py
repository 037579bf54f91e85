"""Asking for a meeting, and the line for those who found no time: joining it, leaving it, yes to what came free."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import Refused
from everfair.exhibition import access as exhibition_access
from everfair.meetings.actions import requests, waiting
from everfair.meetings.forms.asking import AskForm
from everfair.meetings.queries import own
from everfair.meetings.queries.free import free_slots, free_slots_with_firm
from everfair.meetings.queries.ground import rules_of
from everfair.meetings.queries.limits import quota_of, why_not_ask
from everfair.meetings.queries.reach import reach_of
from everfair.web.visitor.meetings_frame import clocks_of, done, nobody, own_place, place


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, edition: str, code: str, kind: str) -> HttpResponse:
    """Ask an exhibitor (any of its people may answer; `offer` in the address says about what), or a person by code."""
    found, person = place(request, edition)
    if person is None and kind == "person":
        return nobody(request, found)
    target = _target(request, found, code, kind)
    if person is None:
        return nobody(request, found)
    return _ask(request, found, person, target)


def _target(request: HttpRequest, edition: Any, code: str, kind: str) -> Any:
    """The firm, or somebody who agreed to be listed or is one of a firm's people; Http404 for all others."""
    if kind == "firm":
        return exhibition_access.get_booth_for(request.user, edition, code)[0]
    other = own.find_askable(edition, code)
    if other is None:
        raise Http404
    return other


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
    reach = reach_of(person, target)
    places = list(reach.places)
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
        "shut": [sentence for _place, sentence in reach.shut],
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


@login_required
@require_POST
def line_join(request: HttpRequest, edition: str, code: str, kind: str) -> HttpResponse:
    """Wait for a slot with a firm or a person."""
    found, person = own_place(request, edition)
    target = _target(request, found, code, kind)

    def join() -> None:
        waiting.join_line(person, target, by=request.user)

    said = _("You are in the line. As soon as a time comes free, it is kept for you and you get a letter.")
    if done(request, join, said):
        return redirect("visitor:meetings.request_list", edition=found.slug)
    return HttpResponseRedirect(reverse(f"visitor:meetings.ask_{kind}", args=[found.slug, code]))


@login_required
@require_POST
def offer_take(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Yes to a slot that came free."""
    found, person = own_place(request, edition)
    line = own.own_line(person, pk)
    if line is None:
        raise Http404
    done(request, lambda: waiting.take_offer(line, by=request.user), _("The meeting is in your diary."))
    return redirect("visitor:meetings.diary", edition=found.slug)


@login_required
@require_POST
def line_leave(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Let a place in line go."""
    found, person = own_place(request, edition)
    line = own.own_line(person, pk)
    if line is None:
        raise Http404
    done(request, lambda: waiting.leave_line(line, by=request.user), _("You have left the line."))
    return redirect("visitor:meetings.request_list", edition=found.slug)
