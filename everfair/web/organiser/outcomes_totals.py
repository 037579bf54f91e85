"""Totals of outcomes at the desks: against earlier editions, values made safe, the press list, follow-ups and their run."""

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base import progress
from everfair.base.currencies import USUAL, is_currency
from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.fair import access as fair_access
from everfair.outcomes import access, tasks
from everfair.outcomes.actions import earlier, following
from everfair.outcomes.queries import files, lists, public, totals
from everfair.outcomes.queries import following as lives
from everfair.search.queries.synonyms import synonyms_of
from everfair.web import outcomes as shared
from everfair.web.drawing import bars
from everfair.web.list_files import file_links
from everfair.web.organiser.frame import address, delegation_desk, desk, done
from everfair.web.organiser.outcomes import held_edition
from everfair.web.uploads import takes_upload

A_PAGE = 100
TITLES = {
    "class": lambda: _("Class"), "sector": lambda: _("Sector"), "country": lambda: _("Country or region"),
    "delegation": lambda: _("Delegation"),
}  # fmt: skip


def _crumbs(edition: Any, label: str) -> list[tuple[str, str]]:
    return [(_("Outcomes"), address("outcomes.outcome_list", edition=edition.slug)), (label, "")]


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()


def _totals_context(
    request: HttpRequest, edition: Any, rows: list[Any], brought: list[Any] | None
) -> dict[str, Any]:
    """Counts against earlier editions, each chart with its table; values in one currency, safe to hand on.

    `brought` None: a delegation's, without earlier editions and by today's rates.
    """
    lang = shared.language_of(request)
    code = request.GET.get("currency", "").upper()[:3]
    currency = code if is_currency(code) else "CNY"
    on = _day(request) if brought is not None else timezone.localdate()
    names = totals.labels_of(edition, rows, lang)
    labels, tables, wholes = totals.against_earlier(edition, rows, lang, names, brought)
    codes = list(names["class"])
    shown = []
    for name, lines in tables.items():
        drawn = [
            bars.Bar(
                line.name, line.count, shared.PIGMENTS[codes.index(line.code) % 12] if line.code in codes else 4,
                line.before[0] if line.before else None,
            )
            for line in lines[:12]
        ]  # fmt: skip
        title = TITLES[name]()
        chart = bars.rows(drawn, label=_("Outcomes by %(what)s") % {"what": title.lower()})
        shown.append({"name": name, "title": title, "lines": lines, "chart": chart})
    rates = totals.rates_into(
        edition, {row.entry.currency for row in rows if row.entry.currency}, currency, on
    )
    return {
        "count": len(rows),
        "labels": labels,
        "wholes": wholes,
        "tables": shown,
        "values": totals.value_table(rows, currency, rates, names),
        "currency": currency,
        "currencies": USUAL,
        "on": on if brought is not None else None,
    }


@login_required
@never_cache
@require_safe
def totals_show(request: HttpRequest, edition: str) -> HttpResponse:
    """Totals by class, sector, country and delegation beside earlier editions."""
    held = held_edition(request, edition)
    brought = totals.earlier_of(held)
    context = {
        "title": _("Totals of outcomes"),
        "lead": _("Published outcomes of this edition; what was held back counts here too, and its value is never told."),
        "crumbs": _crumbs(held, _("Totals")),
        "years": earlier.known_years(brought),
        "exports": file_links(lambda kind: address("outcomes.totals_export", edition=held.slug, kind=kind)),
        **_totals_context(request, held, totals.desk_rows(held, lang=shared.language_of(request)), brought),
    }  # fmt: skip
    return desk(request, "outcomes/totals_show", held, context)


@login_required
@never_cache
@require_safe
def totals_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The counts as a file, now and before."""
    held = held_edition(request, edition)
    columns, lines = totals.total_rows(held, totals.desk_rows(held), shared.language_of(request))
    return shared.file_of(lines, columns, kind, f"outcome-totals-{held.slug}", _("Totals"))


@takes_upload("MAX_LIST_MB", "organiser:outcomes.totals_show")
@require_POST
def earlier_import(request: HttpRequest, edition: str) -> HttpResponse:
    """Bring figures of editions before everfair in; all lines or none."""
    held = held_edition(request, edition)
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise Refused(_("Choose a file first."))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ("list" + Path(sent.name or "").suffix.lower()[:6])
            path.write_bytes(b"".join(sent.chunks()))
            count = earlier.import_totals(held, path, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(address("outcomes.totals_show", edition=held.slug))
    said = ngettext("%(count)d figure brought in.", "%(count)d figures brought in.", count) % {"count": count}
    return done(request, said, "outcomes.totals_show", edition=held.slug)


@login_required
@require_POST
def earlier_remove(request: HttpRequest, edition: str) -> HttpResponse:
    """Take a year's figures out."""
    held = held_edition(request, edition)
    year = request.POST.get("year", "")
    count = earlier.remove_year(held, int(year) if year.isdecimal() and len(year) < 5 else 0, by=request.user)
    said = ngettext("%(count)d figure taken out.", "%(count)d figures taken out.", count) % {"count": count}
    return done(request, said, "outcomes.totals_show", edition=held.slug)


