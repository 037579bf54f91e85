"""The registry of outcomes: the list with its totals, one outcome, its permanent address, evidence. Public records alone."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from everfair.base.languages import content_language, pick
from everfair.outcomes import access
from everfair.outcomes.queries import following, public
from everfair.outcomes.queries.content import day_at
from everfair.outcomes.queries.files import country_label
from everfair.search.queries.synonyms import synonyms_of
from everfair.web import outcomes as shared
from everfair.web.drawing import bars
from everfair.web.limits import allow
from everfair.web.list_files import file_links
from everfair.web.public import outcomes_json_ld
from everfair.web.public.exhibition import counted_page, page_number
from everfair.web.public.frame import edition_for, frame_of
from everfair.web.public.keeping import kept_for_everybody
from everfair.web.public.outcomes_newest import outcome_url
from everfair.web.public.shown import chosen_filters, doors

A_PAGE = 25
TITLES = {
    "class": lambda: _("Class"), "sector": lambda: _("Sector"), "country": lambda: _("Country or region"),
    "delegation": lambda: _("Delegation"), "year": lambda: _("Edition"),
}  # fmt: skip


def labels_for(edition: Any, lang: str) -> dict[str, dict[str, str]]:
    """Facet → value → its name in the reader's language."""
    found = {
        name: {value: pick(words, lang) for value, words in column.items()}
        for name, column in public.labels_of(edition.fair_id).items()
    }
    for code, sector in frame_of(edition).sectors.items():
        found["sector"][code] = pick(sector.name, lang)
    return found


def label_of(name: str, value: str, labels: dict[str, dict[str, str]], lang: str) -> str:
    """What a value of a facet is called."""
    if name == "country":
        return country_label(value, lang)
    return labels.get(name, {}).get(value, value)


def asked_of(request: HttpRequest, edition: Any) -> tuple[dict[str, list[str]], str, Any]:
    """Filters, words and synonyms in the address."""
    words = request.GET.get("q", "").strip()[:200]
    return (
        chosen_filters(request.GET, public.FACETS), words, synonyms_of(edition.pk) if words else None,
    )  # fmt: skip


