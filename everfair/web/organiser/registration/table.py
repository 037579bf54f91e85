"""The table of registrations: filters in the address, decisions on many with undo, CSV and XLSX out."""

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
from django.views.decorators.http import require_POST, require_safe

from everfair.base.countries import country_names
from everfair.base.languages import pick
from everfair.fair import access
from everfair.gateways.tables import csv_chunks, write_xlsx
from everfair.registration.actions.deciding import decide_many, undo_many
from everfair.registration.queries import table
from everfair.registration.queries.registrations import STATE_KINDS, kinds_with_counts
from everfair.web.organiser.frame import address, desk

ROWS_ON_A_PAGE = 50
MOST_AT_ONCE = 2000
UNDOS_KEPT = 5
SORT_WORDS = {
    "-registered": gettext_lazy("Last registered first"),
    "registered": gettext_lazy("Longest registered first"),
    "name": gettext_lazy("Name"),
    "firm": gettext_lazy("Firm or body"),
}
DECISIONS = {
    "approved": gettext_lazy("approved"),
    "declined": gettext_lazy("declined"),
    "cancelled": gettext_lazy("cancelled"),
}


@login_required
@require_safe
def registration_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The table. What is shown stands in the address, so it can be sent to a colleague."""
    held = access.get_edition_at_desk(request.user, edition)
    filters, sort = table.filters_of(request.GET), _sort_of(request)
    rows = table.registration_table(request.user, held, filters, sort)
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    counts = table.state_counts(request.user, held)
    kinds = list(kinds_with_counts(held))
    query = request.GET.copy()
    query.pop("page", None)
    choices = _choices(request, held, kinds)
    context = {
        "title": _("Registrations"),
        "page": page,
        "rows": [(row, STATE_KINDS[row.state]) for row in page],
        "filters": filters,
        "sort": sort,
        "sorts": list(SORT_WORDS.items()),
        "tabs": _tabs(request, held, counts),
        "choices": choices,
        "chips": _chips(filters, choices),
        "shown": query.urlencode(),
        "total": sum(counts.values()),
        "kinds": kinds,
        "may_decide": access.may(request.user, "registration", held),
        "most": MOST_AT_ONCE,
        "q": filters.q,
    }
    return desk(request, "registration/registration_list", held, context)


@login_required
@require_POST
def registration_change(request: HttpRequest, edition: str) -> HttpResponse:
    """The same decision for the chosen rows, or for all that the filters found. Undo is offered."""
    held = access.get_edition_at_desk(request.user, edition, "registration")
    query = _safe_query(request.POST.get("query", ""))
    back = f"{address('registration.registration_list', edition=held.slug)}?{query}"
    state = request.POST.get("state", "")
    if state not in DECISIONS:
        messages.error(request, _("Choose what to do with the people you marked."))
        return redirect(back)
    rows = _chosen(request, held)
    if not rows:
        messages.warning(request, _("Nobody was marked. Mark some, or “all that were found”."))
        return redirect(back)
    result = decide_many(rows, state, by=request.user, reason=request.POST.get("reason", ""))
    _say(request, held, result, state, query)
    return redirect(back)


@login_required
@require_POST
def registration_undo(request: HttpRequest, edition: str, key: str) -> HttpResponse:
    """Put back what one act on many changed, where nothing has happened since."""
    held = access.get_edition_at_desk(request.user, edition, "registration")
    kept = request.session.get("registration_undo", {})
    record = kept.get(key)
    back = address("registration.registration_list", edition=held.slug)
    if record is None or record["edition"] != held.pk:
        messages.warning(request, _("There is nothing to undo any more."))
        return redirect(back)
    result = undo_many([(code, before) for code, before in record["done"]], held, by=request.user)
    request.session["registration_undo"] = {other: value for other, value in kept.items() if other != key}
    count = len(result.done)
    if count:
        sentence = ngettext("Undone for %(count)d person.", "Undone for %(count)d people.", count)
        messages.success(request, sentence % {"count": count})
    _say_refused(request, result.refused)
    return redirect(f"{back}?{record.get('query', '')}")


@login_required
@require_safe
def registration_csv(request: HttpRequest, edition: str) -> StreamingHttpResponse:
    """The filtered table as CSV; texts that a spreadsheet would run are defused."""
    held, rows, columns = _file(request, edition)
    response = StreamingHttpResponse(csv_chunks(rows, columns), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{held.slug}-registrations.csv"'
    return response


@login_required
@require_safe
def registration_xlsx(request: HttpRequest, edition: str) -> FileResponse:
    """The filtered table as a workbook, texts as texts."""
    held, rows, columns = _file(request, edition)
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    write_xlsx(rows, columns, file, sheet=str(_("Registrations")))
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"{held.slug}-registrations.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=kind)


def _file(request: HttpRequest, edition: str) -> tuple[Any, Any, Any]:
    held = access.get_edition_at_desk(request.user, edition)
    lang: str = request.content_language  # type: ignore[attr-defined]
    rows = table.registration_table(request.user, held, table.filters_of(request.GET), _sort_of(request))
    return held, table.table_rows(rows, lang), table.columns_for(held, lang)


def _sort_of(request: HttpRequest) -> str:
    given = request.GET.get("sort", "")
    return given if given in SORT_WORDS else "-registered"


def _tabs(request: HttpRequest, edition: Any, counts: dict[str, int]) -> list[tuple[str, str, bool, int]]:
    chosen = request.GET.getlist("state")
    url = address("registration.registration_list", edition=edition.slug)

    def link(state: str) -> str:
        query = request.GET.copy()
        query.pop("page", None)
        query.setlist("state", [state] if state else [])
        return f"{url}?{query.urlencode()}"

    tabs = [(_("All"), link(""), not chosen, sum(counts.values()))]
    return tabs + [
        (str(words).capitalize(), link(state), chosen == [state], counts[state])
        for state, words in table.STATE_LABELS
        if counts[state] or state in chosen
    ]


def _choices(request: HttpRequest, edition: Any, kinds: list[Any]) -> list[dict[str, Any]]:
    """The selects beside the search field: name, label, options, what is chosen."""
    lang: str = request.content_language  # type: ignore[attr-defined]
    names = country_names(lang)
    countries = table.countries_of(request.user, edition)
    delegations = [(one.code, pick(one.name, lang)) for one in table.delegations_with_people(edition)]
    found = [
        ("kind", _("Kind of badge"), [(kind.code, pick(kind.name, lang)) for kind in kinds]),
        ("source", _("How they came"), list(table.SOURCE_LABELS)),
        ("country", _("Country or region"), [(code, names.get(code, code)) for code in countries]),
        ("delegation", _("Delegation"), delegations),
        ("watch", _("Notice at the gate"), [one for one in table.WATCH_LABELS if one[0]]),
    ]
    return [
        {"name": name, "label": label, "options": options, "chosen": request.GET.get(name, "")}
        for name, label, options in found
        if options
    ]


def _chips(filters: table.Filters, choices: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The filters in words, each of which can be dropped."""
    known = {choice["name"]: dict(choice["options"]) for choice in choices}
    known["state"] = dict(table.STATE_LABELS)
    found = [
        {"key": key, "value": value, "label": str(known.get(key, {}).get(value, value))}
        for key, name in table.MULTIPLE.items()
        for value in getattr(filters, name)
    ]
    if filters.list_name:
        found.append({"key": "list", "value": filters.list_name, "label": filters.list_name})
    if filters.q:
        found.append({"key": "q", "value": filters.q, "label": f"“{filters.q}”"})
    return found


