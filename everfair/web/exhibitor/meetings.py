"""A firm's meetings: requests and answers, its people who take part, places at its stand, its diary and files of it.

For the firm's own people only: what they answer and propose is not for the organiser to do in their name.
"""

import io
from collections.abc import Callable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.gateways import tables
from everfair.gateways.calendars import CONTENT_TYPE, CalendarEvent, write_calendar
from everfair.meetings import access
from everfair.meetings.actions import booking, people, places, requests, staff
from everfair.meetings.actions.agreeing import languages_between
from everfair.meetings.forms.asking import PickForm, ReasonForm, SlotsForm
from everfair.meetings.queries import firm as queries
from everfair.meetings.queries import lists
from everfair.meetings.queries.floor import REQUEST_KINDS, STATE_KINDS, interpreter_of, shown_meeting
from everfair.meetings.queries.free import free_slots
from everfair.web.exhibitor.exhibition.frame import at_desk, show
from everfair.web.meeting_words import where_words

A_PAGE = 50
MOST_SHOWN = 60  # free slots offered on one page
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _at(request: HttpRequest, code: str) -> Any:
    """The exhibitor, for the people at its booth and nobody else."""
    exhibitor = at_desk(request, code, to="see")
    if not access.can_answer_for(request.user, exhibitor):
        raise Http404
    return exhibitor


def _address(name: str, exhibitor: Any, **more: Any) -> str:
    return reverse(f"exhibitor:meetings.{name}", kwargs={"code": exhibitor.code, **more})


def _show(
    request: HttpRequest, template: str, exhibitor: Any, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    here = {"request_show": "request_list", "meeting_show": "diary_list"}.get(template, template)
    return show(request, template, exhibitor, f"meetings.{here}", context, status, room="meetings")


def _do(request: HttpRequest, deed: Callable[[], Any], sentence: str, url: str) -> HttpResponse:
    """Do it, or say why not, and go there."""
    try:
        deed()
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, sentence)
    return redirect(url)


# Requests -----------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def request_list(request: HttpRequest, code: str) -> HttpResponse:
    """Requests by whose turn it is."""
    exhibitor = _at(request, code)
    box = request.GET.get("box", "answer")
    if box not in queries.BOXES:
        raise Http404
    counts = queries.request_counts(exhibitor)
    names = {"answer": _("To answer"), "theirs": _("Waiting for them"), "ended": _("Ended")}
    base = _address("request_list", exhibitor)
    rows = queries.with_proposals(queries.requests_of_firm(exhibitor, box))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": [(names[one], f"{base}?box={one}", one == box, counts[one]) for one in queries.BOXES],
        "box": box,
        "page": page,
        "rows": [
            (one, REQUEST_KINDS[one.state], one.asker.exhibitor_id == exhibitor.pk,
             _address("request_show", exhibitor, request_code=one.code))
            for one in page
        ],
        "has_staff": queries.staff_of(exhibitor).filter(is_out=False).exists(),
        "staff_url": _address("staff_list", exhibitor),
    }  # fmt: skip
    return _show(request, "request_list", exhibitor, context)


@login_required
@never_cache
@require_safe
def request_show(request: HttpRequest, code: str, request_code: str) -> HttpResponse:
    """One request: what they want, when both are free, the answers there are."""
    exhibitor = _at(request, code)
    row = access.get_request_of_firm(exhibitor, request_code)
    who = request.GET.get("person", "")
    return _show(request, "request_show", exhibitor, _request(request, exhibitor, row, who))


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
        "list_url": _address("request_list", exhibitor),
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
    return free_slots(everybody, place=row.place, exhibitor=row.exhibitor, languages=pair)