@login_required
@never_cache
@require_safe
def press_list(request: HttpRequest, edition: str) -> HttpResponse:
    """What the press may have: public records alone, narrowed by what stands in the address, to print or as a file."""
    held = held_edition(request, edition)
    lang, filters = shared.language_of(request), lists.filters_of(request.GET.dict())
    labels, query = public.labels_of(held.fair_id), request.GET.urlencode()
    records = _press_records(held, filters)
    size = len(records) or 1 if "all" in request.GET else A_PAGE
    page = Paginator(records, size).get_page(request.GET.get("page"))
    context = {
        "title": _("Press list"),
        "lead": _("Only what every party agreed to show."),
        "crumbs": _crumbs(held, _("Press list")),
        "page": page,
        "count": page.paginator.count,
        "rows": [(one, shared.value_words(one.content.get("value"), lang)) for one in page],
        "filters": filters,
        "choices": [
            ("class", _("Class"), filters.kind, _choices(labels["class"], lang)),
            ("delegation", _("Delegation"), filters.delegation, _choices(labels["delegation"], lang)),
        ],
        "exports": file_links(lambda kind: address("outcomes.press_export", edition=held.slug, kind=kind), query),
    }  # fmt: skip
    return desk(request, "outcomes/press_list", held, context)


def _press_records(held: Any, filters: lists.Filters) -> list[public.Record]:
    """Public records of the edition that pass, the best fit of words first."""
    chosen = {"year": [held.slug]}
    if filters.kind:
        chosen["class"] = [filters.kind]
    if filters.delegation:
        chosen["delegation"] = [filters.delegation]
    synonyms = synonyms_of(held.pk) if filters.words else None
    return public.open_data(held.fair_id, chosen, words=filters.words, synonyms=synonyms)


def _choices(names: Mapping[str, Mapping[str, str]], lang: str) -> list[tuple[str, str]]:
    return sorted(((code, pick(name, lang)) for code, name in names.items()), key=lambda one: one[1])


@login_required
@never_cache
@require_safe
def press_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The same as a file."""
    held = held_edition(request, edition)
    records = _press_records(held, lists.filters_of(request.GET.dict()))
    rows = files.open_rows(records, settings.BASE_URL)
    return shared.file_of(rows, files.OPEN_COLUMNS, kind, f"press-{held.slug}", _("Press list"))


@login_required
@never_cache
@require_safe
def follow_up_list(request: HttpRequest, edition: str) -> HttpResponse:
    """What became of this edition's outcomes, counted, and the button that asks what is due."""
    held = held_edition(request, edition)
    counts = lives.standing_counts(held.pk)
    due = following.due_follow_ups(timezone.localdate(), held)
    named = lists.by_pk(pk for pk, _months, _day in due[:A_PAGE])
    seen = progress.told(tasks.KIND, held.pk, total=len(due), since=timezone.now())
    context = {
        "title": _("What became of outcomes"),
        "lead": _(
            "Every party is asked after 6, 12 and 24 months. What is due is asked daily by itself, or by you now."
        ),
        "crumbs": _crumbs(held, _("Follow-ups")),
        "states": [(state, word) for state, word in shared.STANDING_WORDS.items()],
        "rows": [
            (months, [(word, found[state]) for state, word in shared.STANDING_WORDS.items()])
            for months, found in counts.items()
        ],
        "due": [(named[pk], months, day) for pk, months, day in due[:A_PAGE]],
        "due_count": len(due),
        "next_on": None if due else following.next_due(timezone.localdate(), held),
        "progress": {"done": seen.done, "total": seen.total, "state": "running"}
        if seen.total > 0 and seen.done < seen.total and not seen.is_silent and "asked" in request.GET
        else None,
    }
    return desk(request, "outcomes/follow_up_list", held, context)


@login_required
@require_POST
def follow_up_ask(request: HttpRequest, edition: str) -> HttpResponse:
    """Ask what is due, in the background."""
    held = held_edition(request, edition)
    tasks.carry_out_asking.enqueue(held.pk)
    messages.success(request, _("It is being asked. You may leave; it goes on."))
    return redirect(address("outcomes.follow_up_list", edition=held.slug) + "?asked=1")


@login_required
@never_cache
@require_safe
def delegation_outcomes(request: HttpRequest, code: str) -> HttpResponse:
    """A delegation's outcomes and their totals, values safe; of what is not confirmed by all, only how many."""
    delegation = fair_access.get_delegation_for(request.user, code)
    filters = lists.filters_of(request.GET.dict())
    all_rows = access.outcomes_of_delegation(delegation)
    rows = lists.narrowed_for_delegation(all_rows, filters)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    counted = totals.desk_rows(delegation.edition, delegation, shared.language_of(request))
    context = {
        "title": _("Outcomes"),
        "lead": _("Outcomes in which your firms or the delegation itself are parties. Each counts once for you."),
        "page": page,
        "rows": [(row, lists.STATE_KINDS[row.state]) for row in page],
        "untold": lists.untold_count(all_rows),
        "filters": filters,
        "states": lists.STATES,
        "exports": file_links(lambda kind: address("outcomes.delegation_export", code=code, kind=kind)),
        **_totals_context(request, delegation.edition, counted, None),
    }  # fmt: skip
    return delegation_desk(request, "outcomes/delegation_outcomes", delegation, context)


@login_required
@never_cache
@require_safe
def delegation_export(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """The delegation's list as a file: classes, titles, states; values only where they are public."""
    delegation = fair_access.get_delegation_for(request.user, code)
    filters = lists.filters_of(request.GET.dict())
    rows = lists.narrowed_for_delegation(access.outcomes_of_delegation(delegation), filters)
    columns = {
        name: lists.COLUMNS[name]
        for name in ("code", "state", "class", "title_en", "title_zh", "published_at")
    }
    lines = lists.export_rows(rows, shared.language_of(request))
    return shared.file_of(lines, columns, kind, f"outcomes-{delegation.code}", _("Outcomes"))
