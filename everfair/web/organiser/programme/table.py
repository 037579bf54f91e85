"""The table of sessions: search and filters in the address, a step for many, CSV and XLSX out; the review queue; clashes."""

import tempfile
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from everfair.base.languages import pick
from everfair.fair import access
from everfair.gateways.tables import csv_chunks, write_xlsx
from everfair.programme.actions.state import change_states
from everfair.programme.forms.desk import DecisionForm
from everfair.programme.queries import clashes as clash_queries
from everfair.programme.queries import desk as table
from everfair.programme.queries.sessions import stages_of
from everfair.web.organiser.frame import address, desk
from everfair.web.templatetags.figures import day as day_in_words

ROWS_ON_A_PAGE = 50
MOST_AT_ONCE = 1000
KEYS = ("q", "state", "stage", "kind", "day", "host", "sort")
SORT_WORDS = {
    "time": gettext_lazy("Time"),
    "-changed": gettext_lazy("Last changed first"),
    "stage": gettext_lazy("Stage"),
    "state": gettext_lazy("State"),
}
DEEDS = {
    "confirmed": gettext_lazy("Confirm"),
    "published": gettext_lazy("Announce"),
    "cancelled": gettext_lazy("Cancel them"),
}


@login_required
def session_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Sessions of every state. What is shown stands in the address, so it can be sent to a colleague."""
    held = access.get_edition_at_desk(request.user, edition)
    filters, sort = filters_of(request.GET), _sort_of(request)
    rows = table.session_table(held, filters, sort)
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    counts = table.state_counts(held)
    query = request.GET.copy()
    query.pop("page", None)
    choices = _choices(request, held)
    context = {
        "title": _("Sessions"),
        "page": page,
        "rows": [_row(row, request) for row in page],
        "filters": filters,
        "sort": sort,
        "sorts": list(SORT_WORDS.items()),
        "tabs": _tabs(request, held, counts),
        "choices": choices,
        "chips": _chips(filters, choices),
        "shown": query.urlencode(),
        "total": sum(counts.values()),
        "may_run": access.may(request.user, "programme", held),
        "deeds": list(DEEDS.items()),
        "q": filters.q,
    }
    return desk(request, "programme/session_list", held, context)


@login_required
@require_POST
def session_change(request: HttpRequest, edition: str) -> HttpResponse:
    """The same step for the sessions that were marked, or for all that the filters found."""
    held = access.get_edition_at_desk(request.user, edition, "programme")
    given = QueryDict(request.POST.get("query", ""))
    kept = QueryDict(mutable=True)
    for key in KEYS:
        if key in given:
            kept.setlist(key, given.getlist(key))
    back = f"{address('programme.session_list', edition=held.slug)}?{kept.urlencode()}"
    form = DecisionForm(request.POST)
    if not form.is_valid() or form.cleaned_data["state"] not in DEEDS:
        messages.error(request, _("Choose what to do with the sessions you marked."))
        return redirect(back)
    rows = table.session_table(held, filters_of(kept) if request.POST.get("all") else table.SessionFilters())
    if not request.POST.get("all"):
        rows = rows.filter(code__in=request.POST.getlist("code")[:MOST_AT_ONCE])
    chosen = list(rows[:MOST_AT_ONCE])
    if not chosen:
        messages.warning(request, _("No session was marked. Mark some, or “all that were found”."))
        return redirect(back)
    result = change_states(
        chosen, form.cleaned_data["state"], by=request.user, reason=form.cleaned_data["reason"]
    )
    count = len(result.done)
    if count:
        sentence = ngettext("%(count)d session changed.", "%(count)d sessions changed.", count)
        messages.success(request, sentence % {"count": count})
    for sentence in list(dict.fromkeys(sentence for _code, sentence in result.refused))[:5]:
        messages.warning(request, sentence)
    return redirect(back)


@login_required
def session_csv(request: HttpRequest, edition: str) -> StreamingHttpResponse:
    """The filtered table as CSV; texts that a spreadsheet would run are defused."""
    held, rows = _file_rows(request, edition)
    response = StreamingHttpResponse(csv_chunks(rows, table.COLUMNS), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{held.slug}-sessions.csv"'
    return response


@login_required
def session_xlsx(request: HttpRequest, edition: str) -> FileResponse:
    """The filtered table as a workbook, texts as texts."""
    held, rows = _file_rows(request, edition)
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    write_xlsx(rows, table.COLUMNS, file, sheet=str(_("Sessions")))
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, as_attachment=True, filename=f"{held.slug}-sessions.xlsx", content_type=kind)


@login_required
def proposal_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Proposals nobody has decided about, longest waiting first."""
    held = access.get_edition_at_desk(request.user, edition)
    page = Paginator(table.review_queue(held), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Proposals"),
        "lead": _("Longest waiting first."),
        "page": page,
        "rows": [_row(row, request) for row in page],
        "call": table.call_of(held),
        "may_run": access.may(request.user, "programme", held),
    }
    return desk(request, "programme/proposal_list", held, context)


