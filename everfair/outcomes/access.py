"""Who speaks for a party of an outcome, who decides at the organiser's desk, what a delegation and the public may see."""

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, When
from django.http import Http404

from everfair.exhibition.access import EDITING_ROLES
from everfair.exhibition.models import Exhibitor
from everfair.fair import access as fair_access
from everfair.fair.models import Delegation, Edition
from everfair.outcomes.models import OUTCOME_STEPS, Evidence, Outcome, OutcomeParty

RIGHT = "administer"  # whoever runs the edition verifies and publishes
ORGANISER = "organiser"
RELATED = ("edition__fair", "kind", "agreement", "public")
TOLD = Q(("is_told", True))  # of a desk's rows: those it may read


@dataclass(frozen=True)
class Stand:
    """An outcome as one person stands in it: the parties they speak for."""

    outcome: Outcome
    parties: tuple[OutcomeParty, ...]
    mine: tuple[OutcomeParty, ...]
    roles: frozenset[str]  # of the chart: party, team

    @property
    def steps(self) -> set[str]:
        """States the person may take it to."""
        return {
            b for (a, b), step in OUTCOME_STEPS.items() if a == self.outcome.state and step.roles & self.roles
        }


def firm_key(exhibitor: Exhibitor) -> str:
    """How a firm of the edition is named as a party."""
    return f"firm:{exhibitor.pk}"


def mail_key(email: str) -> str:
    """How a body is named whose person has this address."""
    return f"mail:{email.strip().lower()}"


def firms_signed_for(user: Any, edition: Edition) -> QuerySet[Exhibitor]:
    """Firms of the edition the person may bind: as owner or editor, never booth staff or leads-only."""
    if not getattr(user, "is_authenticated", False):
        return Exhibitor.objects.none()
    return (
        Exhibitor.objects.filter(
            edition=edition,
            organisation__memberships__user=user,
            organisation__memberships__role__in=EDITING_ROLES,
        )
        .select_related("organisation", "delegation", "sector")
        .distinct()
    )


def keys_of(user: Any, edition: Edition) -> set[str]:
    """Every party the person speaks for in the edition, the organiser left out."""
    if not getattr(user, "is_authenticated", False):
        return set()
    firms = {f"firm:{pk}" for pk in firms_signed_for(user, edition).values_list("pk", flat=True)}
    delegations = fair_access.delegations_of(user).filter(edition=edition).values_list("pk", flat=True)
    mails = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return firms | {f"delegation:{pk}" for pk in delegations} | {mail_key(mail) for mail in mails}


def outcomes_of(user: Any, edition: Edition, keys: set[str] | None = None) -> QuerySet[Outcome]:
    """Outcomes of the person's parties, whatever their state. `keys`: of `keys_of`, where they are known already."""
    held = keys_of(user, edition) if keys is None else keys
    mine = OutcomeParty.objects.filter(key__in=held).values("outcome_id")
    return Outcome.objects.filter(edition=edition, pk__in=mine).select_related(*RELATED)


def get_stand_for(user: Any, edition: Edition, code: str) -> Stand:
    """One of them with the parties the person speaks for; Http404 for everybody else, whether it exists or not."""
    keys = keys_of(user, edition)
    outcome = Outcome.objects.filter(edition=edition, code=code).select_related(*RELATED).first()
    parties = _parties_of(outcome) if outcome else ()
    mine = tuple(party for party in parties if party.key in keys)
    if outcome is None or not mine:
        raise Http404
    return Stand(
        outcome, parties, mine, frozenset({"party"} | ({"team"} if may_decide(user, edition) else set()))
    )


def get_left_stand(user: Any, edition: Edition, code: str) -> Stand:
    """Where the person's party was taken off a draft and the public record is still one of it; Http404 for everybody else.

    Such a person reads what is public and no draft; `mine` are the parties taken off.
    """
    rows = OutcomeParty.ever.filter(removed_at__isnull=False, in_record=True, outcome__public__isnull=False)
    rows = rows.filter(outcome__edition=edition, outcome__code=code, key__in=keys_of(user, edition))
    mine = tuple(rows.exclude(outcome__state=Outcome.State.WITHDRAWN))
    if not mine:
        raise Http404
    outcome = Outcome.objects.select_related(*RELATED).get(pk=mine[0].outcome_id)
    return Stand(outcome, (), mine, frozenset())


