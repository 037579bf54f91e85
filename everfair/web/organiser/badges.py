"""The organiser's badges: table, one person's badges, issued again or made void, CSV and XLSX out."""

import tempfile
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base.countries import country_names
from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.fair import access as fair_access
from everfair.fair import queries as fair_queries
from everfair.gateways.tables import csv_chunks, write_xlsx
from everfair.registration import access, tasks
from everfair.registration.actions import badges as actions
from everfair.registration.actions import batches
from everfair.registration.forms.badges import BatchForm, ReasonForm
from everfair.registration.queries import badge_table as table
from everfair.registration.queries.badges import short_badges
from everfair.web.organiser.frame import address, desk, done

ROWS_ON_A_PAGE = 50
SORT_WORDS = {
    "name": gettext_lazy("Name"),
    "firm": gettext_lazy("Firm"),
    "-new": gettext_lazy("Registered last first"),
}
READ_KEYS = ("q", "sort", "badge", "list", *table.MULTIPLE)


@login_required
@require_safe
def badge_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Everybody who may hold a badge. A badge under a hand scanner, or its number, finds its holder."""
    held = fair_access.get_edition_at_desk(request.user, edition)
    filters, sort = table.badge_filters_of(request.GET), _sort_of(request.GET)
    page = Paginator(table.badge_table(held, filters, sort), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    figures = table.badge_figures(held)
    choices = _choices(request, held)
    context = {
        "title": _("Badges"),
        "page": page,
        "filters": filters,
        "sort": sort,
        "sorts": list(SORT_WORDS.items()),
        "choices": choices,
        "chips": _chips(filters, choices),
        "shown": safe_query(request.GET),
        "q": filters.q,
        "total": figures["people"],
        "figures": [
            (figures["people"], _("people may hold a badge")),
            (figures["issued"], _("badges are valid")),
            (figures["printed"], _("are printed in a batch")),
        ],
        "may_act": fair_access.may(request.user, "registration", held),
        "batch_form": BatchForm(),
        "short": short_badges(held).count(),
    }
    return desk(request, "badges/badge_list", held, context)


@login_required
@require_safe
def badge_csv(request: HttpRequest, edition: str) -> StreamingHttpResponse:
    """The filtered table as CSV; texts that a spreadsheet would run are defused."""
    held, rows = _file_rows(request, edition)
    response = StreamingHttpResponse(csv_chunks(rows, table.COLUMNS), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{held.slug}-badges.csv"'
    return response


@login_required
@require_safe
def badge_xlsx(request: HttpRequest, edition: str) -> FileResponse:
    """The filtered table as a workbook, texts as texts."""
    held, rows = _file_rows(request, edition)
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    write_xlsx(rows, table.COLUMNS, file, sheet=str(_("Badges")))
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, as_attachment=True, filename=f"{held.slug}-badges.xlsx", content_type=kind)


@login_required
@require_safe
def badge_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One person's badges, every issue with its reason."""
    held = fair_access.get_edition_at_desk(request.user, edition)
    return _person(request, held, code, ReasonForm())


