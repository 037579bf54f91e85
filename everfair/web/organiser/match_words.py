"""What the audit log's entries about matching say in words; events.py takes them in. No logic."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

SENTENCES: dict[str, "str | Promise"] = {
    "matchmaking.digest.switched_off": _("Weekly letter with matches ended"),
    "matchmaking.digest.switched_on": _("Weekly letter with matches asked for"),
    "matchmaking.learning.switched_off": _("Learning from one’s acts switched off"),
    "matchmaking.learning.switched_on": _("Learning from one’s acts switched on"),
    "matchmaking.rules.changed": _("Rules of matching changed"),
    "matchmaking.seeker.hidden": _("No longer recommended to others by name"),
    "matchmaking.seeker.shown": _("May be recommended to others by name"),
    "matchmaking.version.activated": _("Another version of matching made the active one"),
}
FIELDS: dict[str, "str | Promise"] = {
    "asks_three": _("three questions after registering"),
    "bytes": _("size of the file"),
    "compares": _("compared with version"),
    "exposure": _("fairness to small and new firms"),
    "per_firm": _("offers of one firm among the first ten"),
    "records": _("texts in both languages"),
    "seconds": _("seconds"),
    "words": _("words known"),
}