@login_required
def clash_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Sessions at once on one stage, speakers in two places."""
    held = access.get_edition_at_desk(request.user, edition)
    found = clash_queries.clashes_of(held)
    context = {
        "title": _("Clashes"),
        "lead": _("Sessions at the same time on one stage, and speakers in two places at once."),
        "page": Paginator(found, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return desk(request, "programme/clash_list", held, context)


def filters_of(query: QueryDict) -> table.SessionFilters:
    """What the address asks for."""
    one = {key: query.get(key, "") for key in ("stage", "kind", "day", "host")}
    states = tuple(value for value in query.getlist("state") if value)
    return table.SessionFilters(q=query.get("q", "").strip(), states=states, **one)


def _row(session: Any, request: HttpRequest) -> Any:
    """The session with what its line in the table shows."""
    session.kind_of_state = table.STATE_KINDS[session.state]
    session.host = table.host_name(session, request.content_language)  # type: ignore[attr-defined]
    return session


def _sort_of(request: HttpRequest) -> str:
    given = request.GET.get("sort", "")
    return given if given in SORT_WORDS else "time"


def _tabs(request: HttpRequest, edition: Any, counts: dict[str, int]) -> list[tuple[str, str, bool, int]]:
    chosen = request.GET.getlist("state")
    url = address("programme.session_list", edition=edition.slug)

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


def _choices(request: HttpRequest, edition: Any) -> list[dict[str, Any]]:
    """The selects beside the search field: name, label, what may be chosen."""
    lang: str = request.content_language  # type: ignore[attr-defined]
    days = [
        edition.starts_on + timedelta(days=number)
        for number in range(min((edition.ends_on - edition.starts_on).days + 1, 31))
    ]
    stages = [(stage.code, pick(stage.name, lang)) for stage in stages_of(edition)]
    kinds = [(kind.code, pick(kind.name, lang)) for kind in edition.activity_kinds.all()]
    found = [
        ("day", _("Day"), [(one.isoformat(), day_in_words(one)) for one in days]),
        ("stage", _("Stage"), [*stages, (table.NO_STAGE, _("no stage yet"))]),
        ("kind", _("Kind"), kinds),
        (
            "host",
            _("Host"),
            [
                ("organiser", _("the organiser")),
                ("exhibitor", _("an exhibitor")),
                ("delegation", _("a delegation")),
            ],
        ),
    ]
    return [
        {"name": name, "label": label, "options": options, "chosen": request.GET.get(name, "")}
        for name, label, options in found
        if options
    ]


def _chips(filters: table.SessionFilters, choices: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The filters in words, each of which can be dropped."""
    known = {choice["name"]: dict(choice["options"]) for choice in choices}
    states = {value: str(label) for value, label in table.STATE_LABELS}
    found = [{"key": "state", "value": one, "label": states.get(one, one)} for one in filters.states]
    for key in ("day", "stage", "kind", "host"):
        value = getattr(filters, key)
        if value:
            found.append({"key": key, "value": value, "label": known.get(key, {}).get(value, value)})
    if filters.q:
        found.append({"key": "q", "value": filters.q, "label": f"“{filters.q}”"})
    return found


def _file_rows(request: HttpRequest, edition: str) -> tuple[Any, Any]:
    held = access.get_edition_at_desk(request.user, edition)
    lang: str = request.content_language  # type: ignore[attr-defined]
    rows = table.session_table(held, filters_of(request.GET), _sort_of(request))
    return held, table.table_rows(rows, held, lang)
