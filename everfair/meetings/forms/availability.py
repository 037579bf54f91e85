"""When and how somebody can meet, said on their own clock and turned into moments. No saving."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.meetings.models import FreeTime
from everfair.meetings.queries.diary import MeetingDay
from everfair.people.forms import time_zones
from everfair.programme.forms.fields import spoken_languages

PARTS = 2  # stretches of a day offered at once; whoever has more gets one more than they have
MOST_PARTS = 12
PLACES = [
    ("", gettext_lazy("on site or on line")),
    ("on_site", gettext_lazy("on site")),
    ("online", gettext_lazy("on line")),
]


@dataclass(frozen=True, slots=True)
class FreePart:
    """From when to when (aware, UTC) and where: "on_site", "online" or "" for both."""

    starts_at: datetime
    ends_at: datetime
    place: str = ""


def moment_at(day: date, at: time, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """The moment (UTC) a clock in `zone` shows `at` on `day`. An hour that comes twice counts whole.

    ValidationError where the clock skips that time; the sentence says from when to when.
    """
    wall = datetime.combine(day, at)
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != wall:
        raise ValidationError(_skipped(wall, zone))
    return max(first, second) if is_end else min(first, second)


def _skipped(wall: datetime, zone: ZoneInfo) -> str:
    """That the clock goes forward over this time, in words."""
    last = wall
    while not _exists(last, zone):
        last -= timedelta(minutes=1)
    before = (last + timedelta(minutes=1)).replace(tzinfo=None)
    after = wall
    while not _exists(after, zone):
        after += timedelta(minutes=1)
    return _(
        "There is no %(time)s on %(day)s: the clock there goes from %(before)s straight to %(after)s. "
        "Choose %(after)s or later."
    ) % {
        "time": wall.strftime("%H:%M"),
        "day": _day(wall.date()),
        "before": before.strftime("%H:%M"),
        "after": after.strftime("%H:%M"),
    }


def _exists(wall: datetime, zone: ZoneInfo) -> bool:
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall


def _locale() -> str:
    return "zh_Hans" if (get_language() or "en").startswith("zh") else "en_GB"


def _day(day: date) -> str:
    return format_date(day, "long", locale=_locale())


class ClockField(forms.TimeField):
    """A time of day; "24:00" is midnight at the day's end, as 00:00 is where a stretch ends."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time", "step": "300", "class": "inp"}, format="%H:%M")
        super().__init__(widget=widget, required=False, input_formats=["%H:%M", "%H:%M:%S"], **more)
        self.error_messages["invalid"] = _("Write a time such as 14:30.")

    def to_python(self, value: Any) -> Any:
        return super().to_python("00:00" if str(value or "").strip() == "24:00" else value)


class AvailabilityForm(forms.Form):
    """A person's free time, day by day, on the clock of `zone`.

    `days` are the days with meetings on that clock; `held` what was said before, None: free whenever.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        days: Sequence[MeetingDay],
        zone: ZoneInfo,
        held: Sequence[FreeTime] | None = None,
        span: tuple[datetime, datetime] | None = None,
    ) -> None:
        super().__init__(data)
        self.days, self.zone, self.span = list(days), zone, span
        self.parts: dict[date, int] = {}
        for day in self.days:
            self._add_day(day, _parts_of(day, zone, held), data)

    def _add_day(self, day: MeetingDay, said: list[tuple[time, time, str]], data: Any) -> None:
        count = max(PARTS, len(said) + 1)
        if data is not None:
            sent = sum(1 for number in range(MOST_PARTS) if _name(day.day, number, "from") in data)
            count = max(PARTS, sent)
        self.parts[day.day] = count = min(count, MOST_PARTS)
        for number in range(count):
            known = said[number] if number < len(said) else (None, None, "")
            names = {"day": _day(day.day), "number": number + 1}
            start = ClockField(label=_("%(day)s, stretch %(number)d, from") % names, initial=known[0])
            end = ClockField(label=_("%(day)s, stretch %(number)d, until") % names, initial=known[1])
            place = forms.ChoiceField(
                label=_("%(day)s, stretch %(number)d, where") % names,
                choices=PLACES,
                required=False,
                initial=known[2],
            )
            place.widget.attrs["class"] = "inp"
            for key, field in (("from", start), ("until", end), ("where", place)):
                self.fields[_name(day.day, number, key)] = field

    def rows(self) -> Iterator[tuple[MeetingDay, list[dict[str, Any]]]]:
        """Each day with the bound fields of its stretches, for the page."""
        for day in self.days:
            yield (
                day,
                [
                    {key: self[_name(day.day, number, key)] for key in ("from", "until", "where")}
                    for number in range(self.parts[day.day])
                ],
            )

    def clean(self) -> dict[str, Any]:
        """Every stretch as moments; errors stand at the field they belong to."""
        found: list[FreePart] = []
        for day in self.days:
            mine: list[FreePart] = []
            for number in range(self.parts[day.day]):
                part = self._part(day, number)
                if part is None:
                    continue
                if any(one.starts_at < part.ends_at and part.starts_at < one.ends_at for one in mine):
                    self.add_error(
                        _name(day.day, number, "from"),
                        _("This overlaps with another stretch of the day. Make one of both, or move one."),
                    )
                    continue
                mine.append(part)
            found += mine
        self.cleaned_data["parts"] = found
        return self.cleaned_data

    def _part(self, day: MeetingDay, number: int) -> FreePart | None:
        names = {key: _name(day.day, number, key) for key in ("from", "until", "where")}
        if names["from"] in self.errors or names["until"] in self.errors:
            return None
        start, end = self.cleaned_data.get(names["from"]), self.cleaned_data.get(names["until"])
        if start is None and end is None:
            return None
        if start is None or end is None:
            missing = names["from"] if start is None else names["until"]
            self.add_error(missing, _("Say both times, or leave both empty."))
            return None
        try:
            starts_at = moment_at(day.day, start, self.zone)
        except ValidationError as error:
            self.add_error(names["from"], error)
            return None
        try:
            last = day.day + timedelta(days=1) if end == time() else day.day
            ends_at = moment_at(last, end, self.zone, is_end=True)
        except ValidationError as error:
            self.add_error(names["until"], error)
            return None
        if ends_at <= starts_at:
            self.add_error(
                names["until"],
                _("This ends before it begins. For a night, use two days: until 00:00, from 00:00."),
            )
            return None
        if not self._is_inside(names, starts_at, ends_at) or not self._fits(day, names, starts_at, ends_at):
            return None
        return FreePart(starts_at, ends_at, self.cleaned_data.get(names["where"]) or "")

    def _is_inside(self, names: dict[str, str], starts_at: datetime, ends_at: datetime) -> bool:
        if self.span is None or (starts_at >= self.span[0] and ends_at <= self.span[1]):
            return True
        name = names["from"] if starts_at < self.span[0] else names["until"]
        self.add_error(
            name,
            _("The fair is from %(first)s to %(last)s on this clock. Choose a time within it.")
            % {"first": _moment(self.span[0], self.zone), "last": _moment(self.span[1], self.zone)},
        )
        return False

    def _fits(self, day: MeetingDay, names: dict[str, str], starts_at: datetime, ends_at: datetime) -> bool:
        """A stretch in which no meeting can be helps nobody: better said at once."""
        if any(starts_at <= start and end <= ends_at for start, end in day.slots):
            return True
        self.add_error(
            names["from"],
            _(
                "No meeting fits in there. On that day meetings are from %(first)s to %(last)s, %(minutes)d minutes each."
            )
            % {
                "first": _clock(day.slots[0][0], self.zone),
                "last": _clock(day.slots[-1][1], self.zone),
                "minutes": int((day.slots[0][1] - day.slots[0][0]).total_seconds() // 60),
            },
        )
        return False

    def refuse(self, refused: Refused) -> None:
        """Show an action's sentence."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))


