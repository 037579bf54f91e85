"""What machines read: sitemap, Atom feed of new booths, robots, health."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.exhibition.queries import addresses, cards, catalogue
from everfair.fair import access
from everfair.matchmaking.queries import board as needs_board
from everfair.matchmaking.queries.board import has_needs
from everfair.matchmaking.queries.needs import board_addresses
from everfair.outcomes.queries.public import has_outcomes, public_addresses
from everfair.programme.queries.board import Board, board_of
from everfair.web.public.frame import edition_for
from everfair.web.public.keeping import kept_for_everybody
from everfair.web.public.shown import card_context

PER_SITEMAP = 10_000  # addresses; each stands in every language, and 50,000 is the format's limit
MOST_SITEMAPS = 50_000  # of one index, as the format allows
LANGUAGES = tuple(CONTENT_TO_INTERFACE)


def health(request: HttpRequest) -> HttpResponse:
    """200 when pages can be made, for a load balancer."""
    connection.ensure_connection()
    return HttpResponse("ok\n", content_type="text/plain")


def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read, and where the sitemap is."""
    lines = [
        "User-agent: *",
        "Disallow: /*/account/",
        "Disallow: /*/my/",
        "Disallow: /*/desk/",
        "Disallow: /*/booth-desk/",
        "Disallow: /*/calendar/",
    ]
    lines += ["Disallow: /*/suggest/", f"Sitemap: {settings.BASE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@kept_for_everybody
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """One sitemap for every 10,000 addresses of every public edition."""
    maps = [
        f"{settings.BASE_URL}/sitemap-{edition.slug}-{page}.xml"
        for edition in access.visible_editions(AnonymousUser())
        for page in range(1, -(-addresses.count_addresses(edition.pk) // PER_SITEMAP) + 1 or 2)
    ]
    return render(request, "public/feeds/sitemap_index.xml", {"maps": maps}, content_type="application/xml")


@kept_for_everybody
def sitemap(request: HttpRequest, edition: str, page: int) -> HttpResponse:
    """Booths, offers and the programme of an edition, each in every language."""
    found = access.get_edition_for(AnonymousUser(), edition)
    if not 1 <= page <= MOST_SITEMAPS:
        raise Http404
    paths = addresses.page_of_addresses(found.pk, (page - 1) * PER_SITEMAP, PER_SITEMAP)
    if page == 1:
        paths = [
            "",
            "halls/",
            "about/",
            *(f"halls/{code}/" for code in catalogue.counts_by_area(found.pk)),
            *_programme_addresses(board_of(found)),
            *_need_addresses(found.pk),
            *_outcome_addresses(found),
            *paths,
        ]
    if not paths:
        raise Http404
    context = {
        "base": settings.BASE_URL,
        "paths": [f"{found.slug}/{path}" for path in paths],
        "languages": LANGUAGES,
    }
    return render(request, "public/feeds/sitemap.xml", context, content_type="application/xml")


def _outcome_addresses(edition: Any) -> list[str]:
    """The registry and this edition's outcomes; nothing where no outcome is public."""
    if not has_outcomes(edition.fair_id):
        return []
    return ["outcomes/", *(f"outcomes/{code}/" for code in public_addresses(edition.fair_id, edition.pk))]


def _programme_addresses(board: Board) -> list[str]:
    """The programme's pages, all in the first map: some thousands at most, and a map holds 50,000."""
    if not board.sessions:
        return []
    return [
        "programme/",
        "programme/list/",
        "speakers/",
        *(f"stages/{code}/" for code in board.by_stage),
        *(f"sessions/{session.address}/" for session in board.sessions),
        *(f"speakers/{speaker.address}/" for speaker in board.speakers),
    ]


def _need_addresses(edition_id: int) -> list[str]:
    """The board and its needs, all in the first map too."""
    if not has_needs(edition_id):
        return []
    listed = needs_board.browse(edition_id, {}, limit=PER_SITEMAP)
    return ["needs/", *(f"needs/{part}/" for part in board_addresses(listed.keys))]


@kept_for_everybody
def new_booths(request: HttpRequest, edition: str) -> HttpResponse:
    """The newest thirty booths as an Atom feed."""
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    newest = cards.exhibitor_cards(catalogue.browse(found.pk, {}, order="newest", limit=30).keys)
    context = {
        "base": settings.BASE_URL,
        "entries": [(card, card_context(card, found.slug)) for card in newest],
        "updated": newest[0].published_at if newest else timezone.now(),
    }
    return render(
        request, "public/feeds/new_booths.xml", context, content_type="application/atom+xml; charset=utf-8"
    )
