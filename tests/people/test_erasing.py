"""Somebody erases their account: what is refused first, what goes, what stays with others."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone

from everfair.base.models import AuditEntry
from everfair.base.refusals import Refused
from everfair.people.actions import erase_account
from everfair.people.models import Membership, User
from tests.factories.fair import make_edition, make_team_member
from tests.factories.people import make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db


def test_an_account_of_nothing_goes_with_a_last_letter(django_capture_on_commit_callbacks: Any) -> None:
    person = make_user("lin@firm.example", language="zh")
    with django_capture_on_commit_callbacks(execute=True):
        erase_account(person)
    assert not User.objects.filter(email="lin@firm.example").exists()
    (letter,) = (one for one in mail.outbox if "lin@firm.example" in one.to)
    assert letter.subject


def test_a_firm_with_others_keeps_an_owner() -> None:
    owner = make_membership(make_user(), make_organisation(), "owner").user
    firm = Membership.objects.get(user=owner).organisation
    make_membership(make_user(), firm, "editor")
    with pytest.raises(Refused, match="Make one of them an owner first"), transaction.atomic():
        erase_account(owner)
    other = make_membership(make_user(), firm, "owner").user
    erase_account(owner)
    assert [row.user for row in firm.memberships.filter(role="owner")] == [other]


def test_an_edition_keeps_somebody_who_runs_it() -> None:
    member = make_team_member(make_edition())
    with pytest.raises(Refused, match="Nobody but you runs"), transaction.atomic():
        erase_account(member.user)
    make_team_member(member.edition)
    erase_account(member.user)
    assert member.edition.team.count() == 1


def test_the_log_says_what_was_done_and_not_by_whom() -> None:
    person = make_user("lin@firm.example", name="Lin Yao")
    make_membership(person, make_organisation(), "owner")
    from everfair.people.actions import create_organisation

    create_organisation({"name": {"en": "New firm"}, "country": "CN"}, by=person, owner=person)
    assert AuditEntry.objects.filter(by_id=person.pk).exists()
    erase_account(person)
    for entry in AuditEntry.objects.all():
        told = f"{entry.by_name}{entry.object_label}{entry.before}{entry.after}"
        assert "Lin Yao" not in told
        assert "lin@firm" not in told
    assert AuditEntry.objects.filter(event="people.membership.began").exists()


def test_seats_registrations_and_meetings_go_and_the_others_are_told(
    django_capture_on_commit_callbacks: Any,
) -> None:
    from everfair.meetings.models import Participant
    from tests.factories.meetings import make_meeting, make_participant, make_slots

    edition = make_edition()
    held, coming = make_slots(edition)[:2]
    asker, asked = make_participant(edition), make_participant(edition)
    before, after = make_meeting(held, asker, asked, state="held"), make_meeting(coming, asker, asked)
    person = asker.user
    assert person is not None
    with django_capture_on_commit_callbacks(execute=True):
        erase_account(person, now=coming.starts_at - timedelta(minutes=1))
    before.refresh_from_db()
    after.refresh_from_db()
    assert (before.state, after.state) == ("held", "cancelled")
    assert before.people.count() == 2, "the other's record of it stays"
    left = Participant.objects.get(pk=asker.pk)
    assert (left.name, left.user, left.is_out) == ("–", None, True)
    assert any(asked.user.email in one.to for one in mail.outbox)  # type: ignore[union-attr]


def test_a_registration_is_cancelled_and_emptied() -> None:
    from tests.factories.registration import make_registration

    row = make_registration(state="approved")
    person = make_user(row.email)
    row.user = person
    row.save(update_fields=["user"])
    erase_account(person)
    row.refresh_from_db()
    assert (row.state, row.name, row.email, row.user) == ("cancelled", "–", "", None)


def test_a_need_leaves_the_board() -> None:
    from everfair.matchmaking.models import Need
    from everfair.matchmaking.queries.board import forget_boards
    from tests.factories.matchmaking import make_need

    need = make_need(state="open")
    assert need.seeker is not None
    person = need.seeker.user
    url = f"/en/{need.edition.slug}/needs/"
    erase_account(person)
    forget_boards()
    assert not Need.objects.filter(pk=need.pk).exists()
    assert need.code not in Client().get(url).content.decode()


def test_nothing_goes_where_a_room_refuses() -> None:
    member = make_team_member(make_edition())
    make_membership(member.user, make_organisation(), "owner")
    with pytest.raises(Refused), transaction.atomic():
        erase_account(member.user, now=timezone.now())
    assert Membership.objects.filter(user=member.user).exists()
