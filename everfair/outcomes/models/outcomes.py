"""Outcome: what came of the fair, its parties with what each lets be shown, its evidence, and what was public when."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.agreements.models import Agreement
from everfair.base.charts import chart
from everfair.base.codes import new_code
from everfair.base.languages import UnescapedJSONField, WordsField, for_reader
from everfair.base.models import MediaFile
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Delegation, Edition, OutcomeClass, Sector

FIELDS = ("names", "summary", "value", "day", "sectors", "countries", "delegations", "evidence")
"""What a party agrees to show, one by one. Class, title, edition and the address are public with the outcome itself."""


class Outcome(models.Model):
    """One outcome of an edition. Its row and its code stay for ever: the address answers even when it was withdrawn."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("prepared")
        CONFIRMED = "confirmed", _("confirmed by its parties")
        VERIFIED = "verified", _("verified")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Worth(models.TextChoices):
        EXACT = "exact", _("an amount")
        RANGE = "range", _("a range")
        UNDISCLOSED = "undisclosed", _("not disclosed")
        NONE = "none", _("it has no value in money")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="outcomes")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    kind = models.ForeignKey(OutcomeClass, on_delete=models.PROTECT, related_name="outcomes")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PREPARED)
    title = WordsField(max_length=200)
    summary = WordsField(max_length=4000)
    worth = models.CharField(max_length=11, choices=Worth.choices, default=Worth.UNDISCLOSED)
    value_from = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    value_to = models.DecimalField(
        max_digits=15, decimal_places=2, null=True, blank=True
    )  # of an exact amount: the same
    currency = models.CharField(max_length=3, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    sectors = models.ManyToManyField(Sector, related_name="+", blank=True)
    countries = UnescapedJSONField(default=list, blank=True)  # ISO codes
    delegations = models.ManyToManyField(Delegation, related_name="outcomes", blank=True)
    agreement = models.ForeignKey(
        Agreement, null=True, blank=True, on_delete=models.SET_NULL, related_name="outcomes"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)  # for the first time
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = WordsField(max_length=1000)  # stands at its address
    sent_back = models.CharField(max_length=1000, blank=True)  # what the organiser asks to mend
    public = models.OneToOneField(
        "OutcomeVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # what everybody reads; None: nothing yet
    version = models.PositiveIntegerField(default=1)  # of what the parties confirm

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(worth__in=["undisclosed", "none"], value_from=None, value_to=None, currency="")
                | (
                    models.Q(worth__in=["exact", "range"])
                    & ~models.Q(currency="")
                    & models.Q(value_from__gte=0, value_to__gte=models.F("value_from"))
                ),
                name="outcome_value_in_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(public__isnull=False),
                name="outcome_published_is_public",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="withdrawn") | models.Q(withdrawn_at__isnull=False),
                name="outcome_withdrawn_at",
            ),
            models.UniqueConstraint(
                fields=["agreement"], condition=~models.Q(state="withdrawn"), name="outcome_one_of_agreement"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["edition", "state", "-changed_at"], name="outcome_desk"),
            models.Index(fields=["agreement"], name="outcome_of_agreement"),
        ]
        ordering = ["-changed_at", "-id"]

    def __str__(self) -> str:
        return for_reader(self.title) or self.code

    @property
    def is_public(self) -> bool:
        """Whether its address shows it: once published, until withdrawn, also while a change of it is prepared."""
        return self.public_id is not None and self.state != self.State.WITHDRAWN


# who: party = whoever may sign for one of them, team = the organiser's people, system = the last party confirmed
OUTCOME_STEPS = chart(
    [
        ("prepared", "confirmed", "system"),
        ("confirmed", "verified", "team"),
        ("confirmed", "prepared", "party team"),
        ("verified", "published", "team"),
        ("verified", "prepared", "party team"),
        ("published", "prepared", "party team"),
        ("prepared", "withdrawn", "party team"),
        ("confirmed", "withdrawn", "party team"),
        ("verified", "withdrawn", "party team"),
        ("published", "withdrawn", "team"),
    ]
)


class PresentParties(models.Manager["OutcomeParty"]):
    """Parties of the outcome as it is now; who was taken off is asked for by `OutcomeParty.ever`."""

    def get_queryset(self) -> models.QuerySet["OutcomeParty"]:
        return super().get_queryset().filter(removed_at=None)


class OutcomeParty(models.Model):
    """Who the outcome belongs to: a firm of the edition, a delegation, the organiser, or a body named by its person's e-mail.

    Taken off a draft, a party of the public record stays (`removed_at`) with its say until the next version is published.
    """

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="parties")
    position = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(
        max_length=320, db_index=True
    )  # "firm:5", "delegation:3", "organiser", "mail:a@b.example"
    name = WordsField(max_length=200)  # as it stands in the record
    country = models.CharField(max_length=2, blank=True)
    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.SET_NULL, related_name="outcome_parties"
    )
    delegation = models.ForeignKey(
        Delegation, null=True, blank=True, on_delete=models.SET_NULL, related_name="outcome_parties"
    )
    email = models.EmailField(
        blank=True
    )  # personal: emptied when the account is erased; whose account has it speaks for the party
    consent = UnescapedJSONField(default=list, blank=True)  # of FIELDS: what it lets be shown
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_version = models.PositiveIntegerField(default=0)  # of the outcome's
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_why = models.CharField(max_length=1000, blank=True)
    in_record = models.BooleanField(default=False)  # of what is public now: it may narrow it and is asked
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = PresentParties()
    ever: "models.Manager[OutcomeParty]" = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outcome", "key"], name="outcome_party_once")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return for_reader(self.name)

    @property
    def is_nobodys(self) -> bool:
        """A body whose address was forgotten (actions/erasing): nobody can answer for it any more."""
        return self.key.startswith("gone:")


class Evidence(models.Model):
    """What shows that it is so: a file with its SHA-256, or a link. Taken off, it stays where it was verified or published."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="evidence")
    name = models.CharField(max_length=200)
    file = models.ForeignKey(MediaFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    url = models.URLField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of a file
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)
    verified_at = models.DateTimeField(
        null=True, blank=True
    )  # the organiser relied on it: from now on it is kept
    removed_at = models.DateTimeField(null=True, blank=True)  # taken off, and kept because of that

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(file__isnull=False) & ~models.Q(sha256="") & models.Q(url=""))
                | (models.Q(file__isnull=True, sha256="") & ~models.Q(url="")),
                name="outcome_evidence_is_one",
            )
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class OutcomeVersion(models.Model):
    """What was public of an outcome from a moment on: only what every party agreed to show. Written once."""

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    why = WordsField(max_length=500)
    content = UnescapedJSONField(default=dict)
    digest = models.CharField(max_length=64)  # SHA-256 of the content's canonical form

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outcome", "number"], name="outcome_version_once")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.outcome_id} v{self.number}"
