"""What a thing says of itself that one may be interested in: its sectors, its firm, the words of its title."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Model

from everfair.engines.matching import empty_terms, is_telling
from everfair.engines.text import tokens
from everfair.exhibition.models import CatalogueEntry, Exhibitor, Offer, OfferSector
from everfair.fair.models import Sector
from everfair.matchmaking.models import Need, NeedSector, Seeker
from everfair.programme.models import Session

MOST_WORDS = 3  # of a title in each language


@dataclass(frozen=True)
class Facts:
    """Codes of sectors (not of those above them), the exhibitor's code or "", distinct words of the title."""

    sectors: tuple[str, ...] = ()
    firm: str = ""
    words: tuple[str, ...] = ()


def facts_of(thing: Model) -> Facts:
    """The facts of an exhibitor, an offer, a need, a session or a person (whose firm counts)."""
    if isinstance(thing, Offer):
        more = OfferSector.objects.filter(offer=thing).values_list("sector__code", flat=True)
        firm = Exhibitor.objects.filter(pk=thing.exhibitor_id).values_list("code", flat=True).first() or ""
        return Facts(_codes(thing.sector, more), firm, title_words(thing.title))
    if isinstance(thing, Need):
        further = NeedSector.objects.filter(need=thing).values_list("sector__code", flat=True)
        return Facts(_codes(thing.sector, further), "", title_words(thing.title))
    if isinstance(thing, Session):
        in_sectors = thing.sectors.values_list("code", flat=True)
        return Facts(tuple(sorted(in_sectors)), "", title_words(thing.title))
    if isinstance(thing, Exhibitor):
        entry = CatalogueEntry.objects.filter(pk=thing.pk).values_list("sectors", flat=True).first() or ""
        codes = tuple(dict.fromkeys(entry.split())) or _codes(thing.sector, ())
        return Facts(
            _deepest(codes), thing.code
        )  # a headline courts: its words say nothing of what is sought
    if isinstance(thing, Seeker) and thing.exhibitor is not None:
        return facts_of(thing.exhibitor)
    return Facts()


def _codes(main: Sector | None, more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*([main.code] if main else []), *more]))


def _deepest(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Without those that stand above another of the list: "1" goes where "1.B" is."""
    return tuple(code for code in codes if not any(other.startswith(f"{code}.") for other in codes))


def title_words(title: Mapping[str, str] | None) -> tuple[str, ...]:
    """Distinct words of a title in each language, as search cuts them, the longest first; none that count or say nothing."""
    found: dict[str, None] = {}
    for language, text in (title or {}).items():
        words: dict[str, None] = {}
        for token in tokens(text, language):
            word = token.spelling or token.term
            if token.kind == "word" and is_telling(token.term) and token.term not in empty_terms():
                words[word] = None
        found.update(dict.fromkeys(sorted(words, key=lambda word: (-len(word), word))[:MOST_WORDS]))
    return tuple(found)
