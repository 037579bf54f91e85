"""Registrations, invitations to register, consents by purpose, and lists that come in."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.codes import new_code
from everfair.base.languages import UnescapedJSONField
from everfair.fair.models import BadgeKind, Delegation, Edition
from everfair.people.models import Organisation


class Registration(models.Model):
    """A person in an edition under one kind of badge. The account may come later, or never."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("waiting for approval")
        WAITING = "waiting", _("on the waiting list")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        CANCELLED = "cancelled", _("cancelled")

    class Source(models.TextChoices):
        SELF = "self", _("by the person")
        INVITATION = "invitation", _("by invitation")
        LIST = "list", _("from a list")
        GROUP = "group", _("by a delegation")
        FIRM = "firm", _("by a firm")
        TEAM = "team", _("by the organiser")

    class Watch(models.TextChoices):
        NONE = "", _("none")
        VIP = "vip", _("guest of honour")
        STOP = "stop", _("ask the team before letting in")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="registrations")
    kind = models.ForeignKey(BadgeKind, on_delete=models.PROTECT, related_name="registrations")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="registrations",
    )
    name = models.CharField(max_length=120)  # as it stands on the badge
    second_name = models.CharField(max_length=120, blank=True)  # the same name in the other script
    email = models.EmailField(max_length=254, blank=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="registrations"
    )
    delegation = models.ForeignKey(
        Delegation, null=True, blank=True, on_delete=models.SET_NULL, related_name="registrations"
    )
    job_title = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=10, default="en")  # content code: letters and pages for the person
    answers = UnescapedJSONField(default=dict)  # question code → text, number, option code or list of them
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    reason = models.TextField(blank=True)  # of declining or cancelling, as told to the person
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.SELF)
    list_name = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    watch = models.CharField(max_length=4, choices=Watch.choices, blank=True, default=Watch.NONE)
    watch_note = models.CharField(max_length=300, blank=True)
    secret_digest = models.CharField(
        max_length=64, blank=True, db_index=True
    )  # of the link that needs no account
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged"
    )
    version = models.PositiveIntegerField(default=1)
    registered_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "edition",
                "kind",
                Lower("email"),
                condition=~models.Q(email="")
                & models.Q(merged_into=None)
                & ~models.Q(state__in=["cancelled", "declined"]),
                name="registration_once",
            ),
            models.UniqueConstraint(
                fields=["edition", "list_name", "external_id"],
                condition=~models.Q(external_id=""),
                name="registration_row_once",
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "state", "-id"], name="registration_state"),
            models.Index(fields=["edition", "kind", "state"], name="registration_kind"),
            models.Index("edition", Lower("email"), name="registration_email"),
            models.Index("edition", Lower("name"), name="registration_name"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expected(self) -> bool:
        """May hold a badge."""
        return self.state == self.State.APPROVED and self.merged_into_id is None


REGISTRATION_STEPS = chart(
    [
        ("requested", "approved", "administrator system"),
        ("requested", "waiting", "administrator system"),
        ("requested", "declined", "administrator"),
        ("requested", "cancelled", "administrator person group"),
        ("waiting", "approved", "administrator system"),
        ("waiting", "declined", "administrator"),
        ("waiting", "cancelled", "administrator person group"),
        ("approved", "cancelled", "administrator person group"),
        ("approved", "declined", "administrator"),
        ("declined", "requested", "administrator"),
        ("declined", "approved", "administrator"),
        ("cancelled", "requested", "administrator"),
        ("cancelled", "approved", "administrator"),
    ]
)


class RegistrationInvitation(models.Model):
    """A letter that lets one person register under a kind of badge, whether or not the kind is open to all."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="registration_invitations")
    kind = models.ForeignKey(BadgeKind, on_delete=models.CASCADE, related_name="invitations")
    delegation = models.ForeignKey(
        Delegation, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="registration_invitations"
    )
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, default="en")
    secret_digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    registration = models.OneToOneField(
        Registration, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitation"
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.email


class Consent(models.Model):
    """A person's yes to one purpose, in the words they read; withdrawn by a date, never deleted."""

    class Purpose(models.TextChoices):
        CONTACT = "contact", _("Exhibitors whose staff scan my badge get my e-mail address.")
        NEWS = "news", _("The organiser may send me news of this fair.")
        MATCHING = "matching", _("My answers may be used to suggest firms and meetings to me.")
        PARTNERS = "partners", _("Partners named by the organiser may write to me.")

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    wording = models.TextField()
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "purpose"],
                condition=models.Q(withdrawn_at=None),
                name="consent_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.registration}: {self.purpose}"


class DuplicatePair(models.Model):
    """Two registrations that look like one person; a person decides."""

    class Verdict(models.TextChoices):
        OPEN = "open", _("open")
        JOINED = "joined", _("joined")
        DIFFERENT = "different", _("two people")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="duplicate_pairs")
    first = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=20)  # same_email, same_name_firm, near_name
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="duplicate_pair_in_order"
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.first} = {self.second}?"


class RegistrationList(models.Model):
    """A spreadsheet of people, from upload to done. Checking is resumable, applying is one transaction."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        CHECKING = "checking", _("checking")
        READY = "ready", _("ready to apply")
        APPLYING = "applying", _("applying")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="registration_lists")
    kind = models.ForeignKey(BadgeKind, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    delegation = models.ForeignKey(
        Delegation, null=True, blank=True, on_delete=models.CASCADE, related_name="registration_lists"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    name = models.CharField(
        max_length=60
    )  # the list's own name; with the external id it makes rows repeatable
    mapping = UnescapedJSONField(default=dict)
    options = UnescapedJSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    counts = UnescapedJSONField(default=dict)
    problems = UnescapedJSONField(default=list)  # [{row, column, message, value}], at most some hundred
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name

    def progress(self) -> dict[str, Any]:
        """Rows done of all, for the page that waits."""
        return {"done": self.rows_done, "total": self.rows_total, "state": self.state}
