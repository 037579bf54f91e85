"""Cards, doors and filters as templates want them. No reading, no writing."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everfair.base.countries import country_name, language_names
from everfair.base.languages import pick
from everfair.base.texts import read_whole
from everfair.exhibition.queries.cards import ExhibitorCard, OfferCard
from everfair.matchmaking.queries.board import has_needs
from everfair.outcomes.queries.public import has_outcomes
from everfair.programme.queries.board import board_of
from everfair.web.public.frame import Frame
from everfair.web.templatetags.drawing import MODE_SHORT_NAMES

FILTERS = ("area", "sector", "country", "mode", "language")
MOST_VALUES = 20  # of one filter in an address


def doors(edition: Any) -> list[dict[str, str]]:
    """The doors that lead somewhere: the halls always, the programme and the needs board once there is something."""
    found = [{"code": "exhibit", "url": reverse("public:exhibition.hall_list", args=[edition.slug])}]
    if board_of(edition).sessions:
        found.append({"code": "discuss", "url": reverse("public:programme.day", args=[edition.slug])})
    if has_needs(edition.pk):
        found.append({"code": "needs", "url": reverse("public:matchmaking.need_list", args=[edition.slug])})
    if has_outcomes(edition.fair_id):
        found.append(
            {"code": "outcomes", "url": reverse("public:outcomes.outcome_list", args=[edition.slug])}
        )
    return found


def _below(edition_slug: str) -> str:
    """The edition's own address, below which its booths and offers lie: one look-up for a whole list of cards."""
    return _front_address(get_language() or "en", edition_slug)


@lru_cache(maxsize=200)
def _front_address(language: str, edition_slug: str) -> str:
    return reverse("public:fair.front", args=[edition_slug])


def card_context(card: ExhibitorCard, edition_slug: str) -> dict[str, Any]:
    """What parts/card.html reads."""
    return {
        "url": f"{_below(edition_slug)}booths/{card.address}/",
        "name": card.name,
        "summary": card.headline,
        "motif": card.motif,
        "key": card.code,
        "image_url": reverse("media_file", args=[card.cover_digest, "cover.webp"])
        if card.cover_digest
        else "",
        "country": card.country,
        "modes": card.modes,
        "booth": card.place_number,
        "pk": card.pk,
    }


def offer_context(card: OfferCard, edition_slug: str) -> dict[str, Any]:
    """What parts/offer_card.html reads."""
    return {
        "url": f"{_below(edition_slug)}offers/{card.address}/",
        "name": card.title,
        "summary": card.description,
        "motif": card.motif,
        "key": card.code,
        "exhibitor": card.exhibitor_name,
        "exhibitor_url": f"{_below(edition_slug)}booths/{card.exhibitor_address}/",
        "country": card.country,
        "modes": card.modes,
        "pk": card.pk,
    }


def chosen_filters(query: Any, names: Sequence[str] = FILTERS) -> dict[str, list[str]]:
    """The filters in the address: known names, each value once, not endlessly many."""
    found = {name: list(dict.fromkeys(query.getlist(name)))[:MOST_VALUES] for name in names}
    return {name: [value[:40] for value in values if value] for name, values in found.items() if any(values)}


def value_label(name: str, value: str, frame: Frame, lang: str) -> str:
    """What a filter's value is called in the reader's language."""
    if name == "area" and value in frame.areas:
        return pick(frame.areas[value].name, lang)
    if name == "sector" and value in frame.sectors:
        return pick(frame.sectors[value].name, lang)
    if name == "country":
        return country_name(value, lang)
    if name == "language":
        return language_names(lang).get(value, value)
    if name == "mode" and (mode := read_whole(value)) in MODE_SHORT_NAMES:
        return str(MODE_SHORT_NAMES[mode])
    return value


def facet_titles() -> dict[str, str]:
    """Headings of the filters."""
    return {
        "area": _("Area"),
        "sector": _("Sector"),
        "country": _("Country or region"),
        "mode": _("Mode of supply"),
        "language": _("Working language"),
    }


def facets_context(
    counts: Mapping[str, Mapping[Any, int]],
    chosen: Mapping[str, Sequence[str]],
    frame: Frame,
    lang: str,
    names: Sequence[str],
) -> list[dict[str, Any]]:
    """Filters with counts, most frequent first; sectors as their top level, opened where one below is chosen."""
    titles, shown = facet_titles(), []
    for name in names:
        picked = chosen.get(name, ())
        options = [
            {
                "value": value,
                "label": value_label(name, value, frame, lang),
                "count": n,
                "chosen": value in picked,
                "mode": value if name == "mode" else "",
            }
            for value, n in counts.get(name, {}).items()
            if name != "sector" or _sector_is_shown(value, picked, frame)
        ]
        if name == "mode":
            options.sort(key=lambda option: option["value"])
        else:
            options.sort(key=lambda option: (-option["count"], option["label"]))
        if options:
            shown.append({"key": name, "label": titles[name], "options": options})
    return shown


def _sector_is_shown(code: str, picked: Sequence[str], frame: Frame) -> bool:
    """Top sectors always; a lower one when it or its parent or sister is chosen."""
    sector = frame.sectors.get(code)
    if sector is None:
        return code in picked
    opened = set(picked) | {frame.sectors[c].parent_code for c in picked if c in frame.sectors}
    return not sector.parent_code or sector.parent_code in opened or code in picked


def chips_context(chosen: Mapping[str, Sequence[str]], frame: Frame, lang: str) -> list[dict[str, str]]:
    """Active filters, each with its name and value for a link that drops it."""
    return [
        {"key": name, "value": value, "label": value_label(name, value, frame, lang)}
        for name, values in chosen.items()
        for value in values
    ]
