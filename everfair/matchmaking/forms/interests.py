"""The three questions that give the first recommendations, made clean. Nothing is saved."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.base.texts import clean_text
from everfair.exhibition.forms.fields import IndentedChoices, LanguagesField, reader_language
from everfair.fair.models import Edition, Sector
from everfair.matchmaking.forms.need_values import guess_language, text_problem
from everfair.matchmaking.models import Seeker

LONGEST = 1000


class QuestionsForm(forms.Form):
    """What somebody looks for, in which sectors, in which languages; whether others may be led to them."""

    looks_for = forms.CharField(
        label=_("What do you look for?"),
        help_text=_("A sentence or two in your own words and language."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        required=False,
    )
    sectors = IndentedChoices(label=_("In which sectors?"), queryset=Sector.objects.none(), required=False)
    languages = LanguagesField(
        label=_("Which languages do you work in?"),
        help_text=_("With commas between: English, 中文."),
        required=False,
    )
    is_shown = forms.BooleanField(
        label=_("I may be suggested to firms"),
        help_text=_("They see my name, firm and country, and what I look for on the needs board."),
        required=False,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        edition: Edition,
        seeker: Seeker | None = None,
        answers: Mapping[str, Any] | None = None,
    ) -> None:
        """`answers`: what was said before, where nobody is a seeker yet; the fourth question is for a person's seeker alone."""
        answers = seeker.answers if seeker is not None else answers or {}
        rows = Sector.objects.filter(edition=edition).order_by("path", "position")
        initial = {
            "looks_for": answers.get("looks_for", ""),
            "languages": answers.get("languages", []),
            "sectors": rows.filter(code__in=answers.get("sectors", [])),
            "is_shown": bool(seeker is not None and seeker.is_shown),
        }
        super().__init__(data, initial=initial)
        self.fields["sectors"].queryset = rows  # type: ignore[attr-defined]
        if seeker is None or seeker.exhibitor_id is not None:
            del self.fields["is_shown"]  # a booth is public, and nobody is suggested who has no account

    def clean_looks_for(self) -> str:
        """Plain text; signs that only steer are taken out. What nobody could be found by is refused with what to do."""
        text = clean_text(self.cleaned_data["looks_for"])
        problem = text_problem(text, guess_language(text, reader_language()), LONGEST)
        if problem:
            raise forms.ValidationError(problem)
        return text

    def answers(self) -> dict[str, Any]:
        """What the action takes."""
        clean = self.cleaned_data
        return {
            "looks_for": clean["looks_for"],
            "sectors": [row.code for row in clean["sectors"]],
            "languages": clean["languages"],
        }
