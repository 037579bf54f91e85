"""A kind of badge's rules and questions as the organiser types them. Nothing is saved."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import clean_words
from everfair.fair.forms import WordsForm, WordsSpec
from everfair.people.forms import LineField

ANSWER_KINDS = [
    ("text", _("one line")),
    ("long", _("several lines")),
    ("choice", _("one of several")),
    ("many", _("some of several")),
    ("number", _("a number")),
    ("yes", _("a tick")),
]
BLANK_OPTIONS = 4


def moment_field(label: Any, help_text: Any = "") -> forms.DateTimeField:
    """A day and time in the edition's zone, written as browsers want it."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=widget,
        help_text=help_text,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
    )


class BadgeRulesForm(WordsForm):
    """The rules of one kind. Times are in the current time zone: the view activates the edition's."""

    words = (
        WordsSpec("name", _("Name"), 120, is_required=True),
        WordsSpec("note", _("Who it is for"), 2000, rows=3, help=_("Shown before the form.")),
    )
    order = (
        "name", "note", "is_open", "needs_approval", "capacity", "per_firm", "per_delegation", "opens_at",
        "closes_at", "motif", "position",
    )  # fmt: skip
    is_open = forms.BooleanField(
        label=_("Anybody may register"),
        required=False,
        help_text=_("Otherwise people come by invitation, by list, with a delegation or a firm."),
    )
    needs_approval = forms.BooleanField(
        label=_("The team looks at each registration"),
        required=False,
        help_text=_("Those the team itself registers or invites are approved at once."),
    )
    capacity = forms.IntegerField(
        label=_("Places"),
        min_value=0,
        max_value=10_000_000,
        required=False,
        help_text=_("Empty: no limit. Beyond it people wait in line and move up by themselves."),
    )
    per_firm = forms.IntegerField(
        label=_("Most people of one firm"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("With a number here, exhibitors register their own people under this kind."),
    )
    per_delegation = forms.IntegerField(
        label=_("Most people of one delegation"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("With a number here, delegations bring groups under this kind."),
    )
    opens_at = moment_field(_("Registration opens"), _("In the fair's time zone. Empty: at once."))
    closes_at = moment_field(_("Registration closes"))
    motif = forms.IntegerField(
        label=_("Colour of the stripe"), min_value=1, max_value=12, help_text=_("A number from 1 to 12.")
    )
    position = forms.IntegerField(label=_("Order"), min_value=0, max_value=999, required=False)

    def values(self) -> dict[str, Any]:
        values = super().values()
        if values["position"] is None:
            del values["position"]
        return values


class QuestionForm(WordsForm):
    """One question; its options side by side in each language, empty ones left out."""

    words = (
        WordsSpec("label", _("Question"), 300, is_required=True),
        WordsSpec("help", _("Help"), 500, help=_("A sentence below the field.")),
    )
    kind = forms.ChoiceField(label=_("Answer"), choices=ANSWER_KINDS)
    is_required = forms.BooleanField(label=_("Must be answered"), required=False)

    def __init__(self, *args: Any, question: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self.question = question
        stored: dict[str, Any] = {}
        if question is not None:
            stored = {"kind": question["kind"], "is_required": question.get("is_required", False)}
            for name in ("label", "help"):
                stored |= {f"{name}_{code}": text for code, text in (question.get(name) or {}).items()}
        options = list((question or {}).get("options", ()))
        for number, option in enumerate(options):
            stored |= {f"option{number}_{code}": text for code, text in option["label"].items()}
        kwargs["initial"] = {**stored, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.option_codes = [option["code"] for option in options] + [""] * BLANK_OPTIONS
        if question is not None:
            self.fields["kind"].disabled = True
        for number in range(len(self.option_codes)):
            for code in self.text_languages:
                self.fields[f"option{number}_{code}"] = LineField(
                    label=_("Answer offered"), max_length=200, required=False
                )
        self.fields["options"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def option_rows(self) -> list[list[tuple[str, Any]]]:
        """For each option its fields by language."""
        return [
            [(code, self[f"option{number}_{code}"]) for code in self.text_languages]
            for number in range(len(self.option_codes))
        ]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        options = [
            {
                "code": held,
                "label": clean_words(
                    {
                        code: self.cleaned_data.get(f"option{number}_{code}") or ""
                        for code in self.text_languages
                    }
                ),
            }
            for number, held in enumerate(self.option_codes)
        ]
        return super().values() | {"options": options}
