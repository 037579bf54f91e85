"""A form that two people may save at once, through one request: filled, posted, or brought together field by field."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from everfair.base.refusals import EditedMeanwhile
from everfair.exhibition.forms.merging import (
    BASE,
    Difference,
    Merged,
    Sheet,
    fingerprints,
    merge,
    open_choices,
    settled,
)


class Editing:
    """`sheet` is what the page shows, `to_save` what is saved: the same, with "theirs" put in where it was chosen.

    `make` gives the sheet for posted data, or for None what is saved now. `is_new`: nothing is saved yet.
    """

    def __init__(self, request: HttpRequest, make: Callable[[Any], Sheet], *, is_new: bool = False) -> None:
        self.make, self.is_new = make, is_new
        self.data = request.POST if request.method == "POST" else None
        self.sheet = self.to_save = make(self.data)
        self.merged: Merged | None = None
        self.choices: list[Difference] = []
        if self.data is not None and not is_new and "merge" in self.data:
            saved = make(None)
            self.choices = open_choices(self.data, self.sheet, saved)
            self.to_save = make(settled(self.data, saved))

    def is_ready(self) -> bool:
        """Whether there is something posted, every choice is made, and what is to be saved is valid."""
        if self.data is None:
            return False
        is_valid = self.to_save.is_valid()
        if any(not choice.chosen for choice in self.choices):
            self.sheet.form.add_error(None, _("Choose yours or theirs for each field listed below."))
            return False
        if not is_valid and self.to_save is not self.sheet and self.sheet.is_valid():
            for name, errors in self.to_save.form.errors.items():
                self.sheet.form.add_error(None if name == "__all__" else name, errors)
        return is_valid

    def bring_together(self, error: EditedMeanwhile, make: Callable[[Any], Sheet]) -> None:
        """Somebody saved first: show both versions. `make` as above, for the row as it is saved now."""
        assert self.data is not None  # only what was posted can meet another version
        self.merged = merge(self.data, make(self.data), make(None))
        self.choices = self.merged.choices
        self.sheet = make(self.merged.data)
        self.sheet.form.add_error(None, str(error))

    def context(self) -> dict[str, Any]:
        """What the page and exhibitor/exhibition/merge.html read."""
        if self.data is None:
            base = fingerprints(self.sheet)
        else:
            base = (self.merged.data if self.merged else self.data).get(BASE, "")
        return {"form": self.sheet.form, "base": base, "merge": self.merged, "choices": self.choices}
