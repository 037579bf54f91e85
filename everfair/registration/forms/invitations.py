"""Invitations as people type or paste them: one address, or a whole column from a spreadsheet. Nothing is sent."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from everfair.base.languages import content_language, for_reader
from everfair.base.texts import clean_line
from everfair.people.forms import LANGUAGES

MOST_LINES = 2000
_ADDRESS = re.compile(r"[^\s<>,;，；|\"'“”()（）]+@[^\s<>,;，；|\"'“”()（）]+")
_AROUND = " \t<>,;，；|\"'“”()（）"


@dataclass(frozen=True)
class Line:
    """One line of a pasted list: its number, an address ("" where there is none), a name."""

    number: int
    email: str
    name: str
    text: str


def read_lines(text: str) -> list[Line]:
    """Lines in any of the usual shapes: an address, "Name <address>", cells with tabs, commas or semicolons between."""
    found = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = clean_line(raw)
        if not line:
            continue
        match = _ADDRESS.search(raw)
        email = match.group().strip(".").lower() if match else ""
        rest = raw.replace(match.group(), " ", 1) if match else raw
        name = clean_line(re.split(r"[\t,;，；|]", rest.strip(_AROUND))[0].strip(_AROUND))
        found.append(Line(number, email, name[:120], line[:120]))
    return found


class InviteForm(forms.Form):
    """Under which kind, in which language, and whom."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of badge"))
    people = forms.CharField(
        label=gettext_lazy("Whom"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        max_length=400_000,
        help_text=gettext_lazy(
            "One person in a line: an address, or a name and an address. Paste a column from a spreadsheet."
        ),
    )
    language = forms.ChoiceField(label=gettext_lazy("Letters in"), choices=LANGUAGES)
    days = forms.IntegerField(
        label=gettext_lazy("Days the invitation holds"), min_value=1, max_value=365, initial=30
    )

    def __init__(self, *args: Any, kinds: Any, **kwargs: Any) -> None:
        self.kinds = {kind.code: kind for kind in kinds}
        kwargs["initial"] = {
            "language": content_language(get_language()),
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["kind"]
        chosen.choices = [(code, for_reader(kind.name)) for code, kind in self.kinds.items()]

    def clean_people(self) -> list[Line]:
        """At least one line, not endlessly many."""
        lines = read_lines(self.cleaned_data["people"])
        if not lines:
            raise forms.ValidationError(_("Write one address at least."))
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(
                _("At most %(most)d people at a time. Send the rest afterwards."), params={"most": MOST_LINES}
            )
        return lines
