"""Tables of the fair room: what an organiser lays out before any exhibitor comes. Rights and writes are elsewhere."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.codes import new_code
from everfair.base.languages import UnescapedJSONField, WordsField, for_reader


def _two_languages() -> list[str]:
    return ["en", "zh"]


class Fair(models.Model):
    """A trade fair that returns: its name outlives its editions."""

    slug = models.SlugField(max_length=60, unique=True)
    name = WordsField(max_length=200)
    seal = models.CharField(
        max_length=4, blank=True, help_text=_("Two characters, shown as the fair's seal.")
    )
    about = WordsField(max_length=10000)

    def __str__(self) -> str:
        return for_reader(self.name)


class Edition(models.Model):
    """One edition of a fair: it opens, lives, and stays readable for ever after."""

    class Phase(models.TextChoices):
        DRAFT = "draft", _("draft")
        ANNOUNCED = "announced", _("announced")
        OPEN = "open", _("open for exhibitors")
        LIVE = "live", _("live")
        EVERGREEN = "evergreen", _("open all year")
        ARCHIVED = "archived", _("archived")

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="editions")
    slug = models.SlugField(max_length=60, unique=True)
    name = WordsField(max_length=200)
    theme = WordsField(max_length=200)
    summary = WordsField(max_length=2000)
    starts_on = models.DateField()
    ends_on = models.DateField()
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    venue = WordsField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    languages = UnescapedJSONField(default=_two_languages)
    phase = models.CharField(max_length=12, choices=Phase.choices, default=Phase.DRAFT)
    is_sample = models.BooleanField(default=False)
    made_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="edition_ends_after_start"
            )
        ]
        ordering = ["-starts_on", "-id"]

    def __str__(self) -> str:
        return for_reader(self.name)

    @property
    def is_public(self) -> bool:
        return self.phase != self.Phase.DRAFT

    def day_number(self, today: date) -> int | None:
        """1 on the first day; None outside the fair's days."""
        return (today - self.starts_on).days + 1 if self.starts_on <= today <= self.ends_on else None


PHASE_STEPS = chart(
    [
        ("draft", "announced", "administrator"),
        ("announced", "draft", "administrator"),
        ("announced", "open", "administrator"),
        ("open", "announced", "administrator"),
        ("open", "live", "administrator"),
        ("live", "open", "administrator"),
        ("live", "evergreen", "administrator"),
        ("evergreen", "live", "administrator"),
        ("evergreen", "archived", "administrator"),
        ("archived", "evergreen", "administrator"),
    ]
)


class Area(models.Model):
    """A hall or zone on the plan. `shape` is a polygon [[x, y], …] in plan units (0-1000 wide, 0-600 high), or four corners."""

    class Kind(models.TextChoices):
        COMPREHENSIVE = "comprehensive", _("comprehensive area")
        TOPICAL = "topical", _("topical area")
        SERVICE = "service", _("service zone")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="areas")
    code = models.SlugField(max_length=20)  # in addresses: "2", "c", "s1"
    name = WordsField(max_length=120)
    blurb = WordsField(max_length=1000)
    kind = models.CharField(max_length=14, choices=Kind.choices, default=Kind.TOPICAL)
    motif = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )  # pigment and pattern, 1-12
    position = models.PositiveSmallIntegerField(default=0)
    shape = UnescapedJSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="area_code_once")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.sign} {for_reader(self.name)}"

    @property
    def sign(self) -> str:
        """The code as people read it, on the plan and before a place's number: "S1". Addresses keep the code."""
        return self.code.upper()


class Place(models.Model):
    """A booth's place in an area: a rectangle in metres from the area's corner. Cloud places have no rectangle."""

    class Kind(models.TextChoices):
        BUILT = "built", _("custom-built")
        SHELL = "shell", _("shell scheme")
        CLOUD = "cloud", _("cloud only")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="places")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="places")
    number = models.CharField(max_length=20)  # "S1-0112"
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.SHELL)
    x = models.FloatField(null=True, blank=True)
    y = models.FloatField(null=True, blank=True)
    width = models.FloatField(null=True, blank=True)
    depth = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="place_number_once"),
            models.CheckConstraint(
                condition=models.Q(kind="cloud") | models.Q(x__gte=0, y__gte=0, width__gt=0, depth__gt=0),
                name="place_has_a_rectangle",
            ),
        ]
        ordering = ["number", "id"]

    def __str__(self) -> str:
        return self.number

    @property
    def square_metres(self) -> float | None:
        return None if self.width is None or self.depth is None else round(self.width * self.depth, 1)

    def overlaps(self, other: "Place") -> bool:
        """Whether two rectangles share ground. Touching edges do not count."""
        if None in (self.x, self.y, self.width, self.depth, other.x, other.y, other.width, other.depth):
            return False
        a: Any = self
        b: Any = other
        return bool(
            a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.depth and b.y < a.y + a.depth
        )


