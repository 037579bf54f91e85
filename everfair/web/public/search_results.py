"""Search results as the page and the command show them: hits with addresses, colours and marked words. No searching of its own."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from everfair.base.languages import pick
from everfair.exhibition.queries import cards
from everfair.gateways.search import Mode, SearchUnavailable
from everfair.matchmaking.queries.needs import NeedCard, board_cards
from everfair.outcomes.queries.public import Record, records_of
from everfair.programme.queries.board import SessionLine, board_of
from everfair.search.queries import Found, FoundHit, Marked, search_edition, suggestions
from everfair.search.queries.across import Across, search_across
from everfair.web.public.shown import card_context, offer_context
from everfair.web.templatetags.figures import moment

log = logging.getLogger("everfair.search")
KINDS = ("exhibitor", "offer", "need", "session", "outcome")
SORTS = ("relevance", "newest", "name")
MODES: tuple[Mode, ...] = ("all", "forgiving", "any")


@dataclass(frozen=True)
class Listed:
    """One page of results as the template and the command read it."""

    text: str = ""
    total: int = 0
    hits: Sequence[Mapping[str, Any]] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    kind_counts: Mapping[str, int] = field(default_factory=dict)
    mode: str = "everything"
    was_shortened: bool = False
    is_unavailable: bool = False

    @property
    def note(self) -> str:
        """How the words were taken, where that was not all of them as written."""
        if self.mode == "forgiving":
            return _("Nothing has exactly these words; a letter was forgiven.")
        if self.mode == "any":
            return _("Nothing has all these words; the closest come first.")
        return ""

    def as_json(self) -> dict[str, Any]:
        """What `everfair search --json` prints."""
        shown = ("kind", "title", "other_title", "by", "country", "url", "text")
        return {
            "query": self.text,
            "total": self.total,
            "mode": self.mode,
            "kinds": dict(self.kind_counts),
            "facets": {name: dict(values) for name, values in self.facets.items()},
            "hits": [{name: hit[name] for name in shown} for hit in self.hits],
        }


def results_for(
    edition: Any,
    text: str,
    filters: Mapping[str, Sequence[str]],
    *,
    sort: str,
    page: int,
    lang: str,
    kind: str = "",
) -> Listed:
    """One page of results; `is_unavailable` instead of an error when the index cannot be read."""
    kinds = (kind,) if kind in KINDS else KINDS
    try:
        found = search_edition(
            edition, text, filters, sort=sort or "relevance", page=page, lang=lang, kinds=kinds
        )
    except SearchUnavailable as error:
        log.warning("Search cannot answer: %s", error)
        return Listed(text=text[:300], is_unavailable=True)
    return _listed(found, edition, lang, found.text)


def _listed(found: Found, edition: Any, lang: str, text: str) -> Listed:
    return Listed(
        text,
        found.total,
        _hits(found, edition, lang),
        found.facets,
        found.kind_counts,
        found.mode,
        found.was_shortened,
    )


def across_for(
    edition: Any, listed: Listed, filters: Mapping[str, Sequence[str]], *, lang: str, kind: str = ""
) -> dict[str, Any] | None:
    """The block "also in Chinese / in English": {"language", "hits", "total"}; None where there is nothing to add."""
    found = _across(edition, listed.text, filters, listed.mode, 0, lang, kind)
    hits = _hits(found.found, edition, lang) if found is not None else []
    return {"language": found.language, "hits": hits, "total": found.found.total} if found and hits else None


def all_across(
    edition: Any,
    text: str,
    filters: Mapping[str, Sequence[str]],
    mode: str,
    *,
    page: int,
    lang: str,
    kind: str = "",
) -> tuple[str, Listed] | None:
    """(language, one page of all that says the same in it), with facets; None where there is nothing.

    `mode`: how the first list took the words.
    """
    found = _across(edition, text, filters, mode, page, lang, kind)
    return (found.language, _listed(found.found, edition, lang, text)) if found is not None else None


def _across(
    edition: Any, text: str, filters: Mapping[str, Sequence[str]], mode: str, page: int, lang: str, kind: str
) -> Across | None:
    kinds = (kind,) if kind in KINDS else KINDS
    taken: Mode = next((one for one in MODES if one == mode), "all")
    try:
        return search_across(edition, text, filters, lang=lang, kinds=kinds, mode=taken, page=page)
    except SearchUnavailable:
        return None


def _hits(found: Found, edition: Any, lang: str) -> list[dict[str, Any]]:
    """Hits with what their rows say now; a row that went since the index saw it is left out."""
    slug, sessions = edition.slug, board_of(edition).by_pk
    exhibitors = {
        card.pk: card
        for card in cards.exhibitor_cards([hit.pk for hit in found.hits if hit.kind == "exhibitor"])
    }
    offers = {
        card.pk: card for card in cards.offer_cards([hit.pk for hit in found.hits if hit.kind == "offer"])
    }
    needs = {card.pk: card for card in board_cards([hit.pk for hit in found.hits if hit.kind == "need"])}
    outcomes = records_of(edition, [hit.pk for hit in found.hits if hit.kind == "outcome"])
    shown = []
    for hit in found.hits:
        if hit.kind == "exhibitor" and hit.pk in exhibitors:
            shown.append({**card_context(exhibitors[hit.pk], slug), "by": "", **_texts(hit)})
        elif hit.kind == "offer" and hit.pk in offers:
            context = offer_context(offers[hit.pk], slug)
            shown.append({**context, "by": pick(context["exhibitor"], lang), **_texts(hit)})
        elif hit.kind == "need" and hit.pk in needs:
            need = needs[hit.pk]
            shown.append({**_need_context(need, edition), "by": sought_by(need, lang), **_texts(hit)})
        elif hit.kind == "session" and hit.pk in sessions:
            session = sessions[hit.pk]
            shown.append(
                {**_session_context(session, edition), "by": when_and_where(session, lang), **_texts(hit)}
            )
        elif hit.kind == "outcome" and hit.pk in outcomes:
            outcome = outcomes[hit.pk]
            shown.append({**_outcome_context(outcome), "by": agreed_by(outcome, lang), **_texts(hit)})
    return shown


def _outcome_context(record: Record) -> dict[str, Any]:
    """What a hit shows of an outcome: its public record."""
    sectors = record.content.get("sectors") or [{"motif": 1}]
    return {
        "url": reverse("public:outcomes.outcome_show", args=[record.edition, record.code]),
        "motif": sectors[0]["motif"],
        "key": record.code,
        "country": "",
        "modes": [],
        "pk": record.pk,
    }


def agreed_by(record: Record, lang: str) -> str:
    """ "Agreement: Torfgrund Rechenhaus, Grey Heron Lighterage"; the class alone where the names are held back."""
    names = [pick(one["name"], lang) for one in record.content.get("names", ())[:2]]
    return _(", ").join([pick(record.content["class"]["name"], lang), *names])


def _session_context(session: SessionLine, edition: Any) -> dict[str, Any]:
    """What a hit shows of a session."""
    return {
        "url": reverse("public:programme.session", args=[edition.slug, session.address]),
        "motif": session.motif,
        "key": session.code,
        "country": "",
        "modes": [],
        "pk": session.pk,
    }


def _need_context(need: NeedCard, edition: Any) -> dict[str, Any]:
    """What a hit shows of a need."""
    return {
        "url": reverse("public:matchmaking.need_show", args=[edition.slug, need.address]),
        "motif": need.motif,
        "key": need.code,
        "country": need.buyer.country,
        "modes": need.modes,
        "pk": need.pk,
    }


def sought_by(need: NeedCard, lang: str) -> str:
    """ "Need: Lakeside Hotels", or without a name where the buyer keeps it back."""
    name = pick(need.buyer.firm, lang) or need.buyer.person
    if need.buyer.is_hidden or not name:
        return _("Need of a buyer who is not named") if need.buyer.is_hidden else _("Need")
    return _("Need: %(buyer)s") % {"buyer": name}


def when_and_where(session: SessionLine, lang: str) -> str:
    """ "5 Sept 2026, 14:30, Plenary hall", in the fair's zone."""
    at = session.starts_at
    when = moment(at, session.zone) if at is not None else ""
    place = pick(session.stage.name, lang) if session.stage else ""
    return _(", ").join(text for text in (when, place) if text)


