"""Human input on an application made clean: the organiser's own questions. Nothing is saved."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import pick
from everfair.exhibition.forms.fields import IndentedChoice, reader_language
from everfair.exhibition.models import ApplicationQuestion, Exhibitor
from everfair.exhibition.queries.applying import QuestionAndAnswer
from everfair.fair import queries as fair_queries


class ApplicationForm(forms.Form):
    """Sector and area the firm applies for, and a field for each open question.

    Required questions are asked for when the application is sent, not when a draft is kept.
    """

    use_required_attribute = False  # the browser must let a draft through

    version = forms.IntegerField(widget=forms.HiddenInput)
    sector = IndentedChoice(label=_("Main sector"), queryset=None, required=False)
    area = IndentedChoice(
        label=_("Area you would like"),
        queryset=None,
        required=False,
        empty_label=_("no wish"),
        help_text=_("The organiser decides."),
    )

    def __init__(
        self, *args: Any, exhibitor: Exhibitor, questions: Sequence[QuestionAndAnswer], **kwargs: Any
    ) -> None:
        self.asked = [item for item in questions if item.question.is_open]
        stored: dict[str, Any] = {
            "version": exhibitor.version,
            "sector": exhibitor.sector_id,
            "area": exhibitor.area_id,
        }
        stored |= {f"question_{item.question.pk}": item.value for item in self.asked}
        kwargs["initial"] = {**stored, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        is_sent = not self.is_bound or "send" in self.data
        sector: Any = self.fields["sector"]
        sector.queryset = exhibitor.edition.sectors.order_by("position", "id")
        rows = fair_queries.flat_sectors(exhibitor.edition)
        sector.choices = [
            ("", sector.empty_label),
            *((row.pk, sector.label_from_instance(row)) for row in rows),
        ]
        self.fields["area"].queryset = fair_queries.areas_of(exhibitor.edition)  # type: ignore[attr-defined]
        for item in self.asked:
            self.fields[f"question_{item.question.pk}"] = _question_field(item.question, is_asked=is_sent)

    def question_fields(self) -> list[Any]:
        """Bound fields of the questions."""
        return [self[f"question_{item.question.pk}"] for item in self.asked]

    def answers(self) -> dict[int, str]:
        """What `actions.applying.save_application` takes."""
        return {item.question.pk: self.cleaned_data[f"question_{item.question.pk}"] for item in self.asked}

    def values(self) -> dict[str, Any]:
        """Sector and area for the booth."""
        return {"sector": self.cleaned_data["sector"], "area": self.cleaned_data["area"]}


def _question_field(question: ApplicationQuestion, *, is_asked: bool) -> forms.Field:
    """The field for a kind of question; `is_asked`: a required one may not stay empty."""
    lang = reader_language()
    common: dict[str, Any] = {
        "label": pick(question.text, lang),
        "help_text": pick(question.help, lang),
        "required": question.is_required and is_asked,
    }
    if question.kind == question.Kind.YES_NO:
        choices = [("", _("not answered")), ("yes", _("yes")), ("no", _("no"))]
        return forms.ChoiceField(choices=choices, **common)
    if question.kind == question.Kind.CHOICE:
        options = [(one["key"], pick(one["text"], lang)) for one in question.choices]
        return forms.ChoiceField(choices=[("", _("not answered")), *options], **common)
    if question.kind == question.Kind.TEXT:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), max_length=5000, **common)
    return forms.CharField(max_length=1000, **common)


class StartForm(forms.Form):
    """For which firm to apply."""

    organisation: Any = forms.ModelChoiceField(
        label=_("Firm"), queryset=None, empty_label=None, widget=forms.RadioSelect, to_field_name="code"
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = organisations
        field.label_from_instance = lambda row: pick(row.name, reader_language())
