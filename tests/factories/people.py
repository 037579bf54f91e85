"""Users, organisations, memberships."""

from typing import Any

from everfair.people.models import Membership, Organisation, User
from tests.factories import number

PASSWORD = "a-long-test-passphrase"


def make_user(email: str | None = None, **extra: Any) -> User:
    """A person whose address is verified, so that signing in works."""
    from allauth.account.models import EmailAddress

    user = User.objects.create_user(email or f"person{number()}@example.org", PASSWORD, **extra)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_organisation(**extra: Any) -> Organisation:
    n = number()
    values: dict[str, Any] = {"name": {"en": f"Firm {n}", "zh": f"第{n}号公司"}, "country": "KE", **extra}
    return Organisation.objects.create(**values)


def make_membership(
    user: User | None = None, organisation: Organisation | None = None, role: str = "owner"
) -> Membership:
    return Membership.objects.create(
        user=user or make_user(), organisation=organisation or make_organisation(), role=role
    )
