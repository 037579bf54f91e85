"""Who of a firm is at its booth when: a roster by day, duties said, changed, removed and copied, files of it.

All of the firm's people read it; owner and editors change it.
"""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import Refused
from everfair.meetings import access
from everfair.meetings.actions import duties as actions
from everfair.meetings.forms.duties import CopyDayForm, DutyForm
from everfair.meetings.queries import duties as queries
from everfair.meetings.queries.firm import staff_of
from everfair.web.exhibitor.meetings_frame import address, at_meetings, say_wrong, show_page
from everfair.web.list_files import file_of_rows
from everfair.web.public.programme.shown import day_label

A_PAGE = 50


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def duty_list(request: HttpRequest, code: str) -> HttpResponse:
    """A day's roster, and a form for one more duty."""
    exhibitor = at_meetings(request, code)
    may_plan = access.may_plan_duties(request.user, exhibitor)
    if request.method == "POST" and not may_plan:
        raise Http404
    day = _day(request, exhibitor)
    form = _form(request, exhibitor, day=day)
    if request.method == "POST" and form.is_valid() and _save(request, exhibitor, None, form):
        return redirect(_at_day(exhibitor, form.cleaned_data["day"]))
    person = request.GET.get("person", "").replace("\x00", "")
    staff = staff_of(exhibitor)
    shown = staff.filter(code=person) if person else staff
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    days = queries.duty_days(exhibitor.edition)
    counts = queries.counts_by_day(exhibitor)
    suffix, and_person = (f"?person={person}", f"&person={person}") if person else ("", "")
    context = {
        "page": page,
        "roster": queries.roster_of(exhibitor, day, list(page)),
        "day": day,
        "tabs": [
            (
                day_label(one),
                f"{_at_day(exhibitor, one.isoformat())}{and_person}",
                one == day,
                counts[one] or "",
            )
            for one in days
        ],
        "total": sum(counts.values()),
        "staff": list(staff),
        "chosen": person,
        "may_plan": may_plan,
        "form": form,
        "copy_form": CopyDayForm(days=days, day=day) if counts[day] and len(days) > 1 else None,
        "exports": [
            (label, address("duty_export", exhibitor, kind=kind) + suffix)
            for label, kind in (("XLSX", "xlsx"), ("CSV", "csv"))
        ],
        "staff_url": address("staff_list", exhibitor),
    }
    return show_page(request, "duty_list", exhibitor, context, status=422 if form.errors else 200)


def _day(request: HttpRequest, exhibitor: Any) -> date:
    """The day asked for, else today, else the first of the fair."""
    days = queries.duty_days(exhibitor.edition)
    asked = request.POST.get("day") or request.GET.get("day") or ""
    today = timezone.now().astimezone(ZoneInfo(exhibitor.edition.time_zone)).date()
    known = {one.isoformat(): one for one in days}
    return known.get(asked) or (today if today in days else days[0])


def _form(request: HttpRequest, exhibitor: Any, *, day: date | None = None, duty: Any = None) -> DutyForm:
    return DutyForm(
        request.POST if request.method == "POST" else None,
        staff=list(staff_of(exhibitor)),
        days=queries.duty_days(exhibitor.edition),
        zone=ZoneInfo(exhibitor.edition.time_zone),
        day=day,
        duty=duty,
    )


def _save(request: HttpRequest, exhibitor: Any, duty: Any, form: DutyForm) -> bool:
    """Save; agreed meetings that the duty stands against are named, not touched."""
    try:
        planned = actions.save_duty(exhibitor, duty, form.values(), by=request.user)
    except Refused as refused:
        form.refuse(refused)
        return False
    messages.success(request, _("Saved: %(name)s.") % {"name": planned.duty.participant.name})
    count = len(planned.meetings)
    if count:
        sentence = ngettext(
            "%(count)d agreed meeting of %(name)s lies within this duty. It stays: move it, hand it over or call it off.",
            "%(count)d agreed meetings of %(name)s lie within this duty. They stay: move them, hand them over or call "
            "them off.",
            count,
        )
        messages.warning(request, sentence % {"count": count, "name": planned.duty.participant.name})
    return True


def _at_day(exhibitor: Any, day: Any) -> str:
    return f"{address('duty_list', exhibitor)}?day={day}"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def duty_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One duty: whose, when, whether they meet people meanwhile."""
    exhibitor = at_meetings(request, code)
    duty = access.get_duty_of_firm(request.user, exhibitor, pk)
    form = _form(request, exhibitor, duty=duty)
    if request.method == "POST" and form.is_valid() and _save(request, exhibitor, duty, form):
        return redirect(_at_day(exhibitor, form.cleaned_data["day"]))
    held = duty.starts_at.astimezone(ZoneInfo(exhibitor.edition.time_zone)).date()
    context = {
        "duty": duty,
        "form": form,
        "back_url": _at_day(exhibitor, held),
        "title": _("%(name)s at the booth") % {"name": duty.participant.name},
    }
    return show_page(request, "duty_edit", exhibitor, context, status=422 if form.errors else 200)


@login_required
@require_POST
def duty_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a duty away."""
    exhibitor = at_meetings(request, code)
    duty = access.get_duty_of_firm(request.user, exhibitor, pk)
    held = duty.starts_at.astimezone(ZoneInfo(exhibitor.edition.time_zone)).date()
    name = duty.participant.name
    actions.remove_duty(duty, by=request.user)
    messages.success(request, _("%(name)s is not at the booth then any more.") % {"name": name})
    return redirect(_at_day(exhibitor, held))


@login_required
@require_POST
def duty_copy(request: HttpRequest, code: str) -> HttpResponse:
    """A day's duties on other days."""
    exhibitor = at_meetings(request, code)
    if not access.may_plan_duties(request.user, exhibitor):
        raise Http404
    day = _day(request, exhibitor)
    here = _at_day(exhibitor, day)
    form = CopyDayForm(request.POST, days=queries.duty_days(exhibitor.edition), day=day)
    if not form.is_valid():
        return say_wrong(request, form, here)
    try:
        done = actions.copy_day(exhibitor, day, form.cleaned_data["to"], by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(here)
    made = ngettext("%(count)d duty copied.", "%(count)d duties copied.", done.made) % {"count": done.made}
    messages.success(request, made)
    if done.left_out:
        sentence = ngettext(
            "%(count)d was left out: the person is on duty then, or the clock skips that time.",
            "%(count)d were left out: the person is on duty then, or the clock skips that time.",
            done.left_out,
        )
        messages.warning(request, sentence % {"count": done.left_out})
    first = min(form.cleaned_data["to"])
    return redirect(_at_day(exhibitor, first))


@login_required
@never_cache
@require_safe
def duty_export(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """All days as a workbook or CSV, on the fair's clock."""
    exhibitor = at_meetings(request, code)
    zone = ZoneInfo(exhibitor.edition.time_zone)
    found = queries.duties_of_firm(exhibitor, request.GET.get("person", "").replace("\x00", ""))
    lines = queries.duty_rows(found, zone, lambda word: _("yes") if word == "yes" else _("no"))
    columns = dict(queries.COLUMNS)
    return file_of_rows(kind, f"booth-{exhibitor.code}", lines, columns, sheet=_("At the booth"), zone=zone)
