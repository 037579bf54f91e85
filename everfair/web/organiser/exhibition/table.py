"""The exhibitors' table: filters in the address, acts on many with undo, CSV and XLSX out."""

import tempfile
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from everfair.base.countries import country_names
from everfair.base.languages import pick
from everfair.exhibition.actions.state import change_states, undo_states
from everfair.exhibition.forms.organising import DecisionForm
from everfair.exhibition.queries import exhibitor_table as table
from everfair.fair import access, queries
from everfair.gateways.tables import csv_chunks, write_xlsx
from everfair.web.organiser.frame import address, desk, require_proof

ROWS_ON_A_PAGE = 50
MOST_AT_ONCE = 2000
UNDOS_KEPT = 5
MULTIPLE = {
    "state": "states", "area": "areas", "sector": "sectors", "country": "countries",
    "delegation": "delegations",
}  # fmt: skip
SORT_WORDS = {
    "-since": gettext_lazy("Last changed first"),
    "since": gettext_lazy("Longest unchanged first"),
    "-applied": gettext_lazy("Last applied first"),
    "name": gettext_lazy("Name"),
    "area": gettext_lazy("Area and place"),
    "country": gettext_lazy("Country or region"),
    "state": gettext_lazy("State"),
}
DONE_WORDS = {
    "accepted": gettext_lazy("accepted"),
    "changes_asked": gettext_lazy("asked for changes"),
    "published": gettext_lazy("published"),
    "withdrawn": gettext_lazy("withdrawn"),
    "rejected": gettext_lazy("rejected"),
}


@login_required
def exhibitor_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The table. What is shown stands in the address, so it can be sent to a colleague."""
    held = access.get_edition_at_desk(request.user, edition)
    filters, sort = filters_of(request.GET), _sort_of(request)
    lang: str = request.content_language  # type: ignore[attr-defined]
    rows = table.exhibitor_table(request.user, held, filters, sort, lang)
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    counts = table.state_counts(request.user, held)
    query = request.GET.copy()
    query.pop("page", None)
    may_review = access.may(request.user, "review", held)
    choices = _choices(request, held, lang)
    context = {
        "title": _("Exhibitors"),
        "page": page,
        "filters": filters,
        "sort": sort,
        "sorts": list(SORT_WORDS.items()),
        "tabs": _tabs(request, held, counts),
        "choices": choices,
        "chips": _chips(filters, choices),
        "shown": query.urlencode(),
        "total": sum(counts.values()),
        "may_review": may_review,
        "may_lead": access.may(request.user, "administer", held),
        "most": MOST_AT_ONCE,
        "q": filters.q,
    }
    return desk(request, "exhibition/exhibitor_list", held, context)


@login_required
@require_POST
def exhibitor_change(request: HttpRequest, edition: str) -> HttpResponse:
    """The same step for the chosen rows, or for all that the filters found. Undo is offered."""
    held = access.get_edition_at_desk(request.user, edition, "review")
    query = _safe_query(request.POST.get("query", ""))
    back = f"{address('exhibition.exhibitor_list', edition=held.slug)}?{query}"
    form = DecisionForm(request.POST)
    if not form.is_valid() or form.cleaned_data["state"] not in DONE_WORDS:
        messages.error(request, _("Choose what to do with the firms you marked."))
        return redirect(back)
    state, reason = form.cleaned_data["state"], form.cleaned_data["reason"]
    if state == "withdrawn" and reason.strip():
        require_proof(request)  # without a reason it is refused anyway, and that is said at once
    codes = _chosen_codes(request, held)
    if not codes:
        messages.warning(request, _("No firm was marked. Mark some, or “all that were found”."))
        return redirect(back)
    result = change_states(
        table.chosen_exhibitors(request.user, held, codes), state, by=request.user, reason=reason
    )
    _say(request, held, result, query)
    return redirect(back)


@login_required
@require_POST
def change_undo(request: HttpRequest, edition: str, key: str) -> HttpResponse:
    """Put back what one act on many changed, where nothing has happened since."""
    held = access.get_edition_at_desk(request.user, edition, "review")
    kept = request.session.get("bulk_undo", {})
    record = kept.get(key)
    back = address("exhibition.exhibitor_list", edition=held.slug)
    if record is None or record["edition"] != held.pk:
        messages.warning(request, _("There is nothing to undo any more."))
        return redirect(back)
    back = f"{back}?{record.get('query', '')}"
    result = undo_states([(code, before) for code, before in record["done"]], by=request.user)
    request.session["bulk_undo"] = {other: value for other, value in kept.items() if other != key}
    count = len(result.done)
    if count:
        sentence = ngettext("Undone for %(count)d firm.", "Undone for %(count)d firms.", count)
        messages.success(request, sentence % {"count": count})
    _say_refused(request, result.refused)
    return redirect(back)


@login_required
def exhibitor_csv(request: HttpRequest, edition: str) -> StreamingHttpResponse:
    """The filtered table as CSV; texts that a spreadsheet would run are defused."""
    held, rows = _file_rows(request, edition)
    response = StreamingHttpResponse(csv_chunks(rows, table.COLUMNS), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{held.slug}-exhibitors.csv"'
    return response


@login_required
def exhibitor_xlsx(request: HttpRequest, edition: str) -> FileResponse:
    """The filtered table as a workbook, texts as texts."""
    held, rows = _file_rows(request, edition)
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    write_xlsx(rows, table.COLUMNS, file, sheet=str(_("Exhibitors")))
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, as_attachment=True, filename=f"{held.slug}-exhibitors.xlsx", content_type=kind)


def filters_of(query: QueryDict) -> table.TableFilters:
    """What the address asks for."""
    many = {name: tuple(value for value in query.getlist(key) if value) for key, name in MULTIPLE.items()}
    return table.TableFilters(q=query.get("q", "").strip(), complete=query.get("complete", ""), **many)


def _chips(filters: table.TableFilters, choices: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The filters in words, each of which can be dropped."""
    known = {choice["name"]: dict(choice["options"]) for choice in choices} | {"state": _state_words()}
    found = [
        {"key": key, "value": value, "label": known.get(key, {}).get(value, value)}
        for key, name in MULTIPLE.items()
        for value in getattr(filters, name)
    ]
    if filters.q:
        found.append({"key": "q", "value": filters.q, "label": f"“{filters.q}”"})
    if filters.complete in ("yes", "no"):
        words = _("complete") if filters.complete == "yes" else _("not complete")
        found.append({"key": "complete", "value": filters.complete, "label": words})
    return found


