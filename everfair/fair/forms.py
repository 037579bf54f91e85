"""Human input about fairs, editions, areas, places, sectors, kinds, team and delegations made clean.

Nothing is saved.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from babel import Locale, UnknownLocaleError
from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from everfair.base.countries import country_names
from everfair.base.languages import Words, clean_words, content_language, pick
from everfair.base.refusals import Refused
from everfair.fair.models import Area, Edition, Fair, Place, Sector, TeamMember
from everfair.people.forms import LineField, time_zones

LETTER_LANGUAGES = [("en", "English"), ("zh", "中文")]
CONTENT_LANGUAGES = ("en", "zh", "ar", "de", "es", "fr", "it", "ja", "ko", "pt", "ru", "sw", "th", "vi")
# words that already lead somewhere, at the desk or right below the language
RESERVED_ADDRESSES = frozenset(
    {"new", "delegations", "account", "my", "desk", "booth-desk", "editions", "style", "chain"}
)
Text = str | Promise


def own_name(code: str) -> str:
    """A language's name in itself."""
    try:
        return (Locale.parse(code).display_name or code).capitalize()
    except (UnknownLocaleError, ValueError):
        return code


@dataclass(frozen=True)
class WordsSpec:
    """A text asked for in every language of the edition. `rows` = 0 is one line."""

    name: str
    label: Text
    max_length: int
    rows: int = 0
    help: Text = ""
    is_required: bool = False


@dataclass(frozen=True)
class Part:
    """What the template draws: one field, or one text in several languages side by side."""

    field: BoundField | None = None
    label: Text = ""
    help: Text = ""
    fields: tuple[tuple[str, BoundField], ...] = ()


