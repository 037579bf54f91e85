"""Matches in a letter: names, reasons and full addresses in the letter's language. What is told is the notice's choice."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from everfair.base.countries import country_name
from everfair.base.languages import Words, content_language, pick
from everfair.web.match_lines import KIND_NAMES, describe
from everfair.web.match_words import sentences

register = template.Library()


@register.simple_tag
def match_heading(section: Any) -> str:
    """ "Firms", "Needs" …"""
    return str(KIND_NAMES[section.kind])


@register.simple_tag
def match_entries(
    section: Any, seeker: Any, sectors: Mapping[str, Words], base_url: str
) -> list[dict[str, Any]]:
    """Each new match of a section: {"name", "under", "why", "url"}."""
    return [_entry(line, section, seeker, sectors, base_url) for line in section.lines]


def _entry(
    line: Any, section: Any, seeker: Any, sectors: Mapping[str, Words], base_url: str
) -> dict[str, Any]:
    thing, language = line.thing, content_language(get_language())
    by_line = section.buyers.get(thing.pk)
    name, under, url, country, _motif = describe(thing, section.kind, seeker.edition, by_line)
    if (
        section.kind == "need" and seeker.exhibitor is not None
    ):  # it may be kept for this firm: read at its desk
        url = reverse(
            "exhibitor:matchmaking.need_show", kwargs={"code": seeker.exhibitor.code, "need": thing.code}
        )
    where = country_name(country, language) if country else ""
    said = [text for text in (_said(under, language), where) if text]
    return {
        "name": _said(name, language),
        "under": " · ".join(said),
        "why": sentences(section.why.get(thing.pk, ()), sectors),
        "url": base_url + url,
    }


def _said(words: Words | str, language: str) -> str:
    return words if isinstance(words, str) else pick(words or {}, language)
