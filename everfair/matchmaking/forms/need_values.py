"""What a need may hold: every rule in one place, for the form, the import and the action alike. Nothing is saved."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from babel import Locale
from django.utils.translation import gettext as _

from everfair.base.countries import country_names, language_names
from everfair.base.texts import clean_line, clean_line_words, clean_text_words, has_a_letter
from everfair.engines.text import tokens
from everfair.exhibition.models.offer import MODES, modes_to_bits
from everfair.gateways.markup import first_sentence
from everfair.matchmaking.models import Need
from everfair.people.models import Organisation

TITLE, TEXT = 200, 20_000  # characters in each language
SHORT_TITLE = 110  # of a title made from the text
MOST_SECTORS, MOST_LISTED = 6, 60
MOST_MONEY = 10**15 - 1
MUST_FIELDS = ("sector", "modes", "countries", "deliver_to", "languages", "sizes", "licence_in")
PLAIN = ("licence", "buyer", "source_url")
FIELDS = frozenset(
    {
        "title", "description", "sector", "more_sectors", "modes", "countries", "deliver_to", "languages", "sizes",
        "licence", "licence_in", "budget_from", "budget_to", "currency", "starts_on", "ends_on", "closes_on", "musts",
        "audience", "buyer", "buyer_country", "source_url",
    }
)  # fmt: skip

Problems = dict[str, str]
"""Field → what is wrong and what to do, in the reader's language."""


def clean_need(
    values: Mapping[str, Any], *, edition_id: int, today: date, keeps: date | None = None
) -> tuple[dict[str, Any], Problems]:
    """Values of FIELDS made clean, and the problems found; a field with a problem is left out.

    `more_sectors` is a list of Sector, `modes` numbers 1-4. The last day on the board lies ahead of `today`, unless it
    is the one kept already (`keeps`).
    """
    unknown = set(values) - FIELDS
    if unknown:
        raise TypeError(f"a need has no {sorted(unknown)}")
    clean: dict[str, Any] = {}
    problems: Problems = {}
    _texts(values, clean, problems)
    _sectors(values, edition_id, clean, problems)
    _lists(values, clean, problems)
    _money(values, clean, problems)
    _days(values, today, keeps, clean, problems)
    if "audience" in values:
        clean["audience"] = values["audience"]
        if values["audience"] not in Need.Audience.values:
            problems["audience"] = _("Choose who may see it.")
    for name in PLAIN:
        if name in values:
            clean[name] = clean_line(str(values[name] or ""))[: 500 if name == "source_url" else 200]
    if clean.get("source_url") and not clean["source_url"].lower().startswith(("https://", "http://")):
        problems["source_url"] = _("Write the whole address, beginning with https://.")
    return {name: value for name, value in clean.items() if name not in problems}, problems


def title_of(text: str) -> str:
    """A title for somebody who only filled the one box: the first line or sentence, without its full stop."""
    line = next((line for line in text.strip().splitlines() if line.strip()), "")
    return first_sentence(line, SHORT_TITLE).rstrip(".。")


# Texts --------------------------------------------------------------------------------------------------------
def _texts(values: Mapping[str, Any], clean: dict[str, Any], problems: Problems) -> None:
    if "title" not in values and "description" not in values:
        return
    titles = clean_line_words(values.get("title"))
    texts = clean_text_words(values.get("description"))
    for code in {**titles, **texts}:
        if not is_language(code):
            problems["title"] = _("“%(code)s” is not the code of a language.") % {"code": code[:20]}
            return
    for code, text in texts.items():
        problem = text_problem(text, code, TEXT)
        if problem:
            problems["description"] = problem
            return
        titles.setdefault(code, title_of(text))
    if not titles:
        problems["title"] = _("Say what you look for, in one language at least.")
        return
    for code, text in titles.items():
        problem = text_problem(text, code, TITLE)
        if problem and texts.get(code):  # the description was fine: its first line alone said nothing
            problem = "" if len(text) <= TITLE else problem
        if problem:
            problems["title"] = problem
            return
    clean["title"], clean["description"] = titles, texts


def text_problem(text: str, language: str, limit: int) -> str:
    """Why this text does not do; "" where it does."""
    if len(text) > limit:
        return _(
            "This text has %(count)s characters; at most %(limit)s fit. Keep what a supplier must know first, "
            "and give them the rest when they answer."
        ) % {"count": f"{len(text):,}", "limit": f"{limit:,}"}
    if text and not has_a_letter(text):
        return _("“%(text)s” has no letter or digit, so nobody could find it. Say it in words.") % {
            "text": text[:40]
        }
    if text and not any(True for _token in tokens(text[:2000], language)):
        return _(
            "“%(text)s” are only little words that every text has. Name the service or the goods you look for."
        ) % {"text": text[:40]}
    return ""


@lru_cache(maxsize=500)
def is_language(code: str) -> bool:
    """Whether it is the code of a language, such as "en", "zh", "ar", "de"."""
    return code.split("-")[0] in Locale.parse("en").languages


