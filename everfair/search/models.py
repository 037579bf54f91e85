"""Tables of the search room: synonyms an organiser adds or changes. The index itself is no table."""

from django.db import models
from django.utils import timezone

from everfair.base.languages import UnescapedJSONField
from everfair.fair.models import Edition


class SynonymGroup(models.Model):
    """Words and phrases with one meaning, in any languages: {"en": ["customs clearance"], "zh": ["报关"]}.

    A group with `default_key` stands in for one of the built-in groups: changed, or switched off.
    """

    edition = models.ForeignKey(Edition, null=True, on_delete=models.CASCADE, related_name="synonyms")
    sector_code = models.CharField(
        max_length=20, blank=True
    )  # W/120 code, to sort them by; "" for any sector
    terms = UnescapedJSONField(default=dict)
    default_key = models.CharField(max_length=120, blank=True)
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "default_key"],
                condition=~models.Q(default_key=""),
                name="synonym_default_once",
            )
        ]
        ordering = ["sector_code", "id"]

    def __str__(self) -> str:
        return " = ".join(term for terms in self.terms.values() for term in terms)