def _sort_of(request: HttpRequest) -> str:
    """The order in the address, else the one this person chose last."""
    given = request.GET.get("sort", "")
    if given in SORT_WORDS:
        if request.session.get("exhibitors_sort") != given:
            request.session["exhibitors_sort"] = given
        return given
    kept: str = request.session.get("exhibitors_sort", "-since")
    return kept if kept in SORT_WORDS else "-since"


def _state_words() -> dict[str, str]:
    return {value: str(label) for value, label in table.STATE_LABELS}


def _tabs(request: HttpRequest, edition: Any, counts: dict[str, int]) -> list[tuple[str, str, bool, int]]:
    chosen = request.GET.getlist("state")
    url = address("exhibition.exhibitor_list", edition=edition.slug)

    def link(state: str) -> str:
        query = request.GET.copy()
        query.pop("page", None)
        query.setlist("state", [state] if state else [])
        return f"{url}?{query.urlencode()}"

    tabs = [(_("All"), link(""), not chosen, sum(counts.values()))]
    return tabs + [
        (words.capitalize(), link(state), chosen == [state], counts[state])
        for state, words in _state_words().items()
        if counts[state] or state in chosen
    ]


def _choices(request: HttpRequest, edition: Any, lang: str) -> list[dict[str, Any]]:
    """The selects beside the search field: name, label, what stands for "any", options."""
    countries = table.countries_of(request.user, edition)
    names = country_names(lang)
    delegations = [(one.code, pick(one.name, lang)) for one in queries.delegations_in(edition)]
    areas = [(area.code, f"{area.sign} {pick(area.name, lang)}") for area in queries.areas_of(edition)]
    sectors = [
        (node.sector.code, f"{node.sector.code} {pick(node.sector.name, lang)}")
        for node in queries.sector_tree(edition)
    ]
    found = [
        ("area", _("Area"), areas),
        ("sector", _("Sector"), sectors),
        ("country", _("Country or region"), [(code, names.get(code, code)) for code in countries]),
        ("complete", _("Completeness"), [("yes", _("complete")), ("no", _("not complete"))]),
    ]
    if delegations:
        found.append(
            ("delegation", _("Delegation"), [*delegations, (table.NO_DELEGATION, _("no delegation"))])
        )
    return [
        {"name": name, "label": label, "options": options, "chosen": request.GET.get(name, "")}
        for name, label, options in found
        if options
    ]


def _chosen_codes(request: HttpRequest, edition: Any) -> list[str]:
    if request.POST.get("all"):
        filters = filters_of(QueryDict(request.POST.get("query", "")))
        rows = table.exhibitor_table(request.user, edition, filters, "since", "en")
        return list(rows.values_list("code", flat=True)[:MOST_AT_ONCE])
    return request.POST.getlist("code")[:MOST_AT_ONCE]


def _safe_query(query: str) -> str:
    """Only what the table itself reads."""
    given, kept = QueryDict(query), QueryDict(mutable=True)
    for key in (*MULTIPLE, "q", "complete", "sort"):
        if key in given:
            kept.setlist(key, given.getlist(key))
    return kept.urlencode()


def _say(request: HttpRequest, edition: Any, result: Any, query: str) -> None:
    count = len(result.done)
    if count:
        key = get_random_string(12)
        kept = dict(list(request.session.get("bulk_undo", {}).items())[-(UNDOS_KEPT - 1) :])
        request.session["bulk_undo"] = {
            **kept,
            key: {"edition": edition.pk, "done": result.done, "query": query},
        }
        undo = address("exhibition.change_undo", edition=edition.slug, key=key)
        sentence = ngettext("%(count)d firm %(done)s.", "%(count)d firms %(done)s.", count)
        words = {"count": count, "done": DONE_WORDS[result.state]}
        messages.success(request, sentence % words, extra_tags=f"undo:{undo}")
    _say_refused(request, result.refused)


def _say_refused(request: HttpRequest, refused: list[tuple[str, str]]) -> None:
    sentences = list(dict.fromkeys(sentence for _code, sentence in refused))  # each once, however many firms
    for sentence in sentences[:3]:
        messages.warning(request, sentence)
    if len(sentences) > 3:
        shown = set(sentences[:3])
        more = sum(sentence not in shown for _code, sentence in refused)
        sentence = ngettext("%(count)d more was refused.", "%(count)d more were refused.", more)
        messages.warning(request, sentence % {"count": more})


def _file_rows(request: HttpRequest, edition: str) -> tuple[Any, Any]:
    held = access.get_edition_at_desk(request.user, edition)
    lang: str = request.content_language  # type: ignore[attr-defined]
    rows = table.exhibitor_table(request.user, held, filters_of(request.GET), _sort_of(request), lang)
    return held, table.table_rows(rows)
