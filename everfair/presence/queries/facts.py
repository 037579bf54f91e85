"""What live pages are told of who is here: whole states with versions, the same a fresh page is drawn from. Reads only.

The public reads numbers, never who. A booth's team reads of each visitor what that one agreed to show.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from everfair.exhibition.access import BOOTH_ROLES
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.people.models import Membership
from everfair.presence.models import (
    AREA,
    BOOTH,
    FAIR,
    HALLS,
    Greeting,
    Showing,
    Stay,
    area_place,
    booth_place,
)
from everfair.registration.models import Registration

Fact = dict[str, Any]
MOST_NAMED = 200  # visitors a team's page lists; the others are in the number
MOST_BOOTHS = 400  # booths with somebody that an area's fact lists


def here_topic(slug: str, place: str) -> str:
    """Where everybody listens who looks at a place; listening is being there."""
    return f"here:{slug}:{place}"


def team_topic(exhibitor: Exhibitor) -> str:
    """Where a booth's team learns who came."""
    return f"host:{exhibitor.code}"


def version_at(now: datetime) -> int:
    """Taken before rows are read: who read later has a higher one and saw at least as much."""
    return int(now.timestamp() * 1000)


@dataclass(frozen=True)
class Crowd:
    """Who is where in an edition, in numbers: place → visitors, booth's code → hosts, booth's code → its area's."""

    version: int
    visitors: Mapping[str, int] = field(default_factory=dict)
    hosts: Mapping[str, int] = field(default_factory=dict)
    area_of: Mapping[str, str] = field(default_factory=dict)  # of public booths with somebody


def crowd_of(edition: Edition, places: Iterable[str] | None = None, now: datetime | None = None) -> Crowd:
    """The edition's crowd; `places` narrows the visitors to some. Five queries at most, however many are here."""
    now = now or timezone.now()
    rows = standing(edition, now).filter(is_host=False)
    if places is not None:
        rows = rows.filter(place__in=list(places))
    counted = rows.values("place").annotate(n=Count("visitor_key", distinct=True)).order_by()
    visitors = {row["place"]: row["n"] for row in counted}
    hosts = _hosts(edition, now)
    codes = {place.removeprefix(BOOTH) for place in visitors if place.startswith(BOOTH)} | set(hosts)
    open_booths = Exhibitor.objects.filter(edition=edition, code__in=codes, state=Exhibitor.State.PUBLISHED)
    areas = dict(open_booths.order_by().values_list("code", "area__code")) if codes else {}
    return Crowd(version_at(now), visitors, hosts, areas)


def standing(edition: Edition | int, now: datetime) -> QuerySet[Stay]:
    """Stays whose lease has not run out."""
    return Stay.objects.filter(edition=edition, until__gt=now)


def attending(edition: Edition | int, now: datetime) -> QuerySet[Showing]:
    """What those showed who stand at their firm's booth and do not ask for quiet."""
    rows = Showing.objects.filter(edition=edition, attends=True)
    return rows.filter(Q(quiet_until=None) | Q(quiet_until__lte=now))


def _hosts(edition: Edition, now: datetime) -> dict[str, int]:
    """Booth's code → how many of its team attend with a page of the fair or of the booth open. Three queries at most."""
    there: dict[int, set[str]] = defaultdict(set)
    stays = standing(edition, now).filter(user__in=attending(edition, now).values("user"))
    for user_id, place in stays.values_list("user_id", "place"):
        if user_id is not None:
            there[user_id].add(place)
    if not there:
        return {}
    of_firm: dict[int, set[int]] = defaultdict(set)
    members = Membership.objects.filter(user__in=there, role__in=BOOTH_ROLES, user__is_active=True)
    for organisation_id, user_id in members.order_by().values_list("organisation_id", "user_id"):
        of_firm[organisation_id].add(user_id)
    booths = Exhibitor.objects.filter(edition=edition, organisation__in=of_firm).order_by()
    found = {}
    for code, organisation_id in booths.values_list("code", "organisation_id"):
        count = sum(bool(there[one] & {FAIR, booth_place(code)}) for one in of_firm[organisation_id])
        if count:
            found[code] = count
    return found


def attended_by_area(edition: Edition, now: datetime | None = None) -> dict[str, Counter[str]]:
    """Area's code → code of the sector at the root → public booths at which a host is now. Four queries, one where nobody is."""
    codes = _hosts(edition, now or timezone.now())
    found: dict[str, Counter[str]] = defaultdict(Counter)
    if codes:
        rows = Exhibitor.objects.filter(edition=edition, code__in=codes, state=Exhibitor.State.PUBLISHED)
        for area, sector in rows.order_by().values_list("area__code", "sector__code"):
            if area:
                found[area][(sector or "").partition(".")[0]] += 1
    return found