def _name(day: date, number: int, key: str) -> str:
    return f"{day:%Y%m%d}-{number}-{key}"


def _parts_of(
    day: MeetingDay, zone: ZoneInfo, held: Sequence[FreeTime] | None
) -> list[tuple[time, time, str]]:
    """What was said for this day, cut at its midnights; all hours of meetings where nothing was said yet."""
    if held is None:
        return [(day.slots[0][0].astimezone(zone).time(), day.slots[-1][1].astimezone(zone).time(), "")]
    begin = datetime.combine(day.day, time(), zone)
    end = datetime.combine(day.day + timedelta(days=1), time(), zone)
    found = []
    for one in held:
        starts_at, ends_at = max(one.starts_at, begin), min(one.ends_at, end)
        if starts_at < ends_at:
            found.append((starts_at.astimezone(zone).time(), ends_at.astimezone(zone).time(), one.place))
    return found


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return format_time(at.astimezone(zone).replace(tzinfo=None), "HH:mm", locale=_locale())


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{format_date(local.date(), 'medium', locale=_locale())} {local:%H:%M}"


class ClockForm(forms.Form):
    """By which clock somebody says when they are free."""

    zone = forms.ChoiceField(label=gettext_lazy("On the clock of"), required=False)

    def __init__(self, *args: Any, fair_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["zone"]
        others = [(name, name.replace("_", " ")) for name in time_zones() if name != fair_zone]
        zone.choices = [(fair_zone, _("the fair, %(zone)s") % {"zone": fair_zone.replace("_", " ")}), *others]
        zone.widget.attrs["class"] = "inp"


class WaysForm(forms.Form):
    """How somebody meets: where, in which languages, how many in a row, and whether requests need their answer."""

    is_on_site = forms.TypedChoiceField(
        label=gettext_lazy("Where I am during the fair"),
        choices=[("1", gettext_lazy("at the fair")), ("0", gettext_lazy("elsewhere: I meet on line only"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    languages = forms.MultipleChoiceField(
        label=pgettext_lazy("person", "Languages I speak"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    longest_run = forms.IntegerField(
        label=gettext_lazy("Meetings in a row at most"),
        required=False,
        min_value=1,
        max_value=50,
        help_text=gettext_lazy("Then a free slot. Empty: no limit."),
        widget=forms.NumberInput(attrs={"class": "inp"}),
    )
    keeps_lunch = forms.BooleanField(label=gettext_lazy("Keep my lunch time free"), required=False)
    accepts_at_once = forms.BooleanField(
        label=gettext_lazy("Accept requests for a time I am free without asking me"), required=False
    )
    takes_part = forms.BooleanField(
        label=gettext_lazy("I take part in meetings"),
        required=False,
        help_text=gettext_lazy("Without the tick nobody can ask you. Meetings already agreed stay."),
    )

    def __init__(
        self, *args: Any, offered: Sequence[str] = (), held: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = dict(spoken_languages(*offered, *held))
        languages: Any = self.fields["languages"]
        languages.choices = [(code, known[code]) for code in dict.fromkeys([*offered, *held, *known])]

    def clean_languages(self) -> list[str]:
        """Those of the meetings first, in the organiser's order."""
        return list(self.cleaned_data["languages"])