@require_safe
@kept_for_everybody
def outcome_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The registry of a fair, all editions, with search, filters and totals of what is shown."""
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    if not allow(request, "search", most=120, seconds=60):
        return render(request, "public/search/too_many.html", {"doors": doors(found)}, status=429)
    lang = shared.language_of(request)
    chosen, words, synonyms = asked_of(request, found)
    sorts = [("newest", _("Newest")), ("value", _("Largest value"))]
    if words:
        sorts.insert(0, ("fit", _("Best fit")))
    sort = request.GET.get("sort", "")
    sort = sort if sort in dict(sorts) else sorts[0][0]
    number = page_number(request)
    listing = public.browse(
        found.fair_id, chosen, words=words, synonyms=synonyms, order=sort, offset=(number - 1) * A_PAGE, limit=A_PAGE
    )  # fmt: skip
    labels = labels_for(found, lang)
    labels["year"] = _editions(listing, labels, found, lang)
    query = request.GET.urlencode()
    base = reverse("public:outcomes.outcome_list", args=[found.slug])
    context = {
        "words": words,
        "total": listing.total,
        "is_loose": listing.is_loose,
        "rows": rows_of(listing.records, found, lang),
        "page": counted_page(listing.total, number, A_PAGE),
        "facets": _facets(listing, chosen, labels, lang),
        "chips": [
            {"key": name, "value": value, "label": label_of(name, value, labels, lang)}
            for name, values in chosen.items()
            for value in values
        ],
        "sort": sort,
        "sorts": sorts,
        "list_url": base,
        "exports": file_links(lambda kind: base.rstrip("/") + f".{kind}", query, kinds=("csv", "json")),
        "feed_url": base.rstrip("/") + ".atom" + (f"?{query}" if query else ""),
        **totals_context(listing.totals, found, labels, lang),
        "doors": doors(found),
        "doors_current": "outcomes",
    }
    return render(request, "public/outcomes/outcome_list.html", context)


def _editions(
    listing: public.Listing, labels: dict[str, dict[str, str]], edition: Any, lang: str
) -> dict[str, str]:
    names = public.edition_names(edition.fair_id)
    return {slug: pick(names[slug], lang) if slug in names else slug for slug in listing.counts["year"]}


def _facets(
    listing: public.Listing, chosen: dict[str, list[str]], labels: dict[str, dict[str, str]], lang: str
) -> list[dict[str, Any]]:
    shown = []
    for name in public.FACETS:
        picked = chosen.get(name, ())
        options = [
            {
                "value": value,
                "label": label_of(name, value, labels, lang),
                "count": n,
                "chosen": value in picked,
            }
            for value, n in listing.counts[name].items()
        ]
        options.sort(key=lambda option: (-option["count"], option["label"]))  # type: ignore[operator]
        if len(options) > 1 or picked:
            shown.append({"key": name, "label": TITLES[name](), "options": options})
    return shown


def totals_context(found: Any, edition: Any, labels: dict[str, dict[str, str]], lang: str) -> dict[str, Any]:
    """The totals as charts and tables: the same figures `everfair outcomes recompute` prints."""
    codes = public.class_codes(edition)
    tables = []
    for name in ("class", "sector", "country", "delegation", "year"):
        cells = found.by[name]
        if len(cells) < (1 if name == "class" else 2):
            continue
        rows = [
            (
                label_of(name, value, labels, lang),
                cell.count,
                shared.sums_words(cell, lang),
                cell.unvalued,
                value,
            )
            for value, cell in cells.items()
        ]
        drawn = [bars.Bar(row[0], row[1], _pigment(name, row[4], codes, edition)) for row in rows[:12]]
        tables.append(
            {
                "name": name,
                "title": TITLES[name](),
                "rows": rows,
                "chart": bars.rows(drawn, label=_("Outcomes by %(what)s") % {"what": TITLES[name]().lower()}),
            }
        )
    shares = shared.class_bars(codes, found.by["class"], labels["class"])
    return {
        "whole": found.all,
        "whole_sums": shared.sums_words(found.all, lang),
        "edition_count": len(found.by["year"]),
        "shares": bars.stacked(shares, label=_("Shares of the classes")),
        "legend": shares,
        "tables": tables,
    }


def _pigment(name: str, value: str, codes: list[str], edition: Any) -> int:
    if name == "class":
        return shared.PIGMENTS[codes.index(value) % 12] if value in codes else 12
    if name == "sector":
        sector = frame_of(edition).sectors.get(value)
        return sector.motif if sector is not None else 1
    return 4


def rows_of(records: Any, edition: Any, lang: str) -> list[dict[str, Any]]:
    """Lines of the list: what is public of each, its value in words, its life line."""
    since = [(one.pk, one.begins_on) for one in records]
    lines = following.life_lines(since, is_public=True) if since else {}
    return [
        {
            "record": one,
            "content": one.content,
            "url": outcome_url(one.edition, one.code),
            "permanent": f"{settings.BASE_URL}/o/{one.code}",
            "value": shared.value_words(one.content.get("value"), lang),
            "points": lines[one.pk],
            "life": shared.life_words(lines[one.pk]),
        }
        for one in records
    ]


def outcome_permanent(request: HttpRequest, code: str) -> HttpResponse:
    """/o/<code> leads to the page in the reader's language, or to the record for programs that ask for JSON."""
    found = access.get_public_outcome(request.user, code)
    lang = content_language(request.LANGUAGE_CODE)
    path = f"/{lang}/{found.edition.slug}/outcomes/{found.code}"
    accept = request.headers.get("Accept", "")
    is_program = "application/json" in accept and "text/html" not in accept
    response = HttpResponseRedirect(f"{path}.json" if is_program else f"{path}/")
    response["Vary"] = "Accept, Accept-Language, Cookie"
    return response


