"""What must hold when two people act in the same moment. Needs a database with parallel transactions."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connections

from everfair.base.refusals import Refused
from everfair.people import actions
from everfair.people.models import Membership
from tests.factories.people import make_membership, make_organisation, make_user

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*deeds: Callable[[], Any]) -> list[str]:
    """Run each deed in a thread of its own; "done" or "refused" for each, sorted."""
    gate, said = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], Any]) -> None:
        try:
            gate.wait(10)
            deed()
            said.append("done")
        except Refused:
            said.append("refused")
        except Exception as error:  # the assertion shows it
            said.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(said)


def test_two_owners_who_demote_each_other_leave_one() -> None:
    firm = make_organisation()
    one, two = (make_membership(organisation=firm, role="owner") for _ in range(2))
    said = at_once(
        lambda: actions.change_role(two, "editor", by=one.user),
        lambda: actions.change_role(one, "editor", by=two.user),
    )
    assert said == ["done", "refused"]
    assert Membership.objects.filter(organisation=firm, role="owner").count() == 1


def test_two_owners_who_leave_at_once_leave_one() -> None:
    firm = make_organisation()
    one, two = (make_membership(organisation=firm, role="owner") for _ in range(2))
    said = at_once(
        lambda: actions.remove_member(one, by=one.user), lambda: actions.remove_member(two, by=two.user)
    )
    assert said == ["done", "refused"]
    assert firm.memberships.count() == 1


def test_a_secret_that_two_people_use_at_once_lets_one_in() -> None:
    owner, first, second = make_membership(), make_user(), make_user()
    actions.invite(owner.organisation, "new@example.org", "editor", by=owner.user, language="en")
    secret = mail.outbox[0].body.split("/invitations/")[1].split("/")[0]
    said = at_once(
        lambda: actions.accept_invitation(secret, by=first),
        lambda: actions.accept_invitation(secret, by=second),
    )
    assert said == ["done", "refused"]
    assert owner.organisation.memberships.count() == 2


def test_two_clicks_send_one_invitation() -> None:
    owner = make_membership()

    def click() -> None:
        actions.invite(owner.organisation, "new@example.org", "editor", by=owner.user, language="en")

    assert at_once(click, click) == ["done", "refused"]
    assert len(mail.outbox) == 1
