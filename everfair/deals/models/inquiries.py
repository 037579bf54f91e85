"""Inquiry: what a buyer asks one firm or several, with files. Each firm asked has a negotiation of its own."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.codes import new_code
from everfair.base.languages import UnescapedJSONField, WordsField
from everfair.base.models import MediaFile
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition, Sector
from everfair.matchmaking.models import Need


class Inquiry(models.Model):
    """A request for quotations (RFQ). The buyer is a person, or a firm of the edition; erased, only the text stays."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("sent")
        CLOSED = "closed", _("closed")

    class About(models.TextChoices):
        NOTHING = "", _("nothing in particular")
        BOOTH = "booth", _("a booth")
        OFFER = "offer", _("an offer")
        NEED = "need", _("a need")
        MEETING = "meeting", _("a meeting")
        LEAD = "lead", _("a scanned badge")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="inquiries")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    buyer_key = models.CharField(
        max_length=40, db_index=True
    )  # "person:12" or "firm:5", as conversations name parties
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # of a person's; None after they erased their account
    buyer_firm = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="inquiries_made"
    )
    is_hidden = models.BooleanField(
        default=False
    )  # firms do not read who asks, until the buyer says so to one of them
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    about = models.CharField(max_length=8, choices=About.choices, blank=True)
    about_code = models.CharField(max_length=12, blank=True)
    about_title = WordsField(max_length=200)  # the thing's name when the inquiry was made
    need = models.ForeignKey(Need, null=True, blank=True, on_delete=models.SET_NULL, related_name="inquiries")
    sector = models.ForeignKey(Sector, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=8000)
    language = models.CharField(max_length=10, blank=True)  # of title and text
    questions = UnescapedJSONField(default=list, blank=True)  # texts each firm should answer
    deliver_to = models.CharField(max_length=2, blank=True)
    wanted_by = models.DateField(null=True, blank=True)  # when the service is needed
    answer_by = models.DateField(null=True, blank=True)  # last day for quotations
    currency = models.CharField(max_length=3, blank=True)  # in which the buyer compares
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(buyer=None) | models.Q(buyer_firm=None), name="inquiry_of_one_buyer"
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(sent_at__isnull=False), name="inquiry_sent_at"
            ),
        ]
        indexes = [models.Index(fields=["edition", "buyer_key", "-made_at"], name="inquiry_of_buyer")]
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.title


# who: buyer = whoever speaks for the buyer
INQUIRY_STEPS = chart([("draft", "sent", "buyer"), ("sent", "closed", "buyer"), ("closed", "sent", "buyer")])


class InquiryFirm(models.Model):
    """A firm chosen to be asked and not asked yet. Asked, it has a negotiation and this row goes."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="chosen")
    firm = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inquiry", "firm"], name="inquiry_firm_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.inquiry_id}: {self.firm_id}"


class InquiryFile(models.Model):
    """A file that goes with an inquiry to each firm asked."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(MediaFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name
