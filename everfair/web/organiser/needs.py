"""Needs at the organiser's desk: the whole table, one need, files that go out. Lists that come in are in need_lists.py."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.fair import access as fair_access
from everfair.matchmaking import access
from everfair.matchmaking.actions import needs as actions
from everfair.matchmaking.queries import needs as queries
from everfair.matchmaking.queries.buyers import buyers_of
from everfair.web import needs as shared
from everfair.web.list_files import file_links
from everfair.web.organiser.frame import address, attempt, desk
from everfair.web.public.frame import frame_of

A_PAGE = 50


def _held(request: HttpRequest, edition: str) -> Any:
    return fair_access.get_edition_at_desk(request.user, edition, access.RIGHT)


@login_required
@never_cache
@require_safe
def need_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every need of the edition but other people's drafts, narrowed by what stands in the address."""
    held = _held(request, edition)
    filters = queries.filters_of(request.GET.dict())
    rows = queries.with_counts(queries.narrowed(access.needs_at_desk(request.user, held), filters))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    buyers = buyers_of(page)
    lang, query = shared.language_of(request), request.GET.urlencode()
    frame = frame_of(held)
    context = {
        "title": _("Needs"),
        "lead": _("What visitors, firms and imported lists look for. A buyer who stays hidden is not named here either."),
        "page": page,
        "rows": [(need, queries.STATE_KINDS[need.state], buyers[need.pk]) for need in page],
        "filters": filters,
        "states": queries.STATES,
        "audiences": queries.AUDIENCES,
        "sectors": [(one.code, shared.label_of("sector", one.code, frame, lang)) for one in frame.top_sectors],
        "countries": [(code, shared.label_of("country", code, frame, lang)) for code in queries.countries_of(held)],
        "origins": queries.sources_of(held),
        "exports": file_links(lambda kind: address("matchmaking.need_export", edition=held.slug, kind=kind), query),
    }  # fmt: skip
    return desk(request, "matchmaking/need_list", held, context)


@login_required
@never_cache
@require_safe
def need_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The same list as a file that the import reads back."""
    held = _held(request, edition)
    filters = queries.filters_of(request.GET.dict())
    rows = queries.narrowed(access.needs_at_desk(request.user, held), filters).order_by("-pk")
    return shared.file_of(queries.export_rows(rows, shared.language_of(request)), kind, f"needs-{held.slug}")


@login_required
@never_cache
@require_safe
def need_show(request: HttpRequest, edition: str, need: str) -> HttpResponse:
    """One need: what others see of it, how many answered, and the organiser's steps."""
    held = _held(request, edition)
    found = access.get_need_at_desk(request.user, held, need)
    card = queries.card_of(found)
    list_url = address("matchmaking.need_list", edition=held.slug)
    context = {
        "title": found.title,
        "need": found,
        "card": card,
        "state_kind": card.state_kind,
        "buyer_url": shared.buyer_url(held, card),
        "audience_words": shared.audience_words(card),
        "answer_count": queries.answers_to(found).count(),
        "firm_count": len(queries.chosen_firms(found)),
        "steps": access.need_steps(request.user, found),
        "public_url": shared.need_url(held, card) if found.is_on_board else "",
        "edit_url": address("matchmaking.need_edit", edition=held.slug, need=found.code) if found.seeker is None else "",
        "crumbs": [(_("Needs"), list_url), (str(found), "")],
    }  # fmt: skip
    return desk(request, "matchmaking/need_show", held, context)


@login_required
@require_POST
def need_state(request: HttpRequest, edition: str, need: str) -> HttpResponse:
    """Open, give back to its author, close; the author reads why."""
    held = _held(request, edition)
    found = access.get_need_at_desk(request.user, held, need)
    target, reason = request.POST.get("to", ""), request.POST.get("reason", "")
    key = {"edition": held.slug, "need": found.code}
    if target == "draft" and found.seeker is not None:  # from then on it is the author's alone
        return attempt(
            request, lambda: actions.move_need(found, target, by=request.user, reason=reason),
            _("Given back. Whoever wrote it is told why."), "matchmaking.need_list", edition=held.slug,
        )  # fmt: skip
    said = {"open": _("It is open."), "closed": _("Closed. Whoever wrote it is told why.")}.get(
        target, _("Saved.")
    )
    return attempt(
        request, lambda: actions.move_need(found, target, by=request.user, reason=reason), said,
        "matchmaking.need_show", **key,
    )  # fmt: skip


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def need_edit(request: HttpRequest, edition: str, need: str) -> HttpResponse:
    """Change a need that nobody here speaks for."""
    held = _held(request, edition)
    found = access.get_need_at_desk(request.user, held, need)
    if found.seeker is not None:
        return redirect(address("matchmaking.need_show", edition=held.slug, need=found.code))

    def own_address(name: str, **more: Any) -> str:
        if name == "firms":
            return reverse("organiser:matchmaking.need_show", kwargs={"edition": held.slug, **more})
        return reverse(f"organiser:matchmaking.need_{name}", kwargs={"edition": held.slug, **more})

    def show(template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        crumbs = [(_("Needs"), own_address("list")), (str(found), own_address("show", need=found.code))]
        page = {"title": found.title, "crumbs": crumbs, **context}
        return desk(request, f"matchmaking/need_{template}", held, page, status)

    return shared.own_edit(request, shared.Side(held, None, None, own_address, show), found)
