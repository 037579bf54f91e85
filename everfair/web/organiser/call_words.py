"""What the audit log's entries about calls and stages say in words; events.py takes them in. No logic."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

SENTENCES: dict[str, "str | Promise"] = {
    "calls.booth.rung": _("Booth called"),
    "calls.call.ended": _("Call or stage ended"),
    "calls.call.failed": _("Call found no way; the conversation was told"),
    "calls.call.opened": _("Call begun"),
    "calls.document.shown": _("Document shown in a call"),
    "calls.person.hushed": _("Microphone switched off on a stage"),
    "calls.person.removed": _("Somebody put out of a call or off a stage"),
    "calls.recording.began": _("Recording of a call begun; everybody agreed"),
    "calls.recording.ended": _("Recording of a call ended"),
    "calls.stage.begun": _("Stage on air"),
    "calls.stage.chosen": _("Session carried here"),
    "calls.stage.left": _("Session carried here no more"),
}