class Sector(models.Model):
    """A node of the edition's tree of sectors. `path` is "7/7.b/" so that a sector and all below it is one range."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sectors")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    code = models.CharField(max_length=20)  # W/120: "1", "1.A", "1.A.a"
    name = WordsField(max_length=200)
    cpc = models.CharField(max_length=60, blank=True)
    motif = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    position = models.PositiveSmallIntegerField(default=0)
    path = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="sector_code_once")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.code} {for_reader(self.name)}"


class EditionKind(models.Model):
    """What the three kinds-as-data have in common."""

    code = models.SlugField(max_length=40)
    name = WordsField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return for_reader(self.name)


class ActivityKind(EditionKind):
    """A kind of activity of this edition: forums, negotiation, release of outcomes …"""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="activity_kinds")

    class Meta(EditionKind.Meta):
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="activity_kind_once")]


class OutcomeClass(EditionKind):
    """A class of outcome of this edition: agreement, first launch …"""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="outcome_classes")

    class Meta(EditionKind.Meta):
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="outcome_class_once")]


class BadgeKind(EditionKind):
    """A kind of badge of this edition: buyer, exhibitor, press …, and the rules by which people get one."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="badge_kinds")
    note = WordsField(max_length=2000)  # who it is for, shown before the form
    motif = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )  # the stripe's colour on the badge
    is_open = models.BooleanField(
        default=False
    )  # anybody may register; else by invitation, list or group only
    needs_approval = models.BooleanField(default=False)
    capacity = models.PositiveIntegerField(
        null=True, blank=True
    )  # None: no limit; beyond it the waiting list
    per_firm = models.PositiveIntegerField(null=True, blank=True)  # most of one organisation
    per_delegation = models.PositiveIntegerField(null=True, blank=True)  # most that one delegation brings
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    # [{"code", "label": words, "kind": "text|long|choice|many|number|yes", "options": [{"code", "label"}], "is_required"}]
    questions = UnescapedJSONField(default=list)
    expected = models.PositiveIntegerField(default=0)  # approved registrations, counted under a lock
    version = models.PositiveIntegerField(default=1)

    class Meta(EditionKind.Meta):
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="badge_kind_once"),
            models.CheckConstraint(
                condition=models.Q(capacity=None) | models.Q(expected__lte=models.F("capacity")),
                name="badge_kind_not_over_full",
            ),
        ]


class TeamMember(models.Model):
    """A person's role in the organiser's team of an edition. A reviewer may be bound to one area."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("administrator")
        REVIEWER = "reviewer", _("reviewer")
        PROGRAMME = "programme", _("programme")
        GATE = "gate", _("gate")
        READER = "reader", _("reader")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="team_roles")
    role = models.CharField(max_length=14, choices=Role.choices)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "user", "role"], condition=models.Q(area=None), name="team_role_once"
            ),
            models.UniqueConstraint(
                fields=["edition", "user", "role", "area"],
                condition=models.Q(area__isnull=False),
                name="team_area_role_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class Delegation(models.Model):
    """A body that recruits and vets its firms inside one edition (交易团)."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="delegations")
    code = models.CharField(max_length=12, default=new_code)
    name = WordsField(max_length=200)
    quota = models.PositiveIntegerField(default=0, help_text=_("Most firms it may bring; 0 means no limit."))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="delegation_code_once")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return for_reader(self.name)


class DelegationMember(models.Model):
    """A person who works for a delegation."""

    delegation = models.ForeignKey(Delegation, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegation_roles"
    )
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delegation", "user"], name="delegation_member_once")]

    def __str__(self) -> str:
        return str(self.user)