def guess_language(text: str, otherwise: str) -> str:
    """The language a text is likely written in, by its script; Latin letters tell nothing: `otherwise`."""
    counts = dict.fromkeys(("ja", "zh", "ko", "ar", "ru", "th", "el", "he", "hi", ""), 0)
    for mark in text[:2000]:
        counts[_script(mark)] += 1
    letters = sum(1 for mark in text[:2000] if mark.isalpha())
    if counts["ja"]:
        counts["ja"] += counts.pop("zh")
    best = max((code for code in counts if code), key=lambda code: counts[code])
    # a Chinese word says as much as three English letters or more: "ERP 系统实施" is Chinese
    heavy = counts[best] * (3 if best in ("zh", "ja", "ko") else 1)
    if counts[best] and heavy >= letters - counts[best]:
        return best
    # Latin letters on a Chinese page are most likely English
    return (
        "en" if otherwise in ("zh", "ja", "ko", "ar", "ru", "th", "el", "he", "hi") and letters else otherwise
    )


def _script(mark: str) -> str:
    for code, first, last in (
        ("ja", "\u3040", "\u30ff"), ("zh", "\u3400", "\u9fff"), ("ko", "\uac00", "\ud7af"), ("ar", "\u0600", "\u06ff"),
        ("ru", "\u0400", "\u04ff"), ("th", "\u0e00", "\u0e7f"), ("el", "\u0370", "\u03ff"), ("he", "\u0590", "\u05ff"),
        ("hi", "\u0900", "\u097f"),
    ):  # fmt: skip
        if first <= mark <= last:
            return code
    return ""


# Structure ----------------------------------------------------------------------------------------------------
def _sectors(values: Mapping[str, Any], edition_id: int, clean: dict[str, Any], problems: Problems) -> None:
    for name, given in (
        ("sector", [values.get("sector")]),
        ("more_sectors", values.get("more_sectors") or []),
    ):
        if name not in values:
            continue
        rows = [row for row in dict.fromkeys(given) if row is not None]
        if any(row.edition_id != edition_id for row in rows):
            problems[name] = _("That sector belongs to another edition.")
        elif len(rows) > MOST_SECTORS:
            problems[name] = _("At most %(count)d further sectors fit.") % {"count": MOST_SECTORS}
        clean[name] = (rows[0] if rows else None) if name == "sector" else rows
    if clean.get("sector") is not None and "more_sectors" in clean:
        clean["more_sectors"] = [row for row in clean["more_sectors"] if row.pk != clean["sector"].pk]


def _lists(values: Mapping[str, Any], clean: dict[str, Any], problems: Problems) -> None:
    countries, languages = country_names("en"), language_names("en")
    country = _("“%(code)s” is not the code of a country.")
    known: dict[str, tuple[Iterable[str], str]] = {
        "countries": (countries, country),
        "licence_in": (countries, country),
        "languages": (languages, _("“%(code)s” is not the code of a language.")),
        "sizes": (Organisation.Size.values, _("“%(code)s” is no size of a firm.")),
        "musts": (MUST_FIELDS, _("“%(code)s” cannot be a condition.")),
    }
    for name, (codes, sentence) in known.items():
        if name not in values:
            continue
        found = list(dict.fromkeys(str(code).strip() for code in values[name] or () if str(code).strip()))
        wrong = next((code for code in found if code not in codes), None)
        if wrong is not None:
            problems[name] = sentence % {"code": wrong[:20]}
        elif len(found) > MOST_LISTED:
            problems[name] = _("At most %(count)d fit; leave it empty for any.") % {"count": MOST_LISTED}
        clean[name] = sorted(found) if name in ("sizes", "musts") else found
    for name in ("deliver_to", "buyer_country"):
        if name in values:
            clean[name] = str(values[name] or "").strip().upper()
            if clean[name] and clean[name] not in countries:
                problems[name] = country % {"code": clean[name][:20]}
    if "modes" in values:
        modes = set(values["modes"] or ())
        if modes - set(MODES):
            problems["modes"] = _("Modes of supply are numbered 1 to 4.")
        else:
            clean["modes"] = modes_to_bits(modes)


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Three-letter codes that CLDR knows."""
    return frozenset(Locale.parse("en").currencies)


def _money(values: Mapping[str, Any], clean: dict[str, Any], problems: Problems) -> None:
    for name in ("budget_from", "budget_to"):
        if name not in values:
            continue
        clean[name] = values[name]
        if values[name] is not None and not 0 <= values[name] <= MOST_MONEY:
            problems[name] = _("Write the amount in whole units, without a sign and with at most 15 digits.")
    if "currency" in values:
        clean["currency"] = str(values["currency"] or "").strip().upper()
        if clean["currency"] and clean["currency"] not in currencies():
            problems["currency"] = _(
                "“%(code)s” is no currency. Write three letters, such as CNY, EUR or USD."
            ) % {"code": clean["currency"][:10]}
    first, last = clean.get("budget_from"), clean.get("budget_to")
    if first is not None and last is not None and first > last and "budget_to" not in problems:
        problems["budget_to"] = _("The upper end lies below the lower one. Swap the two amounts.")
    if (first is not None or last is not None) and not clean.get("currency") and "currency" not in problems:
        problems["currency"] = _("Say in which currency the amount is, such as CNY, EUR or USD.")


def _days(
    values: Mapping[str, Any], today: date, keeps: date | None, clean: dict[str, Any], problems: Problems
) -> None:
    for name in ("starts_on", "ends_on", "closes_on"):
        if name in values:
            clean[name] = values[name]
    first, last, closes = (clean.get(name) for name in ("starts_on", "ends_on", "closes_on"))
    if first and last and first > last:
        problems["ends_on"] = _("It ends before it begins. Choose a last day on or after the first.")
    if closes and closes < today and closes != keeps:
        problems["closes_on"] = _(
            "The last day on the board is over. Choose today or later, or leave it empty."
        )
