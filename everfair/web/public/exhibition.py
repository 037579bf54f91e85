"""Public pages of the exhibition: halls, hall, booth, offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from everfair.exhibition import access
from everfair.exhibition.queries import booth as booth_queries
from everfair.exhibition.queries import cards, catalogue
from everfair.fair import access as fair_access
from everfair.web.match_keep import keep_of
from everfair.web.public.booth_page import booth_context, booth_parts
from everfair.web.public.fair import plan_areas
from everfair.web.public.frame import edition_for, frame_of
from everfair.web.public.json_ld import offer_data
from everfair.web.public.keeping import kept_for_everybody
from everfair.web.public.kept_parts import KeptParts, Part
from everfair.web.public.shown import card_context, chips_context, chosen_filters, doors, facets_context

PAGE_SIZE = 24
LAST_PAGE = 2000
ORDERS = {"newest": "newest", "name": "name", "offers": "offers"}


class CountedPaginator(Paginator[Any]):
    """A paginator whose total is known and whose rows come from elsewhere."""

    def __init__(self, total: int, per_page: int = PAGE_SIZE) -> None:
        super().__init__([], per_page)
        self.total = total

    @property
    def count(self) -> int:
        return self.total


def page_number(request: HttpRequest) -> int:
    """The page in the address; nonsense is page one."""
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isdecimal() and len(text) < 6 else 1


def counted_page(total: int, number: int, per_page: int = PAGE_SIZE) -> Page[Any]:
    """A Page that knows its neighbours; past the end is the last one."""
    paginator = CountedPaginator(total, per_page)
    return Page([], min(number, max(paginator.num_pages, 1)), paginator)


@kept_for_everybody
def hall_list(request: HttpRequest, edition: str) -> HttpResponse:
    """All areas on the plan and as a list."""
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    frame = frame_of(found)
    context = {
        "areas": plan_areas(found, frame, request.content_language),  # type: ignore[attr-defined]
        "frames": frame.areas,
        "open_booths": catalogue.count_all(found.pk),
        "doors": doors(found),
        "doors_current": "exhibit",
    }
    return render(request, "public/exhibition/hall_list.html", context)


@kept_for_everybody
def hall(request: HttpRequest, edition: str, area: str) -> HttpResponse:
    """One area's exhibitors with filters."""
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    lang: str = request.content_language  # type: ignore[attr-defined]
    frame = frame_of(found)
    if area not in frame.areas:
        fair_access.get_area_for(request.user, found, area)  # answers 404, or a frame made a moment too early
    chosen = chosen_filters(request.GET)
    chosen.pop("area", None)
    sort = request.GET.get("sort", "newest")
    order = f"name_{'zh' if lang == 'zh' else 'en'}" if sort == "name" else ORDERS.get(sort, "newest")
    number = page_number(request)
    listed = catalogue.browse(
        found.pk, {**chosen, "area": [area]}, order=order, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    page = counted_page(listed.total, number)
    names = ("mode", "sector", "language", "country")
    context = {
        "area": frame.areas[area],
        "areas": frame.plan,
        "total": listed.total,
        "page": page,
        "cards": _cards(found, lang, listed.keys),
        "facets": facets_context(listed.counts, chosen, frame, lang, names),
        "chips": chips_context(chosen, frame, lang),
        "sort": sort if sort in ORDERS else "newest",
        "sorts": [("newest", _("Newest")), ("name", _("Name")), ("offers", _("Most services"))],
        "view": "list" if request.GET.get("view") == "list" else "grid",
        "doors": doors(found),
        "doors_current": "exhibit",
    }
    return render(request, "public/exhibition/hall.html", context)


@kept_for_everybody
def booth(request: HttpRequest, edition: str, address: str) -> HttpResponse:
    """A booth. A former or differently spelt address leads here for good."""
    found = edition_for(request.user, edition)
    lang: str = request.content_language  # type: ignore[attr-defined]
    shown = _kept_booths.get(
        (found.pk, address, lang), lambda: _read_booth(request.user, found, address, lang)
    )
    exhibitor = shown.exhibitor
    if not shown.is_here:
        return HttpResponsePermanentRedirect(
            reverse("public:exhibition.booth", args=[exhibitor.edition.slug, exhibitor.address])
        )
    request.edition = found  # type: ignore[attr-defined]
    can_edit = request.user.is_authenticated and access.can_edit_booth(request.user, exhibitor)
    is_others = exhibitor.is_public and not can_edit
    context = {
        **booth_context(exhibitor, found, shown.body, shown.json_ld),
        "can_edit": can_edit,
        "keep": keep_of(request, found, "exhibitor", exhibitor) if is_others else None,
        "is_preview": not exhibitor.is_public,
        "canonical_url": settings.BASE_URL + request.path,
    }
    return render(request, "public/exhibition/booth.html", context)


@dataclass(frozen=True)
class _Booth:
    """A booth as its page needs it; `is_here` when the address is its own and of this edition."""

    exhibitor: Any
    is_here: bool
    body: str = ""
    json_ld: str = ""


_kept_booths: KeptParts[_Booth] = KeptParts("exhibition.exhibitor")


_kept_cards: KeptParts[dict[str, Any]] = KeptParts("exhibition.exhibitor", most=6000)


def forget_booths() -> None:
    """Drop the booths and cards kept in memory."""
    _kept_booths.clear()
    _kept_cards.clear()


def _cards(edition: Any, lang: str, keys: Sequence[int]) -> list[dict[str, Any]]:
    """What parts/card.html reads of these exhibitors, in their order; addresses are those of the reader's language."""
    return _kept_cards.get_many(
        [(key, lang) for key in keys],
        lambda missing: {
            (card.pk, lang): Part(card.pk, edition.pk, card_context(card, edition.slug))
            for card in cards.exhibitor_cards([key for key, _lang in missing])
        },
    )


def _read_booth(user: Any, edition: Any, address: str, lang: str) -> Part[_Booth]:
    exhibitor, _was_former = access.get_booth_for(user, edition, address)
    if exhibitor.edition_id != edition.pk or exhibitor.address != address:
        return Part(exhibitor.pk, edition.pk, _Booth(exhibitor, False), for_everybody=False)
    body, json_ld = booth_parts(exhibitor, edition, lang)
    return Part(exhibitor.pk, edition.pk, _Booth(exhibitor, True, body, json_ld), exhibitor.is_public)


@kept_for_everybody
def offer(request: HttpRequest, edition: str, address: str) -> HttpResponse:
    """One offer of an exhibitor."""
    found = edition_for(request.user, edition)
    row = access.get_offer_for(request.user, found, address)
    if row.address != address:
        return HttpResponsePermanentRedirect(
            reverse("public:exhibition.offer", args=[found.slug, row.address])
        )
    request.edition = found  # type: ignore[attr-defined]
    lang: str = request.content_language  # type: ignore[attr-defined]
    page = booth_queries.offer_page(row)
    can_edit = request.user.is_authenticated and access.can_edit_booth(request.user, row.exhibitor)
    is_shown = row.is_on_shelf and row.exhibitor.is_public
    context = {
        "page": page,
        "offer": row,
        "exhibitor": row.exhibitor,
        "can_edit": can_edit,
        "keep": keep_of(request, found, "offer", row) if is_shown and not can_edit else None,
        "is_preview": not is_shown,
        "meets": row.exhibitor.is_public and frame_of(found).meets,
        "json_ld": offer_data(row, found, lang, settings.BASE_URL),
        "canonical_url": settings.BASE_URL + request.path,
        "doors": doors(found),
        "doors_current": "exhibit",
    }
    return render(request, "public/exhibition/offer.html", context)