@login_required
@require_POST
def badge_issue(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The first badge of somebody who has none."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    person = access.get_registration_at_desk(request.user, held, code, "registration")
    try:
        actions.issue_badge(person, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(address("registration.badge_show", edition=edition, code=code))
    return done(request, _("The badge is issued."), "registration.badge_show", edition=edition, code=code)


@login_required
@require_POST
def badge_reissue(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """A new badge; the old one stops working at once."""
    return _with_reason(
        request,
        edition,
        code,
        lambda person, reason: actions.reissue_badge(person, by=request.user, reason=reason),
        _("A new badge is issued; the old one is void."),
    )


@login_required
@require_POST
def badge_void(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The badge stops working and there is no new one."""

    def deed(person: Any, reason: str) -> Any:
        valid = next((badge for badge in table.issues_of(person) if badge.state == "valid"), None)
        if valid is None:
            raise Refused(_("There is no valid badge to make void."))
        return actions.void_badge(valid, by=request.user, reason=reason)

    return _with_reason(request, edition, code, deed, _("The badge is void."))


@login_required
@never_cache
@require_safe
def badge_pdf(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The person's badge on paper; issued if it was not."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    person = access.get_registration_at_desk(request.user, held, code, "registration")
    try:
        content = batches.print_badge(person, request.GET.get("paper", "a6"), by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(address("registration.badge_show", edition=edition, code=code))
    return pdf_answer(content, f"{held.slug}-{person.code}.pdf")


@login_required
@require_POST
def badge_renew(request: HttpRequest, edition: str) -> HttpResponse:
    """The fair was moved: badges that end too early are issued again, in the background."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    tasks.renew_short.enqueue(held.pk)
    sentence = _("The badges are being issued again. Phones show the new ones by themselves.")
    return done(request, sentence, "registration.badge_list", edition=edition)


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A PDF to open in the browser, kept by nobody in between."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def safe_query(query: QueryDict) -> str:
    """Only what the table itself reads, for links and batches."""
    kept = QueryDict(mutable=True)
    for key in READ_KEYS:
        if any(query.getlist(key)):
            kept.setlist(key, [value for value in query.getlist(key) if value])
    return kept.urlencode()


def _with_reason(
    request: HttpRequest, edition: str, code: str, deed: Callable[[Any, str], Any], sentence: str
) -> HttpResponse:
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    person = access.get_registration_at_desk(request.user, held, code, "registration")
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            deed(person, form.cleaned_data["reason"])
        except Refused as refused:
            if refused.field is None:
                messages.error(request, str(refused))
                return redirect(address("registration.badge_show", edition=edition, code=code))
            form.refuse(refused)
        else:
            return done(request, sentence, "registration.badge_show", edition=edition, code=code)
    return _person(request, held, code, form, 422)


def _person(request: HttpRequest, held: Any, code: str, form: Any, status: int = 200) -> HttpResponse:
    person = access.get_registration_at_desk(request.user, held, code)
    issues = table.issues_of(person)
    valid = next(
        (badge for badge in issues if badge.state == "valid" and badge.key.distrusted_at is None), None
    )
    context = {
        "title": person.name,
        "person": person,
        "issues": issues,
        "valid": valid,
        "form": form,
        "may_act": fair_access.may(request.user, "registration", held),
        "crumbs": [(_("Badges"), address("registration.badge_list", edition=held.slug)), (person.name, "")],
    }
    return desk(request, "badges/badge_show", held, context, status)


def _sort_of(query: QueryDict) -> str:
    sort = query.get("sort", "")
    return sort if sort in SORT_WORDS else "name"


def _choices(request: HttpRequest, edition: Any) -> list[dict[str, Any]]:
    lang: str = request.content_language  # type: ignore[attr-defined]
    names = country_names(lang)
    found = [
        ("kind", _("Kind of badge"), [(one.code, pick(one.name, lang)) for one in edition.badge_kinds.all()]),
        ("badge", _("Badge"), [(value, str(words)) for value, words in table.PRINTED.items()]),
        (
            "country",
            _("Country or region"),
            [(code, names.get(code, code)) for code in table.countries_of_holders(edition)],
        ),
        (
            "delegation",
            _("Delegation"),
            [(one.code, pick(one.name, lang)) for one in fair_queries.delegations_in(edition)],
        ),
    ]
    return [
        {"name": name, "label": label, "options": options, "chosen": request.GET.get(name, "")}
        for name, label, options in found
        if options
    ]


def _chips(filters: table.BadgeFilters, choices: list[dict[str, Any]]) -> list[dict[str, str]]:
    known = {choice["name"]: dict(choice["options"]) for choice in choices}
    found = [
        {"key": name, "value": value, "label": known.get(name, {}).get(value, value)}
        for name in table.MULTIPLE
        for value in getattr(filters, name)
    ]
    if filters.badge:
        found.append({"key": "badge", "value": filters.badge, "label": str(table.PRINTED[filters.badge])})
    if filters.list_name:
        found.append({"key": "list", "value": filters.list_name, "label": filters.list_name})
    if filters.q:
        found.append({"key": "q", "value": filters.q, "label": f"“{filters.q[:40]}”"})
    return found


def _file_rows(request: HttpRequest, edition: str) -> tuple[Any, Any]:
    held = fair_access.get_edition_at_desk(request.user, edition)
    if not fair_access.may(request.user, "registration", held):
        raise Http404
    rows = table.badge_table(held, table.badge_filters_of(request.GET), _sort_of(request.GET))
    return held, table.table_rows(rows)
