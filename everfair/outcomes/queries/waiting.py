"""What waits for one person's word about outcomes: to be confirmed, or what became of it. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone

from everfair.engines.outcomes.follow import PATIENCE
from everfair.fair import access as fair_access
from everfair.fair.models import Edition
from everfair.outcomes import access
from everfair.outcomes.models import FollowUp, FollowUpAnswer, Outcome, OutcomeParty


@dataclass(frozen=True)
class Waiting:
    """Codes of outcomes, the newest first: `to_confirm`, and `to_answer`: asked what became of them, within the time to answer."""

    to_confirm: list[str]
    to_answer: list[str]


def waiting_for(user: Any, edition: Edition, now: datetime | None = None) -> Waiting:
    """In one edition. One query."""
    asked = FollowUp.objects.filter(
        asked_at__gt=(now or timezone.now()) - PATIENCE, outcome=OuterRef("outcome")
    )
    answered = FollowUpAnswer.objects.filter(follow_up=OuterRef("pk"), party=OuterRef(OuterRef("pk")))
    prepared = Q(outcome__state=Outcome.State.PREPARED)
    rows = (
        OutcomeParty.objects.filter(_mine(user, edition), outcome__edition=edition)
        .exclude(outcome__state=Outcome.State.WITHDRAWN)
        .annotate(is_asked=Exists(asked.filter(~Exists(answered))))
        .filter(prepared & Q(confirmed_at=None, refused_at=None) | ~prepared & Q(is_asked=True, in_record=True))
        .order_by("-outcome")
        .values_list("outcome__code", "outcome__state")
    )  # fmt: skip
    found = dict(rows)  # an outcome counts once, for however many parties the person speaks
    return Waiting(
        [code for code, state in found.items() if state == Outcome.State.PREPARED],
        [code for code, state in found.items() if state != Outcome.State.PREPARED],
    )


def to_answer(keys: set[str], edition: Edition, now: datetime | None = None) -> QuerySet[Outcome]:
    """Outcomes of which these parties were asked what became, and have not said. For a list; `waiting_for` counts."""
    answered = FollowUpAnswer.objects.filter(party=OuterRef("pk"), follow_up=OuterRef(OuterRef("pk")))
    silent = OutcomeParty.ever.filter(
        ~Exists(answered), key__in=keys, in_record=True, outcome=OuterRef("outcome")
    )
    asked = FollowUp.objects.filter(Exists(silent), asked_at__gt=(now or timezone.now()) - PATIENCE)
    rows = Outcome.objects.filter(edition=edition, pk__in=asked.values("outcome"))
    return rows.exclude(state=Outcome.State.WITHDRAWN).select_related(*access.RELATED).order_by("-pk")


def _mine(user: Any, edition: Edition) -> Q:
    """Parties for which the person speaks, as `access.keys_of` names them, inside one query."""
    mails = EmailAddress.objects.filter(user=user, verified=True)
    key = Concat(Value("mail:"), Lower("email"), output_field=CharField())
    keys = mails.annotate(key=key).values("key")
    firms = access.firms_signed_for(user, edition).order_by().values("pk")
    teams = fair_access.delegations_of(user).filter(edition=edition).order_by().values("pk")
    return Q(exhibitor__in=firms) | Q(delegation__in=teams) | Q(key__in=keys)
