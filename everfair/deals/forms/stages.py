"""A stage of negotiations as the organiser names it. Nothing is saved."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from everfair.fair.forms import WordsForm, WordsSpec


class StageForm(WordsForm):
    """Its name in each of the edition's languages."""

    words: ClassVar[Sequence[WordsSpec]] = (
        WordsSpec("name", _("What the stage is called"), 60, is_required=True),
    )
    order: ClassVar[Sequence[str]] = ("name",)

    def values(self) -> dict[str, Any]:
        """{"name": Words}, once valid."""
        return super().values()
