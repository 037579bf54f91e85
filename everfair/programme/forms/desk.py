"""Small forms of the programme team: decisions, stages, speakers, the call, materials."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everfair.base.countries import country_names
from everfair.base.languages import content_language
from everfair.fair.forms import WordsForm, WordsSpec
from everfair.fair.models import Area, Edition
from everfair.people.models import User
from everfair.people.queries import find_user
from everfair.programme.forms.fields import FairTimeField, on_the_fairs_clock, spoken_languages
from everfair.programme.models import Session, Stage


class DecisionForm(forms.Form):
    """A step on the session's chart, with a reason where the other side reads one."""

    state = forms.ChoiceField(choices=Session.State.choices, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class StageForm(WordsForm):
    """A stage or on-line room."""

    words = (
        WordsSpec("name", _("Name of the stage"), 120, is_required=True),
        WordsSpec("directions", _("How to find it"), 300),
    )
    order = ("name", "kind", "code", "area", "directions", "seats", "position")
    kind = forms.ChoiceField(label=_("Kind"), choices=Stage.Kind.choices)
    code = forms.SlugField(
        label=_("Code"),
        required=False,
        max_length=40,
        help_text=_("Stands in addresses and on the door's screen. Empty: made from the name."),
    )
    area = forms.ModelChoiceField(
        label=_("Area"), queryset=Area.objects.none(), required=False, empty_label=_("none")
    )
    seats = forms.IntegerField(
        label=_("Seats"), required=False, min_value=1, max_value=1_000_000, help_text=_("Empty: not counted.")
    )
    position = forms.IntegerField(label=_("Order"), required=False, min_value=0, max_value=999)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, languages=edition.languages, **kwargs)
        area: Any = self.fields["area"]
        area.queryset = edition.areas.all()

    def values(self) -> dict[str, Any]:
        values = super().values()
        if values["position"] is None:
            values.pop("position")
        if not values["code"] and self.row is not None:
            values.pop("code")  # a code in use is not lost by an empty field
        return values


class SpeakerForm(WordsForm):
    """A speaker, with a picture."""

    words = (
        WordsSpec("name", pgettext_lazy("person", "Name"), 120, is_required=True),
        WordsSpec("title", _("Position"), 200),
        WordsSpec("organisation_name", _("Organisation"), 200),
        WordsSpec("about", _("About"), 5000, rows=5),
    )
    order = ("name", "title", "organisation_name", "country", "account", "about", "photo", "without_photo")
    country = forms.ChoiceField(label=_("Country or region"), required=False)
    account = forms.EmailField(
        label=_("Account"),
        required=False,
        help_text=_(
            "The address the speaker signs in with. They may then go on the session's stage, and moderate it as moderator or host. "
            "It is shown to nobody else."
        ),
    )
    photo = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    without_photo = forms.BooleanField(label=_("Take the picture away"), required=False)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, languages=edition.languages, **kwargs)
        self.initial.pop("photo", None)
        held = self.row.user if self.row is not None else None
        self.initial["account"] = held.email if held is not None else ""
        if self.row is None or self.row.photo_id is None:
            del self.fields["without_photo"]
        names = country_names(content_language(get_language()))
        country: Any = self.fields["country"]
        country.choices = [("", _("not said")), *sorted(names.items(), key=lambda item: item[1])]

    def clean_account(self) -> User | None:
        address = self.cleaned_data["account"]
        found = find_user(address) if address else None
        if address and found is None:
            raise forms.ValidationError(
                gettext("Nobody signs in with this address. Ask the speaker to make an account first.")
            )
        return found

    def values(self) -> dict[str, Any]:
        """What `save_speaker` takes beside `photo` and `without_photo`."""
        values = super().values()
        values["user"] = values.pop("account", None)
        values.pop("photo", None)
        values.pop("without_photo", None)
        return values


class CallForm(WordsForm):
    """The call for sessions."""

    words = (WordsSpec("text", _("What you are looking for"), 5000, rows=6),)
    order = ("text", "opens_at", "closes_at", "most_per_host")
    opens_at = FairTimeField(label=_("Opens"))
    closes_at = FairTimeField(label=_("Closes"))
    most_per_host = forms.IntegerField(
        label=_("Most sessions of one host"), min_value=1, max_value=200, initial=3
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, languages=edition.languages, **kwargs)
        on_the_fairs_clock(self, edition)


class MaterialForm(forms.Form):
    """Slides or a paper: a PDF, or an address."""

    title = forms.CharField(label=_("Title"), required=False, max_length=200)
    file = forms.FileField(
        label=_("PDF file"), required=False, widget=forms.FileInput(attrs={"accept": "application/pdf"})
    )
    url = forms.URLField(
        label=_("Or an address"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Opens on a click; nothing of it is loaded before."),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language: Any = self.fields["language"]
        language.choices = [("", _("not said")), *spoken_languages()]
