"""An organiser's synonyms made clean: one word or phrase a line, by language. No saving."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import pick
from everfair.fair.forms import WordsForm, WordsSpec
from everfair.fair.models import Edition
from everfair.search.queries.synonyms import SynonymEntry


class SynonymForm(WordsForm):
    """A group of words and phrases that mean the same. `entry` is the group being changed."""

    words = (WordsSpec("terms", _("Words and phrases, one a line"), 2000, rows=4, is_required=True),)
    order = ("terms", "sector_code")
    sector_code = forms.ChoiceField(label=_("Sector"), required=False)

    def __init__(
        self, *args: Any, edition: Edition, language: str, entry: SynonymEntry | None = None, **kwargs: Any
    ) -> None:
        row = None
        if entry is not None:
            lines = {code: "\n".join(terms) for code, terms in entry.terms.items()}
            row = SimpleNamespace(terms=lines, sector_code=entry.sector_code)
        super().__init__(*args, row=row, languages=edition.languages, **kwargs)
        sectors = edition.sectors.filter(parent=None).order_by("position", "id")
        choices: Any = self.fields["sector_code"]
        choices.choices = [("", _("any sector"))] + [
            (sector.code, f"{sector.code} {pick(sector.name, language)}") for sector in sectors
        ]

    def values(self) -> dict[str, Any]:
        """`terms` as lists by language, `sector_code`."""
        data = super().values()
        terms = {
            code: text.replace(";", "\n").replace("；", "\n").splitlines()
            for code, text in data["terms"].items()
        }
        return {"terms": terms, "sector_code": data["sector_code"] or ""}
