"""The chain of records for everybody: its head by day, one entry looked up, every entry's public line. No agreement is readable here."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from everfair.agreements.queries import chain
from everfair.web.limits import allow
from everfair.web.list_files import file_links, file_of_rows
from everfair.web.public.exhibition import page_number

A_PAGE = 31
COLUMNS = {
    "on": gettext_lazy("Day"),
    "number": gettext_lazy("Records"),
    "digest": gettext_lazy("SHA-256"),
}

KIND_WORDS = {
    "agreement.confirmed": gettext_lazy("an agreement confirmed by all"),
    "agreement.record": gettext_lazy("the PDF of an agreement's record"),
    "outcome.published": gettext_lazy("an outcome published"),
    "outcome.withdrawn": gettext_lazy("an outcome withdrawn"),
}


@require_safe
def chain_show(request: HttpRequest) -> HttpResponse:
    """Heads by day, what the chain proves and what not, an entry by number or digest."""
    words = request.GET.get("q", "").strip()[:64]
    first, last = _day(request, "from"), _day(request, "until")
    rows = chain.heads_between(first, last)
    page = Paginator(rows, A_PAGE).get_page(page_number(request))
    query = request.GET.urlencode()
    found = chain.found_entry(words) if words else None
    context = {
        "page": page,
        "last": chain.last_entry(),
        "words": words,
        "found": found,
        "found_kind": KIND_WORDS.get(found.kind, "") if found else "",
        "first_day": first,
        "last_day": last,
        "is_narrowed": first is not None or last is not None,
        "exports": file_links(lambda kind: reverse("public:agreements.chain_export", args=[kind]), query),
    }
    return render(request, "public/agreements/chain_show.html", context)


@require_safe
def chain_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Heads as CSV or a workbook, to be kept by others."""
    if not allow(request, "export", most=20, seconds=60):
        return HttpResponse(_("Too many at once. Try again in a minute."), status=429)
    rows = chain.head_rows(chain.heads_between(_day(request, "from"), _day(request, "until")))
    zone: Any = timezone.get_default_timezone()
    return file_of_rows(kind, "chain-heads", rows, dict(COLUMNS), sheet=_("Heads"), zone=zone)


@require_safe
def chain_lines(request: HttpRequest) -> HttpResponseBase:
    """Every entry's public line, one JSON object a line; `from` begins at a number."""
    if not allow(request, "export", most=20, seconds=60):
        return HttpResponse(_("Too many at once. Try again in a minute."), status=429)
    given = request.GET.get("from", "")
    first = int(given) if given.isdecimal() and len(given) < 12 else 0
    headers = {"Content-Disposition": 'attachment; filename="chain.jsonl"'}
    return StreamingHttpResponse(
        (line.encode() for line in chain.public_lines(first)),
        content_type="application/x-ndjson; charset=utf-8",
        headers=headers,
    )


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
