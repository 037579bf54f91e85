"""What the audit log's entries of the programme say in words; events.py takes them in. No logic."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import Promise

SENTENCES: dict[str, "str | Promise"] = {
    "programme.session.created": _("Session made"),
    "programme.session.saved": _("Session changed"),
    "programme.session.proposed": _("Sent in"),
    "programme.session.changes_asked": _("Changes asked"),
    "programme.session.rejected": _("Rejected"),
    "programme.session.draft": _("Back to a draft"),
    "programme.session.confirmed": _("Session confirmed"),
    "programme.session.published": _("Session announced"),
    "programme.session.live": _("Session begun"),
    "programme.session.ended": _("Session over"),
    "programme.session.cancelled": _("Session cancelled"),
    "programme.session.seat_taken": _("Seat taken"),
    "programme.session.seat_awaited": _("Joined the waiting list"),
    "programme.session.seat_given_back": _("Seat given back"),
    "programme.session.material_added": _("Material added"),
    "programme.session.material_removed": _("Material removed"),
    "programme.session.asking_set": _("Questions of the audience set"),
    "programme.question.shown": _("Question let through"),
    "programme.question.answered": _("Question answered"),
    "programme.question.hidden": _("Question hidden"),
    "programme.poll.created": _("Poll written"),
    "programme.poll.saved": _("Poll changed"),
    "programme.poll.open": _("Poll opened"),
    "programme.poll.closed": _("Poll closed"),
    "programme.poll.results_shown": _("Results of a poll shown while it is open"),
    "programme.poll.results_kept_back": _("Results of a poll kept back until it closes"),
    "programme.poll.removed": _("Poll removed"),
    "programme.stage.created": _("Stage added"),
    "programme.stage.saved": _("Stage changed"),
    "programme.stage.removed": _("Stage removed"),
    "programme.speaker.created": _("Speaker added"),
    "programme.speaker.saved": _("Speaker changed"),
    "programme.speaker.removed": _("Speaker removed"),
    "programme.calendar.made": _("Calendar address made"),
    "programme.calendar.renewed": _("New calendar address made"),
    "programme.calendar.ended": _("Calendar address ended"),
    "programme.call.opened": _("Call for sessions opened"),
    "programme.call.saved": _("Call for sessions changed"),
}
FIELDS: dict[str, "str | Promise"] = {
    "subtitle": _("subtitle"), "abstract": _("abstract"), "stage": _("stage"), "track": _("track"),
    "starts_at": _("begins"), "ends_at": _("ends"), "format": _("format"), "language": _("language"),
    "interpretation": _("interpretation"), "seats": _("seats"), "has_waiting_list": _("waiting list"),
    "exhibitor": _("exhibitor"), "host_name": _("host"), "speakers": _("speakers"), "sessions": _("sessions"),
    "live_url": _("live address"), "replay_url": _("replay address"), "questions_open": _("questions"),
    "material": _("material"), "directions": _("directions"), "organisation_name": _("organisation"),
    "opens_at": _("opens"), "closes_at": _("closes"), "most_per_host": _("most of one host"),
    "external_id": _("number in the list"), "source": _("source"), "photo": _("picture"), "user": _("account"),
    "questions_at_once": _("questions shown at once"), "counts": _("votes"), "options": _("answers"),
}  # fmt: skip
STATES: dict[str, "str | Promise"] = {
    "proposed": _("proposed"), "confirmed": _("confirmed"), "live": pgettext_lazy("session", "live"), "ended": _("ended"),
    "cancelled": _("cancelled"), "asked": _("waiting for the moderator"), "shown": _("shown"),
    "answered": _("answered"), "hidden": _("hidden"),
    "open": pgettext_lazy("poll", "open"), "closed": pgettext_lazy("poll", "closed"),
}  # fmt: skip
FORMATS: dict[str, "str | Promise"] = {
    "on_site": _("on site"), "online": _("on line"), "hybrid": _("on site and on line"),
}  # fmt: skip
