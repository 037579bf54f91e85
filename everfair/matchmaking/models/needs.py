"""Need: what a firm or a person looks for, in the same shape as an offer, and the answers of firms that can help."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.codes import address_part, new_code
from everfair.base.languages import UnescapedJSONField, WordsField, for_reader, pick
from everfair.exhibition.models import Exhibitor
from everfair.exhibition.models.offer import bits_to_modes
from everfair.fair.models import Edition, Sector
from everfair.matchmaking.models.interests import Seeker


class Need(models.Model):
    """What somebody looks for. On the needs board only when open, in a public edition, and not for chosen firms alone."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        FILLED = "filled", _("found")
        CLOSED = "closed", _("closed")

    class Audience(models.TextChoices):
        BOARD = "board", _("on the needs board, with my name")
        HIDDEN = "hidden", _("on the needs board, without my name")
        CHOSEN = "chosen", _("for chosen firms only")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="needs")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    seeker = models.ForeignKey(Seeker, null=True, blank=True, on_delete=models.CASCADE, related_name="needs")
    buyer = models.CharField(max_length=200, blank=True)  # of an imported need that nobody here speaks for
    buyer_country = models.CharField(max_length=2, blank=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    audience = models.CharField(max_length=6, choices=Audience.choices, default=Audience.BOARD)
    title = WordsField(max_length=200)
    description = WordsField(max_length=20000)  # plain text
    sector = models.ForeignKey(Sector, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    modes = models.PositiveSmallIntegerField(default=0)  # bit 0 = mode 1 … bit 3 = mode 4
    countries = UnescapedJSONField(default=list, blank=True)  # the partner's, ISO codes; []: any
    deliver_to = models.CharField(max_length=2, blank=True)  # where the service is needed
    languages = UnescapedJSONField(default=list, blank=True)  # any of them will do
    sizes = UnescapedJSONField(default=list, blank=True)  # Organisation.Size of the partner; []: any
    licence = models.CharField(max_length=200, blank=True)  # in words
    licence_in = UnescapedJSONField(default=list, blank=True)  # ISO codes where it must be valid
    budget_from = models.PositiveBigIntegerField(null=True, blank=True)  # whole units of the currency
    budget_to = models.PositiveBigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)  # last day on the board
    musts = UnescapedJSONField(
        default=list, blank=True
    )  # fields that are conditions, not preferences: "sector", "modes", "countries", "deliver_to", "languages", "sizes", "licence_in"
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)  # the text or the state
    opened_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "source", "external_id"],
                condition=~models.Q(external_id=""),
                name="need_source_once",
            ),
            models.CheckConstraint(condition=models.Q(modes__lte=15), name="need_modes_are_four"),
            models.CheckConstraint(
                condition=models.Q(budget_from=None)
                | models.Q(budget_to=None)
                | models.Q(budget_from__lte=models.F("budget_to")),
                name="need_budget_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(starts_on__lte=models.F("ends_on")),
                name="need_dates_in_order",
            ),
        ]
        indexes = [models.Index(fields=["edition", "state", "audience", "-id"], name="need_board")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return for_reader(self.title)

    @property
    def mode_list(self) -> list[int]:
        return bits_to_modes(self.modes)

    @property
    def address(self) -> str:
        """The part of the need's address; only the code in it counts."""
        return address_part(pick(self.title, "en"), self.code)

    @property
    def is_on_board(self) -> bool:
        return (
            self.state == self.State.OPEN and self.audience != self.Audience.CHOSEN and self.edition.is_public
        )


# who: seeker = whoever speaks for it, reviewer = the organiser's people, system = its last day is over
NEED_STEPS = chart(
    [
        ("draft", "open", "seeker reviewer"),
        ("open", "draft", "seeker reviewer"),
        ("open", "filled", "seeker"),
        ("open", "closed", "seeker reviewer system"),
        ("filled", "open", "seeker"),
        ("closed", "open", "seeker reviewer"),
        ("draft", "closed", "seeker reviewer"),
    ]
)


class NeedSector(models.Model):
    """A further sector of a need, beside its main one."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="more_sectors")
    sector = models.ForeignKey(Sector, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["need", "sector"], name="need_sector_once")]

    def __str__(self) -> str:
        return f"{self.need_id}: {self.sector_id}"


class NeedAudience(models.Model):
    """A firm that may see a need kept for chosen firms."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="chosen")
    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="needs_shown")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["need", "exhibitor"], name="need_audience_once")]

    def __str__(self) -> str:
        return f"{self.need_id}: {self.exhibitor_id}"


class NeedAnswer(models.Model):
    """A firm's word that it can help. The firm shows itself; a hidden buyer stays hidden until they ask for a meeting."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="answers")
    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="need_answers")
    message = models.TextField(max_length=4000)
    language = models.CharField(max_length=10, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "exhibitor"],
                condition=models.Q(withdrawn_at=None),
                name="need_answer_once",
            )
        ]
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.exhibitor_id} → {self.need_id}"
