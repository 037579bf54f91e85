"""People that a delegation or a firm brings: pasted lines, one person each. Nothing is saved."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from everfair.base.languages import content_language, for_reader
from everfair.base.texts import clean_line
from everfair.people.forms import LANGUAGES

MOST_PEOPLE = 500
_BETWEEN = re.compile(r"[\t;；,，|]")


@dataclass(frozen=True)
class Person:
    """One line: a name, perhaps an address, perhaps a firm."""

    number: int
    name: str
    email: str
    firm: str
    text: str


def read_people(text: str) -> list[Person]:
    """Lines of name, address and firm with tabs, commas or semicolons between; the address is known by its @."""
    found = []
    for number, raw in enumerate(text.splitlines(), start=1):
        cells = [
            clean_line(cell).strip("<>") for cell in _BETWEEN.split(raw.replace("<", ",").replace(">", ""))
        ]
        cells = [cell for cell in cells if cell]
        if not cells:
            continue
        email = next((cell for cell in cells if "@" in cell), "")
        words = [cell for cell in cells if cell != email]
        name, firm = [*words, "", ""][:2]
        found.append(Person(number, name, email, firm, clean_line(raw)[:160]))
    return found


class GroupForm(forms.Form):
    """Under which kind, and whom."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of badge"))
    people = forms.CharField(
        label=gettext_lazy("Whom"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Letters in"), choices=LANGUAGES)

    def __init__(self, *args: Any, kinds: Any, with_firm: bool, **kwargs: Any) -> None:
        self.kinds = {kind.code: kind for kind in kinds}
        kwargs["initial"] = {"language": content_language(get_language()), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["kind"]
        chosen.choices = [(code, for_reader(kind.name)) for code, kind in self.kinds.items()]
        self.fields["people"].help_text = (
            _("One person in a line: name, e-mail address, firm. Paste columns from a spreadsheet.")
            if with_firm
            else _("One person in a line: name, e-mail address. Paste columns from a spreadsheet.")
        )

    def clean_people(self) -> list[Person]:
        """At least one line, not endlessly many."""
        people = read_people(self.cleaned_data["people"])
        if not people:
            raise forms.ValidationError(_("Write one person at least."))
        if len(people) > MOST_PEOPLE:
            raise forms.ValidationError(
                _("At most %(most)d people at a time. Send the rest afterwards."),
                params={"most": MOST_PEOPLE},
            )
        return people
