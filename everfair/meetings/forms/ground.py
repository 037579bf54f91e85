"""What the organiser types about meetings made clean: rules, hours, kinds' rules, blocked pairs. Nothing is saved."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import for_reader
from everfair.exhibition.models import Exhibitor
from everfair.fair.forms import WordsForm
from everfair.fair.models import Area, BadgeKind, Edition
from everfair.meetings.models import KindRule, MeetingRules, Participant
from everfair.meetings.queries.ground import DayHours, hours_of
from everfair.people.forms import LineField
from everfair.programme.forms.fields import FairTimeField, on_the_fairs_clock, spoken_languages

EMPTY_WALKS = 3  # rows for more pairs of halls
HOURS = ("opens", "closes", "lunch_from", "lunch_until")


def area_label(area: Area) -> str:
    """ "N1 North hall"."""
    return f"{area.sign} {for_reader(area.name)}"


class AreaField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the edition's areas."""

    def label_from_instance(self, obj: Any) -> str:
        return area_label(obj)


class RulesForm(WordsForm):
    """How an edition holds its meetings; the ways between halls are rows of their own."""

    order: ClassVar[Sequence[str]] = (
        "is_open", "answer_hours", "hand_on_hours", "buffer", "languages", "wishes_open_at", "wishes_close_at",
        "visitor_musts", "firm_musts",
    )  # fmt: skip
    is_open = forms.BooleanField(
        label=_("People may ask for meetings"),
        required=False,
        help_text=_("Switched off, requests and answers rest; meetings that were agreed stay."),
    )
    answer_hours = forms.IntegerField(
        label=_("Hours to answer"),
        min_value=1,
        max_value=720,
        initial=72,
        help_text=_("Then a request runs out, and the slot and the asker's quota are free again."),
    )
    hand_on_hours = forms.IntegerField(
        label=_("Hours of silence before a colleague is asked"),
        min_value=0,
        max_value=720,
        initial=24,
        help_text=_("0: never."),
    )
    buffer = forms.IntegerField(
        label=_("Minutes between a meeting on site and one on line"), min_value=0, max_value=240, initial=10
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of meetings"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Between two of them people may ask for an interpreter."),
    )
    wishes_open_at = FairTimeField(label=_("Wishes are taken from"), required=False)
    wishes_close_at = FairTimeField(label=_("Wishes are taken until"), required=False)
    visitor_musts = forms.IntegerField(
        label=_("Wishes of a visitor that may be a must"),
        min_value=0,
        max_value=500,
        initial=10,
        help_text=_("Musts come before all other wishes. Where all are a must, none is."),
    )
    firm_musts = forms.IntegerField(
        label=_("Wishes of a firm that may be a must"), min_value=0, max_value=500, initial=30
    )

    def __init__(self, *args: Any, edition: Edition, row: MeetingRules | None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, languages=edition.languages, **kwargs)
        on_the_fairs_clock(self, edition)
        codes = [*edition.languages, *(row.languages if row else [])]
        self.fields["languages"].choices = spoken_languages(*codes)  # type: ignore[attr-defined]
        self.areas = {area.code: area for area in edition.areas.all()}
        self.walks = self._add_walks(dict(row.walking) if row else {})

    def _add_walks(self, held: dict[str, int]) -> list[int]:
        pairs = [(*key.split(), minutes) for key, minutes in sorted(held.items())]
        pairs += [("", "", None)] * (EMPTY_WALKS if len(self.areas) > 1 else 0)
        choices = [("", "–"), *((code, area_label(area)) for code, area in self.areas.items())]
        for number, (a, b, minutes) in enumerate(pairs):
            for name, label, value in (("a", _("From hall"), a), ("b", _("To hall"), b)):
                self.fields[f"walk_{name}_{number}"] = forms.ChoiceField(
                    label=label, choices=choices, required=False, initial=value
                )
            self.fields[f"walk_minutes_{number}"] = forms.IntegerField(
                label=_("Minutes on foot"), min_value=1, max_value=240, required=False, initial=minutes
            )
        return list(range(len(pairs)))

    def walk_rows(self) -> list[tuple[Any, Any, Any]]:
        """The bound fields of each pair of halls."""
        return [(self[f"walk_a_{n}"], self[f"walk_b_{n}"], self[f"walk_minutes_{n}"]) for n in self.walks]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.walking: dict[str, int] = {}
        for n in self.walks:
            a, b = data.get(f"walk_a_{n}") or "", data.get(f"walk_b_{n}") or ""
            minutes = data.get(f"walk_minutes_{n}")
            if not (a or b or minutes) or f"walk_minutes_{n}" in self.errors:
                continue
            if not (a and b and minutes):
                self.add_error(
                    f"walk_minutes_{n}", _("Name both halls and the minutes, or leave the row empty.")
                )
            elif a == b:
                self.add_error(f"walk_b_{n}", _("Choose two different halls."))
            else:
                self.walking[" ".join(sorted((a, b)))] = minutes
        return data

    def values(self) -> dict[str, Any]:
        """Fields of the row, and `walking`."""
        return {**super().values(), "walking": self.walking}


