"""The import's forms at the desk: the file, and which column holds what. Saving is the actions' work."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.exhibition.forms.importing import CATEGORIES, TARGETS, Mapped, Source, Target, as_text
from everfair.exhibition.forms.importing_cells import fold

KEEP = "keep"
_SAMPLE_TEXT = 80


class ImportForm(forms.Form):
    """A file, and the name under which the list is known."""

    file = forms.FileField(
        label=gettext_lazy("The list"),
        help_text=gettext_lazy(
            "Excel workbook (.xlsx), CSV, JSON lines, landscape YAML, or a zip of stand pages (.md)."
        ),
        error_messages={
            "required": gettext_lazy("Choose the file that holds the list."),
            "empty": gettext_lazy("The file is empty. Choose the file that holds the list."),
        },
    )
    source = forms.CharField(
        label=gettext_lazy("Name of the list"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "Send the list again under the same name, and everfair tells what is new, changed and gone. "
            "Left empty, the file's name is taken."
        ),
    )

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > settings.MAX_LIST_MB * 1_000_000:
            raise forms.ValidationError(
                _("The file is larger than %(most)d MB. Remove pictures from it, or split it.")
                % {"most": settings.MAX_LIST_MB}
            )
        return found


@dataclass(frozen=True)
class Word:
    """One of the list's own words for a category, how often it comes, and what it stands for."""

    name: str
    text: str
    count: int
    code: str


@dataclass
class Line:
    """One target field on the mapping page."""

    target: Target
    chosen: str
    kept_label: str = ""
    samples: list[str] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"field-{self.target.key}"


def lines_for(
    mapped: Mapped, columns: Sequence[str], sample: Iterable[Mapping[str, object]]
) -> dict[str, list[Line]]:
    """The mapping page's lines, by group: firm, booth, offer."""
    rows = list(sample)
    groups: dict[str, list[Line]] = {}
    for target in TARGETS.values():
        source = mapped.get(target.key)
        line = Line(target, "")
        if source is not None:
            line.samples = [text for row in rows if (text := _sample(source, row))]
            if _is_plain(source) and source.columns[0] in columns:
                line.chosen = str(list(columns).index(source.columns[0]))
            else:
                line.chosen, line.kept_label = KEEP, describe(source)
        groups.setdefault(target.group, []).append(line)
    return groups


def describe(source: Source) -> str:
    """A mapping that is more than one column, in words: "category / subcategory, else name"."""
    if not source.columns:
        told = f"“{source.constant}”" if source.constant else ""
    elif source.join is not None:
        told = " + ".join(source.columns)
    else:
        told = _(", else ").join(source.columns)
    if source.otherwise is not None:
        told += _(", else ") + describe(source.otherwise)
    return told


def _is_plain(source: Source) -> bool:
    return len(source.columns) == 1 and source == Source(columns=source.columns, values=source.values)


def _sample(source: Source, row: Mapping[str, object]) -> str:
    value = next((value for _column, value in source.candidates(row)), None)
    text = " ".join(as_text(value).split())
    return text if len(text) <= _SAMPLE_TEXT else text[: _SAMPLE_TEXT - 1] + "…"


def words_for(
    key: str, source: Source, counted: Iterable[tuple[str, int]], known: Mapping[str, str]
) -> list[Word]:
    """The words of a category with what each stands for: as mapped before, as the edition knows it, or
    nothing."""
    values = {fold(word): code for word, code in source.values.items()}
    return [
        Word(f"word-{key}-{place}", text, count, values.get(fold(text)) or known.get(fold(text), ""))
        for place, (text, count) in enumerate(counted)
    ]


def mapping_from_post(posted: Mapping[str, Any], before: Mapped, columns: Sequence[str]) -> dict[str, Source]:
    """The mapping as chosen on the page. A kept field stays as it was; words chosen for codes go into its
    value map."""
    mapped: dict[str, Source] = {}
    for key in TARGETS:
        chosen = str(posted.get(f"field-{key}", ""))
        earlier = before.get(key)
        if chosen == KEEP and earlier is not None:
            source = earlier
        elif chosen.isdecimal() and int(chosen) < len(columns):
            column = columns[int(chosen)]
            same = earlier is not None and earlier.columns == (column,)
            source = replace(earlier, join=None) if same and earlier else Source(columns=(column,))
        else:
            continue
        if key in CATEGORIES:
            source = replace(source, values={**source.values, **_words_from_post(posted, key)})
        if shares_words(key, {**mapped, key: source}):
            source = replace(source, values=mapped["sector"].values)
        mapped[key] = source
    return mapped


def shares_words(key: str, mapped: Mapped) -> bool:
    """Whether an offer's sector is told by the same columns as its exhibitor's: then the words are shown
    once."""
    return key == "offer_sector" and "sector" in mapped and mapped[key].columns == mapped["sector"].columns


def _words_from_post(posted: Mapping[str, Any], key: str) -> dict[str, str]:
    found: dict[str, str] = {}
    place = 0
    while (text := posted.get(f"word-{key}-{place}-text")) is not None:
        code = str(posted.get(f"word-{key}-{place}", ""))
        if code:
            found[str(text)] = code
        place += 1
    return found
