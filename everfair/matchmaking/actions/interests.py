"""What a seeker says, keeps and waves away, and what is learned from what they do. Nothing here reads messages.

Learning is one switch: off, acts are not kept, what was kept is deleted, and nothing is used.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor, Offer
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.models import Act, Dismissal, Interest, Need, Saved, Seeker, Shown
from everfair.matchmaking.queries.facts import Facts, facts_of
from everfair.matchmaking.queries.interests import decayed
from everfair.programme.models import Session

WEIGHTS = {Act.Kind.VIEWED: 1.0, Act.Kind.SAVED: 3.0, Act.Kind.ASKED: 5.0, Act.Kind.MET: 8.0}
MOST_SAVED = 2000
MOST_LEARNED = 200  # of each kind; the lightest go
REASONS = [
    (str(value), label) for value, label in Dismissal.Why.choices
]  # what a page offers; "" is no reason
TARGETS: dict[type[Model], str] = {
    Exhibitor: "exhibitor", Offer: "offer", Need: "need", Session: "session", Seeker: "person",
}  # fmt: skip


def target_of(thing: Model) -> dict[str, Any]:
    """{"offer": the offer}: the one field of a Target that a thing fills."""
    return {TARGETS[type(thing)]: thing}


def save_thing(seeker: Seeker, thing: Model, *, by: Any, now: datetime | None = None) -> Saved:
    """Keep it at hand. Saving twice is saving once. Refused at 2,000 saved things."""
    now = now or timezone.now()
    found = Saved.objects.filter(seeker=seeker, **target_of(thing)).first()
    if found is not None:
        return found
    if Saved.objects.filter(seeker=seeker).count() >= MOST_SAVED:
        raise Refused(_("You have saved as much as fits. Remove something first."))
    try:
        with transaction.atomic():
            row = Saved.objects.create(seeker=seeker, at=now, **target_of(thing))
            _touch(seeker, now)
            note_act(seeker, thing, Act.Kind.SAVED, now=now)
            note_on_shown(seeker, thing, "saved_at", now)
    except IntegrityError:  # the same click twice at once
        return Saved.objects.get(seeker=seeker, **target_of(thing))
    return row


def drop_saved(seeker: Seeker, thing: Model, *, by: Any, now: datetime | None = None) -> None:
    """No longer at hand; what was learned by it goes too."""
    with transaction.atomic():
        _alone(seeker)
        Saved.objects.filter(seeker=seeker, **target_of(thing)).delete()
        act = Act.objects.filter(seeker=seeker, act=Act.Kind.SAVED, **target_of(thing)).first()
        if act is not None:
            _learn(seeker, facts_of(thing), -WEIGHTS[Act.Kind.SAVED], now or timezone.now())
            act.delete()
        _touch(seeker, now or timezone.now())


def follow_bookmark(session: Session, on: bool, *, by: Any, now: datetime | None = None) -> None:
    """A session put into a person's programme is saved, one taken out is let go: one button, one list."""
    seeker = seeker_for(by, session.edition)
    (save_thing if on else drop_saved)(seeker, session, by=by, now=now)


def dismiss(
    seeker: Seeker, thing: Model, why: str = "", *, by: Any, now: datetime | None = None
) -> Dismissal:
    """“Not for me”: it is recommended no more. Saying it again changes the reason."""
    now = now or timezone.now()
    if why and why not in Dismissal.Why.values:
        raise Refused(_("Choose one of the reasons."), field="why")
    if thing.pk == seeker.pk and isinstance(thing, Seeker):
        raise Refused(_("This is you."))
    with transaction.atomic():
        row, _is_new = Dismissal.objects.update_or_create(
            seeker=seeker, defaults={"why": why, "at": now}, **target_of(thing)
        )
        _touch(seeker, now)
        note_on_shown(seeker, thing, "dismissed_at", now)
    return row


def bring_back(seeker: Seeker, dismissal: Dismissal, *, by: Any, now: datetime | None = None) -> None:
    """Undo a dismissal: it may be recommended again."""
    with transaction.atomic():
        Dismissal.objects.filter(seeker=seeker, pk=dismissal.pk).delete()
        _touch(seeker, now or timezone.now())


def _alone(seeker: Seeker) -> Seeker | None:
    """The seeker's row, held until the transaction ends: what is learned adds up, and nothing is kept after the switch.

    Rows that point to it may be made meanwhile.
    """
    return Seeker.objects.select_for_update(of=("self",), no_key=True).filter(pk=seeker.pk).first()


@transaction.atomic
def note_act(seeker: Seeker, thing: Model, kind: str, *, now: datetime | None = None) -> bool:
    """Keep what the seeker did and learn from it, with the caller's transaction; False where learning is off.

    Looking at the same thing counts once a day.
    """
    now = now or timezone.now()
    held = _alone(seeker)
    if held is None or not held.is_learning or thing.pk is None:
        return False
    row, is_new = Act.objects.get_or_create(seeker=seeker, act=kind, defaults={"at": now}, **target_of(thing))
    if not is_new:
        if kind == Act.Kind.VIEWED and row.at.date() == now.date():
            return True
        Act.objects.filter(pk=row.pk).update(times=F("times") + 1, at=now)
    _learn(seeker, facts_of(thing), WEIGHTS[Act.Kind(kind)], now)
    _touch(seeker, now)
    if kind in (Act.Kind.ASKED, Act.Kind.MET):
        note_on_shown(seeker, thing, f"{kind}_at", now)
    return True


