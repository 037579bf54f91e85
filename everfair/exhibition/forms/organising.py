"""Human input at the organiser's and a delegation's desk: decisions, questions, tasks, firms invited.

No saving.
"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from everfair.base.codes import new_code
from everfair.base.countries import country_names
from everfair.base.languages import clean_words, content_language
from everfair.exhibition.models import ApplicationQuestion, Exhibitor, TaskKind
from everfair.fair.forms import LETTER_LANGUAGES, WordsForm, WordsSpec, date_field
from everfair.fair.models import Area, Delegation, Edition, Place

REASON_LIMIT = 2000


class DecisionForm(forms.Form):
    """A step on the exhibitor's chart, with a reason where the other side reads one."""

    state = forms.ChoiceField(choices=Exhibitor.State.choices, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The exhibitor reads this."),
    )


class StandForm(WordsForm):
    """Where a firm stands and who brought it: area, place, delegation."""

    area = forms.ModelChoiceField(
        label=_("Area"), queryset=Area.objects.none(), required=False, empty_label=_("not given yet")
    )
    place = forms.ModelChoiceField(
        label=_("Place"),
        queryset=Place.objects.none(),
        required=False,
        empty_label=_("none"),
        help_text=_("Only free places are listed. A place brings its area along."),
    )
    delegation = forms.ModelChoiceField(
        label=_("Delegation"), queryset=Delegation.objects.none(), required=False, empty_label=_("none")
    )

    def __init__(self, *args: Any, exhibitor: Exhibitor, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, row=exhibitor, **kwargs)
        fields: Any = self.fields
        fields["area"].queryset = exhibitor.edition.areas.all()
        fields["place"].queryset = places
        fields["delegation"].queryset = exhibitor.edition.delegations.all()
        if not fields["delegation"].queryset.exists():
            del fields["delegation"]


class QuestionForm(WordsForm):
    """A question of the organiser's own. Choices are written one in a line, languages parted by “|”."""

    words = (
        WordsSpec("text", _("Question"), 300, is_required=True),
        WordsSpec("help", _("What helps to answer it"), 500),
    )
    order = ("text", "help", "kind", "choices", "is_required", "is_open", "position")
    kind = forms.ChoiceField(label=_("Kind of answer"), choices=ApplicationQuestion.Kind.choices)
    choices = forms.CharField(
        label=_("Answers to choose from"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One in a line, the languages in the order above with “|” between: Yes, by sea | 海运"),
    )
    is_required = forms.BooleanField(label=_("Must be answered to apply"), required=False)
    is_open = forms.BooleanField(
        label=_("Is asked"), required=False, initial=True, help_text=_("Answers to a closed question stay.")
    )
    position = forms.IntegerField(label=_("Order"), min_value=0, max_value=999, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row: ApplicationQuestion | None = kwargs.get("row")
        super().__init__(*args, **kwargs)
        if row is not None:
            self.initial["choices"] = "\n".join(
                " | ".join(one["text"].get(code, "") for code in self.text_languages).rstrip(" |")
                for one in row.choices
            )

    def clean_choices(self) -> list[dict[str, Any]]:
        """Lines keep the key of the line that stood there: answers hang on keys, never on words."""
        lines = [line for line in self.cleaned_data["choices"].split("\n") if line.strip()]
        held = [one["key"] for one in self.row.choices] if self.row is not None else []
        choices = []
        for number, line in enumerate(lines):
            texts = [text.strip() for text in re.split(r"[|｜]", line)]
            if len(texts) > len(self.text_languages):
                raise ValidationError(
                    _("“%(line)s” has more languages than the edition."), params={"line": line[:60]}
                )
            words = clean_words(dict(zip(self.text_languages, texts, strict=False)))
            key = self._held_key(words) or (
                held[number] if number < len(held) and len(lines) == len(held) else ""
            )
            choices.append({"key": key or new_code(), "text": words})
        return choices

    def _held_key(self, words: dict[str, str]) -> str:
        if self.row is None:
            return ""
        return next((one["key"] for one in self.row.choices if one["text"] == words), "")

    def values(self) -> dict[str, Any]:
        values = super().values()
        values["position"] = values["position"] or 0
        return values


class TaskKindForm(WordsForm):
    """A task with a due date."""

    words = (
        WordsSpec("title", _("Task"), 200, is_required=True),
        WordsSpec("help", _("What helps to do it"), 1000, rows=2),
    )
    order = ("title", "help", "due_on", "check_name", "remind_days", "position")
    due_on = date_field(_("Due on"))
    check_name = forms.ChoiceField(label=_("Is done when"), choices=TaskKind.Check.choices, required=False)
    remind_days = forms.CharField(
        label=_("Reminders, days before"), required=False, help_text=_("Such as 14, 3. Nothing sends none.")
    )
    position = forms.IntegerField(label=_("Order"), min_value=0, max_value=999, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row is not None:
            self.initial["remind_days"] = ", ".join(str(days) for days in self.row.remind_days)

    def clean_remind_days(self) -> list[int]:
        """ "14, 3" → [14, 3]."""
        parts = [part for part in re.split(r"[\s,，、;]+", self.cleaned_data["remind_days"]) if part]
        if not all(part.isdecimal() and len(part) <= 3 for part in parts):
            raise ValidationError(_("Write whole numbers of days, such as 14, 3."))
        return sorted({int(part) for part in parts}, reverse=True)

    def values(self) -> dict[str, Any]:
        values = super().values()
        values["position"] = values["position"] or 0
        return values


class FirmInvitationForm(WordsForm):
    """A firm to invite: its name, where it is from, who gets the letter."""

    words = (WordsSpec("name", _("Name of the firm"), 200, is_required=True),)
    order = ("name", "country", "email", "language")
    country = forms.ChoiceField(label=_("Country or region"), required=False)
    email = forms.EmailField(
        label=_("E-mail address of its owner"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Gets a letter with a link and decides who else edits the booth."),
    )
    language = forms.ChoiceField(label=_("Language of the letter"), choices=LETTER_LANGUAGES)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, languages=edition.languages, **kwargs)
        names = country_names(content_language(get_language()))
        country: Any = self.fields["country"]
        country.choices = [("", _("not said")), *sorted(names.items(), key=lambda item: item[1])]
