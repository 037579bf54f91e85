"""Registration's events in the audit log, as people read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, "str | Promise"] = {
    "registration.registration.registered": _("Registered"),
    "registration.registration.saved": _("Registration changed"),
    "registration.registration.approved": _("Registration approved"),
    "registration.registration.waiting": _("Put on the waiting list"),
    "registration.registration.moved_up": _("Moved up from the waiting list"),
    "registration.registration.requested": _("Back to the queue"),
    "registration.registration.declined": _("Registration declined"),
    "registration.registration.cancelled": _("Registration cancelled"),
    "registration.registration.undone": _("Decision undone"),
    "registration.registration.joined": _("Joined with another registration"),
    "registration.registration.parted": _("Parted from another registration"),
    "registration.registration.kept_apart": _("Kept apart from another registration"),
    "registration.consent.given": _("Agreed"),
    "registration.consent.withdrawn": _("Agreement withdrawn"),
    "registration.invitation.sent": _("Invited to register"),
    "registration.invitation.sent_again": _("Invitation to register sent again"),
    "registration.invitation.withdrawn": _("Invitation to register withdrawn"),
    "registration.list.registered": _("List of people sent in"),
    "registration.list.check_started": _("List of people checked"),
    "registration.list.apply_started": _("Writing a list of people begun"),
    "registration.list.applied": _("List of people written"),
    "registration.list.stopped": _("List of people put away"),
    "registration.list.cleared": _("List of people removed"),
}
