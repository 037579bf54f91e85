"""What the audit log's entries about badges, batches and keys say in words; events.py takes them in. No logic."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

SENTENCES: dict[str, "str | Promise"] = {
    "registration.badge.issued": _("Badge issued"),
    "registration.badge.reissued": _("Badge issued again"),
    "registration.badge.voided": _("Badge made void"),
    "registration.batch.started": _("Batch of badges begun"),
    "registration.batch.done": _("Batch of badges set"),
    "registration.batch.carried_on": _("Batch of badges carried on"),
    "registration.batch.removed": _("Batch of badges removed"),
    "registration.key.made": _("Signing key made"),
    "registration.key.rotated": _("Signing key rotated"),
    "registration.key.distrusted": _("Signing key distrusted"),
}
FIELDS: dict[str, "str | Promise"] = {
    "serial": _("number of the badge"),
    "issue": _("issue"),
    "key": _("key"),
    "badges": _("badges"),
    "paper": _("paper"),
    "badge": _("badge"),
    "q": _("words"),
    "watch": _("watch"),
    "list_name": _("list"),
}
