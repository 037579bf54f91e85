"""Human input about an offer made clean: its fields, licences and references. Nothing is saved here."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.exhibition.forms.fields import (
    CountriesField,
    DeliveryField,
    IndentedChoice,
    LanguagesField,
    WordsForm,
    initial_words,
    languages_with,
)
from everfair.exhibition.models import Exhibitor, Licence, Offer, Reference
from everfair.fair import queries as fair_queries

MODE_CHOICES = [
    ("1", _("The service crosses the border; nobody has to travel. GATS mode 1.")),
    ("2", _("The client comes to where the service is given. GATS mode 2.")),
    ("3", _("We have an office or a firm in the client's country. GATS mode 3.")),
    ("4", _("Our people go to the client for a time. GATS mode 4.")),
]
MOST_MORE_SECTORS = 3


class OfferForm(WordsForm):
    """The offer itself. `also` are languages to have fields for beside the edition's and those written in."""

    texts = ("title", "description", "data_location", "price_note")

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Offer.Kind.choices, initial=Offer.Kind.SERVICE)
    sector = IndentedChoice(label=_("Main sector"), queryset=None, required=False)
    modes = forms.MultipleChoiceField(
        label=_("How it reaches the client"),
        choices=MODE_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose every way you really offer. Buyers filter by it."),
    )
    offer_languages = LanguagesField(
        label=_("Working languages"), required=False, max_length=400, help_text=_("With commas between.")
    )
    delivers_to = DeliveryField(
        label=_("Delivered to"),
        required=False,
        max_length=4000,
        help_text=_("Countries or regions with commas between, or: anywhere."),
    )
    is_on_shelf = forms.BooleanField(
        label=_("On the shelf"),
        required=False,
        initial=True,
        help_text=_("Visitors see it as soon as the booth is public."),
    )

    def __init__(
        self,
        *args: Any,
        exhibitor: Exhibitor,
        offer: Offer | None = None,
        also: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self.exhibitor, self.offer = exhibitor, offer
        texts = [getattr(offer, name) for name in self.texts] if offer else []
        languages = languages_with([*exhibitor.edition.languages, *also], *texts)
        stored = self.stored(offer) if offer else {"sector": exhibitor.sector_id}
        kwargs["initial"] = {**stored, **(kwargs.get("initial") or {})}
        super().__init__(*args, languages=languages, **kwargs)
        self.add_words("title", _("Title"), 160, is_name=True)
        self.add_words("description", _("Description"), 8000, rows=8)
        self.add_words("data_location", _("Where data is kept"), 200)
        self.add_words("price_note", _("Price note"), 200)
        self._add_sectors()

    def _add_sectors(self) -> None:
        """One main sector and up to three more, each a list of its own: no holding down of keys."""
        rows = list(fair_queries.flat_sectors(self.exhibitor.edition))
        queryset = self.exhibitor.edition.sectors.order_by("position", "id")
        for number in range(1, MOST_MORE_SECTORS + 1):
            label = _("Further sector %(number)d") % {"number": number}
            self.fields[f"more_sector_{number}"] = IndentedChoice(
                label=label, queryset=queryset, required=False, empty_label=_("none")
            )
        for name in ("sector", *(f"more_sector_{n}" for n in range(1, MOST_MORE_SECTORS + 1))):
            field: Any = self.fields[name]
            field.queryset = queryset
            field.choices = [("", field.empty_label), *((r.pk, field.label_from_instance(r)) for r in rows)]

    def more_sectors(self) -> list[Any]:
        """Bound fields of the further sectors."""
        return [self[f"more_sector_{number}"] for number in range(1, MOST_MORE_SECTORS + 1)]

    def has_more_sectors(self) -> bool:
        """Whether one is chosen, so that the list of them stands open."""
        return any(field.value() for field in self.more_sectors())

    @staticmethod
    def stored(offer: Offer) -> dict[str, Any]:
        """What the form shows of an offer."""
        more = {f"more_sector_{n}": one.sector_id for n, one in enumerate(offer.more_sectors.all(), start=1)}
        return {
            "version": offer.version,
            "kind": offer.kind,
            "sector": offer.sector_id,
            "modes": [str(mode) for mode in offer.mode_list],
            "offer_languages": offer.languages,
            "delivers_to": offer.delivers_to,
            "is_on_shelf": offer.is_on_shelf,
            **more,
            **initial_words("title", offer.title),
            **initial_words("description", offer.description),
            **initial_words("data_location", offer.data_location),
            **initial_words("price_note", offer.price_note),
        }

    def values(self) -> dict[str, Any]:
        """What `actions.offers.save_offer` takes, without the rows."""
        data = self.cleaned_data
        more = [data[f"more_sector_{n}"] for n in range(1, MOST_MORE_SECTORS + 1)]
        return {
            "kind": data["kind"],
            "title": self.words("title"),
            "description": self.words("description", long=True),
            "sector": data["sector"],
            "more_sectors": [sector for sector in more if sector is not None],
            "modes": [int(mode) for mode in data["modes"]],
            "languages": data["offer_languages"],
            "delivers_to": data["delivers_to"],
            "data_location": self.words("data_location"),
            "price_note": self.words("price_note"),
            "is_on_shelf": data["is_on_shelf"],
        }


class LicenceForm(WordsForm):
    """One licence: name, issuer, where and until when it is valid."""

    valid_in = CountriesField(label=_("Valid in"), required=False, max_length=2000)
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_words("name", _("Licence"), 200, is_name=True)
        self.add_words("issuer", _("Issued by"), 200)

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "name": self.words("name"),
            "issuer": self.words("issuer"),
            "valid_in": data.get("valid_in") or [],
            "valid_until": data.get("valid_until"),
        }

    @staticmethod
    def stored(licence: Licence) -> dict[str, Any]:
        """What the row shows of a licence."""
        return {
            "valid_in": licence.valid_in,
            "valid_until": licence.valid_until,
            **initial_words("name", licence.name),
            **initial_words("issuer", licence.issuer),
        }


class ReferenceForm(WordsForm):
    """One reference: for whom, when, what; with a document as evidence, or claimed."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=1800, max_value=2200)
    evidence: Any = forms.ModelChoiceField(
        label=_("Evidence"),
        queryset=None,
        required=False,
        empty_label=_("none: shown as claimed"),
        help_text=_("One of your booth's documents."),
    )

    def __init__(self, *args: Any, documents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        evidence: Any = self.fields["evidence"]
        evidence.queryset = documents
        evidence.choices = [("", evidence.empty_label), *((one.pk, str(one)) for one in documents)]
        self.add_words("client", _("Client"), 200, is_name=True)
        self.add_words("what", _("What was done"), 500)

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "client": self.words("client"),
            "year": data.get("year"),
            "what": self.words("what"),
            "evidence": data.get("evidence"),
        }

    @staticmethod
    def stored(reference: Reference) -> dict[str, Any]:
        """What the row shows of a reference."""
        return {
            "year": reference.year,
            "evidence": reference.evidence_id,
            **initial_words("client", reference.client),
            **initial_words("what", reference.what),
        }


class ImageForm(WordsForm):
    """A picture of the offer."""

    image = forms.FileField(
        label=_("Picture"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_words("caption", _("Caption"), 200)
