"""A body is named by its person's address: it goes with the account, and follows the person to another address."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from everfair.outcomes.access import keys_of, mail_key
from everfair.outcomes.actions.confirming import confirm_outcome
from everfair.outcomes.actions.erasing import UNANSWERED_KEPT, forget_unanswered
from everfair.outcomes.actions.preparing import NewParty, add_party
from everfair.outcomes.models import FIELDS, OutcomeParty
from everfair.people.models import User
from tests.factories.outcomes import make_outcome, signer_of
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def add_address(user: User, email: str, **extra: Any) -> EmailAddress:
    values = {"verified": True, "primary": False, **extra}
    return EmailAddress.objects.update_or_create(user=user, email=email, defaults=values)[0]


def named(email: str) -> OutcomeParty:
    outcome = make_outcome()
    by = signer_of(outcome.parties.first().exhibitor)  # type: ignore[union-attr]
    return add_party(outcome, NewParty(name={"en": "Board"}, email=email), by=by)


def change_address(user: User, old: str, new: str) -> None:
    """As the page does it: the new one is proved, then the old one goes."""
    EmailAddress.objects.filter(user=user, primary=True).update(primary=False)
    add_address(user, new, primary=True)
    User.objects.filter(pk=user.pk).update(email=new)
    EmailAddress.objects.get(user=user, email=old).delete()
    user.refresh_from_db()


def test_a_changed_address_takes_its_parties_along_and_all_go_with_the_account() -> None:
    ann = make_user("ann@old.example")
    add_address(ann, "ann@old.example", primary=True)
    party = named("ann@old.example")
    change_address(ann, "ann@old.example", "ann@new.example")
    party.refresh_from_db()
    assert (party.email, party.key) == ("ann@new.example", mail_key("ann@new.example"))
    assert party.key in keys_of(ann, party.outcome.edition), "and the person still speaks for it"
    ann.delete()
    party.refresh_from_db()
    assert (party.email, party.key, party.name) == ("", f"gone:{party.pk}", {"en": "Board"})


def test_an_address_given_up_long_ago_goes_where_they_had_confirmed_by_it() -> None:
    ann = make_user("ann@old.example")
    party = named("ann@old.example")
    confirm_outcome(party, FIELDS, by=ann)
    User.objects.filter(pk=ann.pk).update(email="ann@new.example")
    EmailAddress.objects.filter(user=ann).delete()
    ann.refresh_from_db()
    ann.delete()
    party.refresh_from_db()
    assert (party.email, party.key) == ("", f"gone:{party.pk}")


def test_a_party_taken_off_a_draft_is_forgotten_too() -> None:
    party = named("ann@old.example")
    OutcomeParty.ever.filter(pk=party.pk).update(removed_at=party.outcome.made_at)
    make_user("ann@old.example").delete()
    assert OutcomeParty.ever.get(pk=party.pk).email == ""


def test_an_address_nobody_proved_moves_nothing() -> None:
    party = named("ann@old.example")
    thief = make_user("thief@x.example")
    add_address(thief, "thief@x.example", primary=True)
    add_address(thief, "ann@old.example", verified=False).delete()
    party.refresh_from_db()
    assert party.email == "ann@old.example"


def test_two_parties_of_one_outcome_do_not_become_one() -> None:
    party = named("ann@old.example")
    by = signer_of(party.outcome.parties.first().exhibitor)  # type: ignore[union-attr]
    other = add_party(party.outcome, NewParty(name={"en": "Other"}, email="ann@new.example"), by=by)
    ann = make_user("ann@old.example")
    add_address(ann, "ann@old.example", primary=True)
    change_address(ann, "ann@old.example", "ann@new.example")
    party.refresh_from_db()
    other.refresh_from_db()
    assert (party.email, other.email) == ("", "ann@new.example")


def test_an_address_that_nobody_proved_is_erased_a_year_after_the_last_change() -> None:
    party, taken_off, proved = (named(f"{who}@old.example") for who in ("ann", "ben", "eve"))
    OutcomeParty.ever.filter(pk=taken_off.pk).update(removed_at=taken_off.outcome.made_at)
    add_address(make_user("eve@old.example"), "Eve@old.example")
    make_user("ben@old.example").emailaddress_set.all().delete()
    add_address(make_user("other@x.example"), "ann@old.example", verified=False)
    over = max(one.outcome.changed_at for one in (party, taken_off, proved)) + UNANSWERED_KEPT
    assert forget_unanswered(over - timedelta(hours=1)) == 0
    assert forget_unanswered(over + timedelta(hours=1)) == 2
    assert forget_unanswered(over + timedelta(hours=1)) == 0
    left = [OutcomeParty.ever.get(pk=one.pk).email for one in (party, taken_off, proved)]
    assert left == ["", "", "eve@old.example"]
    party.refresh_from_db()
    assert (party.key, party.name) == (f"gone:{party.pk}", {"en": "Board"}), "the body stays a party"
