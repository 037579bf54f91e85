"""Outcomes: prepared by two firms unless told otherwise; brought on by the room's own actions."""

from datetime import date
from typing import Any

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition, OutcomeClass, TeamMember
from everfair.outcomes.actions.confirming import confirm_outcome
from everfair.outcomes.actions.deciding import publish_outcome, verify_outcome
from everfair.outcomes.actions.preparing import NewParty, prepare_outcome
from everfair.outcomes.models import FIELDS, Outcome
from everfair.people.models import Membership, User
from tests.factories import number
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_team_member
from tests.factories.people import make_membership, make_organisation, make_user


def make_class(edition: Edition, code: str = "deal", **extra: Any) -> OutcomeClass:
    values = {"name": {"en": code.capitalize(), "zh": f"类别 {code}"}, **extra}
    return OutcomeClass.objects.get_or_create(edition=edition, code=code, defaults=values)[0]


def make_signer(exhibitor: Exhibitor, role: str = "owner") -> User:
    """Somebody of a firm."""
    return make_membership(make_user(), exhibitor.organisation, role).user


def signer_of(exhibitor: Exhibitor) -> User:
    """Its owner, made if there is none."""
    held = Membership.objects.filter(organisation=exhibitor.organisation, role="owner").first()
    return held.user if held is not None else make_signer(exhibitor)


def organiser_of(edition: Edition) -> User:
    """An administrator of the edition, made if there is none."""
    held = TeamMember.objects.filter(edition=edition, role="administrator").first()
    return held.user if held is not None else make_team_member(edition).user


def make_firm(edition: Edition, **extra: Any) -> Exhibitor:
    country = extra.pop("country", "KE")
    return make_exhibitor(edition, organisation=make_organisation(country=country), **extra)


def make_outcome(
    edition: Edition | None = None, *, firms: list[Exhibitor] | None = None, kind: str = "deal", **values: Any
) -> Outcome:
    """A prepared outcome of `firms` (two new ones)."""
    edition = edition or make_edition()
    firms = (
        firms if firms is not None else [make_firm(edition, country="KE"), make_firm(edition, country="CN")]
    )
    n = number()
    facts: dict[str, Any] = {
        "kind": make_class(edition, kind),
        "title": {"en": f"Outcome {n}", "zh": f"第{n}项成果"},
        "summary": {"en": f"What outcome {n} is about."},
        "worth": "exact",
        "value_from": "1000",
        "currency": "USD",
        "agreed_on": date(2026, 9, 5),
        "sectors": [],
        **values,
    }
    parties = [NewParty(exhibitor=firm) for firm in firms]
    return prepare_outcome(edition, facts, parties, by=signer_of(firms[0]))


def confirm_all(outcome: Outcome, shown: Any = FIELDS) -> Outcome:
    """Every firm confirms and lets `shown` be shown."""
    for party in outcome.parties.select_related("outcome__edition", "exhibitor__organisation"):
        assert party.exhibitor is not None
        confirm_outcome(party, shown, by=signer_of(party.exhibitor))
    outcome.refresh_from_db()
    return outcome


def make_published(edition: Edition | None = None, *, shown: Any = FIELDS, **values: Any) -> Outcome:
    """A public outcome that shows `shown`."""
    outcome = confirm_all(make_outcome(edition, **values), shown)
    by = organiser_of(outcome.edition)
    return publish_outcome(verify_outcome(outcome, by=by), by=by)
