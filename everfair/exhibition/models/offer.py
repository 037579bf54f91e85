"""Offer: a service (or a good) in the shape services need: modes of supply, licences, languages, references, data location."""

from collections.abc import Iterable

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.codes import address_part, new_code
from everfair.base.languages import UnescapedJSONField, WordsField, for_reader, pick
from everfair.base.models import MediaFile
from everfair.exhibition.models.exhibitor import BoothDocument, Exhibitor
from everfair.fair.models import Sector

ANYWHERE = "*"
MODES = (1, 2, 3, 4)


def modes_to_bits(modes: Iterable[int]) -> int:
    """[1, 3] → 0b0101."""
    return sum(1 << (mode - 1) for mode in set(modes))


def bits_to_modes(bits: int) -> list[int]:
    """0b0101 → [1, 3]."""
    return [mode for mode in MODES if bits >> (mode - 1) & 1]


class Offer(models.Model):
    """What an exhibitor offers. Public when it is on the shelf and its exhibitor is public."""

    class Kind(models.TextChoices):
        SERVICE = "service", _("service")
        GOOD = "good", _("good")

    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="offers")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.SERVICE)
    title = WordsField(max_length=160)
    description = WordsField(max_length=8000)  # Markdown
    sector = models.ForeignKey(
        Sector, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the main one
    modes = models.PositiveSmallIntegerField(default=0)  # bit 0 = mode 1 … bit 3 = mode 4
    languages = UnescapedJSONField(default=list, blank=True)
    delivers_to = UnescapedJSONField(default=list, blank=True)  # ISO codes, or ["*"]
    data_location = WordsField(max_length=200)
    price_note = WordsField(max_length=200)
    is_on_shelf = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    external_id = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(modes__lte=15), name="offer_modes_are_four"),
            models.UniqueConstraint(
                fields=["exhibitor", "external_id"],
                condition=~models.Q(external_id=""),
                name="offer_source_once",
            ),
        ]

    def __str__(self) -> str:
        return for_reader(self.title)

    @property
    def mode_list(self) -> list[int]:
        return bits_to_modes(self.modes)

    @property
    def address(self) -> str:
        return address_part(pick(self.title, "en"), self.code)


class OfferSector(models.Model):
    """A further sector of an offer, beside its main one."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="more_sectors")
    sector = models.ForeignKey(Sector, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "sector"], name="offer_sector_once")]

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.sector_id}"


class Licence(models.Model):
    """A licence the exhibitor holds for this offer: where it is valid and until when."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="licences")
    name = WordsField(max_length=200)
    issuer = WordsField(max_length=200)
    valid_in = UnescapedJSONField(default=list, blank=True)  # ISO country codes
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return for_reader(self.name)


class Reference(models.Model):
    """Work done for a client. `evidence` attached, or the reference is shown as claimed."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="references")
    client = WordsField(max_length=200)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    what = WordsField(max_length=500)
    evidence = models.ForeignKey(
        BoothDocument, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-year", "id"]

    def __str__(self) -> str:
        return for_reader(self.client)

    @property
    def has_evidence(self) -> bool:
        return self.evidence_id is not None


class OfferImage(models.Model):
    """A picture of an offer."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="images")
    file = models.ForeignKey(MediaFile, on_delete=models.PROTECT, related_name="+")
    caption = WordsField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return for_reader(self.caption)
