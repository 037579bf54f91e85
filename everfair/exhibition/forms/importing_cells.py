"""Single cells of a list made clean, each a function from text to a value; ValueError carries the sentence.
No rows."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from everfair.base.countries import find_country, find_language
from everfair.exhibition.forms.importing_markdown import html_to_markdown
from everfair.exhibition.forms.texts import clean_line, clean_text
from everfair.exhibition.models.offer import MODES
from everfair.gateways.markup import first_sentence, to_text

NAME_LIMIT, HEADLINE_LIMIT, TEXT_LIMIT, ID_LIMIT, URL_LIMIT = 200, 160, 8000, 200, 500
_TELLING = 40
"""A first sentence with fewer characters says too little of a firm."""
_HTML = re.compile(
    # as gateways.markup tells it: a lone <code> in Markdown is a word about HTML, a closing tag is HTML
    r"</[a-zA-Z][a-zA-Z0-9]*\s*>|<(?:p|br|div|span|ul|ol|li|h[1-6]|img|hr|table|a|script|style|iframe)\b[^<>]*>|<!--"
    r"|&(?:[a-z]{2,8}|#\d{2,5});",
    re.IGNORECASE,
)
_MODE_WORDS = {
    1: ("cross-border", "cross border", "跨境"),
    2: ("abroad", "境外"),
    3: ("commercial presence", "商业存在"),
    4: ("natural person", "presence of persons", "自然人"),
}
_SIZES = ((10, "micro"), (50, "small"), (250, "medium"))
_SIZE_WORDS = {
    "micro": "micro", "small": "small", "medium": "medium", "large": "large",
    "微型": "micro", "小型": "small", "中型": "medium", "大型": "large",
}  # fmt: skip
_is_url = URLValidator(schemes=["http", "https"])


def fold(text: str) -> str:
    """Names compared: without case, width and doubled spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def looks_like_html(text: str) -> bool:
    return _HTML.search(text) is not None


def plain_text(text: str) -> str:
    """A one-line text without tags."""
    return to_text(text).replace("\n", " ") if looks_like_html(text) else text


def clean_markup(text: str) -> str:
    """HTML or Markdown from strangers as Markdown. Doing it twice changes nothing but escapes."""
    tidy = clean_text(text)
    return clean_text(html_to_markdown(tidy)) if looks_like_html(tidy) else tidy


def _clean_headline(text: str) -> str:
    return clean_line(plain_text(text))


def opening(text: str, limit: int) -> str:
    """The first sentence of a longer text; a very short one ("Hi there!") together with what follows."""
    first = first_sentence(text, limit)
    if len(first) >= _TELLING or first == text:
        return first
    further = first_sentence(text[len(first) :].strip(), limit - len(first) - 1)
    return f"{first} {further}".strip()


def shorten_line(text: str, limit: int) -> str:
    """Whole words and an ellipsis when the line is longer than `limit`."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip(" ·,;:–-，；：、") + "…"


def shorten_text(text: str, limit: int) -> str:
    """The beginning up to the end of a paragraph, else of a word."""
    head = text[: limit - 3]
    paragraph = head.rfind("\n\n")
    return (head[:paragraph] if paragraph > limit // 2 else head.rsplit(" ", 1)[0]).rstrip() + "\n\n…"


def _clean_id(text: str) -> str:
    found = clean_line(text)
    if len(found) > ID_LIMIT:
        raise ValueError(
            _("The id has more than %(limit)d characters. Use a shorter one.") % {"limit": ID_LIMIT}
        )
    return found


def _clean_country(text: str) -> str:
    found = find_country(text)
    if found is None:
        raise ValueError(
            _(
                "“%(text)s” is no country or region we know. Write its name in English "
                "or Chinese, or its two letters."
            )
            % {"text": text[:80]}
        )
    return found


def clean_address(text: str) -> str:
    """A web address with its scheme. ValueError with a sentence."""
    address = clean_line(text)
    if "://" not in address and not address.lower().startswith("javascript:"):
        address = f"https://{address}"
    try:
        _is_url(address)
    except ValidationError:
        raise ValueError(
            _(
                "“%(text)s” is no web address. Write it whole, for example "
                "https://example.org, or leave the cell empty."
            )
            % {"text": text[:80]}
        ) from None
    if len(address) > URL_LIMIT:
        raise ValueError(_("The web address is longer than %(limit)d characters.") % {"limit": URL_LIMIT})
    return address


def _clean_email(text: str) -> str:
    address = clean_line(text)
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError(
            _("“%(text)s” is no e-mail address. Correct it or leave the cell empty.") % {"text": text[:80]}
        ) from None
    return address


def _clean_size(text: str) -> str:
    plain = fold(text)
    for word, size in _SIZE_WORDS.items():
        if plain.startswith(word):
            return size
    numbers = re.findall(r"\d+", plain.replace(",", "").replace(" ", ""))
    if not numbers:
        raise ValueError(
            _("“%(text)s” is no size. Write the number of people, or: micro, small, medium, large.")
            % {"text": text[:80]}
        )
    return next((size for limit, size in _SIZES if int(numbers[0]) < limit), "large")


def _clean_languages(text: str) -> list[str]:
    found: list[str] = []
    for word in re.split(r"[;,|/、，；\n]+", text):
        if not word.strip():
            continue
        code = find_language(word.strip())
        if code is None:
            raise ValueError(
                _(
                    "“%(text)s” is no language we know. Write its name in English or "
                    "Chinese, or its code, as in “en; zh”."
                )
                % {"text": word.strip()[:40]}
            )
        found.append(code)
    return list(dict.fromkeys(found))


def _clean_modes(text: str) -> list[int]:
    digits = {int(digit) for digit in re.findall(r"(?<!\d)[1-4](?!\d)", text)}
    plain = fold(text)
    found = digits | {mode for mode, words in _MODE_WORDS.items() if any(word in plain for word in words)}
    if not found or re.search(r"(?<!\d)(?:[05-9]|\d{2,})(?!\d)", text):
        raise ValueError(
            _("“%(text)s” are no modes of supply. Write the numbers, as in “1; 3”: 1 to 4.")
            % {"text": text[:80]}
        )
    return sorted(found & set(MODES))


CLEANERS: "dict[str, Callable[[str], Any]]" = {
    "external_id": _clean_id,
    "code": _clean_id,
    "country": _clean_country,
    "website": clean_address,
    "email": _clean_email,
    "size": _clean_size,
    "languages": _clean_languages,
    "video_url": clean_address,
    "headline_en": _clean_headline,
    "headline_zh": _clean_headline,
    "about_en": clean_markup,
    "about_zh": clean_markup,
}
OFFER_CLEANERS: "dict[str, Callable[[str], Any]]" = {
    "offer_external_id": _clean_id,
    "offer_title_en": _clean_headline,
    "offer_title_zh": _clean_headline,
    "offer_description_en": clean_markup,
    "offer_description_zh": clean_markup,
    "offer_modes": _clean_modes,
}
