"""Sample registrations: rules of the kinds of badge, and some 120 invented people who came in every way there is."""

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from everfair.fair.actions.badge_rules import RULES, save_badge_rules
from everfair.fair.models import BadgeKind, Edition
from everfair.registration.actions.deciding import approve, cancel, decline
from everfair.registration.actions.duplicates import find_duplicates
from everfair.registration.actions.registering import register
from everfair.registration.models import Registration

UNDECIDED = 6  # one of so many is still in the queue
WAYS = {"exhibitor": "firm", "guest": "group", "speaker": "team", "staff": "team"}


@lru_cache(maxsize=1)
def load_facts() -> dict[str, Any]:
    """What the sample's people are made of."""
    path = Path(__file__).with_suffix(".yaml")
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def load_registration(edition: Edition, *, by: Any, visitor: Any = None, firm: Any = None) -> None:
    """Rules, people in every state, one pair that looks alike. `visitor` has a buyer's badge; `firm` has its staff."""
    kinds = {kind.code: _with_rules(kind, by) for kind in edition.badge_kinds.all()}
    delegation = edition.delegations.order_by("position", "id").first()
    begun = timezone.now() - timedelta(days=30)
    if visitor is not None:
        values = {
            "name": visitor.name,
            "email": visitor.email,
            "answers": {"part": "decide"},
            "language": "en",
        }
        row = register(
            edition,
            kinds["buyer"],
            values,
            by=visitor,
            consents=["contact", "news"],
            now=begun,
            is_silent=True,
        )
        approve(row, by=by, now=begun + timedelta(hours=2))
    number = 0
    for code, count in load_facts()["people"].items():
        for place in range(count):
            number += 1
            ways: dict[str, Any] = {"source": WAYS.get(code, "self")}
            if code == "guest":
                ways["delegation"] = delegation
            organisation = firm if code == "exhibitor" and place < 3 else None
            _person(edition, kinds[code], number, organisation, begun + timedelta(hours=5 * number), ways)
    _decide(edition, by)
    _twin(edition, kinds["press"], begun)
    find_duplicates(edition)


def _with_rules(kind: BadgeKind, by: Any) -> BadgeKind:
    facts = load_facts()["kinds"].get(kind.code, {})
    if facts.get("questions"):
        kind.questions = facts["questions"]  # codes stand in the file, so that people's answers can too
        kind.save(update_fields=["questions"])
    return save_badge_rules(kind, {key: facts[key] for key in RULES if key in facts}, by=by)


def _person(
    edition: Edition, kind: BadgeKind, number: int, organisation: Any, now: datetime, ways: dict[str, Any]
) -> Registration:
    """The number decides name, firm, country and answers, so that each start makes the same people."""
    facts = load_facts()
    firm = facts["firms"][(number * 5) % len(facts["firms"])]
    is_chinese = firm["country"] == "CN"
    if is_chinese:
        family, given = (
            facts["chinese"][place % len(facts["chinese"])] for place in (number, number * 3 + number // 10)
        )
        name = f"{family[0][0]}{given[0][1:]}"
        second = f"{family[1].split()[0]} {given[1].split()[1]}"
    else:
        first = facts["latin"][number % len(facts["latin"])][0]
        last = facts["latin"][(number * 7 + number // len(facts["latin"])) % len(facts["latin"])][1]
        name, second = f"{first} {last}", ""
    values = {
        "name": name,
        "second_name": second,
        "email": f"sample{number:03}@people.example",
        "organisation_name": "" if organisation else firm["name"],
        "organisation": organisation,
        "country": firm["country"],
        "language": "zh" if is_chinese else "en",
        "answers": _answers(kind, number),
        "watch": "vip" if kind.code == "guest" and number % 5 == 0 else "",
    }
    consents = ["contact", "news", "matching"][: number % 4] if ways["source"] == "self" else []
    return register(edition, kind, values, by=None, consents=consents, now=now, is_silent=True, **ways)


def _answers(kind: BadgeKind, number: int) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for question in kind.questions:
        codes = [option["code"] for option in question.get("options", ())]
        if question["kind"] == "choice":
            given[question["code"]] = codes[number % len(codes)]
        elif question["kind"] == "many":
            given[question["code"]] = [codes[number % len(codes)], codes[(number + 2) % len(codes)]]
        elif question.get("is_required"):
            given[question["code"]] = "Sample Harbour Post"
    return given


def _decide(edition: Edition, by: Any) -> None:
    """The team has worked through most of the queue; one was declined, one cannot come."""
    asked = list(
        Registration.objects.filter(edition=edition, state=Registration.State.REQUESTED).order_by(
            "registered_at"
        )
    )
    for place, row in enumerate(asked[1:], start=1):
        if place % UNDECIDED:
            approve(row, by=by, now=row.registered_at + timedelta(hours=3))
    decline(asked[0], by=by, reason="This looks like a test entry. 这像是一条测试报名。")
    visitors = Registration.objects.filter(edition=edition, kind__code="visitor", state="approved")
    cancel(visitors.order_by("registered_at")[0], by=None, role="person", reason="")


def _twin(edition: Edition, kind: BadgeKind, now: datetime) -> None:
    """Somebody who came twice, with another address each time."""
    row = Registration.objects.filter(edition=edition, kind__code="buyer", state="approved").order_by("-pk")[
        0
    ]
    values = {
        "name": row.name,
        "email": "second.address@people.example",
        "organisation_name": row.organisation_name,
        "country": row.country,
        "answers": {"paper": "Sample Harbour Post"},
    }
    register(edition, kind, values, by=None, now=now, is_silent=True)
