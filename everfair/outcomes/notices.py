"""Who is told what about outcomes, in which words. Sending is the mail gateway's work."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from everfair.base.languages import pick
from everfair.exhibition.notices import editors_of
from everfair.fair.models import TeamMember
from everfair.gateways import mail
from everfair.outcomes.access import ORGANISER
from everfair.outcomes.models import FollowUp, Outcome, OutcomeParty
from everfair.people.models import User
from everfair.people.notices import address


def people_of(party: OutcomeParty) -> list[User]:
    """Whoever may confirm in the party's name."""
    if party.exhibitor is not None:
        return editors_of(party.exhibitor)
    if party.delegation is not None:
        return list(User.objects.filter(delegation_roles__delegation=party.delegation, is_active=True))
    if party.key == ORGANISER:
        return team_of(party.outcome)
    if not party.email:
        return []
    own = Q(emailaddress__email__iexact=party.email, emailaddress__verified=True)
    return list(User.objects.filter(own, is_active=True).distinct())


def team_of(outcome: Outcome) -> list[User]:
    """The organiser's people who decide."""
    rows = TeamMember.objects.filter(edition=outcome.edition, role=TeamMember.Role.ADMINISTRATOR)
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True))


def ask_party(party: OutcomeParty) -> None:
    """A party reads that it is named and asked to confirm; a body without an account is led to make one."""
    people = people_of(party)
    for person in people:
        _send([person], party.outcome, "asked", party)
    if not people and party.email:
        language = "zh" if party.country == "CN" else "en"  # nothing else is known of them yet
        context = _context(party.outcome, language, party) | {"name": "", "needs_account": True}
        mail.send(party.email, "outcomes/asked", context, language)


def tell_taken_off(party: OutcomeParty) -> None:
    """A party reads that it is named no more and, where the public record is one of it, what it may still hold back."""
    outcome = party.outcome
    more = {"is_public": outcome.is_public and party.in_record}
    people = people_of(party)
    _send(people, outcome, "taken_off", party, **more)
    if not people and party.email:
        language = "zh" if party.country == "CN" else "en"
        mail.send(
            party.email,
            "outcomes/taken_off",
            _context(outcome, language, party) | {"name": ""} | more,
            language,
        )


def tell_team(outcome: Outcome) -> None:
    """The organiser's people read that every party confirmed."""
    for person in team_of(outcome):
        context = _context(outcome, person.language) | {"name": person.name}
        context["url"] = _desk(outcome, person.language)
        mail.send(person.email, "outcomes/to_verify", context, person.language)


def tell_refused(party: OutcomeParty) -> None:
    """The other parties read that one refused, and why."""
    for other in party.outcome.parties.exclude(pk=party.pk).select_related("exhibitor", "delegation"):
        other.outcome = party.outcome
        _send(
            people_of(other), party.outcome, "refused", other, refused_by=party.name, reason=party.refused_why
        )


def tell_sent_back(outcome: Outcome) -> None:
    """The parties read what the organiser asks to mend."""
    _tell_all(outcome, "sent_back", reason=outcome.sent_back)


def tell_published(outcome: Outcome) -> None:
    """The parties read where it stands."""
    _tell_all(outcome, "published")


def tell_withdrawn(outcome: Outcome) -> None:
    """The parties read that it is shown no more, and why."""
    _tell_all(outcome, "withdrawn", why=outcome.withdrawn_why)


def ask_what_became(follow_up: FollowUp) -> None:
    """Every party of the public record is asked what became of it."""
    parties = OutcomeParty.ever.filter(outcome=follow_up.outcome, in_record=True)
    _tell_these(parties, follow_up.outcome, "follow_up", months=follow_up.months)


def _tell_all(outcome: Outcome, letter: str, **more: Any) -> None:
    _tell_these(outcome.parties.all(), outcome, letter, **more)


def _tell_these(parties: QuerySet[OutcomeParty], outcome: Outcome, letter: str, **more: Any) -> None:
    for party in parties.select_related("exhibitor__organisation", "delegation"):
        party.outcome = outcome
        _send(people_of(party), outcome, letter, party, **more)


def _send(people: Iterable[User], outcome: Outcome, letter: str, party: OutcomeParty, **more: Any) -> None:
    for person in people:
        told = {
            key: pick(value, person.language) if isinstance(value, dict) else value
            for key, value in more.items()
        }
        context = _context(outcome, person.language, party) | {"name": person.name} | told
        mail.send(person.email, f"outcomes/{letter}", context, person.language)


def _context(outcome: Outcome, language: str, party: OutcomeParty | None = None) -> dict[str, object]:
    own = "visitor:outcomes.outcome_show"
    is_organiser = party is not None and party.key == ORGANISER
    return {
        "edition_name": pick(outcome.edition.name, language),
        "title": pick(outcome.title, language),
        "party": pick(party.name, language) if party is not None else "",
        "public_url": address("outcome_permanent", language, code=outcome.code),
        "url": _desk(outcome, language)
        if is_organiser
        else address(own, language, edition=outcome.edition.slug, code=outcome.code),
    }


def _desk(outcome: Outcome, language: str) -> str:
    return address(
        "organiser:outcomes.outcome_show", language, edition=outcome.edition.slug, code=outcome.code
    )
