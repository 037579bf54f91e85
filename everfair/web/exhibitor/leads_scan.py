"""Scanning at the booth: the page (works without a network once opened, and without script), its door, its worker."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from everfair.base.refusals import Refused
from everfair.leads import access, actions
from everfair.leads.forms import CODE_LIMIT, LeadForm, ScanForm
from everfair.leads.queries.answers import questions_of
from everfair.web.exhibitor.leads_frame import address, at_leads, show

MOST_AT_ONCE = 50
CLOCK_SLACK = timedelta(seconds=90)  # a device's clock further off than this is put right
ASSETS = (
    "css/everfair.css", "css/desk.css", "css/leads.css", "js/everfair.js", "js/desk.js", "js/leads.js",
    "js/scan/camera.js", "vendor/jsqr-1.4.0/jsQR.js", "img/seal.svg",
)  # fmt: skip


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def scan_create(request: HttpRequest, code: str) -> HttpResponse:
    """Scan or type a badge's code and note what matters. Posted as a form it works without script."""
    exhibitor = at_leads(request, code)
    questions = questions_of(exhibitor)
    data = request.POST.copy() if request.method == "POST" else None
    scan = ScanForm(data, initial={"key": str(uuid4())})
    notes = LeadForm(data, questions=questions, is_scan=True)
    if data is not None:
        both_valid = [scan.is_valid(), notes.is_valid()]
        if all(both_valid):
            try:
                taken = actions.take_lead(
                    exhibitor,
                    by=request.user,
                    key=scan.cleaned_data["key"] or str(uuid4()),
                    code=scan.cleaned_data["code"],
                    scanned_at=timezone.now(),
                    values=notes.values(),
                )
            except Refused as error:
                scan.add_error(None, str(error))
            else:
                if taken.lead is not None:
                    messages.success(request, taken.words)
                    return redirect(address("lead_edit", exhibitor, lead=taken.lead.code))
                scan.add_error("code", taken.words)
                data["key"] = str(uuid4())  # the refused scan is kept; the next try is another one
    context = {
        "scan": scan,
        "notes": notes,
        "send_url": address("scan_send", exhibitor),
        "worker_url": address("scan_worker", exhibitor),
        "person": request.user.pk,
    }
    response = show(request, "scan_create", exhibitor, "leads.scan_create", context)
    response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    return response


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def scan_send(request: HttpRequest, code: str) -> JsonResponse:
    """A device's queue: JSON in, one answer for each scan. GET gives a fresh token for the next sending."""
    exhibitor = at_leads(request, code)
    if request.method == "GET":
        return JsonResponse({"token": get_token(request), "person": request.user.pk})
    try:
        given = json.loads(request.body)
        scans, sent_at = given["scans"], given.get("sent_at")
        if not isinstance(scans, list) or not all(isinstance(one, dict) for one in scans):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return JsonResponse({"error": _("This is not a queue of scans. Load the page again.")}, status=400)
    if len(scans) > MOST_AT_ONCE:
        said = _("At most %(count)d scans are taken at once.") % {"count": MOST_AT_ONCE}
        return JsonResponse({"error": said}, status=413)
    questions = questions_of(exhibitor, with_retired=True)
    now = timezone.now()
    drift = _drift(sent_at, now)
    answers = [_take(request, exhibitor, questions, one, drift, now) for one in scans]
    return JsonResponse({"scans": answers})


def _take(
    request: HttpRequest, exhibitor: Any, questions: Any, one: dict[str, Any], drift: timedelta, now: datetime
) -> dict[str, Any]:
    """One scan of a queue: what became of it. What was not understood is said, the rest is kept."""
    key = str(one.get("key", ""))
    head = ScanForm({"key": key, "code": "-"})
    if not head.is_valid() or not key:
        return {"key": key[:64], "error": _("This scan has no usable key. Load the page again.")}
    values = one.get("values")
    notes = LeadForm(values if isinstance(values, dict) else {}, questions=questions, is_scan=True)
    problems = [] if notes.is_valid() else notes.problems()
    try:
        taken = actions.take_lead(
            exhibitor,
            by=access.member_of(exhibitor, one.get("by")) or request.user,
            key=key,
            code=str(one.get("code", ""))[:CODE_LIMIT],
            scanned_at=_moment(one.get("scanned_at"), drift, now),
            values=notes.values() if isinstance(values, dict) else {},
            was_offline=one.get("offline") is True,
        )
    except Refused as error:
        return {"key": key, "error": str(error)}
    answer: dict[str, Any] = {
        "key": key,
        "words": taken.words,
        "refusal": taken.refusal,
        "problems": problems,
    }
    if taken.lead is not None:
        answer |= {
            "title": _("Visitor %(code)s") % {"code": taken.lead.code.upper()},
            "url": address("lead_edit", exhibitor, lead=taken.lead.code),
            "differs": bool(taken.differs),
        }
    return answer


def _number(value: Any) -> float | None:
    """Milliseconds since 1970 that a calendar can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 4e12:
        return None
    return float(value)


def _drift(sent_at: Any, now: datetime) -> timedelta:
    """How far the device's clock is behind ours; nothing where it is right or does not say."""
    said = _number(sent_at)
    if said is None:
        return timedelta()
    drift = now - datetime.fromtimestamp(said / 1000, UTC)
    return drift if abs(drift) > CLOCK_SLACK else timedelta()


def _moment(scanned_at: Any, drift: timedelta, now: datetime) -> datetime:
    """When the badge was scanned, on our clock."""
    said = _number(scanned_at)
    return now if said is None else min(now, datetime.fromtimestamp(said / 1000, UTC) + drift)


@login_required
@never_cache
@require_safe
def scan_worker(request: HttpRequest, code: str) -> HttpResponse:
    """The service worker of this booth's scan page: its scope is the page alone."""
    exhibitor = at_leads(request, code)
    assets = [static(path) for path in ASSETS]
    context = {"facts": json.dumps({"page": address("scan_create", exhibitor), "assets": assets})}
    return render(
        request, "exhibitor/leads/worker.js", context, content_type="text/javascript; charset=utf-8"
    )
