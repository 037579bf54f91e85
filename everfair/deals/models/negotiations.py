"""Negotiation: one buyer and one firm, about an inquiry or begun by the firm, with its conversation, notes, next steps and the firm's stage."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from everfair.base.charts import chart
from everfair.base.codes import new_code
from everfair.base.languages import WordsField, for_reader
from everfair.conversations.models import Conversation
from everfair.deals.models.inquiries import Inquiry
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.meetings.models import Meeting


class DealStage(models.Model):
    """A stage of negotiations as the organiser defines them: the columns of a firm's pipeline."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="deal_stages")
    code = models.CharField(max_length=20)  # permanent; names change
    name = WordsField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="deal_stage_once")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return for_reader(self.name) or self.code


class Negotiation(models.Model):
    """What a buyer and a firm have between them. The pair reads it; the organiser sees counts only."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("negotiation", "open")
        WON = "won", pgettext_lazy("negotiation", "agreed")
        LOST = "lost", pgettext_lazy("negotiation", "not agreed")

    class Why(models.TextChoices):
        PRICE = "price", _("the price")
        TIME = "time", _("the time")
        SCOPE = "scope", _("what is offered")
        OTHER_FIRM = "other_firm", _("another firm was chosen")
        NO_ANSWER = "no_answer", _("no answer")
        PUT_OFF = "put_off", _("put off or given up")
        OTHER = "other", _("something else")

    class Source(models.TextChoices):
        INQUIRY = "", _("an inquiry")
        MEETING = "meeting", _("after a meeting")
        LEAD = "lead", _("after a badge was scanned")
        TALK = "talk", _("from a conversation")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="negotiations")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    inquiry = models.ForeignKey(
        Inquiry, null=True, blank=True, on_delete=models.CASCADE, related_name="negotiations"
    )  # None: begun by the firm
    source = models.CharField(max_length=7, choices=Source.choices, blank=True)  # from what the firm began it
    source_code = models.CharField(max_length=12, blank=True)  # of that meeting, lead or conversation
    firm = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="negotiations")
    buyer_key = models.CharField(max_length=40, db_index=True)
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    buyer_firm = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="negotiations_as_buyer"
    )
    is_hidden = models.BooleanField(default=False)  # the firm does not read who the buyer is
    revealed_at = models.DateTimeField(null=True, blank=True)
    conversation = models.OneToOneField(
        Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="negotiation"
    )  # None once retention took it
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=4, choices=State.choices, default=State.OPEN)
    why = models.CharField(max_length=10, choices=Why.choices, blank=True)  # of a lost one
    why_text = models.CharField(max_length=1000, blank=True)
    ended_by_side = models.CharField(
        max_length=6, blank=True
    )  # "buyer" or "firm"; "" of a won one: an agreement
    stage = models.ForeignKey(DealStage, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField(default=0)  # inside its stage, in the firm's pipeline; smallest first
    expected = models.DecimalField(
        max_digits=15, decimal_places=4, null=True, blank=True
    )  # what the firm thinks it is worth; the firm alone reads it
    expected_currency = models.CharField(max_length=3, blank=True)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # the firm's colleague
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry", "firm"], condition=models.Q(inquiry__isnull=False), name="negotiation_once"
            ),
            models.UniqueConstraint(
                fields=["firm", "buyer_key", "source", "source_code"],
                condition=models.Q(state="open") & ~models.Q(source=""),
                name="negotiation_begun_once",
            ),
            models.CheckConstraint(
                condition=models.Q(source="") | models.Q(inquiry__isnull=True), name="negotiation_one_origin"
            ),
            models.CheckConstraint(
                condition=models.Q(expected=None)
                | (models.Q(expected__gte=0) & ~models.Q(expected_currency="")),
                name="negotiation_expected",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open") | models.Q(ended_at__isnull=False),
                name="negotiation_ended_at",
            ),
        ]
        indexes = [
            models.Index(fields=["firm", "state", "stage", "place"], name="negotiation_pipeline"),
            models.Index(fields=["edition", "buyer_key", "-changed_at"], name="negotiation_of_buyer"),
            models.Index(fields=["edition", "state"], name="negotiation_counts"),
        ]
        ordering = ["-changed_at", "-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_won_by_agreement(self) -> bool:
        """Whether an agreement that all its parties confirmed says so; a confirmed one stands for good."""
        return self.state == self.State.WON and not self.ended_by_side


# who: buyer, firm = whoever speaks for them, agreement = an agreement both confirmed
NEGOTIATION_STEPS = chart(
    [
        ("open", "won", "firm buyer agreement"),
        ("open", "lost", "firm buyer"),
        ("won", "open", "firm"),
        ("lost", "open", "firm buyer"),
        ("lost", "won", "agreement"),
    ]
)


class NegotiationNote(models.Model):
    """What one side keeps of a negotiation, perhaps of one meeting; private to that side, or shared with the other."""

    negotiation = models.ForeignKey(Negotiation, on_delete=models.CASCADE, related_name="notes")
    side = models.CharField(max_length=6)  # "buyer" or "firm"
    is_shared = models.BooleanField(default=False)
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)  # for stale pages

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(side__in=["buyer", "firm"]), name="negotiation_note_side"
            )
        ]
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.text[:60]


class NextStep(models.Model):
    """What one side does next and by when; private, or shared with the other."""

    negotiation = models.ForeignKey(Negotiation, on_delete=models.CASCADE, related_name="next_steps")
    side = models.CharField(max_length=6)
    text = models.CharField(max_length=300)
    on = models.DateField(null=True, blank=True)
    is_shared = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["negotiation", "side"], name="next_step_once"),
            models.CheckConstraint(condition=models.Q(side__in=["buyer", "firm"]), name="next_step_side"),
        ]

    def __str__(self) -> str:
        return self.text
