"""What a person chooses about being seen, made clean. Nothing is saved."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from everfair.presence.models import Showing

UNTIL_I_SAY = datetime(9999, 1, 1, tzinfo=UTC)
LEVELS = (
    (Showing.Level.NAME, _("My name, my firm and its country")),
    (Showing.Level.FIRM, _("My firm and its country, not my name")),
    (Showing.Level.COUNT, _("Only that somebody is here: I am one more in a number")),
    (Showing.Level.NOTHING, _("Nothing: I am not counted either")),
)
QUIETS = (("", _("no")), ("hour", _("for an hour")), ("today", _("for today")), ("open", _("until I say")))


class ShowingForm(forms.Form):
    """`showing`: what stands now; `may_attend`: the person is of a team with a booth; `zone`: the fair's, where a day ends."""

    level = forms.ChoiceField(
        label=_("What a booth's team reads of me while I am at its booth"), choices=LEVELS, widget=forms.RadioSelect
    )  # fmt: skip
    may_greet = forms.BooleanField(
        label=_("A booth's team may speak to me first"), required=False,
        help_text=_("Once for each booth, in writing. Only with your name or firm shown: nobody greets a number."),
    )  # fmt: skip
    quiet = forms.ChoiceField(
        label=_("Do not disturb"), choices=QUIETS, required=False, widget=forms.RadioSelect,
        help_text=_("No greeting and no ring meanwhile. Messages still reach you."),
    )  # fmt: skip
    attends = forms.BooleanField(
        label=_("I stand at my firm's booth"), required=False,
        help_text=_("While a page of the booth's desk is open here, visitors read that somebody of the firm is here, never who, and may call."),
    )  # fmt: skip

    def __init__(self, *args: Any, showing: Showing, may_attend: bool, zone: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.showing, self.zone, self.now = showing, ZoneInfo(zone), timezone.now()
        until = showing.quiet_until
        is_quiet = until is not None and until > self.now
        self.initial = {
            "level": showing.level, "may_greet": showing.may_greet, "quiet": "", "attends": showing.attends,
        }  # fmt: skip
        if until is not None and is_quiet:
            self.initial["quiet"] = "open" if until >= UNTIL_I_SAY else "kept"
            if until < UNTIL_I_SAY:
                said = _("until %(time)s") % {
                    "time": date_format(timezone.localtime(until), "DATETIME_FORMAT")
                }
                self.fields["quiet"].choices = [*QUIETS, ("kept", said)]  # type: ignore[attr-defined]
        if not may_attend:
            del self.fields["attends"]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        found = self.cleaned_data
        ends: dict[str, datetime | None] = {
            "hour": self.now + timedelta(hours=1), "today": self._end_of_day(), "open": UNTIL_I_SAY,
            "kept": self.showing.quiet_until,
        }  # fmt: skip
        return {
            "level": found["level"], "may_greet": found["may_greet"], "quiet_until": ends.get(found["quiet"]),
            "attends": found.get("attends"),
        }  # fmt: skip

    def _end_of_day(self) -> datetime:
        """Midnight where the fair is."""
        tomorrow = timezone.localtime(self.now, self.zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), self.zone)
