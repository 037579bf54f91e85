"""Leads of the sample: the demo exhibitor's questions and scans, and booths that scanned the demo visitor."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml
from django.utils import timezone

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.leads import actions
from everfair.leads.models import LeadQuestion
from everfair.people.models import User
from everfair.registration.actions.badges import issue_badge
from everfair.registration.models import Registration

FACTS = Path(__file__).resolve().parent / "leads.yaml"
OWNER, STAFF, VISITOR = (f"{name}@demo.example" for name in ("exhibitor", "staff", "visitor"))
MOST = 16


def load_leads(edition: Edition) -> int:
    """Two questions and some leads for the demo exhibitor; how many. Comes after people have registered."""
    booth = Exhibitor.objects.filter(edition=edition, organisation__memberships__user__email=OWNER).first()
    if booth is None:
        return 0
    facts: dict[str, Any] = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
    team = list(User.objects.filter(email__in=(OWNER, STAFF)).order_by("email"))
    questions = [_question(booth, row, team[0]) for row in facts["questions"]]
    guests = Registration.objects.filter(edition=edition, state=Registration.State.APPROVED, merged_into=None)
    own = guests.filter(user__email=VISITOR).first()
    others = [guest for guest in guests.order_by("id")[: MOST + 1] if guest != own][:MOST]
    for number, guest in enumerate([*others, *([own] if own else [])]):
        note = facts["notes"][number % len(facts["notes"])]
        _scan(booth, guest, team[number % len(team)], number, _values(note, questions))
    if own is not None:
        for number, other in enumerate(_neighbours(booth)):
            _scan(other, own, None, 2 * number, {"interest": "warm"} if number else {})
    return len(others) + bool(own)


def _neighbours(booth: Exhibitor) -> list[Exhibitor]:
    found = Exhibitor.objects.filter(edition=booth.edition, state=Exhibitor.State.PUBLISHED)
    return list(found.exclude(pk=booth.pk).select_related("edition", "organisation").order_by("id")[:2])


def _question(booth: Exhibitor, row: dict[str, Any], by: User) -> LeadQuestion:
    options = [{"label": label} for label in row["options"]]
    return actions.save_question(booth, None, {**row, "options": options}, by=by)


def _values(note: dict[str, Any], questions: list[LeadQuestion]) -> dict[str, Any]:
    when, what = questions
    answers: dict[str, Any] = {what.code: [what.options[place]["code"] for place in note["asks"]]}
    if "decides" in note:
        answers[when.code] = when.options[note["decides"]]["code"]
    follow = timezone.localdate() + timedelta(days=note["follow"]) if "follow" in note else None
    return {
        "interest": note["interest"], "note": note.get("note", ""), "follow_up_on": follow, "answers": answers
    }  # fmt: skip


def _scan(
    booth: Exhibitor, guest: Registration, by: User | None, number: int, values: dict[str, Any]
) -> None:
    actions.take_lead(
        booth,
        by=by,
        key=str(uuid4()),
        code=issue_badge(guest, by=None).code,
        scanned_at=timezone.now() - timedelta(minutes=7 + 95 * number),
        values=values,
        was_offline=number % 5 == 3,
    )
