"""The roll call: each serving process says who has pages open there now; rows come, are renewed and end with their lease.

Nothing is written of who wants to be counted nowhere. A process that dies says nothing more, and its rows lapse.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from everfair.exhibition.access import BOOTH_ROLES
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.people.models import Membership
from everfair.presence.actions.telling import tell_after
from everfair.presence.models import BOOTH, FAIR, Showing, Stay, booth_place

LEASE = timedelta(seconds=30)  # after which whoever was in a process that died is gone
RENEW = timedelta(seconds=10)  # how long a lease is left alone
GRACE = timedelta(
    seconds=4
)  # a page that is loaded again, or followed by the next one, is no coming and going
AT_ONCE = 500


@dataclass(frozen=True)
class Present:
    """Somebody listens at a place: edition's slug, place, user's id or None, what stands for the visitor."""

    slug: str
    place: str
    person: int | None
    key: str


Key = tuple[int, str, str]  # edition, place, visitor's key


class Wanted(NamedTuple):
    """A row there should be."""

    person: int | None
    is_host: bool


class Known(NamedTuple):
    """A row there is: thousands of them are looked at every few seconds."""

    pk: int
    edition_id: int
    place: str
    visitor_key: str
    user_id: int | None
    is_host: bool
    until: datetime


@lru_cache(maxsize=20000)
def visitor_key(person: int | None, session: str, address: str) -> str:
    """What stands for a visitor: the account, else the session, else the network address; the last two not to be read back."""
    if person is not None:
        return f"u{person}"
    told = f"everfair.presence:{session or address}".encode()
    return "a" + hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()[:24]


def note_stays(process: str, present: Collection[Present], now: datetime | None = None) -> None:
    """Everybody whom the process serves now, all of them. Safe to repeat; who is missing is gone in a moment."""
    now = now or timezone.now()
    editions = {row.slug: row for row in Edition.objects.filter(slug__in={one.slug for one in present})}
    wanted = _wanted(editions, present)
    with transaction.atomic():
        rows = Stay.objects.filter(process=process).values_list(*Known._fields)
        known = {(row.edition_id, row.place, row.visitor_key): row for row in map(Known._make, rows)}
        new = [_stay(process, key, wanted[key], now) for key in wanted.keys() - known.keys()]
        Stay.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)
        turned = [row for key, row in known.items() if key in wanted and row.is_host != wanted[key].is_host]
        for row in turned:
            Stay.objects.filter(pk=row.pk).update(is_host=not row.is_host)
        _renew(known, wanted, now)
        _let_go([row for key, row in known.items() if key not in wanted], now)
        _tell(editions.values(), [*new, *turned])


def let_go(process: str) -> None:
    """The process ends: its people are gone."""
    with transaction.atomic():
        _remove(Stay.objects.filter(process=process))


def forget_lapsed(now: datetime | None = None) -> int:
    """Rows whose lease ran out, of whatever process, go. How many. Safe to repeat, also at the same moment."""
    now = now or timezone.now()
    with transaction.atomic():
        # two processes look at the same moment: each takes what the other does not have
        return _remove(Stay.objects.filter(until__lte=now).select_for_update(skip_locked=True))


def _remove(rows: "Iterable[Stay]") -> int:
    gone = list(rows)
    if gone:
        Stay.objects.filter(pk__in=[row.pk for row in gone]).delete()
        _tell(Edition.objects.filter(pk__in={row.edition_id for row in gone}), gone)
    return len(gone)


def _wanted(editions: Mapping[str, Edition], present: Collection[Present]) -> dict[Key, Wanted]:
    """The rows there should be."""
    known = [one for one in present if one.slug in editions]
    people = {one.person for one in known if one.person is not None}
    shown = _shown(editions.values(), people)
    teams = _teams(editions.values(), {one.place for one in known}, people)
    found: dict[Key, Wanted] = {}
    for one in known:
        edition = editions[one.slug].pk
        is_host = one.person is not None and (edition, one.place) in teams.get(one.person, ())
        level, attends = shown.get((edition, one.person), ("", False))
        if level == Showing.Level.NOTHING and not (attends and (is_host or one.place == FAIR)):
            continue
        found[edition, one.place, one.key] = Wanted(one.person, is_host)
    return found


def _stay(process: str, key: Key, wanted: Wanted, now: datetime) -> Stay:
    edition, place, visitor = key
    return Stay(
        process=process, edition_id=edition, place=place, visitor_key=visitor, user_id=wanted.person,
        is_host=wanted.is_host, since=now, until=now + LEASE,
    )  # fmt: skip


def _shown(
    editions: Iterable[Edition], people: Collection[int]
) -> dict[tuple[int, int | None], tuple[str, bool]]:
    """(edition, user) → what they show, whether they attend. One query."""
    if not people:
        return {}
    rows = Showing.objects.filter(edition__in=list(editions), user__in=people)
    values = rows.values_list("edition_id", "user_id", "level", "attends")
    return {(edition, user): (level, attends) for edition, user, level, attends in values}


def _teams(
    editions: Iterable[Edition], places: Collection[str], people: Collection[int]
) -> dict[int, set[tuple[int, str]]]:
    """User → (edition, place) of the booths at which they are of the team. Two queries."""
    codes = [place.removeprefix(BOOTH) for place in places if place.startswith(BOOTH)]
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    if not codes or not people:
        return found
    booths = Exhibitor.objects.filter(edition__in=list(editions), code__in=codes)
    of_firm: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for edition, code, organisation in booths.order_by().values_list("edition_id", "code", "organisation_id"):
        of_firm[organisation].append((edition, booth_place(code)))
    members = Membership.objects.filter(user__in=people, organisation__in=of_firm, role__in=BOOTH_ROLES)
    for user, organisation in members.values_list("user_id", "organisation_id"):
        found[user].update(of_firm[organisation])
    return found


def _renew(known: Mapping[Key, Known], wanted: Mapping[Key, Wanted], now: datetime) -> None:
    """Leases that were not renewed for a while, and of those who came back before they were forgotten."""
    due = [row.pk for key, row in known.items() if key in wanted and row.until < now + LEASE - RENEW]
    for start in range(0, len(due), AT_ONCE):
        Stay.objects.filter(pk__in=due[start : start + AT_ONCE]).update(until=now + LEASE)


def _let_go(rows: Collection[Known], now: datetime) -> None:
    """Who closed the page is here for a moment more: most have only gone on to the next."""
    late = [row.pk for row in rows if row.until > now + GRACE]
    for start in range(0, len(late), AT_ONCE):
        Stay.objects.filter(pk__in=late[start : start + AT_ONCE]).update(until=now + GRACE)


def _tell(editions: Iterable[Edition], rows: Collection[Stay | Known]) -> None:
    """Open pages of the places where somebody came or went; with somebody of a team also of their booths."""
    places: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        places[row.edition_id].add(row.place)
    at_fair = {row.user_id for row in rows if row.user_id is not None and row.place == FAIR}
    for edition in editions:
        if edition.pk in places:
            tell_after(edition, places[edition.pk] | booths_of(edition, at_fair))


def booths_of(edition: Edition, people: Collection[int]) -> set[str]:
    """Places of the booths whose teams these people are of. One query."""
    if not people:
        return set()
    teams = Q(organisation__memberships__user__in=people, organisation__memberships__role__in=BOOTH_ROLES)
    codes = Exhibitor.objects.filter(teams, edition=edition).order_by().values_list("code", flat=True)
    return {booth_place(code) for code in codes}
