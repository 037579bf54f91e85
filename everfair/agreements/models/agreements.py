"""Agreement between two parties or more, its documents, and each party's proof that it confirmed exactly this text."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.codes import new_code
from everfair.base.languages import UnescapedJSONField, WordsField, for_reader
from everfair.base.models import MediaFile
from everfair.deals.models import Negotiation
from everfair.deals.models.quotations import DIGITS, PLACES
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition


class Agreement(models.Model):
    """What was agreed. Its text freezes when it is put to the parties; it is confirmed once every party confirmed."""

    class Kind(models.TextChoices):
        CONTRACT = "contract", _("contract")
        ORDER = "order", _("order")
        INTENT = "intent", _("letter of intent")
        MEMORANDUM = "memorandum", _("memorandum of understanding")
        STRATEGIC = "strategic", _("strategic agreement")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OFFERED = "offered", _("waits for confirmation")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Worth(models.TextChoices):
        EXACT = "exact", _("an amount")
        RANGE = "range", _("a range")
        UNDISCLOSED = "undisclosed", _("not disclosed")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="agreements")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    negotiation = models.ForeignKey(
        Negotiation, null=True, blank=True, on_delete=models.SET_NULL, related_name="agreements"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    title = WordsField(max_length=200)
    summary = WordsField(max_length=4000)
    worth = models.CharField(max_length=11, choices=Worth.choices, default=Worth.UNDISCLOSED)
    value_from = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    value_to = models.DecimalField(
        max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True
    )  # of an exact amount: the same
    currency = models.CharField(max_length=3, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    statement = models.TextField(
        blank=True
    )  # canonical JSON of what is confirmed, written once when it is put to the parties
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the statement
    record = models.ForeignKey(
        MediaFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # PDF
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaced_by"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    offered_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(worth="undisclosed", value_from=None, value_to=None, currency="")
                | (
                    ~models.Q(worth="undisclosed")
                    & ~models.Q(currency="")
                    & models.Q(value_from__gte=0, value_to__gte=models.F("value_from"))
                ),
                name="agreement_value_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(starts_on__lte=models.F("ends_on")),
                name="agreement_days_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "withdrawn"]) | ~models.Q(digest=""),
                name="agreement_frozen",
            ),
        ]
        indexes = [models.Index(fields=["edition", "state", "-made_at"], name="agreement_desk")]
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return for_reader(self.title) or self.code


# who: party = whoever may sign for one of the parties, system = the last one confirmed
AGREEMENT_STEPS = chart(
    [
        ("draft", "offered", "party"),
        ("draft", "withdrawn", "party"),
        ("offered", "withdrawn", "party"),
        ("offered", "refused", "party"),
        ("offered", "confirmed", "system"),
    ]
)


class AgreementParty(models.Model):
    """A party by the name it has in the record. The name stays; who confirmed for it goes when they erase their account."""

    class Proof(models.TextChoices):
        PASSKEY = "passkey", _("a passkey")
        TOTP = "totp", _("an authenticator app")

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(
        max_length=40, db_index=True
    )  # "person:12" or "firm:5", as conversations name parties; "gone:…" after the person erased their account
    is_drafting = models.BooleanField(
        default=False
    )  # reads and changes the draft; the others see the agreement once it is put to them
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.SET_NULL, related_name="agreement_parties"
    )
    name = WordsField(max_length=200)  # of the organisation, as it stands in the record
    country = models.CharField(max_length=2, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_name = models.CharField(
        max_length=200, blank=True
    )  # personal: emptied when the account is erased
    confirmed_as = models.CharField(max_length=200, blank=True)  # the function in the organisation
    proof = models.CharField(max_length=7, choices=Proof.choices, blank=True)
    proof_of = models.CharField(max_length=64, blank=True)  # the agreement's digest at that moment
    evidence = UnescapedJSONField(
        default=dict, blank=True
    )  # of a passkey: nonce, signature and public key, so that others can check it; emptied with the account
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_why = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key"], name="agreement_party_once"),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None) | (~models.Q(proof="") & ~models.Q(proof_of="")),
                name="agreement_confirmed_with_proof",
            ),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return for_reader(self.name)


class AgreementFile(models.Model):
    """A document that belongs to an agreement; its SHA-256 stands in the statement."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(MediaFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name