def _texts(hit: FoundHit) -> dict[str, Any]:
    return {
        "kind": hit.kind,
        "title": hit.title.text,
        "title_marked": marked(hit.title),
        "title_lang": hit.title.language,
        "other_title": hit.other_title.text,
        "other_marked": marked(hit.other_title),
        "other_lang": hit.other_title.language,
        "text": hit.extract.text,
        "snippet": marked(hit.extract),
        "snippet_lang": hit.extract.language,
    }


def marked(text: Marked) -> SafeString:
    """The text escaped, with the words that were searched for in <mark>."""
    pieces = "".join(
        f"<mark>{escape(part)}</mark>" if is_marked else str(escape(part)) for part, is_marked in text.pieces
    )
    before, after = "…" if text.is_cut_before else "", "…" if text.is_cut_after else ""
    return mark_safe(f"{before}{pieces}{after}")


def suggestions_for(edition: Any, text: str, lang: str) -> list[dict[str, str]]:
    """What the search box offers while somebody types; nothing when the index cannot be read."""
    try:
        found = suggestions(edition, text, lang)
    except SearchUnavailable:
        return []
    exhibitors = {
        card.pk: card for card in cards.exhibitor_cards([one.pk for one in found if one.kind == "exhibitor"])
    }
    offers = {card.pk: card for card in cards.offer_cards([one.pk for one in found if one.kind == "offer"])}
    sessions = board_of(edition).by_pk
    needs = {card.pk: card for card in board_cards([one.pk for one in found if one.kind == "need"])}
    outcomes = records_of(edition, [one.pk for one in found if one.kind == "outcome"])
    shown = []
    for one in found:
        if one.kind == "exhibitor" and one.pk in exhibitors:
            url, note = card_context(exhibitors[one.pk], edition.slug)["url"], _("booth")
        elif one.kind == "offer" and one.pk in offers:
            context = offer_context(offers[one.pk], edition.slug)
            url, note = context["url"], pick(context["exhibitor"], lang)
        elif one.kind == "need" and one.pk in needs:
            url, note = _need_context(needs[one.pk], edition)["url"], sought_by(needs[one.pk], lang)
        elif one.kind == "session" and one.pk in sessions:
            session = sessions[one.pk]
            url, note = _session_context(session, edition)["url"], when_and_where(session, lang)
        elif one.kind == "outcome" and one.pk in outcomes:
            url, note = _outcome_context(outcomes[one.pk])["url"], agreed_by(outcomes[one.pk], lang)
        else:
            continue
        shown.append({"text": one.text, "lang": one.language, "note": note, "url": url})
    return shown
