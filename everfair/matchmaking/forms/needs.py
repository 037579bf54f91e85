"""The one form of a need, and a firm's answer: what people type made clean, errors beside the fields. Nothing is saved."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.base.languages import direction
from everfair.base.texts import clean_line, clean_text
from everfair.exhibition.forms.fields import CountriesField, IndentedChoice, LanguagesField, reader_language
from everfair.exhibition.forms.offer import MOST_MORE_SECTORS
from everfair.exhibition.models.offer import MODES, bits_to_modes
from everfair.fair import queries as fair_queries
from everfair.fair.forms import CONTENT_LANGUAGES, date_field, own_name
from everfair.fair.models import Edition
from everfair.matchmaking.forms.need_values import MUST_FIELDS, clean_need, guess_language, title_of
from everfair.matchmaking.models import Need
from everfair.people.models import Organisation

MODE_CHOICES = [
    ("1", gettext_lazy("The service crosses the border; nobody has to travel. GATS mode 1.")),
    ("2", gettext_lazy("We come to where the service is given. GATS mode 2.")),
    ("3", gettext_lazy("The supplier has an office or a firm in our country. GATS mode 3.")),
    ("4", gettext_lazy("The supplier's people come to us for a time. GATS mode 4.")),
]
AUDIENCES = [
    (
        Need.Audience.BOARD,
        gettext_lazy(
            "On the needs board, with my name: everybody can read it, firms of the fair can answer."
        ),
    ),
    (
        Need.Audience.HIDDEN,
        gettext_lazy(
            "On the needs board, without my name: readers see country, size of firm and sector. I decide whom I meet."
        ),
    ),
    (Need.Audience.CHOSEN, gettext_lazy("For the firms I choose, and nobody else. They see my name.")),
]
NO_AMOUNT = gettext_lazy("Write the amount in whole units and digits alone, such as 250000.")
NO_DAY = gettext_lazy("Choose a day, or write it as 2026-09-04.")
MOST_TEXTS = 6  # languages of one need that the form shows


class Text:
    """One language of the need: the box, a title, which language it is."""

    def __init__(self, form: "NeedForm", number: int) -> None:
        self.number = number
        self.text, self.title, self.language = (
            form[f"{name}_{number}"] for name in ("text", "title", "language")
        )

    @property
    def is_used(self) -> bool:
        return bool(self.text.value() or self.title.value())


class NeedForm(forms.Form):
    """What somebody looks for. One box must be filled; everything else narrows it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    sector = IndentedChoice(label=gettext_lazy("Main sector"), queryset=None, required=False)
    modes = forms.MultipleChoiceField(
        label=gettext_lazy("How it should reach us"),
        choices=MODE_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    deliver_to = CountriesField(
        label=gettext_lazy("Where it is needed"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("One country or region."),
    )
    countries = CountriesField(
        label=gettext_lazy("Suppliers from"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Countries or regions with commas between. Empty: from anywhere."),
    )
    partner_languages = LanguagesField(
        label=gettext_lazy("Languages we can work in"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("With commas between. Any one of them will do."),
    )
    sizes = forms.MultipleChoiceField(
        label=gettext_lazy("Size of the supplier"),
        choices=Organisation.Size.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    licence = forms.CharField(label=gettext_lazy("Licence it needs"), required=False, max_length=200)
    licence_in = CountriesField(label=gettext_lazy("Licence valid in"), required=False, max_length=2000)
    budget_from = forms.IntegerField(
        label=gettext_lazy("Budget from"), required=False, error_messages={"invalid": NO_AMOUNT}
    )
    budget_to = forms.IntegerField(
        label=gettext_lazy("Budget to"), required=False, error_messages={"invalid": NO_AMOUNT}
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        required=False,
        help_text=gettext_lazy("Three letters, such as CNY, EUR or USD."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "size": 4}),
    )
    starts_on = date_field(gettext_lazy("Begins on"), required=False, error_messages={"invalid": NO_DAY})
    ends_on = date_field(gettext_lazy("Ends on"), required=False, error_messages={"invalid": NO_DAY})
    closes_on = date_field(
        gettext_lazy("Last day on the board"),
        required=False,
        error_messages={"invalid": NO_DAY},
        help_text=gettext_lazy("After it the need closes by itself. Empty: until you close it."),
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may see it"),
        choices=AUDIENCES,
        widget=forms.RadioSelect,
        initial=Need.Audience.BOARD,
    )

    def __init__(
        self, *args: Any, edition: Edition, need: Need | None = None, today: date | None = None, **kwargs: Any
    ) -> None:
        self.edition, self.need, self.today = edition, need, today or date.today()
        self.clean_values: dict[str, Any] = {}
        held = _stored_texts(need)
        kwargs["initial"] = {**(stored_values(need) if need else {}), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        further = need.more_sectors.count() if need is not None and need.pk else 0
        self.sectors_count = max(
            MOST_MORE_SECTORS, further
        )  # a list may have brought more than a new need has
        self.texts_count = min(max(2, len(held) + 1), MOST_TEXTS)
        for number in range(self.texts_count):
            code = held[number][0] if number < len(held) else ""
            self._add_text(number, code)
        self._add_sectors()
        for name in MUST_FIELDS:
            self.fields[f"must_{name}"] = forms.BooleanField(
                label=gettext_lazy("A condition, not only a wish"), required=False
            )
        self.order_fields(
            ["version", *(f"{n}_{i}" for i in range(self.texts_count) for n in ("text", "title", "language"))]
        )

    def _add_text(self, number: int, code: str) -> None:
        first = number == 0
        codes = dict.fromkeys([*self.edition.languages, *CONTENT_LANGUAGES, *([code] if code else [])])
        rows = 7 if first else 4
        attrs: dict[str, Any] = {"rows": rows, "dir": direction(code) if code else "auto"}
        self.fields[f"text_{number}"] = forms.CharField(
            label=gettext_lazy("What do you look for?") if first else gettext_lazy("Text"),
            required=first,
            widget=forms.Textarea(attrs=attrs),
            error_messages={"required": gettext_lazy("Say what you look for, in your own words.")},
            help_text=gettext_lazy(
                "In your own words and language: what, for whom, by when. Firms of other languages find it too."
            )
            if first
            else "",
        )
        self.fields[f"title_{number}"] = forms.CharField(
            label=gettext_lazy("In one line"),
            required=False,
            widget=forms.TextInput(attrs={"dir": attrs["dir"]}),
            help_text=gettext_lazy("Left empty, the first sentence is taken."),
        )
        auto = [("", gettext_lazy("recognised by itself"))]
        self.fields[f"language_{number}"] = forms.ChoiceField(
            label=gettext_lazy("Written in"),
            required=False,
            choices=[*auto, *((one, own_name(one)) for one in codes)],
        )

    def _add_sectors(self) -> None:
        rows = list(fair_queries.flat_sectors(self.edition))
        queryset = self.edition.sectors.order_by("position", "id")
        for number in range(1, self.sectors_count + 1):
            label = _("Further sector %(number)d") % {"number": number}
            self.fields[f"more_sector_{number}"] = IndentedChoice(
                label=label, queryset=queryset, required=False, empty_label=_("none")
            )
        for name in ("sector", *(f"more_sector_{n}" for n in range(1, self.sectors_count + 1))):
            field: Any = self.fields[name]
            field.queryset = queryset
            field.choices = [("", field.empty_label), *((r.pk, field.label_from_instance(r)) for r in rows)]

    # For the template -----------------------------------------------------------------------------------------
    def texts(self) -> list[Text]:
        """The languages of the need, the reader's first."""
        return [Text(self, number) for number in range(self.texts_count)]

    def more_texts(self) -> list[Text]:
        """All but the first box."""
        return self.texts()[1:]

    def has_more_texts(self) -> bool:
        """Whether a second language is filled, so that it stands open."""
        return any(text.is_used for text in self.more_texts())

    def more_sectors(self) -> list[BoundField]:
        """Bound fields of the further sectors."""
        return [self[f"more_sector_{number}"] for number in range(1, self.sectors_count + 1)]

    def wishes(self) -> list[tuple[BoundField, BoundField | None]]:
        """Fields that narrow the partner, each with its “condition” box."""
        return [(self[name], self[f"must_{must}"]) for name, must in WISHES]

    def has_wishes(self) -> bool:
        """Whether any of them is filled or wrong, so that they stand open."""
        names = [name for name, _must in WISHES] + [
            "licence",
            "budget_from",
            "budget_to",
            "currency",
            "starts_on",
            "ends_on",
            *(f"more_sector_{number}" for number in range(1, self.sectors_count + 1)),
        ]
        return any(self[name].value() or self[name].errors for name in names)

    # Cleaning -------------------------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        titles, texts = self._words(data)
        values = self._values(data) | {"title": titles, "description": texts}
        keeps = self.need.closes_on if self.need is not None else None
        clean, problems = clean_need(values, edition_id=self.edition.pk, today=self.today, keeps=keeps)
        for name, sentence in problems.items():
            field = self._field_of(name, titles, texts)
            if field not in self.errors:
                self.add_error(field, sentence)
        self.clean_values = clean
        return data

    def _words(self, data: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
        titles: dict[str, str] = {}
        texts: dict[str, str] = {}
        self._box: dict[str, int] = {}
        for number in range(self.texts_count):
            text, title = (
                clean_text(data.get(f"text_{number}") or ""),
                clean_line(data.get(f"title_{number}") or ""),
            )
            if not text and not title:
                continue
            code = data.get(f"language_{number}") or guess_language(f"{text} {title}", reader_language())
            if code in self._box:
                self.add_error(
                    f"language_{number}",
                    _("Two boxes are in %(language)s. Say which language this one is in.")
                    % {"language": own_name(code)},
                )
                continue
            self._box[code] = number
            if title:
                titles[code] = title
            if text:
                texts[code] = text
        return titles, texts

    def _field_of(self, name: str, titles: Mapping[str, str], texts: Mapping[str, str]) -> str | None:
        """Where a problem of `clean_need` stands on the page."""
        if name in ("title", "description"):
            for code, number in self._box.items():
                only = {name: {code: (titles if name == "title" else texts).get(code, "")}}
                whole = {"title": {}, "description": {}, **only}
                if name in clean_need(whole, edition_id=0, today=self.today)[1]:
                    return f"{'title' if name == 'title' else 'text'}_{number}"
            return "text_0"
        return {"languages": "partner_languages", "more_sectors": "more_sector_1", "musts": None}.get(
            name, name
        )

    def _values(self, data: Mapping[str, Any]) -> dict[str, Any]:
        more = [data.get(f"more_sector_{n}") for n in range(1, self.sectors_count + 1)]
        deliver = data.get("deliver_to") or []
        if len(deliver) > 1:
            self.add_error(
                "deliver_to", _("Name one country or region; write a need of its own for each other.")
            )
        return {
            "sector": data.get("sector"),
            "more_sectors": [sector for sector in more if sector is not None],
            "modes": [int(mode) for mode in data.get("modes") or () if int(mode) in MODES],
            "countries": data.get("countries") or [],
            "deliver_to": deliver[0] if deliver else "",
            "languages": data.get("partner_languages") or [],
            "sizes": data.get("sizes") or [],
            "licence": data.get("licence") or "",
            "licence_in": data.get("licence_in") or [],
            "audience": data.get("audience") or "",
            "musts": [name for name in MUST_FIELDS if data.get(f"must_{name}")],
            **{
                name: data.get(name)
                for name in ("budget_from", "budget_to", "starts_on", "ends_on", "closes_on")
            },
            "currency": data.get("currency") or "",
        }

    def values(self) -> dict[str, Any]:
        """What `actions.needs.save_need` takes."""
        return {**self.clean_values, "modes": bits_to_modes(self.clean_values.get("modes", 0))}


WISHES = (
    ("modes", "modes"),
    ("deliver_to", "deliver_to"),
    ("countries", "countries"),
    ("partner_languages", "languages"),
    ("sizes", "sizes"),
    ("licence_in", "licence_in"),
)
FIELD_NAMES = {"languages": "partner_languages", "title": "title_0", "description": "text_0"}
"""Names an action refuses with → fields of the form."""


def _stored_texts(need: Need | None) -> list[tuple[str, str, str]]:
    """(language, title, text) of a need, the reader's language first."""
    if need is None:
        return []
    codes = list(dict.fromkeys([reader_language(), *need.title, *need.description]))
    held = [
        (code, _own_title(need, code), need.description.get(code, "") or need.title.get(code, ""))
        for code in codes
    ]
    return [one for one in held if one[1] or one[2]]


def _own_title(need: Need, code: str) -> str:
    """A title that was only the text's first sentence follows the text."""
    title = need.title.get(code, "")
    return "" if title == title_of(need.description.get(code, "") or title) else title


def stored_values(need: Need) -> dict[str, Any]:
    """What the form shows of a need."""
    shown: dict[str, Any] = {
        "version": need.version,
        "sector": need.sector_id,
        "modes": [str(mode) for mode in need.mode_list],
        "deliver_to": [need.deliver_to] if need.deliver_to else [],
        "partner_languages": need.languages,
        **{f"must_{name}": name in need.musts for name in MUST_FIELDS},
    }
    for name in (
        "countries", "sizes", "licence", "licence_in", "budget_from", "budget_to", "currency", "starts_on", "ends_on",
        "closes_on", "audience",
    ):  # fmt: skip
        shown[name] = getattr(need, name)
    more = need.more_sectors.order_by("pk").values_list("sector_id", flat=True) if need.pk else ()
    shown |= {f"more_sector_{n}": pk for n, pk in enumerate(more, start=1)}
    for number, (code, title, text) in enumerate(_stored_texts(need)):
        shown |= {f"language_{number}": code, f"title_{number}": title, f"text_{number}": text}
    return shown


class AnswerForm(forms.Form):
    """A firm's word that it can help."""

    message = forms.CharField(
        label=gettext_lazy("How you can help"),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=gettext_lazy(
            "Two or three sentences are enough: the buyer also sees your booth and your offers."
        ),
        error_messages={"required": gettext_lazy("Say in a sentence or two what you can do for them.")},
    )
