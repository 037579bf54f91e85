"""Public pages of the fair: the way in, the front with the hall plan, editions, about."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from everfair.base.languages import content_language, other, pick, pick_language
from everfair.exhibition.queries import cards, catalogue
from everfair.exhibition.queries.desk import OPEN_PHASES
from everfair.fair import access
from everfair.fair import queries as fair_queries
from everfair.matchmaking.queries import board as needs_board
from everfair.matchmaking.queries.board import has_needs
from everfair.matchmaking.queries.needs import board_cards
from everfair.presence.queries.facts import attended_by_area
from everfair.web.drawing.plan import PlanArea, PlanSector
from everfair.web.public.frame import Frame, edition_for, frame_of
from everfair.web.public.json_ld import edition_data
from everfair.web.public.keeping import kept_for_everybody
from everfair.web.public.programme.pages import today_at_fair
from everfair.web.public.shown import card_context, doors, offer_context

NEW_BOOTHS, NEW_OFFERS, NEW_NEEDS, NEW_OUTCOMES = 8, 3, 3, 3


def way_in(request: HttpRequest) -> HttpResponse:
    """/ leads to the reader's language."""
    return HttpResponseRedirect(f"/{content_language(request.LANGUAGE_CODE)}/")


def home(request: HttpRequest) -> HttpResponse:
    """/en/ leads to the edition of the day; without any, says so."""
    edition = fair_queries.current_edition()
    if edition is None:
        return render(request, "public/fair/nothing_yet.html")
    return redirect("public:fair.front", edition=edition.slug)


def plan_areas(edition: Any, frame: Frame, lang: str) -> list[PlanArea]:
    """The areas as the plan draws them, with the booths open in each, and those where somebody of the firm is now.

    The page is kept for a minute; what changes meanwhile is told by here.js.
    """
    attended = attended_by_area(edition)
    counts = catalogue.counts_by_area(edition.pk)
    by_sector = catalogue.counts_by_area_and_sector(edition.pk)
    return [
        _plan_area(
            edition,
            area,
            frame,
            lang,
            counts.get(area.code, 0),
            by_sector.get(area.code, {}),
            frame.places.get(area.pk, 0),
            attended.get(area.code, {}),
        )
        for area in frame.areas.values()
    ]


def _plan_area(
    edition: Any, area: Any, frame: Frame, lang: str, opened: int, by_sector: dict[str, int], places: int,
    attended: Mapping[str, int],
) -> PlanArea:  # fmt: skip
    second = other(area.name, lang)
    total = max(opened, places)
    sectors: tuple[PlanSector, ...] = ()
    if area.kind == "comprehensive" and opened:
        shares = sum(
            by_sector.values()
        )  # a firm of two sectors counts in both, so the squares are shared out
        sectors = tuple(
            PlanSector(
                sector.motif,
                pick(sector.name, lang),
                round(n * opened / shares),
                min(attended.get(sector.code, 0), round(n * opened / shares)),
                round(n * total / shares),
            )
            for sector in frame.top_sectors
            if (n := by_sector.get(sector.code, 0))
        )
    return PlanArea(
        code=area.code,
        number=area.code if area.code.isdigit() else "",
        name=pick(area.name, lang),
        lang=pick_language(area.name, lang) or "",
        other_name=second[1] if second else "",
        other_lang=second[0] if second else "",
        url=reverse("public:exhibition.hall", args=[edition.slug, area.code]),
        pigment=area.motif,
        kind=area.kind,
        open=opened,
        here=min(sum(attended.values()), opened),
        total=total,
        shape=area.shape,
        sectors=sectors,
    )


@kept_for_everybody
def front(request: HttpRequest, edition: str) -> HttpResponse:
    """The fair's front page."""
    from everfair.web.public.outcomes_newest import newest_outcomes  # its pages import this module

    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    lang = request.content_language  # type: ignore[attr-defined]
    frame = frame_of(found)
    newest = catalogue.browse(found.pk, {}, order="newest", limit=NEW_BOOTHS)
    context = {
        "areas": plan_areas(found, frame, lang),
        "open_booths": newest.total,
        "new_booths": [card_context(card, found.slug) for card in cards.exhibitor_cards(newest.keys)],
        "new_offers": [offer_context(card, found.slug) for card in cards.newest_offers(found.pk, NEW_OFFERS)],
        "figures": _figures(found, frame, newest.total),
        "json_ld": edition_data(found, lang, settings.BASE_URL),
        "newer": newer_edition(found),
        "needs": _newest_needs(found),
        "new_outcomes": newest_outcomes(found, NEW_OUTCOMES),
        "today": today_at_fair(request, found),
        "registers": frame.registers,
        "doors": doors(found),
    }
    return render(request, "public/fair/front.html", context)


def _newest_needs(edition: Any) -> list[tuple[Any, str]]:
    """The newest needs on the board with their addresses; no question to the database where there are none."""
    if not has_needs(edition.pk):
        return []
    cards = board_cards(needs_board.browse(edition.pk, {}, limit=NEW_NEEDS).keys)
    return [
        (card, reverse("public:matchmaking.need_show", args=[edition.slug, card.address])) for card in cards
    ]


def newer_edition(edition: Any) -> Any:
    """The edition of the same fair that has followed this one and is the current one; None while it is current."""
    current = fair_queries.current_edition()
    if current is None or current.fair_id != edition.fair_id or current.starts_on <= edition.starts_on:
        return None
    return current


def _open_for_exhibitors(edition: Any) -> Any:
    """Where the reader of this edition's pages may apply: here, or at the edition that followed; None if nowhere."""
    meant = newer_edition(edition) or edition
    return meant if meant.phase in OPEN_PHASES else None


def _figures(edition: Any, frame: Frame, booths: int) -> list[tuple[int, str]]:
    """Only what is counted: number and the sentence below it."""
    countries = catalogue.count_countries(edition.pk)
    offers = catalogue.count_offers(edition.pk)
    return [
        (booths, _("firms and bodies with an open booth")),
        (countries, _("countries and regions")),
        (offers, _("services and goods on offer")),
        (len(frame.areas), _("areas and service zones")),
    ]


@kept_for_everybody
def about(request: HttpRequest, edition: str) -> HttpResponse:
    """What this fair is, when and where, what its areas hold, how to take part."""
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    return render(
        request,
        "public/fair/about.html",
        {
            "areas": frame_of(found).areas.values(),
            "sectors": frame_of(found).top_sectors,
            "delegations": found.delegations.order_by("position", "id"),
            "takes_part": _open_for_exhibitors(found),
            "doors": doors(found),
            "doors_current": "about",
        },
    )


@kept_for_everybody
def edition_list(request: HttpRequest) -> HttpResponse:
    """Every public edition, newest first: a closed one stays readable."""
    editions = access.visible_editions(request.user)
    rows = [(edition, catalogue.count_all(edition.pk)) for edition in editions[:100]]
    return render(request, "public/fair/edition_list.html", {"rows": rows})


@kept_for_everybody
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every part with made-up content."""
    return render(request, "public/style_guide.html", {"current_path": request.path})
