"""Who reads leads: the firm's own people. Who decides about them: the visitor. Nobody else, the organiser least."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from everfair.leads import access
from tests.factories.fair import make_delegation, make_team_member
from tests.factories.leads import make_booth, make_lead, make_staff
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "takes", "asks"),
    [("owner", True, True), ("editor", True, True), ("booth_staff", True, False), ("lead_only", True, False)],
)
def test_roles_of_the_firm(role: str, takes: bool, asks: bool) -> None:
    booth = make_booth()
    person = make_staff(booth, role)
    assert (access.may(person, "take", booth), access.may(person, "ask", booth)) == (takes, asks)
    assert access.get_exhibitor_for(person, booth.code) == (booth, role)
    assert list(access.exhibitors_of(person)) == [booth]


def _strangers(booth: Any) -> dict[str, Any]:
    people = {
        role: make_team_member(booth.edition, role=role).user
        for role in ("administrator", "reviewer", "programme", "gate", "reader")
    }
    delegate = make_user()
    booth.delegation = make_delegation(booth.edition, delegate)
    booth.save()
    return {
        **people,
        "delegation": delegate,
        "superuser": make_user(is_superuser=True, is_staff=True),
        "other exhibitor": make_staff(make_booth(booth.edition), "owner"),
        "visitor": make_user(),
        "anonymous": AnonymousUser(),
    }


def test_everybody_else_finds_nothing() -> None:
    booth = make_booth()
    for name, person in _strangers(booth).items():
        assert not access.may(person, "take", booth), name
        assert booth not in access.exhibitors_of(person), name
        with pytest.raises(Http404):
            access.get_exhibitor_for(person, booth.code)


def test_a_lead_is_found_at_its_own_booth_only() -> None:
    lead = make_lead()
    assert access.get_lead_of(lead.exhibitor, lead.code) == lead
    with pytest.raises(Http404):
        access.get_lead_of(make_booth(lead.exhibitor.edition), lead.code)


def test_a_visitor_decides_about_their_own_and_nobody_for_them() -> None:
    visitor = make_user("guest@example.org")
    by_account = make_lead(user=visitor)
    by_address = make_lead(email="guest@example.org")
    make_lead(user=make_user())
    about = access.leads_about(access.visitor_of(visitor))
    assert set(about) == {by_account, by_address}
    people = {**_strangers(by_account.exhibitor), "staff": make_staff(by_account.exhibitor, "owner")}
    for name, person in people.items():
        assert not access.leads_about(access.visitor_of(person)).exists(), name
        with pytest.raises(Http404):
            access.get_lead_about(access.visitor_of(person), by_account.code)


def test_an_address_that_is_not_verified_proves_nothing() -> None:
    make_lead(email="guest@example.org")
    person = make_user("guest@example.org")
    EmailAddress.objects.filter(user=person).update(verified=False)
    assert not access.leads_about(access.visitor_of(person)).exists()


def test_who_scanned_is_believed_for_colleagues_only() -> None:
    booth = make_booth()
    mate, stranger = make_staff(booth, "lead_only"), make_user()
    assert access.member_of(booth, mate.pk) == mate
    odd: list[Any] = [stranger.pk, None, "1", True, -1, 10**30, 1.5, []]
    for key in odd:
        assert access.member_of(booth, key) is None
