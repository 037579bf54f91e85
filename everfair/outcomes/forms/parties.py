"""Who is a party: one's own side when an outcome is prepared, and bodies named beside the firms of the fair."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from everfair.base.countries import country_names
from everfair.base.languages import clean_words, content_language
from everfair.base.texts import clean_line

BODY = "body"


class BodyForm(forms.Form):
    """A body that is no firm of this edition, by name, with the address of the person who confirms for it."""

    name_en = forms.CharField(label=gettext_lazy("Name (English)"), required=False, max_length=200)
    name_zh = forms.CharField(label=gettext_lazy("Name (Chinese)"), required=False, max_length=200)
    country = forms.ChoiceField(label=gettext_lazy("Country or region"), required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail of the person who confirms for it"),
        required=False,
        help_text=gettext_lazy("They get a letter. The address is shown to nobody."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = country_names(content_language(get_language()))
        field: Any = self.fields["country"]
        field.choices = [("", _("choose")), *sorted(names.items(), key=lambda pair: pair[1])]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.is_asked(data):
            if not self.names(data):
                self.add_error("name_en", _("Give its name, in one language at least."))
            if not data.get("email") and "email" not in self.errors:
                self.add_error("email", _("Give the address of the person who confirms for it."))
        return data

    def is_asked(self, data: dict[str, Any]) -> bool:
        """Whether the body is to be added at all."""
        return True

    @staticmethod
    def names(data: dict[str, Any]) -> dict[str, str]:
        """The names given."""
        return clean_words({code: clean_line(data.get(f"name_{code}") or "") for code in ("en", "zh")})

    def values(self) -> dict[str, Any]:
        """What actions.preparing.NewParty takes of a body."""
        data = self.cleaned_data
        return {"name": self.names(data), "country": data["country"], "email": data["email"]}


class OwnSideForm(BodyForm):
    """In whose name one prepares: a firm, a delegation, the organiser, or a body by name."""

    own = forms.ChoiceField(label=gettext_lazy("In the name of"), widget=forms.RadioSelect)
    field_order = ("own", "name_en", "name_zh", "country")

    def __init__(self, *args: Any, sides: Sequence[tuple[str, str]], email: str = "", **kwargs: Any) -> None:
        self.own_email = email
        super().__init__(*args, **kwargs)
        del self.fields["email"]  # one's own
        if not email:  # nobody to confirm for a body
            for name in ("name_en", "name_zh", "country"):
                del self.fields[name]
        field: Any = self.fields["own"]
        choices = list(sides)
        if email:
            choices.append((BODY, _("another body, for which I confirm myself")))
        field.choices = choices
        self.initial.setdefault("own", choices[0][0] if choices else "")

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["email"] = self.own_email
        return super().clean()

    def is_asked(self, data: dict[str, Any]) -> bool:
        return data.get("own") == BODY
