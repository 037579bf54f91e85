"""What a seeker may read of their own: interests with words, saved things, dismissals, acts. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

from everfair.base.languages import pick
from everfair.exhibition.models import Exhibitor, Offer
from everfair.fair.models import Sector
from everfair.matchmaking.models import Act, Dismissal, Interest, Need, Saved, Seeker
from everfair.matchmaking.models.interests import Target
from everfair.programme.models import Session

THING_RELATED = (
    "exhibitor__organisation", "exhibitor__edition__fair", "offer__exhibitor__organisation",
    "need__seeker__exhibitor__organisation", "session__edition__fair", "person__exhibitor__organisation",
    "person__user",
)  # fmt: skip


@dataclass(frozen=True)
class InterestLine:
    """One learned interest: its row, what to call it in the reader's language, and how strong (0 … 100) beside the strongest."""

    row: Interest
    name: str
    strength: int


def interest_lines(seeker: Seeker, language: str, now: datetime) -> list[InterestLine]:
    """Interests that count, strongest first within each kind. Three queries."""
    rows = list(Interest.objects.filter(seeker=seeker, removed_at=None))
    sectors = {row.value for row in rows if row.kind == Interest.Kind.SECTOR}
    firms = {row.value for row in rows if row.kind == Interest.Kind.FIRM}
    names: dict[tuple[str, str], str] = {}
    for code, words in Sector.objects.filter(edition=seeker.edition_id, code__in=sectors).values_list(
        "code", "name"
    ):
        names[Interest.Kind.SECTOR, code] = pick(words, language)
    firm_rows = Exhibitor.objects.filter(edition=seeker.edition_id, code__in=firms)
    for code, words in firm_rows.values_list("code", "organisation__name"):
        names[Interest.Kind.FIRM, code] = pick(words, language)
    weights = {row.pk: decayed(row.weight, row.learned_at, now) for row in rows}
    most = {
        kind: max((weights[row.pk] for row in rows if row.kind == kind), default=0.0)
        for kind in Interest.Kind
    }
    lines = [
        InterestLine(
            row,
            names.get((row.kind, row.value), row.value),
            round(100 * weights[row.pk] / most[Interest.Kind(row.kind)]),
        )
        for row in rows
        if weights[row.pk] > 0 and most[Interest.Kind(row.kind)] > 0
    ]
    return sorted(lines, key=lambda line: (line.row.kind, -line.strength, line.name))


HALVES_IN_DAYS = 30.0


def decayed(weight: float, at: datetime, now: datetime) -> float:
    """An interest's weight halves in 30 days."""
    days = max(0.0, (now - at).total_seconds() / 86400)
    return float(weight * 0.5 ** (days / HALVES_IN_DAYS))


def saved_things(seeker: Seeker, kind: str = "", words: str = "") -> QuerySet[Saved]:
    """What is kept at hand, newest first; `kind` one of Target.KINDS, `words` in titles and names."""
    return _narrowed(Saved.objects.filter(seeker=seeker), kind, words)


def dismissals(seeker: Seeker, kind: str = "", words: str = "") -> QuerySet[Dismissal]:
    """What was waved away, newest first."""
    return _narrowed(Dismissal.objects.filter(seeker=seeker), kind, words)


def _narrowed(rows: QuerySet[Any], kind: str, words: str) -> QuerySet[Any]:
    if kind in Target.KINDS:
        rows = rows.filter(**{f"{kind}__isnull": False})
    for word in words.split()[:6]:
        rows = rows.filter(
            Q(exhibitor__organisation__name__icontains=word)
            | Q(offer__title__icontains=word)
            | Q(need__title__icontains=word)
            | Q(session__title__icontains=word)
            | Q(person__exhibitor__organisation__name__icontains=word)
        )
    return rows.select_related(*THING_RELATED)


def has_said(seeker: Seeker) -> bool:
    """Whether anything is known of what the seeker looks for: an answer, a need, something done. At most two queries."""
    if any((seeker.answers or {}).values()) or seeker.needs.filter(state=Need.State.OPEN).exists():
        return True
    return seeker.is_learning and Interest.objects.filter(seeker=seeker, weight__gt=0).exists()


def is_saved(seeker: Seeker | None, thing: Model) -> bool:
    """Whether the seeker keeps it. None: nobody, nothing."""
    return seeker is not None and bool(saved_ids(seeker, _kind_of(thing), [thing.pk]))


def saved_ids(seeker: Seeker | None, kind: str, ids: Iterable[int]) -> set[int]:
    """Which of these things of one kind the seeker keeps."""
    if seeker is None:
        return set()
    rows = Saved.objects.filter(seeker=seeker, **{f"{kind}_id__in": list(ids)})
    return set(rows.values_list(f"{kind}_id", flat=True))


def set_aside(seeker: Seeker, thing: Model) -> Dismissal | None:
    """The row that keeps a thing away from the seeker, if they set it aside."""
    return Dismissal.objects.filter(seeker=seeker, **{_kind_of(thing): thing}).first()


def acts_of(seeker: Seeker) -> QuerySet[Act]:
    """All that is kept of what the seeker did, newest first: for the owner's eyes and export."""
    return Act.objects.filter(seeker=seeker).select_related(*THING_RELATED)


def own_interest(seeker: Seeker, pk: int) -> Interest | None:
    """One of the seeker's own interests."""
    return Interest.objects.filter(seeker=seeker, pk=pk).first()


def own_saved(seeker: Seeker, pk: int) -> Saved | None:
    """One of the seeker's own saved things."""
    return Saved.objects.filter(seeker=seeker, pk=pk).select_related(*THING_RELATED).first()


def own_dismissal(seeker: Seeker, pk: int) -> Dismissal | None:
    """One of the seeker's own dismissals."""
    return Dismissal.objects.filter(seeker=seeker, pk=pk).first()


def _kind_of(thing: Model) -> str:
    kinds: Sequence[tuple[type[Model], str]] = (
        (Exhibitor, "exhibitor"), (Offer, "offer"), (Need, "need"), (Session, "session"), (Seeker, "person"),
    )  # fmt: skip
    return next(kind for model, kind in kinds if isinstance(thing, model))
