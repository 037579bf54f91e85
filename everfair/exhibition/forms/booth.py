"""Human input about a booth made clean: texts, cover, documents, contacts. Nothing is saved here."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.exhibition.forms.fields import (
    IndentedChoice,
    LanguagesField,
    WordsForm,
    initial_words,
    languages_with,
)
from everfair.exhibition.models import BoothContact, Exhibitor
from everfair.fair import queries as fair_queries

PICTURES = "image/png,image/jpeg,image/webp,image/gif"


class BoothForm(WordsForm):
    """The booth's texts, sector, area, languages and links. `may_move` False keeps the area as it is.

    `also` are languages to have fields for beside the edition's and those written in.
    """

    texts = ("headline", "about")

    version = forms.IntegerField(widget=forms.HiddenInput)
    sector = IndentedChoice(label=_("Main sector"), queryset=None, required=False)
    area = IndentedChoice(label=_("Area"), queryset=None, required=False)
    working_languages = LanguagesField(
        label=_("Working languages"),
        required=False,
        max_length=400,
        help_text=_("The languages your people work in, with commas between: English, 中文, Kiswahili."),
    )
    video_url = forms.URLField(
        label=_("Link to a film"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Opened on its own site, and only when somebody clicks."),
    )
    tour_url = forms.URLField(
        label=_("Link to a 3D tour or panorama"), required=False, max_length=500, assume_scheme="https"
    )

    def __init__(
        self,
        *args: Any,
        exhibitor: Exhibitor,
        may_move: bool = True,
        also: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self.exhibitor = exhibitor
        languages = languages_with([*exhibitor.edition.languages, *also], exhibitor.headline, exhibitor.about)
        kwargs["initial"] = {**self.stored(exhibitor), **(kwargs.get("initial") or {})}
        super().__init__(*args, languages=languages, **kwargs)
        self.add_words("headline", _("In one sentence"), 160)
        self.add_words("about", _("What the firm does"), 8000, rows=10)
        sector: Any = self.fields["sector"]
        sector.queryset = exhibitor.edition.sectors.order_by("position", "id")
        sector.choices = _choices(sector, fair_queries.flat_sectors(exhibitor.edition))
        if may_move:
            self.fields["area"].queryset = fair_queries.areas_of(exhibitor.edition)  # type: ignore[attr-defined]
        else:
            del self.fields["area"]

    @staticmethod
    def stored(exhibitor: Exhibitor) -> dict[str, Any]:
        """What the form shows of a booth."""
        return {
            "version": exhibitor.version,
            "sector": exhibitor.sector_id,
            "area": exhibitor.area_id,
            "working_languages": exhibitor.languages,
            "video_url": exhibitor.video_url,
            "tour_url": exhibitor.tour_url,
            **initial_words("headline", exhibitor.headline),
            **initial_words("about", exhibitor.about),
        }

    def values(self) -> dict[str, Any]:
        """What `actions.booth.save_booth` takes."""
        data = self.cleaned_data
        values = {
            "headline": self.words("headline"),
            "about": self.words("about", long=True),
            "languages": data["working_languages"],
            "sector": data["sector"],
            "video_url": data["video_url"],
            "tour_url": data["tour_url"],
        }
        return values | ({"area": data["area"]} if "area" in self.fields else {})


def _choices(field: Any, rows: Any) -> list[tuple[Any, str]]:
    """Choices in the tree's order, read once."""
    return [("", field.empty_label), *((row.pk, field.label_from_instance(row)) for row in rows)]


class CoverForm(forms.Form):
    """A picture for the booth's head."""

    cover = forms.FileField(
        label=_("Cover picture"),
        widget=forms.FileInput(attrs={"accept": PICTURES}),
        help_text=_(
            "PNG, JPEG, WebP or GIF, best 1600 pixels wide. Data about place and camera are removed."
        ),
    )


class DocumentForm(WordsForm):
    """A PDF for visitors, with its title."""

    file = forms.FileField(
        label=_("Document"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        help_text=_("PDF, up to 20 MB."),
    )
    language = LanguagesField(
        label=_("Language of the document"),
        required=False,
        max_length=40,
        help_text=_("Such as English or 中文."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_words("title", _("Title"), 200)

    def language_code(self) -> str:
        """The first language named, or ""."""
        codes: list[str] = self.cleaned_data["language"]
        return codes[0] if codes else ""


class ContactForm(WordsForm):
    """One person or desk to talk to."""

    member: Any = forms.ModelChoiceField(
        label=_("Member of the team"), queryset=None, required=False, empty_label=_("nobody in particular")
    )
    contact_languages = LanguagesField(label=_("Speaks"), required=False, max_length=200)

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member: Any = self.fields["member"]
        member.queryset = members
        member.choices = [("", member.empty_label), *((one.pk, str(one)) for one in members)]
        self.add_words("name", _("Name"), 120)
        self.add_words("role", _("What they do"), 120)

    def values(self) -> dict[str, Any]:
        """One row for `actions.booth.save_contacts`."""
        return {
            "user": self.cleaned_data.get("member"),
            "name": self.words("name"),
            "role": self.words("role"),
            "languages": self.cleaned_data.get("contact_languages") or [],
        }

    @staticmethod
    def stored(contact: BoothContact) -> dict[str, Any]:
        """What the row shows of a contact."""
        return {
            "member": contact.user_id,
            "contact_languages": contact.languages,
            **initial_words("name", contact.name),
            **initial_words("role", contact.role),
        }


class ReasonForm(forms.Form):
    """Why a booth is withdrawn."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The organiser reads this sentence."),
    )


class CarryForm(forms.Form):
    """Which parts of an earlier booth to carry over."""

    parts = forms.MultipleChoiceField(
        label=_("What to carry over"),
        choices=[
            ("booth", _("Texts, cover, sector, languages and links")),
            ("offers", _("Offers with licences, references and pictures")),
            ("documents", _("Documents")),
            ("contacts", _("Contacts")),
        ],
        initial=["booth", "offers", "documents", "contacts"],
        widget=forms.CheckboxSelectMultiple,
    )
