"""Totals of editions before everfair, as the organiser brings them in, to set this edition's beside."""

from django.db import models

from everfair.base.languages import WordsField, for_reader
from everfair.fair.models import Fair


class EarlierTotal(models.Model):
    """One figure of an edition that has no outcomes here."""

    class Dimension(models.TextChoices):
        ALL = "all", "all"
        CLASS = "class", "class"
        SECTOR = "sector", "sector"
        COUNTRY = "country", "country"
        DELEGATION = "delegation", "delegation"

    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="earlier_totals")
    year = models.PositiveSmallIntegerField()
    dimension = models.CharField(max_length=10, choices=Dimension.choices)
    code = models.CharField(max_length=60, blank=True)  # of the class, sector …; "" for all
    name = WordsField(max_length=200)
    count = models.PositiveIntegerField()
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fair", "year", "dimension", "code"], name="earlier_total_once")
        ]
        ordering = ["-year", "dimension", "-count", "code"]

    def __str__(self) -> str:
        return f"{self.year} {for_reader(self.name)}"
