"""What the organiser says of firms that ask, made clean. Nothing is saved."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.fair.forms import WordsForm
from everfair.fair.models import Edition
from everfair.meetings.models import FirmRule


class FirmRuleForm(WordsForm):
    """Whom firms may ask, and how much."""

    order: ClassVar[Sequence[str]] = ("reach", "most_sent")
    reach = forms.ChoiceField(
        label=_("Firms may ask"), choices=FirmRule.Reach.choices, initial=FirmRule.Reach.KNOWN
    )
    most_sent = forms.IntegerField(
        label=_("Most requests of a firm"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("Those of all its people together that are open or became a meeting. Empty: no limit."),
    )

    def __init__(self, *args: Any, edition: Edition, row: FirmRule | None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, languages=edition.languages, **kwargs)
