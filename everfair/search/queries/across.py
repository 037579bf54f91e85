"""What the words mean in the fair's other language, and what is found by that: a second block under the hits, or a list of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from everfair.engines.matching.languages.model import words_of
from everfair.fair.models import Edition
from everfair.gateways.search import FACETS, Mode
from everfair.matchmaking.bridge.learning import model_at_hand
from everfair.search.queries.results import PAGE_SIZE, Found, search_edition

MOST = 6  # in the block under the hits; all of them are pages of their own
MOST_WORDS = 12  # of the text that are put into the other language
SURE = 0.15  # a term that tells another less surely is left out
OTHER = {"en": "zh", "zh": "en"}


@dataclass(frozen=True)
class Across:
    """What says the same in `language`; `words` is what was asked for there. `found` has nothing of the first list."""

    language: str
    words: str
    found: Found


def search_across(
    edition: Edition,
    text: str,
    filters: Mapping[str, Sequence[str]],
    *,
    lang: str,
    kinds: Sequence[str],
    mode: Mode = "all",
    page: int = 0,
) -> Across | None:
    """Documents that the words themselves, taken as `mode`, did not find: the first few, or with `page` a whole page and facets.

    None where nothing was learned across languages, where no word has a sure counterpart, and where there is nothing to
    add. Raises `SearchUnavailable`.
    """
    own = language_of(text)
    model = model_at_hand(edition) if own else None
    if model is None:
        return None
    said = dict.fromkeys(words_of(text, own))
    told = [_told(model, word, own) for word in list(said)[:MOST_WORDS]]
    words = " ".join(dict.fromkeys(word for word in told if word and word not in said))
    if not words:
        return None
    found = search_edition(
        edition, words, filters, lang=lang, kinds=kinds, page=max(1, page), without=text, without_mode=mode,
        page_size=PAGE_SIZE if page else MOST, facets=FACETS if page else (),
        forgives=False,  # a learned word is spelt right: what resembles it is something else
    )  # fmt: skip
    return Across(OTHER[own], words, found) if found.total else None


def language_of(text: str) -> str:
    """ "zh" where there are Chinese characters, "en" where there are Latin letters, "" for neither."""
    if any("\u4e00" <= sign <= "\u9fff" for sign in text):
        return "zh"
    return "en" if any(sign.isascii() and sign.isalpha() for sign in text) else ""


def _told(model: object, word: str, language: str) -> str:
    """The surest counterpart of a word; "" where there is none, or where the word is a name."""
    found = model.translations(word, language, 1)  # type: ignore[attr-defined]
    return found[0][0] if found and found[0][1] >= SURE else ""
