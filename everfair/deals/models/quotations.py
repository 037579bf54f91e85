"""Quotation of a firm to a buyer: versions that never change once sent, their lines and files; and rates to compare by."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.codes import new_code
from everfair.base.languages import UnescapedJSONField
from everfair.base.models import MediaFile
from everfair.deals.models.negotiations import Negotiation
from everfair.fair.models import Edition

# 15 digits in all: exact on SQLite too, which keeps decimals as doubles
DIGITS, PLACES = 15, 4


class Quotation(models.Model):
    """What a firm asks for what it would do; a negotiation may have several, each in versions."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("sent")
        COUNTERED = "countered", _("another price asked for")
        ACCEPTED = "accepted", _("accepted by the buyer")
        DECLINED = "declined", _("declined by the buyer")
        WITHDRAWN = "withdrawn", _("withdrawn by the firm")

    negotiation = models.ForeignKey(Negotiation, on_delete=models.CASCADE, related_name="quotations")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    number = models.PositiveSmallIntegerField()  # 1, 2 … inside the negotiation
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    sent_number = models.PositiveSmallIntegerField(default=0)  # of the version the buyer sees; 0: none yet
    made_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)  # of the row, for stale pages

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["negotiation", "number"], name="quotation_number_once"),
            models.UniqueConstraint(
                fields=["negotiation"], condition=models.Q(state="accepted"), name="quotation_accepted_once"
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return self.code


# expiry is a fact of the sent version's last day, not a state: nothing has to run for it to be true
QUOTATION_STEPS = chart(
    [
        ("draft", "sent", "firm"),
        ("sent", "sent", "firm"),
        ("countered", "sent", "firm"),
        ("declined", "sent", "firm"),
        ("sent", "withdrawn", "firm"),
        ("countered", "withdrawn", "firm"),
        ("sent", "accepted", "buyer"),
        ("sent", "declined", "buyer"),
        ("sent", "countered", "buyer"),
        ("countered", "declined", "buyer"),
    ]
)


class QuotationVersion(models.Model):
    """One version: the draft may change, a sent one never does."""

    quotation = models.ForeignKey(Quotation, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200, blank=True)  # what is needed to send may still lack in a draft
    currency = models.CharField(max_length=3, blank=True)
    tax_note = models.CharField(max_length=300, blank=True)
    terms = models.TextField(max_length=8000, blank=True)
    note = models.TextField(max_length=2000, blank=True)  # what changed, in the firm's words
    starts_on = models.DateField(null=True, blank=True)  # first and last day it may be accepted
    ends_on = models.DateField(null=True, blank=True)
    total = models.DecimalField(
        max_digits=DIGITS, decimal_places=PLACES, default=0
    )  # rounded to the currency's places
    typed = UnescapedJSONField(
        default=dict, blank=True
    )  # a draft's form as it was typed, where some of it could not be read
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of what was sent
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quotation", "number"], name="quotation_version_once"),
            models.CheckConstraint(
                condition=models.Q(starts_on=None) | models.Q(starts_on__lte=models.F("ends_on")),
                name="quotation_days_in_order",
            ),
            models.CheckConstraint(condition=models.Q(total__gte=0), name="quotation_total_positive"),
            models.CheckConstraint(
                condition=models.Q(sent_at=None) | models.Q(ends_on__isnull=False) & ~models.Q(digest=""),
                name="quotation_sent_whole",
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class QuotationLine(models.Model):
    """One line of a version. `price` is per unit."""

    version = models.ForeignKey(QuotationVersion, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    quantity = models.DecimalField(
        max_digits=DIGITS, decimal_places=PLACES, default=1, validators=[MinValueValidator(0)]
    )
    unit = models.CharField(max_length=30, blank=True)
    price = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, validators=[MinValueValidator(0)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="quotation_line_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=0) & models.Q(price__gte=0), name="quotation_line_positive"
            ),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.text


class QuotationFile(models.Model):
    """A file that goes with a version."""

    version = models.ForeignKey(QuotationVersion, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(MediaFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class QuotationAnswer(models.Model):
    """What the buyer answered to a version, or why the firm withdrew it. Kept: the latest counts."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", _("accepted by the buyer")
        DECLINED = "declined", _("declined by the buyer")
        COUNTERED = "countered", _("another price asked for")
        WITHDRAWN = "withdrawn", _("withdrawn by the firm")

    version = models.ForeignKey(QuotationVersion, on_delete=models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    text = models.TextField(max_length=4000, blank=True)
    wishes = UnescapedJSONField(default=dict, blank=True)  # {"position of a line": "price wished for"}
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.kind


class Rate(models.Model):
    """What one unit of a currency is worth in another on a day, as the organiser imported it."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="rates")
    currency = models.CharField(max_length=3)
    base = models.CharField(max_length=3)  # 1 currency = value base
    value = models.DecimalField(max_digits=DIGITS, decimal_places=8)
    on = models.DateField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "currency", "base", "on"], name="rate_once"),
            models.CheckConstraint(condition=models.Q(value__gt=0), name="rate_positive"),
            models.CheckConstraint(condition=~models.Q(currency=models.F("base")), name="rate_of_two"),
        ]
        indexes = [models.Index(fields=["edition", "-on"], name="rate_days")]
        ordering = ["-on", "currency", "base"]

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.value} {self.base}"