class WordsForm(forms.Form):
    """A form with texts in several languages beside plain fields.

    Subclasses list both in `words` and `order`.
    """

    words: ClassVar[Sequence[WordsSpec]] = ()
    order: ClassVar[Sequence[str]] = ()

    def __init__(
        self, *args: Any, row: Any = None, languages: Iterable[str] = ("en", "zh"), **kwargs: Any
    ) -> None:
        self.row = row
        held = [code for spec in self.words for code in (getattr(row, spec.name, None) or {})]
        self.text_languages = list(dict.fromkeys([*languages, *held]))
        kwargs["initial"] = {**self._stored(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.refusals: list[Refused] = []
        for spec in self.words:
            for code in self.text_languages:
                self.fields[f"{spec.name}_{code}"] = self._words_field(spec, code)

    def _stored(self) -> dict[str, Any]:
        stored: dict[str, Any] = {}
        if self.row is None:
            return stored
        for spec in self.words:
            stored |= {f"{spec.name}_{code}": text for code, text in getattr(self.row, spec.name).items()}
        stored |= {name: getattr(self.row, name) for name in self.base_fields if hasattr(self.row, name)}
        return stored

    @staticmethod
    def _words_field(spec: WordsSpec, code: str) -> forms.Field:
        attrs: dict[str, Any] = {"lang": {"zh": "zh-Hans"}.get(code, code)}
        label = f"{spec.label} ({own_name(code)})"
        if not spec.rows:
            return LineField(
                label=label, required=False, max_length=spec.max_length, widget=forms.TextInput(attrs=attrs)
            )
        area = forms.Textarea(attrs={**attrs, "rows": spec.rows})
        return forms.CharField(label=label, required=False, max_length=spec.max_length, widget=area)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for spec in self.words:
            if spec.is_required and not self._words(spec.name):
                language = content_language(get_language())
                first = language if language in self.text_languages else self.text_languages[0]
                self.add_error(f"{spec.name}_{first}", _("Fill this in in at least one language."))
        return data

    def _words(self, name: str) -> Words:
        return clean_words(
            {code: self.cleaned_data.get(f"{name}_{code}") or "" for code in self.text_languages}
        )

    def values(self) -> dict[str, Any]:
        """What the action takes: plain fields, and each text as Words."""
        plain = {name: self.cleaned_data.get(name) for name in self.base_fields}
        return plain | {spec.name: self._words(spec.name) for spec in self.words}

    def parts(self) -> list[Part]:
        """Fields in order, texts in several languages as one part."""
        specs = {spec.name: spec for spec in self.words}
        names = list(self.order) or [*specs, *self.base_fields]
        return [self._part(name, specs) for name in names if name in specs or name in self.fields]

    def _part(self, name: str, specs: Mapping[str, WordsSpec]) -> Part:
        if name not in specs:
            return Part(field=self[name])
        fields = tuple((code, self[f"{name}_{code}"]) for code in self.text_languages)
        return Part(label=specs[name].label, help=specs[name].help, fields=fields)

    def refuse(self, error: Refused) -> None:
        """Show an action's sentence at its field, or above the form."""
        self.refusals.append(error)
        name = error.field
        if name and name not in self.fields:
            name = next(
                (f"{name}_{code}" for code in self.text_languages if f"{name}_{code}" in self.fields), None
            )
        self.add_error(name, str(error))


def date_field(label: Any, **more: Any) -> forms.DateField:
    """A day, typed or picked; always written 2026-09-04 in the page's source."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


class FairForm(WordsForm):
    """A fair's name, seal and description."""

    words = (
        WordsSpec("name", _("Name of the fair"), 200, is_required=True),
        WordsSpec("about", _("About the fair"), 10000, rows=5),
    )
    order = ("name", "seal", "about")
    seal = LineField(
        label=_("Seal"),
        max_length=4,
        required=False,
        help_text=_("Two characters, shown as the fair's seal."),
    )


class EditionForm(WordsForm):
    """An edition's settings."""

    words: ClassVar[Sequence[WordsSpec]] = (
        WordsSpec(
            "name", _("Name of the edition"), 200, is_required=True, help=_("Such as “Luming Fair 2026”.")
        ),
        WordsSpec("theme", _("Theme"), 200, help=_("Set large on the front page.")),
        WordsSpec("summary", _("In a few sentences"), 2000, rows=3),
        WordsSpec("venue", _("Venue"), 200),
    )
    order: ClassVar[Sequence[str]] = (
        "name", "theme", "starts_on", "ends_on", "time_zone", "venue", "country", "languages", "summary",
    )  # fmt: skip
    starts_on = date_field(_("First day"))
    ends_on = date_field(_("Last day"))
    time_zone = forms.ChoiceField(label=_("Time zone"), initial="Asia/Shanghai")
    country = forms.ChoiceField(label=_("Country or region"), required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        widget=forms.CheckboxSelectMultiple,
        initial=["en", "zh"],
        help_text=_("Texts are asked for in these. Exhibitors may add others."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row = kwargs.get("row")
        spoken = list(row.languages) if row is not None else ["en", "zh"]
        super().__init__(*args, languages=spoken, **kwargs)
        names = country_names(content_language(get_language()))
        countries = sorted(names.items(), key=lambda item: item[1])
        _choices(self, "time_zone", [(zone, zone.replace("_", " ")) for zone in time_zones()])
        _choices(self, "country", [("", _("not said")), *countries])
        codes = dict.fromkeys([*CONTENT_LANGUAGES, *spoken])
        _choices(self, "languages", [(code, own_name(code)) for code in codes])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error(
                "ends_on", _("The edition ends before it begins. Choose a last day on or after the first.")
            )
        return data


class NewEditionForm(EditionForm):
    """A new edition: of which fair, from what, and which parts come along."""

    order = (
        "fair", "fair_name", "source", "carry", "name", "theme", "starts_on", "ends_on", "time_zone", "venue",
        "country", "languages", "slug",
    )  # fmt: skip
    words = (
        WordsSpec("fair_name", _("Name of the new fair"), 200, help=_("Only for a new fair.")),
        *EditionForm.words,
    )
    fair = forms.ChoiceField(label=_("Fair"))
    source = forms.ChoiceField(label=_("Start from"), widget=forms.RadioSelect, initial="services")
    carry = forms.MultipleChoiceField(
        label=_("What comes along from the earlier edition"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("areas", _("Areas")),
            ("places", _("Booth places")),
            ("sectors", _("Sectors")),
            ("kinds", _("Kinds of activity, outcome and badge")),
            ("questions", _("Application questions")),
            ("task_kinds", _("Tasks")),
            ("synonyms", _("Synonyms")),
            ("delegations", _("Delegations and their people")),
            ("team", _("Team")),
        ],
        initial=["areas", "sectors", "kinds", "questions", "task_kinds", "synonyms"],
        help_text=_("Exhibitors bring their booths over themselves, with one click."),
    )
    slug = forms.SlugField(
        label=_("Address"), max_length=60, required=False, help_text=_("Made from the name when left empty.")
    )

    def __init__(
        self, *args: Any, fairs: Sequence[Fair], editions: Sequence[Edition], may_found: bool, **kwargs: Any
    ):
        self.fairs = {str(fair.pk): fair for fair in fairs}
        self.editions = {f"edition-{edition.pk}": edition for edition in editions}
        super().__init__(*args, **kwargs)
        lang = content_language(get_language())
        chosen = [(key, pick(fair.name, lang)) for key, fair in self.fairs.items()]
        _choices(self, "fair", [*chosen, *([("new", _("A new fair"))] if may_found else [])])
        earlier = [(key, pick(edition.name, lang)) for key, edition in self.editions.items()]
        _choices(
            self,
            "source",
            [
                (
                    "services",
                    _("The services fair: one comprehensive area, eight topical ones, service zones"),
                ),
                *((key, _("As in %(edition)s") % {"edition": name}) for key, name in earlier),
                ("empty", _("Nothing: an empty edition")),
            ],
        )

    def clean_slug(self) -> str:
        """Words of the desk's own addresses are not given away."""
        slug: str = self.cleaned_data["slug"].lower()
        if slug in RESERVED_ADDRESSES:
            raise ValidationError(
                _("The address “%(slug)s” is taken. Choose another."), params={"slug": slug}
            )
        return slug

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("fair") == "new" and not self._words("fair_name"):
            self.add_error(f"fair_name_{self.text_languages[0]}", _("Give the new fair a name."))
        return data

    def source_values(self) -> dict[str, Any]:
        """`template`, `from_edition` and `carry` for `create_edition`."""
        source = self.cleaned_data["source"]
        edition = self.editions.get(source)
        return {
            "template": "services" if source == "services" else None,
            "from_edition": edition,
            "carry": self.cleaned_data["carry"] if edition else (),
        }


def corners_text(shape: Sequence[Sequence[float]]) -> str:
    """A shape as people type it: one corner in a line."""
    return "\n".join(f"{x:g} {y:g}" for x, y in shape)


class AreaForm(WordsForm):
    """An area: name, kind, pigment, corners. The code is asked for once."""

    words = (
        WordsSpec("name", _("Name"), 120, is_required=True),
        WordsSpec("blurb", _("In a sentence"), 1000, rows=2),
    )
    order = ("code", "name", "blurb", "kind", "motif", "position", "shape")
    code = forms.SlugField(
        label=_("Code"),
        max_length=20,
        help_text=_("Short, like 2 or s1. It stands in addresses and place numbers."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Area.Kind.choices, initial=Area.Kind.TOPICAL)
    motif = forms.IntegerField(
        label=_("Colour and pattern"),
        min_value=1,
        max_value=12,
        initial=1,
        help_text=_("A number from 1 to 12."),
    )
    position = forms.IntegerField(label=_("Order"), min_value=0, max_value=999, required=False)
    shape = forms.CharField(
        label=_("Corners on the plan"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "class": "num", "inputmode": "text"}),
        help_text=_("One corner in a line, “left top”, around the edge. The plan is 1000 wide and 600 high."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row = kwargs.get("row")
        if row is not None:
            kwargs["initial"] = {"shape": corners_text(row.shape), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if row is not None:
            del self.fields["code"]

    def clean_shape(self) -> list[list[float]]:
        """Lines of two numbers; commas and semicolons are as good as spaces."""
        lines = [line for line in re.split(r"[\n;]+", self.cleaned_data["shape"]) if line.strip()]
        corners = []
        for line in lines:
            try:
                x, y = (float(number) for number in re.split(r"[,\s，]+", line.strip()))
            except ValueError as error:
                raise ValidationError(
                    _("“%(line)s” is no corner. Write two numbers."), params={"line": line[:40]}
                ) from error
            corners.append([x, y])
        return corners

    def values(self) -> dict[str, Any]:
        values = super().values()
        if values["position"] is None:
            del values["position"]
        return values


class PlaceForm(WordsForm):
    """One booth place."""

    number = LineField(label=_("Number"), max_length=20)
    kind = forms.ChoiceField(label=_("Kind"), choices=Place.Kind.choices, initial=Place.Kind.SHELL)
    x = forms.FloatField(label=_("From the left, m"), required=False)
    y = forms.FloatField(label=_("From the top, m"), required=False)
    width = forms.FloatField(label=_("Width, m"), required=False)
    depth = forms.FloatField(label=_("Depth, m"), required=False)


class LayOutForm(WordsForm):
    """Rows of equal places."""

    rows = forms.IntegerField(label=_("Rows"), min_value=1, max_value=200, initial=2)
    columns = forms.IntegerField(label=_("Places in a row"), min_value=1, max_value=99, initial=10)
    width = forms.FloatField(label=_("Width, m"), min_value=0.5, initial=3)
    depth = forms.FloatField(label=_("Depth, m"), min_value=0.5, initial=3)
    aisle = forms.FloatField(label=_("Aisle after two rows, m"), min_value=0, max_value=50, initial=3)
    left = forms.FloatField(label=_("First place from the left, m"), min_value=0, initial=0)
    top = forms.FloatField(label=_("First place from the top, m"), min_value=0, initial=0)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[choice for choice in Place.Kind.choices if choice[0] != Place.Kind.CLOUD],
        initial=Place.Kind.SHELL,
    )


class SectorForm(WordsForm):
    """A sector; code and the sector above are asked for once."""

    words = (WordsSpec("name", _("Name"), 200, is_required=True),)
    order = ("parent", "code", "name", "cpc", "motif", "position")
    parent = forms.ModelChoiceField(
        label=_("Below"),
        queryset=Sector.objects.none(),
        required=False,
        empty_label=_("nothing: a top sector"),
    )
    code = LineField(label=_("Code"), max_length=20, help_text=_("Like 1.A.a; it is kept for ever."))
    cpc = LineField(label=_("CPC code"), max_length=60, required=False)
    motif = forms.IntegerField(
        label=_("Colour and pattern"),
        min_value=1,
        max_value=12,
        required=False,
        help_text=_("A number from 1 to 12, for the sector and all below it."),
    )
    position = forms.IntegerField(label=_("Order"), min_value=0, max_value=9999, required=False)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, languages=edition.languages, **kwargs)
        if self.row is not None:
            del self.fields["parent"], self.fields["code"]
        else:
            above: Any = self.fields["parent"]
            above.queryset = edition.sectors.order_by("position", "id")

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if value is not None}


class KindForm(WordsForm):
    """A kind of activity, a class of outcome or a kind of badge."""

    words = (WordsSpec("name", _("Name"), 120, is_required=True),)
    position = forms.IntegerField(label=_("Order"), min_value=0, max_value=999, required=False)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if value is not None}


class TeamForm(WordsForm):
    """Whom to take into the team, as what."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=TeamMember.Role.choices, initial=TeamMember.Role.REVIEWER
    )
    area = forms.ModelChoiceField(
        label=_("Only for the area"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=_("every area"),
        help_text=_("Reviewers only."),
    )
    language = forms.ChoiceField(label=_("Language of the letter"), choices=LETTER_LANGUAGES)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas: Any = self.fields["area"]
        areas.queryset = edition.areas.all()


class TeamRoleForm(TeamForm):
    """Another role for a member."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"], self.fields["language"]


class DelegationForm(WordsForm):
    """A delegation's name and quota."""

    words = (WordsSpec("name", _("Name"), 200, is_required=True),)
    quota = forms.IntegerField(
        label=_("Quota"), min_value=0, initial=0, help_text=_("Most firms it may bring; 0 means no limit.")
    )


class MemberForm(WordsForm):
    """Whom to let work for a delegation."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    language = forms.ChoiceField(label=_("Language of the letter"), choices=LETTER_LANGUAGES)


def _choices(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    field: Any = form.fields[name]
    field.choices = choices
