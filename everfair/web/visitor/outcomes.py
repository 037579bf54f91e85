"""Outcomes of one's own parties: prepare, confirm with what may be shown, and say later what became of them."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.languages import pick
from everfair.fair import access as fair_access
from everfair.fair import queries as fair_queries
from everfair.outcomes import access
from everfair.outcomes.queries import lists, own, waiting
from everfair.web import outcome_pages as pages
from everfair.web import outcomes as shared
from everfair.web.list_files import file_links
from everfair.web.uploads import takes_upload

A_PAGE = 25
MOST_WAITING = 10  # of a kind, above the list


def _side(request: HttpRequest, edition: str) -> pages.Side:
    found = fair_access.get_edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]

    def address(name: str, **more: Any) -> str:
        return reverse(f"visitor:outcomes.outcome_{name}", kwargs={"edition": found.slug, **more})

    def show(template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        frame = {"doors_current": "mine", "frame": "visitor/frame.html"}
        return render(
            request, f"visitor/outcomes/outcome_{template}.html", {**frame, **context}, status=status
        )

    return pages.Side(found, address, show)


def _stand(request: HttpRequest, side: pages.Side, code: str) -> Any:
    return access.get_stand_for(request.user, side.edition, code)


def _stand_or_left(request: HttpRequest, side: pages.Side, code: str) -> Any:
    """Also where the person's party was taken off and the public record is still one of it: `parties` is then empty."""
    try:
        return _stand(request, side, code)
    except Http404:
        return access.get_left_stand(request.user, side.edition, code)


@login_required
@require_safe
def outcome_home(request: HttpRequest) -> HttpResponse:
    """To the person's outcomes in the edition where they have some, else in the current one."""
    held = lists.editions_with_outcomes(request.user)
    edition = held[0] if held else fair_queries.current_edition()
    if edition is None:
        return redirect("visitor:people.my_fair")
    return redirect("visitor:outcomes.outcome_list", edition=edition.slug)


@login_required
@never_cache
@require_safe
def outcome_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Outcomes of one's parties, by state, with what waits for one's word."""
    side = _side(request, edition)
    filters = lists.filters_of(request.GET.dict())
    keys = access.keys_of(request.user, side.edition)
    rows = access.outcomes_of(request.user, side.edition, keys)
    counts = lists.state_counts(rows)
    page = Paginator(lists.narrowed(rows, filters), A_PAGE).get_page(request.GET.get("page"))
    named = lists.named_in(page)
    query = request.GET.urlencode()
    context = {
        "page": page,
        "rows": [
            (row, lists.STATE_KINDS[row.state], named[row.pk], side.address("show", code=row.code),
             shared.worth_words(row, shared.language_of(request)), shared.confirmed_count(named[row.pk]))
            for row in page
        ],
        "filters": filters,
        "has_any": any(counts.values()),
        "states": lists.STATES,
        "waiting": [
            (row, side.address("show", code=row.code), what)
            for what, found in (
                ("answer", waiting.to_answer(keys, side.edition)), ("confirm", lists.waiting_for(keys, side.edition))
            )
            for row in found[:MOST_WAITING]
        ],
        "create_url": side.address("create"),
        "list_url": side.address("list"),
        "exports": file_links(lambda kind: side.address("export", kind=kind), query),
    }  # fmt: skip
    return side.show("list", context)


@login_required
@never_cache
@require_safe
def outcome_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The same list as a file."""
    side = _side(request, edition)
    rows = lists.narrowed(
        access.outcomes_of(request.user, side.edition), lists.filters_of(request.GET.dict())
    )
    lines = lists.export_rows(rows, shared.language_of(request))
    return shared.file_of(lines, lists.COLUMNS, kind, f"outcomes-{side.edition.slug}", _("Outcomes"))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outcome_create(request: HttpRequest, edition: str) -> HttpResponse:
    """Prepare one, alone or from a confirmed agreement."""
    side = _side(request, edition)
    lang = shared.language_of(request)
    sides = [(key, pick(name, lang)) for key, name in own.sides_of(request.user, side.edition)]
    return pages.create(request, side, sides, request.user.email)  # type: ignore[union-attr]


@login_required
@never_cache
@require_safe
def outcome_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One of them."""
    side = _side(request, edition)
    stand = _stand_or_left(request, side, code)
    return pages.show(request, side, stand) if stand.parties else pages.left(side, stand)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outcome_edit(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Change its facts."""
    side = _side(request, edition)
    return pages.edit(request, side, _stand(request, side, code))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outcome_parties(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Name its parties."""
    side = _side(request, edition)
    return pages.parties(request, side, _stand(request, side, code))


@login_required
@require_POST
def outcome_do(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Confirm, refuse, show less or more, take back, name a firm, add a link, answer."""
    side = _side(request, edition)
    return pages.deed(request, side, _stand_or_left(request, side, code))


@takes_upload("MAX_DOCUMENT_MB", "visitor:outcomes.outcome_show")
@require_POST
def outcome_files(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Evidence as files."""
    side = _side(request, edition)
    return pages.files(request, side, _stand(request, side, code))


@login_required
@require_safe
def outcome_file(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponseBase:
    """One file of it."""
    side = _side(request, edition)
    return pages.file(_stand(request, side, code), pk)
