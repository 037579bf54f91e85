"""Rows of this room → badges as the press sets them. Both languages as equals: the edition's first one leads."""

from collections.abc import Callable

from django.utils import translation
from django.utils.translation import gettext as _

from everfair.base.countries import country_name
from everfair.base.languages import CONTENT_TO_INTERFACE, other, pick
from everfair.fair.models import Edition
from everfair.gateways.printing import BadgeFace
from everfair.registration.models import Badge, Registration

# the twelve pigments of the style sheet on paper; a test holds both together
PIGMENTS = (
    "#2c5f8d", "#3f8f73", "#a4663c", "#64788c", "#c1932a", "#3f7fc0",
    "#76579b", "#ab4365", "#7d6d59", "#5f9d9a", "#d0793c", "#46506a",
)  # fmt: skip


def face_of(registration: Registration, badge: Badge) -> BadgeFace:
    """The badge as it is printed. `registration` comes with kind and edition__fair."""
    edition, kind = registration.edition, registration.kind
    first, second = reading_order(edition)
    kinds = other(kind.name, first)
    fairs = other(edition.name, first)
    countries = dict.fromkeys(
        country_name(registration.country, language) for language in (first, second) if registration.country
    )
    notes = [_in(language, _note) for language in (first, second)]
    folds = [_in(language, _fold) for language in (first, second)]
    return BadgeFace(
        name=registration.name,
        second_name=registration.second_name,
        firm=registration.organisation_name,
        detail=registration.job_title,
        country=" ".join(countries),
        kind=pick(kind.name, first),
        second_kind=kinds[1] if kinds else "",
        colour=PIGMENTS[(kind.motif - 1) % len(PIGMENTS)],
        code=badge.code,
        seal=edition.fair.seal,
        fair=pick(edition.name, first),
        second_fair=fairs[1] if fairs else "",
        when=_when(edition, first),
        note=notes[0],
        second_note=notes[1] if notes[1] != notes[0] else "",
        fold=folds[0],
        second_fold=folds[1] if folds[1] != folds[0] else "",
    )


def reading_order(edition: Edition) -> tuple[str, str]:
    """(language that leads, the other one) of an edition, as content codes."""
    first = next((code for code in edition.languages if code in CONTENT_TO_INTERFACE), "en")
    return first, next(code for code in CONTENT_TO_INTERFACE if code != first)


def _when(edition: Edition, language: str) -> str:
    """Figures only, so that it reads in every language."""
    starts, ends = edition.starts_on, edition.ends_on
    days = f"{starts:%Y.%m.%d}"
    if ends != starts:
        days += f"–{ends:%m.%d}" if ends.year == starts.year else f"–{ends:%Y.%m.%d}"
    venue = pick(edition.venue, language)
    return f"{days} · {venue}" if venue else days


def _in(language: str, words: Callable[[], str]) -> str:
    with translation.override(CONTENT_TO_INTERFACE[language]):
        return words()


def _note() -> str:
    return _(
        "The code holds numbers only, nothing about you. Lost it? Ask at the desk: the old one stops working."
    )


def _fold() -> str:
    return _("Fold along both lines: first the upper half behind, then the left half behind.")
