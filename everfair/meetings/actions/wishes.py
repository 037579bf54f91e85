"""What a side does in the round of wishes: says whom it must meet, would like to meet or does not; how many meetings it wants.

The log says how many wishes somebody changed, never which: a "no, thank you" is known to whoever said it and to nobody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.meetings.models import Participant, Wish
from everfair.meetings.queries.ground import most_musts
from everfair.meetings.queries.wishes import (
    count_slots,
    firms_for,
    may_wish_for_firms,
    may_wish_for_people,
    people_for,
    round_of,
    visitors_for,
    wishes_of,
)

MOST_WISHES = 1000


@dataclass(frozen=True)
class Saved:
    """How many wishes were said, changed or taken back."""

    changed: int


def save_wishes(
    side: Participant | Exhibitor,
    levels: Mapping[str, str],
    *,
    of_people: bool = False,
    by: Any,
    now: datetime | None = None,
) -> Saved:
    """Keep what a visitor says of firms (`of_people`: of other visitors), or a firm of people: code → level, "" takes it back.

    All or nothing. Refused when the round is not open, somebody is not in the side's list (any more), or too many are a must.
    Codes that are not named stay as they are. Saying the same again changes nothing.
    """
    now = now or timezone.now()
    with transaction.atomic():
        owner = _lock(side, of_people=of_people)
        of_people = of_people or isinstance(owner, Exhibitor)
        _require_open(owner.edition, now)
        wanted = _targets(owner, levels, of_people=of_people)
        changed = _write(owner, wanted, now, of_people=of_people)
        if changed:
            _require_few(owner, of_people=of_people)
            audit.record("meetings.wishes.saved", owner, by=by, after={"changed": changed}, now=now)
    return Saved(changed)


def save_limits(
    participant: Participant, *, least: int, most: int | None, by: Any, is_listed: bool | None = None
) -> Participant:
    """How many meetings a person wants at least and at most, and whether firms see them in their list (None: as it is).

    Refused, with the field, where the numbers contradict each other or the edition's slots. Runs read them when they start.
    """
    with transaction.atomic():
        row = (
            Participant.objects.select_for_update(of=("self",))
            .select_related("edition")
            .get(pk=participant.pk)
        )
        _require_sense(row.edition, least, most)
        before = {name: getattr(row, name) for name in ("least", "most", "is_listed")}
        row.least, row.most = least, most
        if is_listed is not None:
            row.is_listed = is_listed
        after = {name: getattr(row, name) for name in before}
        if after != before:
            row.save(update_fields=list(before))
            audit.record(
                "meetings.limits.saved", row, by=by, edition_id=row.edition_id, before=before, after=after
            )
    return row


def _lock(side: Participant | Exhibitor, *, of_people: bool) -> Participant | Exhibitor:
    """A fresh row, locked: two tabs of one person take turns."""
    if isinstance(side, Participant):
        person = (
            Participant.objects.select_for_update(of=("self",))
            .select_related("edition", "registration")
            .get(pk=side.pk)
        )
        if person.is_out:
            raise Refused(_("You take no part in meetings any more, so wishes are not taken from you."))
        if of_people and not may_wish_for_people(person.registration):
            raise Refused(_("Your kind of badge does not meet other visitors in this fair."))
        if not of_people and not may_wish_for_firms(person.registration):
            raise Refused(_("Your kind of badge does not meet exhibitors in this fair."))
        return person
    return Exhibitor.objects.select_for_update(of=("self",)).select_related("edition").get(pk=side.pk)


def _require_open(edition: Edition, now: datetime) -> None:
    state = round_of(edition, now).state
    if state == "open":
        return
    sentences = {
        "none": _("This fair takes no wishes for meetings."),
        "ahead": _("Wishes cannot be said yet. The page tells when."),
        "closed": _("Wishes have closed: the timetable is being made. You can still ask for a meeting."),
    }
    raise Refused(sentences[state])


def _targets(side: Participant | Exhibitor, levels: Mapping[str, str], *, of_people: bool) -> dict[int, str]:
    """Key of the firm or person → level."""
    unknown = set(levels.values()) - {"", *Wish.Level.values}
    if unknown:
        raise Refused(_("Choose one of: must meet, would like to meet, no thank you, or nothing."))
    wanted = {code: level for code, level in levels.items() if level}
    dropped = [code for code, level in levels.items() if not level]
    found: QuerySet[Any]
    if isinstance(side, Exhibitor):
        found = people_for(side)
    elif of_people and side.registration is not None:
        found = visitors_for(side.registration)
    else:
        found = firms_for(side.edition, side.registration)
    keys: dict[int, str] = {}
    for pk, code in found.filter(code__in=wanted).values_list("pk", "code"):
        keys[pk] = wanted.pop(code)
    if wanted:
        raise Refused(
            ngettext(
                "One you chose is not in the list any more. Nothing was saved: load the page again.",
                "Some you chose are not in the list any more. Nothing was saved: load the page again.",
                len(wanted),
            )
        )
    name = "other" if of_people else "exhibitor"
    left = (
        wishes_of(side, of_people=of_people)
        .filter(**{f"{name}__code__in": dropped})
        .values_list(f"{name}_id", flat=True)
    )
    return keys | dict.fromkeys(left, "")  # whoever left the list can still be let go of


def _write(
    side: Participant | Exhibitor, wanted: Mapping[int, str], now: datetime, *, of_people: bool
) -> int:
    """Bring the rows in line; how many changed."""
    name = "other" if of_people else "exhibitor"
    owner = {"participant" if isinstance(side, Participant) else "by_exhibitor": side}
    rows = wishes_of(side, of_people=of_people).filter(**{f"{name}__in": wanted})
    held = {getattr(row, f"{name}_id"): row for row in rows}
    new, other, gone = [], [], []
    for key, level in wanted.items():
        row = held.get(key)
        if row is None and level:
            new.append(Wish(edition=side.edition, level=level, said_at=now, **{f"{name}_id": key}, **owner))
        elif row is not None and not level:
            gone.append(row.pk)
        elif row is not None and row.level != level:
            row.level, row.said_at = level, now
            other.append(row)
    Wish.objects.filter(pk__in=gone).delete()
    Wish.objects.bulk_update(other, ["level", "said_at"])
    Wish.objects.bulk_create(new)
    return len(new) + len(other) + len(gone)


def _require_few(side: Participant | Exhibitor, *, of_people: bool) -> None:
    most = most_musts(side.edition, of_firm=isinstance(side, Exhibitor))
    own = wishes_of(side, of_people=of_people)
    if own.filter(level=Wish.Level.MUST).count() > most:
        raise Refused(
            _("At most %(most)d can be a must: where all are, none is. Make one of them a wish first.")
            % {"most": most}
        )
    if own.count() > MOST_WISHES:
        raise Refused(_("More than %(most)d wishes cannot be kept.") % {"most": MOST_WISHES})


def _require_sense(edition: Edition, least: int, most: int | None) -> None:
    if least < 0:
        raise Refused(_("The fewest meetings you want cannot be below none."), field="least")
    if most is not None and most < 1:
        raise Refused(
            _("At most no meetings at all? Leave the fair's meetings instead, or say 1 or more."),
            field="most",
        )
    if most is not None and least > most:
        raise Refused(
            _("You want %(least)d at least and %(most)d at most: the first must not be larger.")
            % {"least": least, "most": most},
            field="least",
        )
    slots = count_slots(edition)
    for field, wanted in (("least", least), ("most", most)):
        if slots and wanted is not None and wanted > slots:
            raise Refused(
                _("There are %(slots)d times for meetings in this fair: more cannot be had.")
                % {"slots": slots},
                field=field,
            )
