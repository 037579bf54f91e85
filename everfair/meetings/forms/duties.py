"""A duty at the booth as typed: who, on which day, from when to when on the fair's clock, turned into moments. No saving."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.meetings.forms.availability import ClockField, moment_at
from everfair.meetings.models import BoothDuty, Participant
from everfair.people.forms import LineField


def day_name(day: date) -> str:
    """ "Friday, 4 September 2026" in the reader's language."""
    locale = "zh_Hans" if (get_language() or "en").startswith("zh") else "en_GB"
    return format_date(day, "full", locale=locale)


class DutyForm(forms.Form):
    """One duty of one of the firm's people. Times are the fair's, whatever clock the person who types lives by."""

    person = forms.ChoiceField(label=gettext_lazy("Who is at the booth"))
    day = forms.ChoiceField(label=gettext_lazy("Day"))
    starts = ClockField(label=gettext_lazy("From"))
    ends = ClockField(label=gettext_lazy("Until"))
    may_meet = forms.BooleanField(
        label=gettext_lazy("May meet at our stand meanwhile"),
        required=False,
        help_text=gettext_lazy(
            "Without the tick there are no meetings at all during the duty; elsewhere never."
        ),
    )
    note = LineField(label=gettext_lazy("Note"), required=False, max_length=200)

    def __init__(
        self,
        data: Any = None,
        *,
        staff: Sequence[Participant],
        days: Sequence[date],
        zone: ZoneInfo,
        duty: BoothDuty | None = None,
        day: date | None = None,
        **kwargs: Any,
    ) -> None:
        initial: dict[str, Any] = {"day": day.isoformat()} if day is not None else {}
        if duty is not None:
            starts, ends = duty.starts_at.astimezone(zone), duty.ends_at.astimezone(zone)
            initial = {
                "person": duty.participant.code,
                "day": starts.date().isoformat(),
                "starts": starts.time(),
                "ends": ends.time(),
                "may_meet": duty.may_meet,
                "note": duty.note,
            }
        super().__init__(data, initial=initial, **kwargs)
        self.staff = {one.code: one for one in staff}
        self.zone = zone
        choices: Any = self.fields["person"]
        choices.choices = [(one.code, one.name) for one in staff]
        of_day: Any = self.fields["day"]
        of_day.choices = [(one.isoformat(), day_name(one)) for one in days]
        self.fields["starts"].required = self.fields["ends"].required = True
        clock = _("On the fair's clock (%(zone)s).") % {"zone": zone.key}
        self.fields["starts"].help_text = clock
        self.fields["ends"].help_text = _("00:00 is midnight at the end of the day.")
        for name in ("person", "day"):
            self.fields[name].widget.attrs["class"] = "inp"

    def clean(self) -> dict[str, Any]:
        """Moments out of the day and its times; errors stand at the field they belong to."""
        data = self.cleaned_data
        if data.get("starts") is None or data.get("ends") is None or not data.get("day"):
            return data
        day = date.fromisoformat(data["day"])
        last = day + timedelta(days=1) if data["ends"] == time() else day
        for name, at, on, is_end in (
            ("starts", data["starts"], day, False),
            ("ends", data["ends"], last, True),
        ):
            try:
                data[f"{name}_at"] = moment_at(on, at, self.zone, is_end=is_end)
            except ValidationError as error:
                self.add_error(name, error)
        if "starts_at" in data and "ends_at" in data and data["ends_at"] <= data["starts_at"]:
            self.add_error(
                "ends", _("This ends before it begins. For a night make two duties, one for each day.")
            )
        return data

    def values(self) -> dict[str, Any]:
        """What `save_duty` takes."""
        data = self.cleaned_data
        return {
            "person": self.staff[data["person"]],
            "starts_at": data["starts_at"],
            "ends_at": data["ends_at"],
            "may_meet": data["may_meet"],
            "note": data["note"],
        }

    def refuse(self, refused: Refused) -> None:
        """Show an action's sentence."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))


class CopyDayForm(forms.Form):
    """To which days the duties of one are copied."""

    to = forms.MultipleChoiceField(
        label=gettext_lazy("Copy this day to"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose a day to copy to.")},
    )

    def __init__(self, data: Any = None, *, days: Sequence[date], day: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field: Any = self.fields["to"]
        field.choices = [(one.isoformat(), day_name(one)) for one in days if one != day]

    def clean_to(self) -> list[date]:
        """Days."""
        return [date.fromisoformat(one) for one in self.cleaned_data["to"]]
