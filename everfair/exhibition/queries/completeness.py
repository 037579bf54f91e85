"""What a booth still lacks before it may go public, in sentences its exhibitor understands. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from everfair.exhibition.models import Exhibitor


@dataclass(frozen=True)
class Item:
    """One line of the list. `link_hint` names the page that mends it: firm, booth, offers, contacts."""

    key: str
    sentence: str
    is_done: bool
    is_required: bool
    link_hint: str


@dataclass(frozen=True)
class Completeness:
    """The whole list, required items first."""

    items: tuple[Item, ...]
    is_publishable: bool

    @property
    def missing(self) -> tuple[Item, ...]:
        """Required items that are not done."""
        return tuple(item for item in self.items if item.is_required and not item.is_done)

    @property
    def advised(self) -> tuple[Item, ...]:
        """Recommended items that are not done."""
        return tuple(item for item in self.items if not item.is_required and not item.is_done)

    @property
    def done_count(self) -> int:
        return sum(item.is_done for item in self.items)

    @property
    def percent(self) -> int:
        """Share of items done, 0 to 100."""
        return round(100 * self.done_count / len(self.items))


def completeness(exhibitor: Exhibitor) -> Completeness:
    """The list for one booth. At most two queries beyond the exhibitor, its organisation and edition."""
    items = (*_required(exhibitor), *_recommended(exhibitor))
    return Completeness(items, all(item.is_done for item in items if item.is_required))


def _in_a_fair_language(words: Mapping[str, str], languages: list[str]) -> bool:
    return any(words.get(code, "").strip() for code in languages)


def _required(exhibitor: Exhibitor) -> tuple[Item, ...]:
    languages = exhibitor.edition.languages or ["en", "zh"]
    name = exhibitor.organisation.name
    says = _in_a_fair_language(exhibitor.headline, languages) or _in_a_fair_language(
        exhibitor.about, languages
    )
    return (
        Item(
            "name",
            _("The firm's name, in one of the fair's languages"),
            _in_a_fair_language(name, languages),
            True,
            "firm",
        ),
        Item(
            "sector",
            _("A main sector, so that visitors find the booth"),
            exhibitor.sector_id is not None,
            True,
            "booth",
        ),
        Item(
            "area",
            _("An area, so that the booth has its place on the plan"),
            exhibitor.area_id is not None,
            True,
            "booth",
        ),
        Item(
            "text",
            _("One sentence or a text about what the firm does, in one of the fair's languages"),
            says,
            True,
            "booth",
        ),
    )


def _recommended(exhibitor: Exhibitor) -> tuple[Item, ...]:
    languages = exhibitor.edition.languages or ["en", "zh"]
    speaks_all = all(exhibitor.headline.get(code) or exhibitor.about.get(code) for code in languages)
    named_in_all = all(exhibitor.organisation.name.get(code) for code in languages)
    has_offer = exhibitor.offers.filter(is_on_shelf=True).exists()
    has_contact = exhibitor.contacts.exists()
    return (
        Item(
            "both_languages",
            _("Name and text in every language of the fair"),
            bool(speaks_all and named_in_all),
            False,
            "booth",
        ),
        Item("offer", _("At least one offer on the shelf"), has_offer, False, "offers"),
        Item("languages", _("The languages your people work in"), bool(exhibitor.languages), False, "booth"),
        Item("contact", _("Whom visitors may talk to"), has_contact, False, "contacts"),
        Item("country", _("The firm's country"), bool(exhibitor.organisation.country), False, "firm"),
        Item("logo", _("The firm's logo"), exhibitor.organisation.logo_id is not None, False, "firm"),
    )
