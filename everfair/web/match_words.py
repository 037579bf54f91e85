"""Reasons of a match as sentences in the reader's language. Facts come from the matching engine; nothing is judged here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from everfair.base.countries import country_name, language_names
from everfair.base.languages import Words, content_language, pick
from everfair.people.queries import size_names
from everfair.web.templatetags.drawing import mode_short_name

SENTENCES = {
    "mutual": gettext_lazy("You look for what the other has, both of you."),
    "words": gettext_lazy("Offers what you ask for: %(words)s"),
    "meaning": gettext_lazy("You write “%(words)s”, they write “%(theirs)s”: it means the same"),
    "sector_same": gettext_lazy("Works in your sector: %(sector)s"),
    "sector_near": gettext_lazy("Works close to your sector: %(offered)s"),
    "mode": gettext_lazy("Supplies as you wish: %(modes)s"),
    "country": gettext_lazy("Comes from %(country)s, as you wish"),
    "delivery": gettext_lazy("Delivers to %(countries)s"),
    "delivery_anywhere": gettext_lazy("Delivers anywhere, so to %(countries)s too"),
    "language": gettext_lazy("Works in %(languages)s, as you do"),
    "size": gettext_lazy("Of the size you look for: %(size)s"),
    "licence": gettext_lazy("Holds a licence you need: %(name)s, valid in %(countries)s"),
    "budget": gettext_lazy("Fits your budget: %(low)s to %(high)s"),
    "dates": gettext_lazy("Free in your time: %(first)s to %(last)s"),
    "their_words": gettext_lazy("Looks for what you offer: %(words)s"),
    "their_meaning": gettext_lazy("They write “%(words)s”, you write “%(theirs)s”: it means the same"),
    "their_sector_same": gettext_lazy("Looks for partners in your sector: %(sector)s"),
    "their_sector_near": gettext_lazy("Looks for partners close to your sector: %(asked)s"),
    "their_mode": gettext_lazy("Wants it supplied as you do: %(modes)s"),
    "their_country": gettext_lazy("Looks for partners from %(country)s"),
    "their_delivery": gettext_lazy("Needs it in %(countries)s, where you deliver"),
    "their_delivery_anywhere": gettext_lazy("Needs it in %(countries)s; you deliver anywhere"),
    "their_language": gettext_lazy("Wants to work in %(languages)s, as you do"),
    "their_size": gettext_lazy("Looks for firms of your size: %(size)s"),
    "their_licence": gettext_lazy("Needs a licence you hold: %(name)s, valid in %(countries)s"),
    "their_budget": gettext_lazy("Your price fits their budget: %(low)s to %(high)s"),
    "their_dates": gettext_lazy("Needs it when you are free: %(first)s to %(last)s"),
    "interest_firm": gettext_lazy("You looked at this firm before"),
    "interest_sector": gettext_lazy("You looked at %(sector)s before"),
    "interest_words": gettext_lazy("You looked at this before: %(words)s"),
}
"""Code of the engine → sentence. A test holds that there is one for each code."""

TOLD_IN_SEVERAL = ("words", "their_words")
"""Reasons that come once for each language the words were written in."""

NOTES = {
    "nothing_stated": gettext_lazy("Say what you look for, and the best matches stand first."),
    "all_excluded": gettext_lazy(
        "You have set aside everything there is. Bring something back to see it again."
    ),
    "none_fit": gettext_lazy("Nothing fits all your conditions. Make one of them a preference."),
    "theirs": gettext_lazy(
        "What there is has conditions that you do not meet. Say more about yourself, or look in the halls."
    ),
    "closed": gettext_lazy("The organiser has switched suggestions off."),
}
"""Why there are none."""

NOTHING_YET = {
    "exhibitor": gettext_lazy("There is no open booth to suggest yet."),
    "offer": gettext_lazy("There is no offer to suggest yet."),
    "need": gettext_lazy("No needs are on the board for you yet."),
    "session": gettext_lazy("There is no session to suggest yet."),
    "person": gettext_lazy("There is nobody to suggest yet: only people who agreed to it stand here."),
}
"""Kind → why there are none, where there is nobody and nothing to suggest."""


def sentences(messages: Sequence[Any], sectors: Mapping[str, Words]) -> list[str]:
    """The reasons of one match, in order. `sectors`: path → name in its languages."""
    return [sentence(one, sectors) for one in _readable(messages)]


def _readable(messages: Sequence[Any]) -> Iterator[Any]:
    """Of words told in several languages those the reader reads, else the weightiest."""
    language = content_language(get_language())
    for one in messages:
        same = (
            [other for other in messages if other.code == one.code] if one.code in TOLD_IN_SEVERAL else [one]
        )
        if one is next((other for other in same if other.facts.get("asked_in") == language), same[0]):
            yield one


def sentence(message: Any, sectors: Mapping[str, Words]) -> str:
    """One reason in the reader's language."""
    facts = {name: _said(name, value, sectors) for name, value in message.facts.items()}
    if message.code in ("licence", "their_licence") and not facts.get("countries"):
        return str(_("Holds a licence you need: %(name)s") if message.code == "licence" else _("Needs a licence you hold: %(name)s")) % facts  # fmt: skip
    return str(SENTENCES[message.code]) % facts


def _said(name: str, value: Any, sectors: Mapping[str, Words]) -> str:
    """A fact as words."""
    language = content_language(get_language())
    if name in ("sector", "asked", "offered"):
        return pick(sectors.get(str(value)) or {}, language) or str(value).rpartition("/")[2]
    speaks: Mapping[str, Callable[[str], str]] = {
        "modes": mode_short_name,
        "country": lambda code: country_name(code, language),
        "countries": lambda code: country_name(code, language),
        "languages": lambda code: language_names(language).get(code, code),
        "language": lambda code: language_names(language).get(code, code),
        "asked_in": lambda code: language_names(language).get(code, code),
        "size": lambda code: size_names().get(code, code),
        "low": lambda number: number_format(int(number), force_grouping=True),
        "high": lambda number: number_format(int(number), force_grouping=True),
        "first": lambda day: date_format(parse_date(day), "DATE_FORMAT"),  # type: ignore[arg-type]
        "last": lambda day: date_format(parse_date(day), "DATE_FORMAT"),  # type: ignore[arg-type]
    }
    speak = speaks.get(name, str)
    parts = value if isinstance(value, tuple) else (value,)
    return _(", ").join(speak(str(one)) for one in parts)
