"""Human input about people and organisations made clean. Nothing is saved here."""

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from everfair.base.countries import country_names
from everfair.base.languages import Words, clean_words, content_language
from everfair.people.models import Membership, Organisation, User

LANGUAGES = [("en", "English"), ("zh", "中文")]
PLAIN_FIELDS = ("country", "website", "email", "size_class")
NAME_LIMIT, DESCRIPTION_LIMIT = 200, 5000


@lru_cache(maxsize=1)
def time_zones() -> list[str]:
    """IANA zones a person may live in, "Africa/Nairobi" and UTC; without the deprecated short names."""
    regions = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/",
               "Indian/", "Pacific/")  # fmt: skip
    return ["UTC", *sorted(zone for zone in available_timezones() if zone.startswith(regions))]


class LineField(forms.CharField):
    """One line of text: line breaks and rows of spaces that a script may send become single spaces."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value) or "").split())


class SignupFields(forms.Form):
    """What a new person says beside address and password. allauth puts this form under its own."""

    name = LineField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As colleagues and visitors should read it."),
    )
    time_zone = forms.CharField(
        required=False, max_length=60, widget=forms.HiddenInput(attrs={"data-time-zone": ""})
    )
    field_order = ["name", "email", "password1", "time_zone"]

    def clean_time_zone(self) -> str:
        """The browser's zone where it is a real one; never an error the person could not see."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in time_zones() else "UTC"

    def signup(self, request: Any, user: Any) -> None:
        """Called by allauth once the row exists."""
        user.name, user.time_zone = self.cleaned_data["name"], self.cleaned_data["time_zone"]
        user.save(update_fields=["name", "time_zone"])


class ProfileForm(forms.Form):
    """Name, language and time zone of the person."""

    name = LineField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=LANGUAGES, help_text=_("Pages and letters come in this language.")
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("All times are shown in this zone, with the fair's own beside them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones: Any = self.fields["time_zone"]
        zones.choices = [(zone, zone.replace("_", " ")) for zone in time_zones()]


def language_label(code: str) -> str:
    """The language in its own words, for the label of a text: "English", "中文"."""
    return dict(LANGUAGES).get(code, code)


class OrganisationForm(forms.Form):
    """An organisation: its names and descriptions side by side in each language, and the plain facts."""

    country = forms.ChoiceField(label=_("Country or region"), required=False)
    website = forms.CharField(
        label=_("Website"),
        required=False,
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url"}),
    )
    email = forms.EmailField(
        label=_("E-mail of the office"),
        required=False,
        max_length=254,
        help_text=_("For the organiser only; never shown in public."),
    )
    size_class = forms.ChoiceField(
        label=_("Size"), required=False, choices=[("", _("not said")), *Organisation.Size.choices]
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_("A picture in PNG, JPEG or WebP."),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        self.organisation = organisation
        names: Words = organisation.name if organisation else {}
        self.languages = [code for code, _label in LANGUAGES]
        self.languages += [code for code in names if code not in self.languages]
        kwargs["initial"] = {**self._stored(organisation), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        for code in self.languages:
            self._add_texts(code)
        country: Any = self.fields["country"]
        shown = country_names(content_language(get_language()))
        country.choices = [("", _("not said")), *sorted(shown.items(), key=lambda item: item[1])]
        self.order_fields(
            [*(f"name_{code}" for code in self.languages), "country", "website", "size_class", "logo"]
        )

    @staticmethod
    def _stored(organisation: Organisation | None) -> dict[str, Any]:
        if organisation is None:
            return {}
        stored = {field: getattr(organisation, field) for field in PLAIN_FIELDS}
        stored.update({f"name_{code}": text for code, text in organisation.name.items()})
        stored.update({f"description_{code}": text for code, text in organisation.description.items()})
        return stored

    def _add_texts(self, code: str) -> None:
        lang = {"lang": {"zh": "zh-Hans"}.get(code, code)}
        label = language_label(code)
        self.fields[f"name_{code}"] = LineField(
            label=_("Name in %(language)s") % {"language": label},
            required=False,
            max_length=NAME_LIMIT,
            widget=forms.TextInput(attrs=lang),
        )
        self.fields[f"description_{code}"] = forms.CharField(
            label=_("What the firm does, in %(language)s") % {"language": label},
            required=False,
            max_length=DESCRIPTION_LIMIT,
            widget=forms.Textarea(attrs={**lang, "rows": 6}),
        )

    def names(self) -> list[tuple[str, Any]]:
        """(language, bound field) of the names, to stand side by side."""
        return [(code, self[f"name_{code}"]) for code in self.languages]

    def descriptions(self) -> list[tuple[str, Any]]:
        """(language, bound field) of the descriptions."""
        return [(code, self[f"description_{code}"]) for code in self.languages]

    def clean_website(self) -> str:
        """ "example.org" is completed to https://example.org; only web addresses pass."""
        website: str = self.cleaned_data["website"].strip()
        if not website:
            return ""
        if "://" not in website:
            website = f"https://{website}"
        URLValidator(
            schemes=["http", "https"], message=_("This is no web address. Write it like https://example.org.")
        )(website)
        return website

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(f"name_{code}") for code in self.languages):
            self.add_error(
                f"name_{content_language(get_language())}",
                _("Give the firm a name in at least one language."),
            )
        return data

    def values(self) -> dict[str, Any]:
        """What `people.actions` takes."""
        data = self.cleaned_data
        logo: dict[str, Any] = {"logo": None} if data["remove_logo"] else {}
        if data["logo"]:
            logo = {"logo_upload": data["logo"]}
        return {
            **logo,
            "name": self._words("name"),
            "description": self._words("description"),
            **{field: data[field] for field in PLAIN_FIELDS},
        }

    def differences(self, theirs: Organisation) -> list[tuple[str, str]]:
        """(label, their text) of every field whose stored text is not what was typed here."""
        found = []
        for name, stored in self._stored(theirs).items():
            if name in self.fields and stored != self.cleaned_data.get(name, ""):
                found.append((str(self.fields[name].label), str(stored)))
        return found

    def _words(self, field: str) -> Words:
        return clean_words({code: self.cleaned_data.get(f"{field}_{code}", "") for code in self.languages})


class EraseForm(forms.Form):
    """The person types their own address, so that nobody erases an account by a slip."""

    email = forms.EmailField(
        label=_("Your e-mail address, to be sure"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        typed = str(self.cleaned_data["email"])
        if typed.strip().lower() != self.user.email.lower():
            raise forms.ValidationError(_("This is not the address of this account."))
        return typed


class InvitationForm(forms.Form):
    """Whom to invite, as what, and in which language the letter is written."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices, initial=Membership.Role.EDITOR)
    language = forms.ChoiceField(label=_("Language of the letter"), choices=LANGUAGES)


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)
