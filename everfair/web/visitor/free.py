"""When and how a person can be met: free time day by day, place, languages, on whose clock."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from everfair.base.refusals import Refused
from everfair.meetings.actions.diary import fair_span, forget_when_free, say_how, say_when_free
from everfair.meetings.forms.availability import AvailabilityForm, ClockForm, WaysForm
from everfair.meetings.queries import diary as queries
from everfair.meetings.queries.ground import rules_of
from everfair.web.visitor.meetings_frame import nobody, own_place, place


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def free_edit(request: HttpRequest, edition: str) -> HttpResponse:
    """Free time day by day, on a clock of one's choice."""
    found, person = place(request, edition)
    if person is None:
        return nobody(request, found)
    clock = ClockForm(request.POST or request.GET or None, fair_zone=found.time_zone)
    asked = clock.cleaned_data["zone"] if clock.is_bound and clock.is_valid() else ""
    zone = ZoneInfo(asked) if asked else queries.zone_of(person, request.user)
    if request.method == "POST" and request.POST.get("whenever"):
        forget_when_free(person, by=request.user)
        messages.success(request, _("You can be asked for every time there are meetings."))
        return redirect("visitor:meetings.free_edit", edition=found.slug)
    held = list(person.free_times.all()) if person.said_when_free else None
    form = AvailabilityForm(
        request.POST if request.method == "POST" else None,
        days=_days_ahead(found, zone),
        zone=zone,
        held=held,
        span=fair_span(found),
    )
    if request.method == "POST" and form.is_valid() and _free_said(request, person, form, zone):
        return redirect("visitor:meetings.free_edit", edition=found.slug)
    return _free_page(request, found, person, form, zone)


def _days_ahead(edition: Any, zone: ZoneInfo) -> list[queries.MeetingDay]:
    """Days whose meetings are not over yet."""
    now = timezone.now()
    return [day for day in queries.meeting_days(edition, zone) if day.slots[-1][1] > now]


def _free_said(request: HttpRequest, person: Any, form: AvailabilityForm, zone: ZoneInfo) -> bool:
    """Save; meetings that now lie outside are named, not touched."""
    try:
        outside = say_when_free(person, form.cleaned_data["parts"], by=request.user)
        say_how(person, {"time_zone": zone.key}, by=request.user)
    except Refused as refused:
        form.refuse(refused)
        return False
    messages.success(request, _("Saved. From now on you are asked for these times only."))
    if outside:
        messages.warning(
            request,
            _(
                "%(count)d of your meetings lie outside these times. They stay: cancel them if you cannot come."
            )
            % {"count": len(outside)},
        )
    return True


@login_required
@require_POST
def ways_edit(request: HttpRequest, edition: str) -> HttpResponse:
    """Where and how the person meets."""
    found, person = own_place(request, edition)
    form = _ways_form(found, person, request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        values["is_out"] = not values.pop("takes_part")
        try:
            say_how(person, values, by=request.user)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("visitor:meetings.free_edit", edition=found.slug)
    return _free_page(request, found, person, None, queries.zone_of(person, request.user), form)


def _ways_form(edition: Any, person: Any, data: Any = None) -> WaysForm:
    rules = rules_of(edition)
    initial = {
        "is_on_site": "1" if person.is_on_site else "0",
        "languages": person.languages,
        "longest_run": person.longest_run,
        "keeps_lunch": person.keeps_lunch,
        "accepts_at_once": person.accepts_at_once,
        "takes_part": not person.is_out,
    }
    return WaysForm(data, initial=initial, offered=rules.languages if rules else (), held=person.languages)


def _free_page(
    request: HttpRequest,
    edition: Any,
    person: Any,
    form: AvailabilityForm | None,
    zone: ZoneInfo,
    ways: WaysForm | None = None,
) -> HttpResponse:
    if form is None:
        held = list(person.free_times.all()) if person.said_when_free else None
        form = AvailabilityForm(days=_days_ahead(edition, zone), zone=zone, held=held)
    fair = ZoneInfo(edition.time_zone)
    context = {
        "person": person,
        "form": form,
        "days": list(form.rows()),
        "zone": zone.key,
        "fair_zone": fair.key if fair.key != zone.key else "",
        "clock_form": ClockForm(initial={"zone": zone.key}, fair_zone=edition.time_zone),
        "ways": ways or _ways_form(edition, person),
        "doors_current": "mine",
    }
    status = 422 if form.errors or (ways is not None and ways.errors) else 200
    return render(request, "visitor/meetings/free.html", context, status=status)