class SlotsForm(WordsForm):
    """Length of a meeting and the hours of each day."""

    minutes = forms.IntegerField(label=_("Minutes of a meeting"), min_value=5, max_value=240, initial=20)
    pause = forms.IntegerField(label=_("Minutes between two"), min_value=0, max_value=120, initial=10)

    def __init__(self, *args: Any, edition: Edition, row: MeetingRules | None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, languages=edition.languages, **kwargs)
        labels = {
            "opens": _("Meetings from"),
            "closes": _("until"),
            "lunch_from": _("Lunch from"),
            "lunch_until": _("lunch until"),
        }
        self.days: list[date] = []
        for one in hours_of(edition, row):
            self.days.append(one.day)
            for name in HOURS:
                widget = forms.TimeInput(attrs={"type": "time", "step": "300"}, format="%H:%M")
                self.fields[f"{name}_{one.day.isoformat()}"] = forms.TimeField(
                    label=labels[name], required=False, initial=getattr(one, name), widget=widget
                )

    def day_rows(self) -> list[tuple[date, list[Any]]]:
        """Each day with the bound fields of its hours."""
        return [(day, [self[f"{name}_{day.isoformat()}"] for name in HOURS]) for day in self.days]

    def values(self) -> dict[str, Any]:
        """`minutes`, `pause` and `hours`."""
        data = self.cleaned_data
        hours = [
            DayHours(day, *(data.get(f"{name}_{day.isoformat()}") for name in HOURS)) for day in self.days
        ]
        return {"minutes": data["minutes"], "pause": data["pause"], "hours": hours}


class _Kinds(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return for_reader(obj.name)


class KindRuleForm(WordsForm):
    """What holders of one kind of badge may ask, and how much."""

    order: ClassVar[Sequence[str]] = (
        "may_ask_exhibitors", "may_ask", "most_sent", "most_received", "most_a_day",
    )  # fmt: skip
    may_ask_exhibitors = forms.BooleanField(label=_("May ask exhibitors"), required=False, initial=True)
    may_ask = _Kinds(
        label=_("May ask visitors who hold"),
        queryset=BadgeKind.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    most_sent = forms.IntegerField(
        label=_("Most requests of their own"),
        min_value=1,
        required=False,
        help_text=_("Those that are open or became a meeting. Empty: no limit."),
    )
    most_received = forms.IntegerField(
        label=_("Most requests of others"), min_value=1, required=False, help_text=_("Empty: no limit.")
    )
    most_a_day = forms.IntegerField(
        label=_("Most meetings a day"), min_value=1, required=False, help_text=_("Empty: no limit.")
    )

    def __init__(self, *args: Any, kind: BadgeKind, row: KindRule | None, **kwargs: Any) -> None:
        if row is not None:
            kwargs["initial"] = {"may_ask": list(row.may_ask.all()), **(kwargs.get("initial") or {})}
        super().__init__(*args, row=row, languages=kind.edition.languages, **kwargs)
        field: Any = self.fields["may_ask"]
        field.queryset = kind.edition.badge_kinds.all()


class PairForm(WordsForm):
    """Two who are kept apart: named by code, address or name."""

    order: ClassVar[Sequence[str]] = ("a", "other", "note")
    a = LineField(
        label=_("This person"), max_length=200, help_text=_("Name, or the code on the person's page here.")
    )
    other = LineField(
        label=_("… and this person or firm"),
        max_length=200,
        help_text=_("Name or code of a person or a firm."),
    )
    note = LineField(
        label=_("Why"), max_length=300, required=False, help_text=_("Read by the organiser's team only.")
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, languages=edition.languages, **kwargs)
        self.edition = edition

    def clean_a(self) -> Any:
        """The one person meant."""
        return self._only(self._people(self.cleaned_data["a"]), self.cleaned_data["a"])

    def clean_other(self) -> Any:
        """The one person or firm meant."""
        text = self.cleaned_data["other"]
        return self._only([*self._people(text), *self._firms(text)], text)

    def values(self) -> dict[str, Any]:
        """`a`, and `other` (a person) or `exhibitor` (a firm), `note`."""
        data = self.cleaned_data
        key = "exhibitor" if isinstance(data["other"], Exhibitor) else "other"
        return {"a": data["a"], key: data["other"], "note": data["note"]}

    def _people(self, text: str) -> list[Any]:
        rows = Participant.objects.filter(edition=self.edition)
        by_code = list(rows.filter(code=text.lower()))
        exact = by_code or list(rows.filter(name__iexact=text)[:6])
        return exact or list(rows.filter(name__icontains=text)[:6])

    def _firms(self, text: str) -> list[Any]:
        rows = Exhibitor.objects.filter(edition=self.edition).select_related("organisation")
        by_code = list(rows.filter(code=text.lower()))
        exact = by_code or [*rows.filter(organisation__name__en__iexact=text)[:6]]
        exact = exact or [*rows.filter(organisation__name__zh=text)[:6]]
        exact = exact or [*rows.filter(organisation__name__en__icontains=text)[:6]]
        return exact or [*rows.filter(organisation__name__zh__icontains=text)[:6]]

    def _only(self, found: list[Any], text: str) -> Any:
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("Nobody here is called “%(name)s”."), params={"name": text})
        shown = ", ".join(f"{one} ({one.code})" for one in found[:5])
        raise ValidationError(_("Several fit. Write the code: %(people)s"), params={"people": shown})
