"""What a person, the team, a firm or a delegation types about somebody who registers. Nothing is saved."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everfair.base.countries import country_names
from everfair.base.languages import content_language, for_reader
from everfair.base.refusals import Refused
from everfair.people.forms import LANGUAGES, LineField
from everfair.registration.forms.questions import LINE_LIMIT, TEXT_LIMIT, field_of
from everfair.registration.models import Consent, Registration

ABOUT = ("name", "second_name", "email", "organisation_name", "job_title", "country", "language")
CONSENT = "consent_"


class RegistrationForm(forms.Form):
    """Who registers, the kind's questions, and (for the person alone) what they agree to.

    `without`: fields left out. `with_consents`: the purposes as ticks, none of them set.
    """

    name = LineField(
        label=pgettext_lazy("person", "Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As it should stand on the badge."),
    )
    second_name = LineField(
        label=_("Name in the other script"),
        max_length=120,
        required=False,
        help_text=_("In Chinese characters or Latin letters, if you have one: it stands below."),
    )
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    organisation_name = LineField(
        label=_("Firm or body"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    job_title = LineField(
        label=_("Job title"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    country = forms.ChoiceField(label=_("Country or region"), required=False)
    language = forms.ChoiceField(label=_("Letters in"), choices=LANGUAGES)

    def __init__(
        self,
        *args: Any,
        kind: Any,
        registration: Registration | None = None,
        without: Sequence[str] = (),
        with_consents: bool = False,
        is_partial: bool = False,
        **kwargs: Any,
    ) -> None:
        self.kind, self.is_partial = kind, is_partial
        stored = _stored(registration) if registration is not None else {}
        kwargs["initial"] = {
            "language": content_language(get_language()),
            **stored,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        self.refusals: list[Refused] = []
        names = country_names(content_language(get_language()))
        country: Any = self.fields["country"]
        country.choices = [("", _("not said")), *sorted(names.items(), key=lambda item: item[1])]
        for name in without:
            del self.fields[name]
        for question in kind.questions:
            self.fields[field_of(question)] = _question_field(question, is_partial)
        if with_consents:
            for purpose, label in Consent.Purpose.choices:
                self.fields[CONSENT + purpose] = forms.BooleanField(label=label, required=False)

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        plain = {
            name: value
            for name, value in self.cleaned_data.items()
            if not name.startswith((CONSENT, "q_")) and name != "version"
        }
        answers = {
            question["code"]: self.cleaned_data.get(field_of(question)) for question in self.kind.questions
        }
        return {**plain, "answers": answers}

    def consents(self) -> list[str]:
        """The purposes that were ticked."""
        return [purpose for purpose in Consent.Purpose.values if self.cleaned_data.get(CONSENT + purpose)]

    def refuse(self, error: Refused) -> None:
        """Show an action's sentence at its field, or above the form."""
        self.refusals.append(error)
        self.add_error(error.field if error.field in self.fields else None, str(error))

    def about_fields(self) -> list[Any]:
        """The fields about the person, for the template."""
        return [self[name] for name in self.fields if not name.startswith((CONSENT, "q_"))]

    def question_fields(self) -> list[Any]:
        """The kind's own questions."""
        return [self[name] for name in self.fields if name.startswith("q_")]

    def consent_fields(self) -> list[Any]:
        """The purposes."""
        return [self[name] for name in self.fields if name.startswith(CONSENT)]


class TeamForm(RegistrationForm):
    """The same for the organiser's team: e-mail may be missing, a notice for the gate may be set."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    watch = forms.ChoiceField(
        label=_("Notice at the gate"), choices=Registration.Watch.choices, required=False
    )
    watch_note = LineField(
        label=_("What the gate should know"),
        max_length=300,
        required=False,
        help_text=_("Shown to the gate's staff when this badge is scanned."),
    )


class ConsentForm(forms.Form):
    """What the person agrees to now: ticks as they stand."""

    def __init__(self, *args: Any, agreed: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for purpose, label in Consent.Purpose.choices:
            self.fields[CONSENT + purpose] = forms.BooleanField(
                label=label, required=False, initial=purpose in agreed
            )

    def purposes(self) -> set[str]:
        """The purposes ticked."""
        return {purpose for purpose in Consent.Purpose.values if self.cleaned_data.get(CONSENT + purpose)}


class LinkForm(forms.Form):
    """The address to which somebody's own links are sent once more."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


def answers_in_words(
    questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """(question, answer) as the reader reads them; unanswered ones left out."""
    found = []
    for question in questions:
        value = answers.get(question["code"])
        if value in (None, "", []):
            continue
        labels = {option["code"]: for_reader(option["label"]) for option in question.get("options", ())}
        values = value if isinstance(value, list) else [value]
        words = [str(_("yes")) if one is True else labels.get(one, str(one)) for one in values]
        found.append((for_reader(question["label"]), ", ".join(words)))
    return found


def _stored(row: Registration) -> dict[str, Any]:
    stored: dict[str, Any] = {name: getattr(row, name) for name in (*ABOUT, "watch", "watch_note")}
    return stored | {f"q_{code}": value for code, value in row.answers.items()}


def _question_field(question: Mapping[str, Any], is_partial: bool) -> forms.Field:
    required = bool(question.get("is_required")) and not is_partial
    label, kind = for_reader(question["label"]), question.get("kind", "text")
    help_text = for_reader(question.get("help") or {})
    common: dict[str, Any] = {"label": label, "required": required, "help_text": help_text}
    options = [(option["code"], for_reader(option["label"])) for option in question.get("options", ())]
    if kind == "choice":
        return forms.ChoiceField(choices=[("", _("choose")), *options], **common)
    if kind == "many":
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **common)
    if kind == "yes":
        return forms.BooleanField(**common)
    if kind == "number":
        return forms.DecimalField(localize=False, widget=forms.NumberInput(attrs={"step": "any"}), **common)
    if kind == "long":
        return forms.CharField(max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 4}), **common)
    return LineField(max_length=LINE_LIMIT, **common)