@transaction.atomic
def take_back_act(seeker: Seeker, thing: Model, kind: str, *, now: datetime | None = None) -> None:
    """Something turned out not to have been: once less, and what was learned by it goes, with the caller's transaction."""
    now = now or timezone.now()
    _alone(seeker)
    row = Act.objects.filter(seeker=seeker, act=kind, **target_of(thing)).first()
    if row is not None:
        _learn(seeker, facts_of(thing), -WEIGHTS[Act.Kind(kind)], now)
        if row.times > 1:
            Act.objects.filter(pk=row.pk).update(times=F("times") - 1)
        else:
            row.delete()
        _touch(seeker, now)
    if kind in (Act.Kind.ASKED, Act.Kind.MET):
        Shown.objects.filter(seeker=seeker, **target_of(thing)).update(**{f"{kind}_at": None})


def note_on_shown(seeker: Seeker, thing: Model, column: str, now: datetime) -> None:
    """What came of a match that was shown: the newest row of the thing gets the time, the first time only."""
    shown = Shown.objects.filter(seeker=seeker, **target_of(thing)).order_by("-day", "-id").values("pk")[:1]
    Shown.objects.filter(pk__in=list(shown.values_list("pk", flat=True)), **{column: None}).update(
        **{column: now}
    )


def _learn(seeker: Seeker, facts: Facts, weight: float, now: datetime) -> None:
    """Add to the interests in the thing's sectors, firm and words: each kind gets the weight, shared among its values."""
    wanted: dict[tuple[str, str], float] = {}
    for kind, values in (
        (Interest.Kind.SECTOR, facts.sectors),
        (Interest.Kind.FIRM, (facts.firm,) if facts.firm else ()),
        (Interest.Kind.WORD, facts.words),
    ):
        for value in values:
            wanted[kind, value[:80]] = weight / len(values)
    rows = {
        (row.kind, row.value): row
        for row in Interest.objects.filter(seeker=seeker, value__in={value for _kind, value in wanted})
    }
    for key, more in wanted.items():
        row = rows.get(key)
        if row is None and more > 0:
            Interest.objects.get_or_create(
                seeker=seeker, kind=key[0], value=key[1], defaults={"weight": more, "learned_at": now}
            )
        elif row is not None and row.removed_at is None:
            row.weight = max(0.0, decayed(row.weight, row.learned_at, now) + more)
            row.learned_at = now
            row.save(update_fields=["weight", "learned_at"])
    _forget_lightest(seeker)


def _forget_lightest(seeker: Seeker) -> None:
    for kind in Interest.Kind.values:
        rows = Interest.objects.filter(seeker=seeker, kind=kind, removed_at=None).order_by("-weight", "id")
        surplus = list(rows.values_list("pk", flat=True)[MOST_LEARNED:])
        if surplus:
            Interest.objects.filter(pk__in=surplus).delete()


def remove_interest(seeker: Seeker, interest: Interest, *, by: Any, now: datetime | None = None) -> None:
    """It is used no more and not learned again."""
    now = now or timezone.now()
    with transaction.atomic():
        Interest.objects.filter(seeker=seeker, pk=interest.pk).update(removed_at=now, weight=0.0)
        _touch(seeker, now)


def switch_learning(seeker: Seeker, on: bool, *, by: Any, now: datetime | None = None) -> Seeker:
    """The one switch. Off deletes every act and every interest; saved things and dismissals were said, and stay."""
    now = now or timezone.now()
    with transaction.atomic():
        row = Seeker.objects.select_for_update(of=("self",), no_key=True).get(pk=seeker.pk)
        if row.is_learning == on:
            return row
        row.is_learning, row.changed_at = on, now
        row.save(update_fields=["is_learning", "changed_at"])
        if not on:
            Act.objects.filter(seeker=row).delete()
            Interest.objects.filter(seeker=row, removed_at=None).delete()
        event = "matchmaking.learning.switched_on" if on else "matchmaking.learning.switched_off"
        audit.record(event, row, by=by, edition_id=row.edition_id, now=now)
    return row


def save_answers(
    seeker: Seeker,
    answers: Mapping[str, Any],
    *,
    is_shown: bool | None = None,
    by: Any,
    now: datetime | None = None,
) -> Seeker:
    """The three questions: {"looks_for": text, "sectors": [codes], "languages": [codes]}; None keeps `is_shown`."""
    now = now or timezone.now()
    with transaction.atomic():
        row = Seeker.objects.select_for_update(of=("self",)).get(pk=seeker.pk)
        row.answers = {
            "looks_for": str(answers.get("looks_for", "")).strip(),
            "sectors": sorted(set(answers.get("sectors") or ())),
            "languages": sorted(set(answers.get("languages") or ())),
        }
        row.answered_at = row.changed_at = now
        if is_shown is not None and is_shown != row.is_shown:
            row.is_shown = is_shown
            event = "matchmaking.seeker.shown" if is_shown else "matchmaking.seeker.hidden"
            audit.record(event, row, by=by, edition_id=row.edition_id, now=now)
        row.save(update_fields=["answers", "answered_at", "changed_at", "is_shown"])
        if row.is_shown or is_shown is not None:
            note_change("matchmaking.seeker", row.pk, row.edition_id)
    return row


def _touch(seeker: Seeker, now: datetime) -> None:
    Seeker.objects.filter(pk=seeker.pk).update(changed_at=now)
