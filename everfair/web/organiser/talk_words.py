"""What the audit log's entries about conversations say in words; events.py takes them in. No logic."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

SENTENCES: dict[str, "str | Promise"] = {
    "conversations.conversation.closed": _("Conversation closed"),
    "conversations.conversation.reopened": _("Conversation opened again"),
    "conversations.help_desk.joined": _("Answers at the help desk from now on"),
    "conversations.help_desk.left": _("Answers at the help desk no more"),
    "conversations.person.heard_again": _("May write messages again"),
    "conversations.person.silenced": _("Kept from writing messages"),
    "conversations.report.decided": _("Report of a message decided"),
    "conversations.report.made": _("Message reported"),
    "conversations.rules.saved": _("Rules of conversations changed"),
}
FIELDS: dict[str, "str | Promise"] = {
    "begun_a_day": _("conversations begun within a day"),
    "hand_over_hours": _("hours until a colleague answers"),
    "has_help_desk": _("help desk"),
    "help_hours": _("when the help desk is there"),
    "kept_days": _("days conversations are kept"),
    "letter_minutes": _("minutes until a letter"),
    "messages_a_minute": _("messages within a minute"),
    "removed": _("words removed"),
}
STATES: dict[str, "str | Promise"] = {"upheld": _("upheld"), "dismissed": _("not upheld")}