@login_required
@require_POST
def request_answer(request: HttpRequest, code: str, request_code: str, deed: str) -> HttpResponse:
    """Accept, propose other times, decline, hand to a colleague, or take one's own request back."""
    exhibitor = _at(request, code)
    row = access.get_request_of_firm(exhibitor, request_code)
    is_ours = row.asker.exhibitor_id == exhibitor.pk
    here = _address("request_show", exhibitor, request_code=row.code)
    chosen = request.POST.get("person", "")
    there = [one for one in queries.staff_of(exhibitor) if not one.is_out]
    person = _who(request, row, there, chosen, is_ours)
    by: dict[str, Any] = {"by": request.user}
    act: Callable[[], Any]
    if deed == "accept":
        pick = PickForm(request.POST, slots=_free(row, person, is_ours))
        if not pick.is_valid():
            return _wrong(request, pick, f"{here}?person={chosen}")
        if not is_ours:
            by["person"] = person
        act = partial(requests.accept, row, pick.cleaned_data["slots"], **by)
        return _do(request, act, _("Agreed. Both sides are told, and it stands in the diaries."), here)
    if deed == "counter":
        several = SlotsForm(request.POST, slots=_free(row, person, is_ours))
        if not several.is_valid():
            return _wrong(request, several, f"{here}?person={chosen}")
        act = partial(
            requests.propose_again if is_ours else requests.counter, row, several.cleaned_data["slots"], **by
        )
        return _do(request, act, _("Proposed. It is their turn now."), here)
    if deed in ("decline", "cancel"):
        reason = ReasonForm(request.POST)
        if not reason.is_valid():
            return _wrong(request, reason, here)
        what = requests.decline if deed == "decline" else requests.cancel_request
        sentence = _("Declined. They are told.") if deed == "decline" else _("Taken back.")
        return _do(request, partial(what, row, reason.cleaned_data["reason"], **by), sentence, here)
    if deed == "hand":
        colleague = access.get_participant_of_firm(exhibitor, chosen)
        sentence = _("It is %(name)s's turn now.") % {"name": colleague.name}
        return _do(request, partial(requests.hand_on, row, colleague, **by), sentence, here)
    raise Http404


def _wrong(request: HttpRequest, form: Any, url: str) -> HttpResponse:
    """What is wrong, above the page it was sent from."""
    for sentences in form.errors.values():
        messages.error(request, " ".join(sentences))
    return redirect(url)


# People and places ----------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def staff_list(request: HttpRequest, code: str) -> HttpResponse:
    """Who of the firm takes part, who could, and how many can meet at the stand at once."""
    exhibitor = _at(request, code)
    context = {
        "staff": list(queries.staff_of(exhibitor)),
        "outside": queries.colleagues_outside(exhibitor),
        "places": queries.stand_places(exhibitor),
        "most_places": places.MOST_AT_A_STAND,
        "self": request.user.pk,
    }
    return _show(request, "staff_list", exhibitor, context)


