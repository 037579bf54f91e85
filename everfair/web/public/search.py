"""The search page and the suggestions under the search box."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from everfair.web.limits import allow
from everfair.web.public.exhibition import counted_page, page_number
from everfair.web.public.frame import edition_for, frame_of
from everfair.web.public.keeping import kept_for_everybody
from everfair.web.public.search_results import (
    KINDS,
    SORTS,
    Listed,
    across_for,
    all_across,
    results_for,
    suggestions_for,
)
from everfair.web.public.shown import chips_context, chosen_filters, doors, facets_context

NAMES = ("area", "sector", "mode", "country", "language")


@kept_for_everybody
def results(request: HttpRequest, edition: str) -> HttpResponse:
    """Exhibitors, offers, needs, sessions and outcomes for the words in the box, with filters in the address."""
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    if not allow(request, "search", most=120, seconds=60):
        return render(request, "public/search/too_many.html", {"doors": doors(found)}, status=429)
    lang: str = request.content_language  # type: ignore[attr-defined]
    text = request.GET.get("q", "")
    chosen = chosen_filters(request.GET)
    kind = request.GET.get("kind", "")
    sort = request.GET.get("sort", "")
    number = page_number(request)
    wants_all = request.GET.get("across", "")
    whole = (
        all_across(found, text[:300].strip(), chosen, wants_all, page=number, lang=lang, kind=kind)
        if wants_all
        else None
    )
    if whole is not None:
        language, listed = whole
    else:
        language, listed = "", results_for(found, text, chosen, sort=sort, page=number, lang=lang, kind=kind)
    frame = frame_of(found)
    context = {
        "query": listed.text,
        "listed": listed,
        "total": listed.total,
        "hits": listed.hits,
        "page": counted_page(listed.total, number),
        "across": _across(found, listed, chosen, number, lang, kind) if not language else None,
        "across_language": language,
        "facets": facets_context(listed.facets, chosen, frame, lang, NAMES),
        "chips": [*_kind_chip(kind), *chips_context(chosen, frame, lang)],
        "kinds": _kinds(listed.kind_counts, kind),
        "sort": sort if sort in SORTS else "relevance",
        "sorts": []
        if language
        else [("relevance", _("Best fit")), ("newest", _("Newest")), ("name", _("Name"))],
        "doors": doors(found),
    }
    return render(
        request, "public/search/results.html", context, status=503 if listed.is_unavailable else 200
    )


def _across(
    edition: Any, listed: Listed, chosen: Mapping[str, Any], page: int, lang: str, kind: str
) -> dict[str, Any] | None:
    """The second block, under the first page for words."""
    if not listed.text or page != 1 or listed.is_unavailable:
        return None
    return across_for(edition, listed, chosen, lang=lang, kind=kind)


def _kinds(counts: Mapping[str, int], chosen: str) -> list[dict[str, object]]:
    labels = {"": _("All"), **_kind_labels()}
    return [
        {"value": kind, "label": labels[kind], "current": kind == chosen, "count": counts.get(kind)}
        for kind in labels
    ]


def _kind_labels() -> dict[str, str]:
    return {
        "exhibitor": _("Firms and bodies"),
        "offer": _("Services and goods"),
        "need": _("Needs"),
        "session": _("Sessions"),
        "outcome": _("Outcomes"),
    }


def _kind_chip(kind: str) -> list[dict[str, str]]:
    return [{"key": "kind", "value": kind, "label": _kind_labels()[kind]}] if kind in KINDS else []


def suggest(request: HttpRequest, edition: str) -> HttpResponse:
    """Up to eight suggestions as JSON: {"suggestions": [{"text", "note", "url", "lang"}]}."""
    found = edition_for(request.user, edition)
    if not allow(request, "suggest", most=600, seconds=60):
        return JsonResponse({"suggestions": []}, status=429)
    text = request.GET.get("q", "")[:100]
    return JsonResponse({"suggestions": suggestions_for(found, text, request.content_language)})  # type: ignore[attr-defined]