def _parties_of(outcome: Outcome) -> tuple[OutcomeParty, ...]:
    return tuple(outcome.parties.select_related("exhibitor__organisation", "delegation"))


def may_decide(user: Any, edition: Edition) -> bool:
    """Whether the person verifies and publishes."""
    return fair_access.may(user, RIGHT, edition)


def outcomes_at_desk(user: Any, edition: Edition) -> QuerySet[Outcome]:
    """All of an edition, for the organiser's people who decide; `is_told` of each: whether they may read it, or only count it."""
    rows = Outcome.objects.filter(edition=edition).select_related(*RELATED)
    return _with_told(rows, ORGANISER) if may_decide(user, edition) else _with_told(rows.none(), ORGANISER)


def _with_told(rows: QuerySet[Outcome], key: str) -> QuerySet[Outcome]:
    """`is_told`: every party confirmed it, or it was public once, or `key` is a party itself. The rest is its parties' own."""
    own = OutcomeParty.objects.filter(outcome=OuterRef("pk"), key=key)
    confirmed = ~Q(state__in=[Outcome.State.PREPARED, Outcome.State.WITHDRAWN]) | Q(
        state=Outcome.State.WITHDRAWN, confirmed_at__isnull=False
    )
    told = When(confirmed | Q(public__isnull=False) | Exists(own), then=True)
    return rows.annotate(is_told=Case(told, default=False, output_field=BooleanField()))


def get_stand_at_desk(user: Any, edition: Edition, code: str) -> Stand:
    """One they may read; `mine` is the organiser itself, where it is a party."""
    outcome = outcomes_at_desk(user, edition).filter(TOLD, code=code).first()
    if outcome is None:
        raise Http404
    parties = _parties_of(outcome)
    mine = tuple(party for party in parties if party.key == ORGANISER)
    return Stand(outcome, parties, mine, frozenset({"team"}))


def outcomes_of_delegation(delegation: Delegation) -> QuerySet[Outcome]:
    """What its firms and itself brought, `is_told` as at the organiser's desk. Rights on the delegation were asked before."""
    rows = Outcome.objects.filter(edition=delegation.edition, delegations=delegation).select_related(*RELATED)
    return _with_told(rows, f"delegation:{delegation.pk}")


def speaks_for(user: Any, party: OutcomeParty) -> bool:
    """Whether the person may confirm in this party's name."""
    if party.key == ORGANISER:
        return may_decide(user, party.outcome.edition)
    return party.key in keys_of(user, party.outcome.edition)


def roles_on(user: Any, outcome: Outcome) -> set[str]:
    """Which of the chart's roles the person has: party, team."""
    roles = {"team"} if may_decide(user, outcome.edition) else set()
    keys = keys_of(user, outcome.edition)
    return roles | ({"party"} if any(party.key in keys for party in outcome.parties.all()) else set())


def get_evidence(outcome: Outcome, pk: int) -> Evidence:
    """A file of an outcome the person was given; Http404 for a link."""
    found = outcome.evidence.select_related("file").filter(pk=pk, file__isnull=False).first()
    if found is None:
        raise Http404
    return found


def get_public_outcome(user: Any, code: str) -> Outcome:
    """What stands at a permanent address: published once, or withdrawn after that. Http404 for all else."""
    found = Outcome.objects.filter(code=code, public__isnull=False).select_related(*RELATED).first()
    if found is None or not fair_access.visible_editions(user).filter(pk=found.edition_id).exists():
        raise Http404
    return found


def get_public_evidence(outcome: Outcome, pk: int) -> Evidence:
    """A file that every party agreed to show and that is public now."""
    shown = (outcome.public.content.get("evidence") or []) if outcome.is_public and outcome.public else []
    if pk not in {one["id"] for one in shown}:
        raise Http404
    return get_evidence(outcome, pk)
