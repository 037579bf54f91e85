"""Human input at the badges' desk: why a badge is issued again or void, on which paper a batch is set. No saving."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.base.refusals import Refused

PAPERS = (
    ("a6", _("A6, one badge on each page")),
    ("a4", _("A4, a sheet for each badge, folded twice")),
)


class _Form(forms.Form):
    def values(self) -> dict[str, Any]:
        """What was typed, clean."""
        return dict(self.cleaned_data)

    def refuse(self, refused: Refused) -> None:
        """An action's sentence beside its field."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))


class ReasonForm(_Form):
    """A sentence for the log."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("For example: lost, name corrected, given to somebody else. It stands in the log."),
        error_messages={"required": _("Say why in a sentence: it stands in the log.")},
    )


class BatchForm(_Form):
    """The paper of a batch."""

    paper = forms.ChoiceField(
        label=_("Paper"),
        choices=PAPERS,
        initial="a6",
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a paper."),
            "invalid_choice": _("Choose one of the papers offered."),
        },
    )
