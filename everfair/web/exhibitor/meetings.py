"""A firm's meetings: requests and answers, its people who take part, places at its stand.

For the firm's own people only: what they answer and propose is not for the organiser to do in their name.
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.meetings import access
from everfair.meetings.actions import people, places, requests, staff
from everfair.meetings.actions.agreeing import firm_of, languages_between
from everfair.meetings.forms.asking import PickForm, ReasonForm, SlotsForm, request_filters
from everfair.meetings.queries import firm as queries
from everfair.meetings.queries import own_requests
from everfair.meetings.queries.floor import REQUEST_KINDS
from everfair.meetings.queries.free import free_slots
from everfair.meetings.queries.other_time import moves_to_answer
from everfair.web.exhibitor.meetings_frame import address, at_meetings, carry_out, say_wrong, show_page
from everfair.web.list_files import file_of_rows

A_PAGE = 50
MOST_SHOWN = 60  # free slots offered on one page


# Requests -----------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def request_list(request: HttpRequest, code: str) -> HttpResponse:
    """Requests by whose turn it is, narrowed by what stands in the address."""
    exhibitor = at_meetings(request, code)
    box, filters = _box(request), request_filters(request.GET)
    counts = queries.request_counts(exhibitor)
    names = {"answer": _("To answer"), "theirs": _("Waiting for them"), "ended": _("Ended")}
    base = address("request_list", exhibitor)
    query = urlencode({"box": box, "q": filters.words, "state": filters.state, "way": filters.way})
    rows = queries.with_proposals(_narrowed(exhibitor, box, filters))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": [(names[one], f"{base}?box={one}", one == box, counts[one]) for one in queries.BOXES],
        "box": box,
        "page": page,
        "rows": [
            (one, REQUEST_KINDS[one.state], one.asker.exhibitor_id == exhibitor.pk,
             address("request_show", exhibitor, request_code=one.code))
            for one in page
        ],
        "filters": filters,
        "states": own_requests.STATES,
        "all_url": f"{base}?box={box}",
        "exports": [
            (label, f"{address('request_export', exhibitor, kind=kind)}?{query}")
            for label, kind in (("XLSX", "xlsx"), ("CSV", "csv"))
        ],
        "ask_url": address("ask_list", exhibitor),
        "moves": [
            (move, address("meeting_show", exhibitor, meeting=move.meeting.code))
            for move in moves_to_answer(queries.staff_of(exhibitor))
        ],
        "has_staff": queries.staff_of(exhibitor).filter(is_out=False).exists(),
        "staff_url": address("staff_list", exhibitor),
    }  # fmt: skip
    return show_page(request, "request_list", exhibitor, context)


def _box(request: HttpRequest) -> str:
    box = request.GET.get("box", "answer")
    if box not in queries.BOXES:
        raise Http404
    return box


def _narrowed(exhibitor: Any, box: str, filters: Any) -> Any:
    """The box's requests that fit; the firm's own are those its people asked."""
    return own_requests.narrowed(
        queries.requests_of_firm(exhibitor, box), filters, queries.asked_by_firm(exhibitor)
    )


@login_required
@never_cache
@require_safe
def request_export(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """The list shown as a workbook or CSV, in the fair's time."""
    exhibitor = at_meetings(request, code)
    found = _narrowed(exhibitor, _box(request), request_filters(request.GET))
    rows = own_requests.rows_of_file(found, lambda row: row.asker.exhibitor_id == exhibitor.pk)
    zone = ZoneInfo(exhibitor.edition.time_zone)
    name, columns = f"requests-{exhibitor.code}", dict(own_requests.COLUMNS)
    return file_of_rows(kind, name, rows, columns, sheet=_("Requests"), zone=zone)


@login_required
@never_cache
@require_safe
def request_show(request: HttpRequest, code: str, request_code: str) -> HttpResponse:
    """One request: what they want, when both are free, the answers there are."""
    exhibitor = at_meetings(request, code)
    row = access.get_request_of_firm(exhibitor, request_code)
    who = request.GET.get("person", "")
    return show_page(request, "request_show", exhibitor, _request(request, exhibitor, row, who))


def _request(
    request: HttpRequest, exhibitor: Any, row: Any, who: str, forms: dict[str, Any] | None = None
) -> dict[str, Any]:
    staff_there = [one for one in queries.staff_of(exhibitor) if not one.is_out]
    is_ours = row.asker.exhibitor_id == exhibitor.pk
    person = _who(request, row, staff_there, who, is_ours)
    proposed = {slot.pk for slot in queries.proposed_slots(row)}
    free = _free(row, person, is_ours) if row.state in ("sent", "countered") else []
    steps = access.request_steps(request.user, row)
    mine = "asker" if is_ours else "asked"
    title = str(row.exhibitor or row.asked) if is_ours else row.asker.name
    return {
        "row": row,
        "title": title,
        "is_ours": is_ours,
        "kind": REQUEST_KINDS[row.state],
        "person": person,
        "staff": staff_there,
        "colleagues": list(row.colleagues.all()),
        "wanted": [slot for slot in free if slot.pk in proposed],
        "lost": len(proposed) - sum(slot.pk in proposed for slot in free),
        "others": [slot for slot in free if slot.pk not in proposed][:MOST_SHOWN],
        "free": free,
        "may_accept": "scheduled" in steps and (row.state == "countered") == (mine == "asker"),
        "may_counter": row.state in ("sent", "countered") and (not is_ours or row.state == "countered"),
        "may_decline": "declined" in steps and not (is_ours and row.state == "sent"),
        "may_cancel": is_ours and row.state in ("sent", "countered"),
        "meeting": row.meetings.filter(state="scheduled").first(),
        "reason_form": (forms or {}).get("reason") or ReasonForm(),
        "list_url": address("request_list", exhibitor),
    }


