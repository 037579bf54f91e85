"""Whoever looks for partners, what they said and did, what was learned from it, and what they wave away."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.codes import new_code
from everfair.base.languages import UnescapedJSONField
from everfair.exhibition.models import Exhibitor, Offer
from everfair.fair.models import Edition
from everfair.programme.models import Session
from everfair.registration.models import Registration


class Seeker(models.Model):
    """One side of a match: a visitor (`user`) or a firm at its booth (`exhibitor`). Made on first use."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="seekers")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="seekers"
    )
    exhibitor = models.OneToOneField(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="seeker"
    )
    answers = UnescapedJSONField(
        default=dict, blank=True
    )  # the three questions: {"looks_for": text, "sectors": [codes], "languages": [codes]}
    answered_at = models.DateTimeField(null=True, blank=True)
    is_learning = models.BooleanField(
        default=True
    )  # one switch: nothing one does is kept, nothing kept is used
    is_shown = models.BooleanField(default=False)  # may be recommended to others, by name
    wants_digest = models.BooleanField(default=False)
    digest_key = models.CharField(max_length=64, blank=True)  # digest of the secret in the way out
    digest_sent_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)  # newer than its recommendations: rank again
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "user"], condition=models.Q(user__isnull=False), name="seeker_once"
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, exhibitor__isnull=True)
                | models.Q(user__isnull=True, exhibitor__isnull=False),
                name="seeker_is_one_side",
            ),
        ]
        indexes = [models.Index(fields=["edition", "changed_at"], name="seeker_changed")]

    def __str__(self) -> str:
        return str(self.exhibitor) if self.exhibitor_id else str(self.user)


class FirstAnswers(models.Model):
    """The three questions on the page after registering, of somebody without an account. A seeker made later takes them over."""

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="first_answers")
    answers = UnescapedJSONField(default=dict, blank=True)  # as Seeker.answers; {}: not answered
    is_skipped = models.BooleanField(default=False)  # asked no more; the page still leads to them
    is_moved = models.BooleanField(default=False)  # a seeker has them now: they are read and changed there
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.registration)


class Target(models.Model):
    """What an act, a saved thing, a dismissal or a shown match is about: exactly one of the five."""

    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    offer = models.ForeignKey(Offer, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    need = models.ForeignKey(
        "matchmaking.Need", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Seeker, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    KINDS = ("exhibitor", "offer", "need", "session", "person")

    class Meta:
        abstract = True

    @property
    def kind(self) -> str:
        return next(kind for kind in self.KINDS if getattr(self, f"{kind}_id") is not None)


def _one_target(name: str) -> models.CheckConstraint:
    """Exactly one of the five is filled."""
    condition = models.Q()
    for kind in Target.KINDS:
        condition |= models.Q(**{f"{other}__isnull": other != kind for other in Target.KINDS})
    return models.CheckConstraint(condition=condition, name=name)


def _once(prefix: str) -> list[models.UniqueConstraint]:
    """A seeker has one row for each target."""
    return [
        models.UniqueConstraint(
            fields=["seeker", kind],
            condition=models.Q(**{f"{kind}__isnull": False}),
            name=f"{prefix}_{kind}_once",
        )
        for kind in Target.KINDS
    ]


class Saved(Target):
    """Something a seeker keeps at hand."""

    seeker = models.ForeignKey(Seeker, on_delete=models.CASCADE, related_name="saved")
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [_one_target("saved_is_one_thing"), *_once("saved")]
        ordering = ["-at", "-id"]


class Act(Target):
    """What a seeker did, one row for each kind and target with a count. Kept only while `is_learning`; never from messages."""

    class Kind(models.TextChoices):
        VIEWED = "viewed", _("looked at for a while")
        SAVED = "saved", _("saved")
        ASKED = "asked", _("asked for a meeting")
        MET = "met", _("met")

    seeker = models.ForeignKey(Seeker, on_delete=models.CASCADE, related_name="acts")
    act = models.CharField(max_length=6, choices=Kind.choices)
    times = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=timezone.now)  # the last time

    class Meta:
        constraints = [
            _one_target("act_is_about_one_thing"),
            *(
                models.UniqueConstraint(
                    fields=["seeker", "act", kind],
                    condition=models.Q(**{f"{kind}__isnull": False}),
                    name=f"act_{kind}_once",
                )
                for kind in Target.KINDS
            ),
        ]
        ordering = ["-at", "-id"]


class Interest(models.Model):
    """What was learned from acts: a sector, a firm, a word. Its owner sees it and may remove it; then it stays away."""

    class Kind(models.TextChoices):
        SECTOR = "sector", _("sector")
        FIRM = "firm", _("firm")
        WORD = "word", _("word")

    seeker = models.ForeignKey(Seeker, on_delete=models.CASCADE, related_name="interests")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    value = models.CharField(max_length=80)  # the sector's code, the exhibitor's code, the word
    weight = models.FloatField(default=0.0)  # at `learned_at`; halves in 30 days
    learned_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seeker", "kind", "value"], name="interest_once")]
        ordering = ["-weight", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class Dismissal(Target):
    """“Not for me”, with why where the seeker said it. Seen by the seeker alone; undone by deleting it."""

    class Why(models.TextChoices):
        KNOWN = "known", _("we know each other")
        SECTOR = "sector", _("not what I look for")
        PLACE = "place", _("wrong country or language")
        SIZE = "size", _("too large or too small")
        NEVER = "never", _("do not bring us together")
        OTHER = "other", _("another reason")

    seeker = models.ForeignKey(Seeker, on_delete=models.CASCADE, related_name="dismissals")
    why = models.CharField(max_length=6, choices=Why.choices, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [_one_target("dismissal_is_of_one_thing"), *_once("dismissal")]
        ordering = ["-at", "-id"]