def place_fact(crowd: Crowd, place: str) -> Fact:
    """A place in numbers, whole: of an area also its booths with somebody, code → [visitors, whether a host is there].

    Of the halls' plan the areas instead, code → [visitors, at how many booths a host is].
    """
    fact: Fact = {
        "kind": "here", "place": place, "visitors": crowd.visitors.get(place, 0), "hosts": False, "version": crowd.version,
    }  # fmt: skip
    if place.startswith(BOOTH):
        fact["hosts"] = place.removeprefix(BOOTH) in crowd.hosts
    elif place.startswith(AREA):
        codes = sorted(code for code, area in crowd.area_of.items() if area_place(area or "") == place)
        fact["booths"] = {
            code: [crowd.visitors.get(booth_place(code), 0), code in crowd.hosts]
            for code in codes[:MOST_BOOTHS]
        }
        fact["hosts"] = any(hosts for _n, hosts in fact["booths"].values())
    elif place == HALLS:
        there = Counter(area for code, area in crowd.area_of.items() if code in crowd.hosts and area)
        seen = {name.removeprefix(AREA): n for name, n in crowd.visitors.items() if name.startswith(AREA)}
        fact["areas"] = {code: [seen.get(code, 0), there[code]] for code in sorted({*there, *seen})}
        fact["hosts"] = bool(there)
    elif place == FAIR:
        fact["visitors"] = 0  # nobody is counted who only has a page open somewhere
    return fact


def team_fact(exhibitor: Exhibitor, now: datetime | None = None) -> Fact:
    """Who is at a booth, for its team: each as they agreed, who came first is first; the others are a number.

    Seven queries at most.
    """
    now = now or timezone.now()
    rows = standing(exhibitor.edition_id, now).filter(place=booth_place(exhibitor.code), is_host=False)
    first: dict[str, Stay] = {}
    for row in rows.order_by("since", "pk"):
        first.setdefault(row.visitor_key, row)
    users = [row.user_id for row in first.values() if row.user_id is not None]
    shown = _shown(exhibitor, users, now)
    listed = [
        {"code": row.code, "since": row.since.isoformat(), **shown[row.user_id]}
        for row in first.values()
        if row.user_id in shown
    ][:MOST_NAMED]
    return {
        "kind": "who", "visitors": listed, "unnamed": len(first) - len(listed), "hosts": _hosts(exhibitor.edition, now).get(exhibitor.code, 0),
        "version": version_at(now),
    }  # fmt: skip


def _shown(exhibitor: Exhibitor, users: Iterable[int], now: datetime) -> dict[int | None, Fact]:
    """User → what they agreed to show a booth's team; who agreed to nothing by name or firm is not in it. Three queries."""
    named = (Showing.Level.NAME, Showing.Level.FIRM)
    rows = Showing.objects.filter(edition=exhibitor.edition_id, user__in=list(users), level__in=named)
    agreed = {row.user_id: row for row in rows.select_related("user")}
    if not agreed:
        return {}
    greeted = set(
        Greeting.objects.filter(exhibitor=exhibitor, user__in=agreed).values_list("user_id", flat=True)
    )
    badges = Registration.objects.filter(
        edition=exhibitor.edition_id, user__in=agreed, state=Registration.State.APPROVED, merged_into=None
    )
    on_badge = {
        row[0]: row[1:] for row in badges.values_list("user_id", "name", "organisation_name", "country")
    }
    found: dict[int | None, Fact] = {}
    for user_id, showing in agreed.items():
        name, firm, country = on_badge.get(user_id, (showing.user.name, "", ""))
        says_name = showing.level == Showing.Level.NAME
        if (says_name and name) or firm:
            found[user_id] = {
                "name": name if says_name else "", "firm": firm, "country": country,
                "may_greet": may_be_greeted(showing, now) and user_id not in greeted, "greeted": user_id in greeted,
            }  # fmt: skip
    return found


def may_be_greeted(showing: Showing | None, now: datetime) -> bool:
    """Whether a host may speak first: agreed, shown by name or firm, and not asking for quiet."""
    return (
        showing is not None
        and showing.may_greet
        and showing.level in (Showing.Level.NAME, Showing.Level.FIRM)
        and not (showing.quiet_until is not None and showing.quiet_until > now)
    )