def _who(request: HttpRequest, row: Any, staff_there: list[Any], who: str, is_ours: bool) -> Any:
    """Who of the firm comes: as chosen, else whose turn it is, else whoever looks, else the first."""
    if is_ours:
        return row.asker
    ranked = sorted(
        staff_there,
        key=lambda one: (one.code != who, one.pk != row.asked_id, one.user_id != request.user.pk),
    )
    return ranked[0] if ranked else None


def _free(row: Any, person: Any, is_ours: bool) -> list[Any]:
    """Slots in which everybody of the request is free, and a place is left."""
    other = row.asked if is_ours else person
    if other is None:
        return []
    everybody = [row.asker, *row.colleagues.all(), other]
    pair = languages_between(row, other)
    return free_slots(everybody, place=row.place, exhibitor=firm_of(row), languages=pair)


@login_required
@require_POST
def request_answer(request: HttpRequest, code: str, request_code: str, deed: str) -> HttpResponse:
    """Accept, propose other times, decline, hand to a colleague, or take one's own request back."""
    exhibitor = at_meetings(request, code)
    row = access.get_request_of_firm(exhibitor, request_code)
    is_ours = row.asker.exhibitor_id == exhibitor.pk
    here = address("request_show", exhibitor, request_code=row.code)
    chosen = request.POST.get("person", "")
    there = [one for one in queries.staff_of(exhibitor) if not one.is_out]
    person = _who(request, row, there, chosen, is_ours)
    by: dict[str, Any] = {"by": request.user}
    act: Callable[[], Any]
    if deed == "accept":
        pick = PickForm(request.POST, slots=_free(row, person, is_ours))
        if not pick.is_valid():
            return say_wrong(request, pick, f"{here}?person={chosen}")
        if not is_ours:
            by["person"] = person
        act = partial(requests.accept, row, pick.cleaned_data["slots"], **by)
        return carry_out(request, act, _("Agreed. Both sides are told, and it stands in the diaries."), here)
    if deed == "counter":
        several = SlotsForm(request.POST, slots=_free(row, person, is_ours))
        if not several.is_valid():
            return say_wrong(request, several, f"{here}?person={chosen}")
        act = partial(
            requests.propose_again if is_ours else requests.counter, row, several.cleaned_data["slots"], **by
        )
        return carry_out(request, act, _("Proposed. It is their turn now."), here)
    if deed in ("decline", "cancel"):
        reason = ReasonForm(request.POST)
        if not reason.is_valid():
            return say_wrong(request, reason, here)
        what = requests.decline if deed == "decline" else requests.cancel_request
        sentence = _("Declined. They are told.") if deed == "decline" else _("Taken back.")
        return carry_out(request, partial(what, row, reason.cleaned_data["reason"], **by), sentence, here)
    if deed == "hand":
        colleague = access.get_participant_of_firm(exhibitor, chosen)
        sentence = _("It is %(name)s's turn now.") % {"name": colleague.name}
        return carry_out(request, partial(requests.hand_on, row, colleague, **by), sentence, here)
    raise Http404


# People and places ----------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def staff_list(request: HttpRequest, code: str) -> HttpResponse:
    """Who of the firm takes part, who could, and how many can meet at the stand at once."""
    exhibitor = at_meetings(request, code)
    context = {
        "staff": list(queries.staff_of(exhibitor)),
        "outside": queries.colleagues_outside(exhibitor),
        "places": queries.stand_places(exhibitor),
        "most_places": places.MOST_AT_A_STAND,
        "self": request.user.pk,
    }
    return show_page(request, "staff_list", exhibitor, context)


@login_required
@require_POST
def staff_add(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One of the firm's people takes part from now on."""
    exhibitor = at_meetings(request, code)
    member = next((one for one in queries.colleagues_outside(exhibitor) if one.user_id == pk), None)
    if member is None:
        raise Http404
    sentence = _("%(name)s takes part in meetings now.") % {"name": member.user}
    deed = partial(people.take_part, exhibitor.edition, user=member.user, exhibitor=exhibitor)
    return carry_out(request, deed, sentence, address("staff_list", exhibitor))


@login_required
@require_POST
def staff_change(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Whether requests to this person are agreed at once; out of meetings, and back."""
    exhibitor = at_meetings(request, code)
    row = access.get_participant_of_firm(exhibitor, person)
    deed = request.POST.get("deed", "")
    acts: dict[str, Callable[[], Any]] = {
        "leave": partial(staff.leave_meetings, row, by=request.user),
        "return": partial(staff.come_back, row, by=request.user),
        "save": partial(
            staff.save_staff,
            row,
            {name: request.POST.get(name) == "on" for name in staff.FIELDS},
            by=request.user,
        ),
    }
    if deed not in acts:
        raise Http404
    return carry_out(
        request, acts[deed], _("Saved: %(name)s.") % {"name": row.name}, address("staff_list", exhibitor)
    )


@login_required
@require_POST
def stand_change(request: HttpRequest, code: str) -> HttpResponse:
    """How many meetings can be at the stand at once."""
    exhibitor = at_meetings(request, code)
    given = request.POST.get("places", "")
    back = address("staff_list", exhibitor)
    if not given.isdecimal() or len(given) > 4:
        messages.error(request, _("Give a whole number."))
        return redirect(back)
    deed = partial(places.set_stand_places, exhibitor, int(given), by=request.user)
    return carry_out(request, deed, _("Saved."), back)
