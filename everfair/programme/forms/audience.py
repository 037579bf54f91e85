"""Human input in a session's room and at its moderator's page. No saving."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import Words, clean_words
from everfair.base.refusals import Refused
from everfair.fair.forms import WordsForm, WordsSpec
from everfair.programme.models import Poll


class AskForm(forms.Form):
    """A question, with or without one's name."""

    text = forms.CharField(
        label=_("Your question"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write your question first.")},
    )
    is_named = forms.BooleanField(label=_("Show my name"), required=False)

    def refuse(self, refused: Refused) -> None:
        """Show an action's sentence at its field."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))


class PollForm(WordsForm):
    """A poll. Answers stand one in a line, the languages in order with “|” between."""

    words = (WordsSpec("text", _("Question to the audience"), 300, is_required=True),)
    order = ("text", "options", "shows_results")
    options = forms.CharField(
        label=_("Answers"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One in a line, the languages in the order above with “|” between: Yes | 是"),
        error_messages={"required": _("Write at least two answers, one in a line.")},
    )
    shows_results = forms.BooleanField(
        label=_("Results are seen while it is open"),
        required=False,
        initial=True,
        help_text=_("Otherwise they appear when it closes."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row: Poll | None = kwargs.get("row")
        super().__init__(*args, **kwargs)
        if row is not None:
            self.initial["options"] = "\n".join(self._line(option["label"]) for option in row.options)

    def _line(self, label: Words) -> str:
        return " | ".join(label.get(code, "") for code in self.text_languages).rstrip(" |")

    def clean_options(self) -> list[Words]:
        """Each line as Words."""
        lines = [line for line in self.cleaned_data["options"].splitlines() if line.strip()]
        return [clean_words(dict(zip(self.text_languages, line.split("|"), strict=False))) for line in lines]
