"""Human input about leads made clean: what staff note, and the questions an exhibitor writes. Nothing is saved."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from everfair.base.codes import new_code
from everfair.base.languages import clean_words, content_language, pick
from everfair.fair.forms import WordsForm, WordsSpec, date_field
from everfair.leads.models import Lead, LeadQuestion
from everfair.leads.queries.shown import NO_INTEREST, LeadFilters

NOTE_LIMIT, ANSWER_LIMIT = 4000, 1000
CODE_LIMIT = 300  # of what is typed or scanned; a badge's code has 134 characters
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2100, 1, 1)


class LeadForm(forms.Form):
    """What staff note about a visitor. `is_scan`: nothing is required yet, answers may follow."""

    interest = forms.ChoiceField(
        label=_("Interest"),
        choices=[*Lead.Interest.choices, ("", _("not said"))],
        widget=forms.RadioSelect,
        required=False,
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea(attrs={"rows": 3})
    )
    follow_up_on = date_field(_("Follow up on"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        questions: Sequence[LeadQuestion],
        lead: Lead | None = None,
        is_scan: bool = False,
        **kwargs: Any,
    ) -> None:
        self.questions = [one for one in questions if not one.is_retired or is_scan]
        language = content_language(get_language())
        initial: dict[str, Any] = {"interest": ""}
        if lead is not None:
            initial = {
                "interest": lead.interest, "note": lead.note, "follow_up_on": lead.follow_up_on,
                **{f"q_{code}": answer for code, answer in lead.answers.items()},
            }  # fmt: skip
        super().__init__(data, initial=initial, **kwargs)
        for question in self.questions:
            required = question.is_required and not is_scan
            self.fields[f"q_{question.code}"] = _answer_field(question, language, required)
        self.order_fields(["interest", *(f"q_{one.code}" for one in self.questions), "follow_up_on", "note"])

    def clean_follow_up_on(self) -> date | None:
        """A day somebody can mean."""
        day: date | None = self.cleaned_data["follow_up_on"]
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(_("Choose a day between 2020 and 2099."))
        return day

    def values(self) -> dict[str, Any]:
        """What the action takes: what was understood, all of it where the form is valid."""
        given: dict[str, Any] = {
            name: self.cleaned_data[name]
            for name in ("interest", "note", "follow_up_on")
            if name in self.cleaned_data
        }
        given["answers"] = {
            question.code: self.cleaned_data[f"q_{question.code}"]
            for question in self.questions
            if f"q_{question.code}" in self.cleaned_data
        }
        return given

    def problems(self) -> list[str]:
        """A sentence for each value that was not understood."""
        return [
            f"{self.fields[name].label}: {error}" if name in self.fields else str(error)
            for name, errors in self.errors.items()
            for error in errors
        ]

    def labelled(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(label, text) of stored values that differ from what stands in the form."""
        found = []
        for name, value in values.items():
            if name not in self.fields:
                continue
            typed = self[name].value()
            if _plain(typed) != _plain(value):
                choices = {str(key): str(label) for key, label in getattr(self.fields[name], "choices", ())}
                many = value if isinstance(value, list) else [value]
                shown = ", ".join(choices.get(str(one), str(one)) for one in many if one not in (None, ""))
                found.append((str(self.fields[name].label), shown))
        return found


def stored_values(lead: Lead) -> dict[str, Any]:
    """Field name → stored value of a lead, as the form names them."""
    answers = {f"q_{code}": answer for code, answer in lead.answers.items()}
    return {
        "interest": lead.interest,
        "note": lead.note,
        "follow_up_on": lead.follow_up_on.isoformat() if lead.follow_up_on else "",
        **answers,
    }


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(sorted(str(one) for one in value))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _answer_field(question: LeadQuestion, language: str, required: bool) -> forms.Field:
    label = pick(question.label, language)
    options = [(one["code"], pick(one["label"], language)) for one in question.options]
    if question.kind == LeadQuestion.Kind.CHOICE:
        choices = options if required else [*options, ("", _("not said"))]
        return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=required)
    if question.kind == LeadQuestion.Kind.MANY:
        return forms.MultipleChoiceField(
            label=label, choices=options, widget=forms.CheckboxSelectMultiple, required=required
        )
    if question.kind == LeadQuestion.Kind.NUMBER:
        widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
        return forms.FloatField(label=label, required=required, widget=widget)
    return forms.CharField(label=label, required=required, max_length=ANSWER_LIMIT)


class ScanForm(forms.Form):
    """A badge's code, typed or scanned; `key` makes sending twice count once."""

    code = forms.CharField(
        label=_("Code of the badge"),
        max_length=CODE_LIMIT,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("Begins with EF1: and stands under the square on the badge."),
        error_messages={"required": _("Scan a badge, or type its code.")},
    )
    key = forms.RegexField(r"^[A-Za-z0-9-]{8,64}$", widget=forms.HiddenInput, required=False)


class QuestionForm(WordsForm):
    """A question of the exhibitor's own. Choices are written one in a line, languages parted by “|”."""

    words = (WordsSpec("label", _("Question"), 200, is_required=True),)
    order = ("label", "kind", "options", "is_required")
    kind = forms.ChoiceField(label=_("Kind of answer"), choices=LeadQuestion.Kind.choices)
    options = forms.CharField(
        label=_("Answers to choose from"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One in a line, the languages in the order above with “|” between: This year | 今年"),
    )
    is_required = forms.BooleanField(
        label=_("Must be answered"),
        required=False,
        help_text=_("A scan never waits for it: the list says which answers are missing."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row: LeadQuestion | None = kwargs.get("row")
        super().__init__(*args, **kwargs)
        if row is not None:
            self.initial["options"] = "\n".join(
                " | ".join(one["label"].get(code, "") for code in self.text_languages).rstrip(" |")
                for one in row.options
            )

    def clean_options(self) -> list[dict[str, Any]]:
        """Lines keep the code of the line that stood there: answers hang on codes, never on words."""
        lines = [line for line in self.cleaned_data["options"].split("\n") if line.strip()]
        held = list(self.row.options) if self.row is not None else []
        options: list[dict[str, Any]] = []
        for number, line in enumerate(lines):
            texts = [text.strip() for text in re.split(r"[|｜]", line)]
            if len(texts) > len(self.text_languages):
                raise ValidationError(
                    _("“%(line)s” has more languages than the edition."), params={"line": line[:60]}
                )
            words = clean_words(dict(zip(self.text_languages, texts, strict=False)))
            code = next((one["code"] for one in held if one["label"] == words), "")
            if not code and len(lines) == len(held):
                code = held[number]["code"]
            options.append({"code": code or new_code(), "label": words})
        if len({one["code"] for one in options}) != len(options):
            raise ValidationError(_("The same answer stands here twice."))
        return options


def filters_of(query: Any) -> LeadFilters:
    """What the address asks for; what cannot be meant filters nothing."""
    interest = query.get("interest", "")
    try:
        day = date.fromisoformat(query.get("day", ""))
    except ValueError:
        day = None
    return LeadFilters(
        words=query.get("q", "").strip()[:100],
        interest=interest if interest in {*Lead.Interest.values, NO_INTEREST} else "",
        by=query.get("by", "") if query.get("by", "").isdecimal() else "",
        day=day,
        is_due=query.get("due") == "1",
        sort=query.get("sort", "newest"),
    )