def _chosen(request: HttpRequest, edition: Any) -> list[Any]:
    filters = table.Filters()
    if request.POST.get("all"):
        filters = table.filters_of(QueryDict(request.POST.get("query", "")))
    rows = table.registration_table(request.user, edition, filters, "registered")
    if not request.POST.get("all"):
        rows = rows.filter(code__in=request.POST.getlist("code")[:MOST_AT_ONCE])
    return list(rows[:MOST_AT_ONCE])


def _safe_query(query: str) -> str:
    """Only what the table itself reads."""
    given, kept = QueryDict(query), QueryDict(mutable=True)
    for key in (*table.MULTIPLE, "q", "list", "sort"):
        if key in given:
            kept.setlist(key, given.getlist(key))
    return kept.urlencode()


def _say(request: HttpRequest, edition: Any, result: Any, state: str, query: str) -> None:
    count = len(result.done)
    if count:
        key = get_random_string(12)
        kept = dict(list(request.session.get("registration_undo", {}).items())[-(UNDOS_KEPT - 1) :])
        record = {"edition": edition.pk, "done": result.done, "query": query}
        request.session["registration_undo"] = {**kept, key: record}
        undo = address("registration.registration_undo", edition=edition.slug, key=key)
        sentence = ngettext("%(count)d person %(done)s.", "%(count)d people %(done)s.", count)
        words = {"count": count, "done": DECISIONS[state]}
        messages.success(request, sentence % words, extra_tags=f"undo:{undo}")
    _say_refused(request, result.refused)


def _say_refused(request: HttpRequest, refused: list[tuple[str, str]]) -> None:
    sentences = list(dict.fromkeys(sentence for _code, sentence in refused))  # each once, however many people
    for sentence in sentences[:3]:
        messages.warning(request, sentence)
    more = len(sentences) - 3
    if more > 0:
        sentence = ngettext("%(count)d more was refused.", "%(count)d more were refused.", more)
        messages.warning(request, sentence % {"count": more})