@require_safe
@kept_for_everybody
def outcome_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One outcome: what every party agreed to show, what became of it, how to cite it. A withdrawn one says why."""
    outcome = access.get_public_outcome(request.user, code)
    if outcome.edition.slug != edition:
        return redirect(
            "public:outcomes.outcome_show", edition=outcome.edition.slug, code=code, permanent=True
        )
    found = request.edition = outcome.edition  # type: ignore[attr-defined]
    record, lang = public.record_of(outcome), shared.language_of(request)
    frame = {"record": record, "doors": doors(found), "doors_current": "outcomes"}
    permanent = f"{settings.BASE_URL}/o/{record.code}"
    if record.is_withdrawn:
        context = frame | {"outcome": outcome, "permanent": permanent}
        return render(request, "public/outcomes/outcome_withdrawn.html", context, status=410)
    content = record.content
    points = following.life_lines([(outcome.pk, record.begins_on)], is_public=True)[outcome.pk]
    context = frame | {
        "content": content,
        "value": shared.value_words(content.get("value"), lang),
        "held": shared.held_words(content["held"]),
        "points": [(point, shared.standing_words(point)) for point in points],
        "motif": content["sectors"][0]["motif"] if content.get("sectors") else 1,
        "parties": _parties(content, found),
        "agreed_on": date.fromisoformat(content["day"]) if content.get("day") else None,
        "permanent": permanent,
        "citation": citation(record, found, lang),
        "versions": [(row, day_at(row.at, found.time_zone)) for row in public.versions_of(outcome)],
        "json_url": outcome_url(found.slug, record.code).rstrip("/") + ".json",
        "json_ld": outcomes_json_ld.outcome_data(record, found, lang, settings.BASE_URL),
        "canonical_url": settings.BASE_URL + request.path,
    }
    return render(request, "public/outcomes/outcome_show.html", context)


def _parties(content: Any, edition: Any) -> list[tuple[Any, str, date | None]]:
    """Each party that is named, its booth's address while it is open, the day it confirmed."""
    booths = public.booth_addresses(content)
    return [
        (
            one["name"],
            reverse("public:exhibition.booth", args=[edition.slug, booths[one["booth"]]])
            if one["booth"] in booths
            else "",
            date.fromisoformat(one["confirmed_on"]) if one["confirmed_on"] else None,
        )
        for one in content.get("names", ())
    ]


def citation(record: Any, edition: Any, lang: str) -> str:
    """How to name it in a text: parties where they are public, title, registry, number, day, address."""
    names = _(", ").join(pick(one["name"], lang) for one in record.content.get("names", ()))
    return " ".join(
        part
        for part in (
            f"{names}." if names else "",
            f"{pick(record.content['title'], lang)}.",
            _("Registry of outcomes, %(edition)s, no. %(code)s, version %(version)d, %(day)s.")
            % {
                "edition": pick(edition.name, lang), "code": record.code, "version": record.version,
                "day": record.changed_on.isoformat(),
            },
            f"{settings.BASE_URL}/o/{record.code}",
        )
        if part
    )  # fmt: skip


@require_safe
def evidence_file(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponseBase:
    """A file every party agreed to show."""
    outcome = access.get_public_outcome(request.user, code)
    if outcome.edition.slug != edition:
        raise Http404
    return shared.evidence_answer(access.get_public_evidence(outcome, pk), is_private=False)


@require_safe
@kept_for_everybody
def rules(request: HttpRequest, edition: str) -> HttpResponse:
    """How outcomes are counted, in words."""
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    context = {"doors": doors(found), "doors_current": "outcomes", "base": settings.BASE_URL}
    return render(request, "public/outcomes/rules.html", context)
