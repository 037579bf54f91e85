"""The registry for programs: open data as CSV and JSON, one record, the feed of new outcomes. Public records alone."""

import hashlib
from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from everfair.outcomes import access
from everfair.outcomes.queries import files, public
from everfair.web import outcomes as shared
from everfair.web.limits import allow
from everfair.web.public.frame import edition_for
from everfair.web.public.outcomes import asked_of, rows_of
from everfair.web.public.shown import doors

IN_FEED = 50


@require_safe
def open_data(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """What the list shows, one row an outcome; without filters also which codes were withdrawn."""
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    if kind == "atom":
        return feed(request, found)
    if not allow(request, "export", most=20, seconds=60):
        return render(request, "public/search/too_many.html", {"doors": doors(found)}, status=429)
    chosen, words, synonyms = asked_of(request, found)
    records = public.open_data(found.fair_id, chosen, words=words, synonyms=synonyms)
    if kind == "json":
        rules = settings.BASE_URL + reverse("public:outcomes.rules", args=[found.slug])
        return _json(
            {
                "fair": found.fair.name,
                "rules": rules,
                "figures": [
                    {
                        "dimension": one.dimension, "value": one.value, "currency": one.currency, "count": one.count,
                        "low": str(one.low) if one.low is not None else None,
                        "high": str(one.high) if one.high is not None else None,
                    }
                    for one in files.figures_of(files.open_rows(records, settings.BASE_URL))
                ],
                "outcomes": [files.json_record(one, settings.BASE_URL) for one in records],
            }
        )  # fmt: skip
    if kind != "csv":
        raise Http404
    rows = files.open_rows(records, settings.BASE_URL)
    return shared.file_of(rows, files.OPEN_COLUMNS, "csv", f"outcomes-{found.fair.slug}", "outcomes")


@require_safe
def outcome_json(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One public record."""
    outcome = access.get_public_outcome(request.user, code)
    if outcome.edition.slug != edition:
        raise Http404
    return _json(files.json_record(public.record_of(outcome), settings.BASE_URL))


def feed(request: HttpRequest, edition: Any) -> HttpResponse:
    """The newest outcomes as an Atom feed in the address's language, narrowed as the list is."""
    if not allow(request, "feed", most=120, seconds=60):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    chosen, words, synonyms = asked_of(request, edition)
    records = public.browse(edition.fair_id, chosen, words=words, synonyms=synonyms, limit=IN_FEED).records
    query = request.GET.urlencode()
    context = {
        "base": settings.BASE_URL,
        "query": f"?{query}" if query else "",
        "entries": rows_of(records, edition, shared.language_of(request)),
        "updated": max(
            (one.changed_at for one in records), default=datetime.combine(edition.starts_on, time(), UTC)
        ),
    }
    response = render(
        request, "public/feeds/outcomes.xml", context, content_type="application/atom+xml; charset=utf-8"
    )
    response["Cache-Control"] = "no-cache" if edition.is_public else "private, no-cache"
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _json(data: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-cache"
    return response
