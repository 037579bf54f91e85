"""Exhibitor: an organisation in one edition, with its cloud booth, contacts and documents; the narrow row lists read."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.codes import address_part, new_code
from everfair.base.languages import UnescapedJSONField, WordsField, for_reader, pick
from everfair.base.models import MediaFile
from everfair.fair.models import Area, Delegation, Edition, Place, Sector
from everfair.people.models import Organisation


class Exhibitor(models.Model):
    """An organisation in one edition and its booth. Public only in state `published` of a public edition."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPLIED = "applied", _("applied")
        CHANGES_ASKED = "changes_asked", _("changes asked")
        ACCEPTED = "accepted", _("accepted")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REJECTED = "rejected", _("rejected")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="exhibitors")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="exhibitors")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    state = models.CharField(max_length=14, choices=State.choices, default=State.DRAFT)
    state_since = models.DateTimeField(default=timezone.now)
    state_reason = models.TextField(blank=True)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="exhibitors")
    place = models.OneToOneField(
        Place, null=True, blank=True, on_delete=models.SET_NULL, related_name="exhibitor"
    )
    sector = models.ForeignKey(Sector, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(
        Delegation, null=True, blank=True, on_delete=models.SET_NULL, related_name="exhibitors"
    )
    headline = WordsField(max_length=160)
    about = WordsField(max_length=8000)  # Markdown
    languages = UnescapedJSONField(default=list, blank=True)  # working languages, ISO 639-1
    cover = models.ForeignKey(MediaFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    video_url = models.URLField(max_length=500, blank=True)
    tour_url = models.URLField(max_length=500, blank=True)  # 3D or panorama, opened on click only
    carried_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="carried_to"
    )
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    imported = UnescapedJSONField(
        default=dict, blank=True
    )  # field → digest of what the last import said, so own edits stay
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "organisation"], name="exhibitor_once"),
            models.UniqueConstraint(
                fields=["edition", "source", "external_id"],
                condition=~models.Q(external_id=""),
                name="exhibitor_source_once",
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "state", "-state_since"], name="exhibitor_queue"),
            models.Index(fields=["edition", "area", "state"], name="exhibitor_area"),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def address(self) -> str:
        """The part of the booth's address; only the code in it counts."""
        return address_part(pick(self.organisation.name, "en"), self.code)

    @property
    def is_public(self) -> bool:
        return self.state == self.State.PUBLISHED and self.edition.is_public


# who: exhibitor = owner or editor of the firm; reviewer = organiser's reviewer or administrator; delegation = its people
EXHIBITOR_STEPS = chart(
    [
        ("draft", "applied", "exhibitor reviewer delegation"),
        ("applied", "draft", "exhibitor"),
        ("applied", "changes_asked", "reviewer delegation"),
        ("applied", "accepted", "reviewer delegation"),
        ("applied", "rejected", "reviewer delegation"),
        ("changes_asked", "applied", "exhibitor reviewer delegation"),
        ("accepted", "applied", "reviewer delegation"),
        ("accepted", "changes_asked", "reviewer delegation"),
        ("accepted", "published", "exhibitor reviewer"),
        ("published", "accepted", "reviewer"),
        ("published", "withdrawn", "exhibitor reviewer"),
        ("withdrawn", "applied", "exhibitor"),
        ("withdrawn", "published", "reviewer"),
        ("rejected", "applied", "reviewer"),
        ("rejected", "changes_asked", "reviewer"),
    ]
)


class FormerAddress(models.Model):
    """A code that once led to this exhibitor and goes on leading there. Codes are never given twice."""

    code = models.CharField(max_length=12, unique=True)
    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="former_addresses")
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.code


class CatalogueEntry(models.Model):
    """The narrow row that lists and facets read: one per published exhibitor, kept by the actions."""

    exhibitor = models.OneToOneField(
        Exhibitor, on_delete=models.CASCADE, primary_key=True, related_name="entry"
    )
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")
    country = models.CharField(max_length=2, blank=True)
    modes = models.PositiveSmallIntegerField(default=0)  # bit 0 = mode 1 … bit 3 = mode 4
    languages = models.CharField(max_length=120, blank=True)  # "en zh sw"
    sectors = models.CharField(
        max_length=400, blank=True
    )  # every sector code with its ancestors: "1 1.A 1.A.a"
    offers = models.PositiveIntegerField(default=0)
    name_en = models.CharField(max_length=200, blank=True)  # casefolded, for sorting
    name_zh = models.CharField(
        max_length=400, blank=True
    )  # hex of GB 18030, whose order is by pinyin for common characters
    published_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["edition", "area"], name="catalogue_edition")]

    def __str__(self) -> str:
        return self.name_en


class BoothContact(models.Model):
    """Whom to talk to at a booth: a member of the team, or a desk with a name of its own."""

    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="contacts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = WordsField(max_length=120)
    role = WordsField(max_length=120)
    languages = UnescapedJSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return for_reader(self.name) or for_reader(self.role)


class BoothDocument(models.Model):
    """A document visitors may take from a booth."""

    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="documents")
    file = models.ForeignKey(MediaFile, on_delete=models.PROTECT, related_name="+")
    title = WordsField(max_length=200)
    language = models.CharField(max_length=10, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return for_reader(self.title)