@login_required
@require_POST
def staff_add(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One of the firm's people takes part from now on."""
    exhibitor = _at(request, code)
    member = next((one for one in queries.colleagues_outside(exhibitor) if one.user_id == pk), None)
    if member is None:
        raise Http404
    sentence = _("%(name)s takes part in meetings now.") % {"name": member.user}
    deed = partial(people.take_part, exhibitor.edition, user=member.user, exhibitor=exhibitor)
    return _do(request, deed, sentence, _address("staff_list", exhibitor))


@login_required
@require_POST
def staff_change(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Whether requests to this person are agreed at once; out of meetings, and back."""
    exhibitor = _at(request, code)
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
    return _do(
        request, acts[deed], _("Saved: %(name)s.") % {"name": row.name}, _address("staff_list", exhibitor)
    )


@login_required
@require_POST
def stand_change(request: HttpRequest, code: str) -> HttpResponse:
    """How many meetings can be at the stand at once."""
    exhibitor = _at(request, code)
    given = request.POST.get("places", "")
    back = _address("staff_list", exhibitor)
    if not given.isdecimal() or len(given) > 4:
        messages.error(request, _("Give a whole number."))
        return redirect(back)
    deed = partial(places.set_stand_places, exhibitor, int(given), by=request.user)
    return _do(request, deed, _("Saved."), back)


# Diary ----------------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def diary_list(request: HttpRequest, code: str) -> HttpResponse:
    """The firm's meetings by day, of all its people or of one."""
    exhibitor = _at(request, code)
    person = request.GET.get("person", "").replace("\x00", "")
    zone = ZoneInfo(exhibitor.edition.time_zone)
    page = Paginator(queries.meetings_of_firm(exhibitor, person), A_PAGE).get_page(request.GET.get("page"))
    days: dict[Any, list[Any]] = {}
    for one in page:
        day = one.slot.starts_at.astimezone(zone).date()
        url = _address("meeting_show", exhibitor, meeting=one.code)
        sides = queries.sides_of_firm(one, exhibitor)
        days.setdefault(day, []).append((one, STATE_KINDS[one.state], where_words(one), sides, url))
    suffix = f"?person={person}" if person else ""
    context = {
        "page": page,
        "days": days.items(),
        "staff": list(queries.staff_of(exhibitor)),
        "chosen": person,
        "exports": [
            (label, _address("diary_export", exhibitor, kind=kind) + suffix)
            for label, kind in (("XLSX", "xlsx"), ("CSV", "csv"), ("iCal", "ics"))
        ],
        "list_url": _address("request_list", exhibitor),
    }
    return _show(request, "diary_list", exhibitor, context)


@login_required
@never_cache
@require_safe
def diary_export(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """The same diary as a workbook, CSV or a calendar, in the fair's time."""
    exhibitor = _at(request, code)
    found = queries.meetings_of_firm(exhibitor, request.GET.get("person", "").replace("\x00", ""))
    headers = {"Content-Disposition": f'attachment; filename="meetings-{exhibitor.code}.{kind}"'}
    zone = ZoneInfo(exhibitor.edition.time_zone)
    if kind == "ics":
        events = [_event(one, exhibitor) for one in found]
        name = _("Meetings of %(firm)s") % {"firm": exhibitor.organisation}
        body = write_calendar(events, name=name, time_zone=zone.key)
        return HttpResponse(body, content_type=CONTENT_TYPE, headers=headers)
    columns = dict(lists.MEETING_COLUMNS)
    lines = lists.meeting_rows(found, where_words)
    if kind == "csv":
        chunks = _kept(tables.csv_chunks(lines, columns), zone, translation.get_language())
        return StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8", headers=headers)
    if kind != "xlsx":
        raise Http404
    out = io.BytesIO()
    with timezone.override(zone):
        tables.write_xlsx(lines, columns, out, sheet=_("Meetings"))
    out.seek(0)
    name = f"meetings-{exhibitor.code}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name, content_type=XLSX)


def _kept(chunks: Any, zone: ZoneInfo, language: str | None) -> Any:
    """A stream is read after the view has ended: language and time of the fair go with it."""
    with timezone.override(zone), translation.override(language):
        yield from chunks


def _event(meeting: Any, exhibitor: Any) -> CalendarEvent:
    sides = queries.sides_of_firm(meeting, exhibitor)
    theirs = _(", ").join(one.participant.name for one in sides.theirs)
    ours = _(", ").join(one.participant.name for one in sides.ours)
    url = settings.BASE_URL + _address("meeting_show", exhibitor, meeting=meeting.code)
    return CalendarEvent(
        uid=f"firm-{exhibitor.code}-meeting-{meeting.code}@{settings.BASE_URL.partition('://')[2] or 'everfair'}",
        title=_("Meeting: %(with)s") % {"with": theirs},
        starts_at=meeting.slot.starts_at,
        ends_at=meeting.slot.ends_at,
        changed_at=meeting.made_at,
        sequence=meeting.version - 1,
        description="\n".join(filter(None, (ours, meeting.online_url, url))),
        location=where_words(meeting),
        url=url,
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_show(request: HttpRequest, code: str, meeting: str) -> HttpResponse:
    """One meeting: who comes and where; confirm it, note who came, call it off."""
    exhibitor = _at(request, code)
    row = shown_meeting(access.get_meeting_of_firm(exhibitor, meeting))
    if request.method == "POST":
        return _change_meeting(request, exhibitor, row)
    sides = queries.sides_of_firm(row, exhibitor)
    context = {
        "row": row,
        "title": _(", ").join(one.participant.name for one in sides.theirs) or str(exhibitor.organisation),
        "sides": sides,
        "kind": STATE_KINDS[row.state],
        "where": where_words(row),
        "interpreter": interpreter_of(row),
        "has_begun": row.slot.starts_at <= timezone.now(),
        "is_open": row.state == "scheduled",
        "reason_form": ReasonForm(),
        "diary_url": _address("diary_list", exhibitor),
    }
    return _show(request, "meeting_show", exhibitor, context)


def _change_meeting(request: HttpRequest, exhibitor: Any, row: Any) -> HttpResponse:
    here, deed = _address("meeting_show", exhibitor, meeting=row.code), request.POST.get("deed", "")
    if deed == "cancel":
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return _wrong(request, form, here)
        act = partial(booking.cancel_meeting, row, form.cleaned_data["reason"], by=request.user)
        return _do(request, act, _("Called off. They are told, and the time is free again."), here)
    code = request.POST.get("person", "")
    person = next((one.participant for one in row.people.all() if one.participant.code == code), None)
    if person is None:
        raise Http404
    if deed == "confirm" and person.exhibitor_id == exhibitor.pk:
        act = partial(booking.confirm, row, person, by=request.user)
        return _do(request, act, _("Confirmed. No later timetable moves it."), here)
    if deed in ("came", "missed"):
        act = partial(booking.note_came, row, person, deed == "came", by=request.user)
        return _do(request, act, _("Noted."), here)
    raise Http404
