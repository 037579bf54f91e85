"""A person's requests: what waits for an answer, what is on its way, what is over; one of them and every answer to it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.meetings import access
from everfair.meetings.actions import requests
from everfair.meetings.forms.asking import PickForm, ReasonForm, SlotsForm, request_filters
from everfair.meetings.queries import own, own_requests
from everfair.meetings.queries.limits import quota_of
from everfair.meetings.queries.other_time import moves_to_answer
from everfair.web.list_files import file_of_rows
from everfair.web.visitor.meetings_frame import clocks_of, done, nobody, own_place, place

A_PAGE = 20


@login_required
@never_cache
@require_safe
def request_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Requests that wait for an answer, those on their way, and what is over."""
    found, person = place(request, edition)
    if person is None:
        return nobody(request, found)
    box, filters = _box(request), request_filters(request.GET)
    page = Paginator(_narrowed(person, box, filters), A_PAGE).get_page(request.GET.get("page"))
    base = reverse("visitor:meetings.request_list", args=[found.slug])
    query = urlencode({"box": box, "q": filters.words, "state": filters.state, "way": filters.way})
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
        "filters": filters,
        "states": own_requests.STATES,
        "all_url": f"{base}?box={box}",
        "exports": [
            (label, f"{reverse('visitor:meetings.request_export', args=[found.slug, kind])}?{query}")
            for label, kind in (("XLSX", "xlsx"), ("CSV", "csv"))
        ],
        "waits": own.lines_of(person),
        "offers": own.offers_to(person, timezone.now()),
        "moves": moves_to_answer([person]),
        "quota": quota_of(person),
        "doors_current": "mine",
    }
    return render(request, "visitor/meetings/request_list.html", context)


def _box(request: HttpRequest) -> Any:
    asked = request.GET.get("box", "")
    return asked if asked in ("answer", "sent", "over") else "answer"


def _narrowed(person: Any, box: Any, filters: Any) -> Any:
    return own_requests.narrowed(own.requests_in(person, box), filters, own.asked_by(person))


@login_required
@never_cache
@require_safe
def request_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The list shown as a workbook or CSV, on the clock the pages are on."""
    found, person = own_place(request, edition)
    zone = clocks_of(request, found, person)["zone"]
    rows = own_requests.rows_of_file(
        _narrowed(person, _box(request), request_filters(request.GET)), lambda row: row.asker_id == person.pk
    )
    name, columns = f"requests-{found.slug}", dict(own_requests.COLUMNS)
    return file_of_rows(kind, name, rows, columns, sheet=_("Requests"), zone=zone)


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


@login_required
@require_POST
def request_end(request: HttpRequest, edition: str, code: str, deed: str) -> HttpResponse:
    """Say no to it ("decline"), or take one's own back ("cancel"), with a reason the other side reads."""
    found, person, row = _own_request(request, edition, code)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _request_page(request, found, person, row, {"reason": form})
    act, said = {
        "decline": (requests.decline, _("Declined. The other side is told.")),
        "cancel": (requests.cancel_request, _("Taken back. The other side is told.")),
    }[deed]
    done(request, lambda: act(row, form.cleaned_data["reason"], by=request.user), said)
    return redirect("visitor:meetings.request_list", edition=found.slug)
