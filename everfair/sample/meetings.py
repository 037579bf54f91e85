"""Meetings of the sample: rules and slots, 40 tables, people who take part, an open round of wishes, requests and meetings."""

from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import yaml
from django.utils import timezone

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.meetings.actions import places, requests, rules, wishes
from everfair.meetings.actions.people import participant_of, take_part
from everfair.meetings.models import MeetingRules, Participant, Slot
from everfair.meetings.queries.ground import DayHours, days_of
from everfair.people import actions as people_actions
from everfair.people.models import User
from everfair.registration.models import Registration

OWNER, STAFF, VISITOR = (f"{name}@demo.example" for name in ("exhibitor", "staff", "visitor"))
HOURS = (time(9), time(17), time(12), time(13))
MOST_GUESTS = 36
LISTED = 4  # all but one of so many agree to be found
CLOSES_IN = timedelta(hours=20)


@lru_cache(maxsize=1)
def _facts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return found


def load_meetings(edition: Edition, *, by: Any) -> int:
    """All of it, once: how many take part. Comes after people have registered. A second call changes nothing."""
    if MeetingRules.objects.filter(edition=edition).exists():
        return Participant.objects.filter(edition=edition).count()
    now = timezone.now()
    _lay_ground(edition, by, now)
    firms = _staff(edition, by)
    guests = _guests(edition)
    random = Random(7)
    for guest in guests:
        _wish_for_firms(guest, firms, random, now)
    for firm in firms:
        _wish_for_people(firm, guests, random, now)
    _ask(edition, firms, guests, now)
    return Participant.objects.filter(edition=edition).count()


def _lay_ground(edition: Edition, by: Any, now: datetime) -> None:
    facts = _facts()
    hours = [DayHours(day, *HOURS) for day in days_of(edition)]
    rules.make_slots(edition, {"minutes": 20, "pause": 10, "hours": hours}, by=by)
    values = {
        "is_open": True,
        "walking": facts["walking"],
        "wishes_close_at": now + CLOSES_IN,
        **facts["rules"],
    }
    rules.save_rules(edition, values, by=by)
    for code, count in facts["tables"].items():
        places.make_tables(edition, edition.areas.get(code=code), count, by=by)
    places.make_lines(edition, facts["lines"], by=by)
    for row in facts["interpreters"]:
        places.save_interpreter(edition, None, row, by=by)
    kinds = {kind.code: kind for kind in edition.badge_kinds.all()}
    for code, row in facts["kinds"].items():
        if code in kinds:
            asked = [kinds[other] for other in row.get("may_ask", ()) if other in kinds]
            rules.save_kind_rule(kinds[code], {**row, "may_ask": asked}, by=by)


def _staff(edition: Edition, by: Any) -> list[Exhibitor]:
    """The demo firm's people, and one or two of each of some other firms; stands have a place for two meetings."""
    shown = Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED)
    rows = list(shown.select_related("organisation", "edition").order_by("pk"))
    own = [row for row in rows if row.organisation.memberships.filter(user__email=OWNER).exists()]
    for firm in own:
        for email in (OWNER, STAFF):
            user = User.objects.filter(email=email).first()
            if user is not None and firm.organisation.memberships.filter(user=user).exists():
                take_part(edition, user=user, exhibitor=firm)
    names = _facts()["staff"]
    others = [row for row in rows if row not in own][: len(names) * 3 // 4]
    for number, name in enumerate(names if others else ()):
        firm = others[number % len(others)]
        email = f"meets{number:02}@people.example"
        is_chinese = not name.isascii()
        user = User.objects.create_user(email, None, name=name, language="zh" if is_chinese else "en")
        people_actions.add_member(firm.organisation, user, "booth_staff", by=by)
        take_part(edition, user=user, exhibitor=firm)
    firms = own + others
    for number, firm in enumerate(firms):
        places.set_stand_places(firm, 1 + number % 2, by=by)
    return firms


def _guests(edition: Edition) -> list[Participant]:
    """Visitors with a badge, the demo visitor first; most agree to be found."""
    approved = Registration.objects.filter(
        edition=edition, state=Registration.State.APPROVED, merged_into=None
    )
    wanted = approved.filter(kind__code__in=("buyer", "guest", "press"), organisation=None).select_related(
        "edition__fair", "kind", "user"
    )
    rows = sorted(wanted, key=lambda row: (row.user is None or row.user.email != VISITOR, row.pk))
    guests = []
    for number, row in enumerate(rows[:MOST_GUESTS]):
        guest = participant_of(row)
        wishes.save_limits(
            guest, least=number % 3, most=4 + number % 6, is_listed=number % LISTED != LISTED - 1, by=row.user
        )
        guest.refresh_from_db()
        guests.append(guest)
    return guests


def _level(random: Random) -> str:
    return random.choices(["must", "want", "never"], [15, 78, 7])[0]


def _wish_for_firms(guest: Participant, firms: list[Exhibitor], random: Random, now: datetime) -> None:
    chosen = random.sample(firms, min(len(firms), random.randint(3, 9)))
    wishes.save_wishes(guest, {firm.code: _level(random) for firm in chosen}, by=guest.user, now=now)


def _wish_for_people(firm: Exhibitor, guests: list[Participant], random: Random, now: datetime) -> None:
    listed = [guest for guest in guests if guest.is_listed]
    chosen = random.sample(listed, min(len(listed), random.randint(2, 7)))
    wishes.save_wishes(firm, {guest.code: _level(random) for guest in chosen}, by=None, now=now)


def _ask(edition: Edition, firms: list[Exhibitor], guests: list[Participant], now: datetime) -> None:
    """The demo visitor asks two firms, others ask the demo firm; the second of each is agreed already."""
    slots = list(
        Slot.objects.filter(edition=edition, is_lunch=False, starts_at__gt=now + timedelta(hours=26))
    )
    if len(firms) < 4 or len(guests) < 6 or len(slots) < 12:
        return
    for number, row in enumerate(_facts()["requests"]):
        is_visitor = row["from"] == "visitor"
        asker, firm = (guests[0], firms[1 + number]) if is_visitor else (guests[number], firms[0])
        values = {
            "message": row["message"], "place": row.get("place", "table"), "slots": slots[3 * number : 3 * number + 3]
        }  # fmt: skip
        request = requests.send_request(
            asker, exhibitor=firm, values=values, by=asker.user, now=now - timedelta(hours=2 + number)
        )
        if number % 2 and request.state == request.State.SENT:
            who = request.asked.user if request.asked is not None else None
            requests.accept(request, slots[3 * number], by=who, now=now - timedelta(hours=1))
