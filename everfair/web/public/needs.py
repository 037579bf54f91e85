"""The needs board and a need's own page. A buyer who stays hidden is named on neither."""

import hashlib
from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from everfair.base.languages import pick
from everfair.exhibition import access as exhibition_access
from everfair.matchmaking import access
from everfair.matchmaking.queries import needs as queries
from everfair.web import needs as shared
from everfair.web.limits import allow
from everfair.web.list_files import file_links
from everfair.web.match_keep import keep_of
from everfair.web.public.frame import edition_for
from everfair.web.public.keeping import kept_for_everybody
from everfair.web.public.shown import doors

IN_FEED = 50  # needs, the newest


@require_safe
@kept_for_everybody
def need_list(request: HttpRequest, edition: str) -> HttpResponse:
    """What people and firms look for, with search and filters."""
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    if not allow(request, "search", most=120, seconds=60):
        return render(request, "public/search/too_many.html", {"doors": doors(found)}, status=429)
    listed = shared.listing(request, found)
    query = request.GET.urlencode()
    context = {
        **listed,
        "cards": [(card, shared.need_url(found, card), False) for card in queries.board_cards(listed["keys"])],
        "query": "",
        "exports": file_links(
            lambda kind: reverse("public:matchmaking.need_export", args=[found.slug, kind]), query
        ),
        "feed_url": reverse("public:matchmaking.need_feed", args=[found.slug]) + feed_query(request.GET),
        "doors": doors(found),
        "doors_current": "needs",
    }  # fmt: skip
    return render(request, "public/matchmaking/need_list.html", context)


def feed_query(data: QueryDict) -> str:
    """What narrows the board, for the feed's address: no page and no order of the reader's."""
    kept = data.copy()
    for name in ("page", "sort"):
        kept.pop(name, None)
    return f"?{kept.urlencode()}" if kept else ""


@require_safe
def need_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The same list as a file: only what the board shows."""
    found = edition_for(request.user, edition)
    if not allow(request, "export", most=20, seconds=60):
        return render(request, "public/search/too_many.html", {"doors": doors(found)}, status=429)
    rows = queries.board_rows(shared.all_keys(request, found))
    lines = queries.export_rows(rows, shared.language_of(request))
    return shared.file_of(lines, kind, f"needs-{found.slug}")


@require_safe
def need_feed(request: HttpRequest, edition: str) -> HttpResponse:
    """The newest needs on the board as an Atom feed, in the address's language, narrowed as the board is.

    A reader that names the copy it has gets 304 and nothing more. Not kept for everybody: that cache knows no copies.
    """
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    if not allow(request, "feed", most=120, seconds=60):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    cards = queries.board_cards(shared.all_keys(request, found, limit=IN_FEED))
    changed = queries.board_changed_at(found)
    query = request.GET.urlencode()
    context = {
        "base": settings.BASE_URL,
        "query": f"?{query}" if query else "",
        "entries": [(card, shared.need_url(found, card)) for card in cards],
        "updated": changed or datetime.combine(found.starts_on, time(), UTC),
    }
    kind = "application/atom+xml; charset=utf-8"
    response = render(request, "public/feeds/needs.xml", context, content_type=kind)
    response["Cache-Control"] = "no-cache" if found.is_public else "private, no-cache"
    if changed is not None:
        response["Last-Modified"] = http_date(changed.timestamp())
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    since = int(changed.timestamp()) if changed is not None else None
    answer = get_conditional_response(request, etag=response["ETag"], last_modified=since, response=response)
    return answer or response


@require_safe
@kept_for_everybody
def need_show(request: HttpRequest, edition: str, address: str) -> HttpResponse:
    """One need. Firms of the fair answer it at their desks."""
    found = edition_for(request.user, edition)
    need = access.get_need_for(request.user, address)
    if need.edition_id != found.pk:
        raise Http404
    if need.address != address:
        return HttpResponsePermanentRedirect(
            reverse("public:matchmaking.need_show", args=[found.slug, need.address])
        )
    request.edition = found  # type: ignore[attr-defined]
    card = queries.card_of(need)
    lang = shared.language_of(request)
    own_url = shared.own_url(request.user, need)
    context: dict[str, Any] = {
        "card": card,
        "buyer_url": shared.buyer_url(found, card),
        "is_preview": need.state == "draft",
        "own_url": own_url,
        "keep": None if own_url or not card.is_open else keep_of(request, found, "need", need),
        "answers_at": _desks(request.user, found, need),
        "description": pick(card.description, lang),
        "canonical_url": settings.BASE_URL + request.path,
        "doors": doors(found),
        "doors_current": "needs",
    }
    return render(request, "public/matchmaking/need_show.html", context)


def _desks(user: Any, edition: Any, need: Any) -> list[tuple[Any, str]]:
    """The reader's firms at this fair and where they answer."""
    own = need.seeker.exhibitor_id if need.seeker is not None else None
    firms = exhibition_access.exhibitors_of(user).filter(edition=edition).exclude(pk=own or 0)[:3]
    return [
        (firm, reverse("exhibitor:matchmaking.need_show", kwargs={"code": firm.code, "need": need.code}))
        for firm in firms
    ]  # fmt: skip
