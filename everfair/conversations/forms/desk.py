"""What the organiser sets and decides about conversations, made clean. Nothing is saved."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.conversations.queries.moderation import may_join_help_desk
from everfair.fair.forms import WordsForm, WordsSpec, date_field
from everfair.fair.models import Edition


def _number(label: Any, least: int, most: int, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


class TalkRulesForm(WordsForm):
    """All numbers of an edition's conversations."""

    words: ClassVar[Sequence[WordsSpec]] = (
        WordsSpec(
            "help_hours", _("When the help desk is there"), 300,
            help=_("Such as “Every day of the fair, 9:00 to 18:00”. Said to whoever writes to it."),
        ),
    )  # fmt: skip
    order: ClassVar[Sequence[str]] = (
        "is_open", "letter_minutes", "hand_over_hours", "messages_a_minute", "begun_a_day", "kept_days",
        "has_help_desk", "help_hours",
    )  # fmt: skip
    is_open = forms.BooleanField(
        label=_("New conversations may begin"),
        required=False,
        help_text=_("Switched off, nobody writes to anybody new; conversations there are go on."),
    )
    letter_minutes = _number(
        _("Minutes until a letter tells of a new message"), 0, 1440,
        _("Who has read it by then gets none. 0: at once."),
    )  # fmt: skip
    hand_over_hours = _number(
        _("Hours until a conversation nobody answers goes to a colleague"), 1, 240,
        _("Within the same team, one after another, each with a letter."),
    )  # fmt: skip
    messages_a_minute = _number(
        _("Messages one person may send within a minute"), 1, 600,
        _("Beyond it they read that they should wait. People write five, programs hundreds."),
    )  # fmt: skip
    begun_a_day = _number(
        _("Conversations one person may begin within a day"), 1, 10000,
        _("Keeps advertising down that nobody asked for. Conversations there are do not count."),
    )  # fmt: skip
    kept_days = _number(
        _("Days a conversation is kept after its last message"), 30, 3660,
        _("Then it is erased with its files for both sides. A shorter time erases older ones within the hour."),
    )  # fmt: skip
    has_help_desk = forms.BooleanField(
        label=_("There is a help desk"),
        required=False,
        help_text=_("Everybody may write to it. Who answers is set on its own page."),
    )


class DecideForm(WordsForm):
    """A moderator's decision."""

    order: ClassVar[Sequence[str]] = ("decision", "removes")
    decision = forms.CharField(
        label=_("What you decided and why"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The reporter reads it, nobody else."),
    )  # fmt: skip
    removes = forms.BooleanField(
        label=_("Remove the message's words and files for both sides"), required=False,
        help_text=_("Only with “Uphold”. Its place in the conversation stays. This cannot be taken back."),
    )  # fmt: skip


class SilenceForm(WordsForm):
    """Keep somebody from writing."""

    order: ClassVar[Sequence[str]] = ("why", "until")
    why = forms.CharField(
        label=_("Why"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The person reads it."),
    )  # fmt: skip
    until = date_field(
        _("They may write again from"), required=False, help_text=_("Left empty: not again in this edition.")
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition

    def values(self) -> dict[str, Any]:
        """`until` is the beginning of that day at the fair."""
        found = super().values()
        day = found["until"]
        zone = ZoneInfo(self.edition.time_zone)
        return found | {"until": datetime.combine(day, time.min, zone) if day is not None else None}


class HelpDeskForm(WordsForm):
    """Who answers at the help desk, too."""

    order: ClassVar[Sequence[str]] = ("user",)
    user: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("A person of the team"), queryset=None, empty_label=_("choose"),
        help_text=_("Somebody who is not in the team yet is invited into it first."),
    )  # fmt: skip

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = may_join_help_desk(edition)


class AwayForm(WordsForm):
    """A note of absence."""

    words: ClassVar[Sequence[WordsSpec]] = (
        WordsSpec(
            "text", _("What whoever writes to you reads"), 500, rows=3, is_required=True,
            help=_("Such as “Back on Monday. For quotations write to our office in Nairobi.”"),
        ),
    )  # fmt: skip
    order: ClassVar[Sequence[str]] = ("text", "starts_at", "ends_at")
    starts_at = forms.DateTimeField(
        label=_("From"), required=False, help_text=_("Left empty: from now on."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    ends_at = forms.DateTimeField(
        label=_("Until"), required=False, help_text=_("Left empty: until you end it."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
