"""Reads about people and their registrations: whose they are, what they agreed to, what stands in their own file."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from everfair.base.languages import CONTENT_TO_INTERFACE, pick
from everfair.fair.models import BadgeKind, Edition
from everfair.people.models import Organisation
from everfair.registration.access import registrations_of
from everfair.registration.models import Consent, Registration

__all__ = [
    "STANDING",
    "STATE_KINDS",
    "consents_of",
    "count_of_delegation",
    "count_of_firm",
    "has_consent",
    "is_open_now",
    "kinds_with_counts",
    "open_kinds",
    "own_file",
    "place_in_line",
    "registrations_of",
    "standing_twin",
    "takes_registrations",
    "with_consent",
]

State = Registration.State
STANDING = (State.REQUESTED, State.WAITING, State.APPROVED)
"""States in which a registration counts for a firm's number and forbids a second one."""
STATE_KINDS = {
    "approved": "here",
    "requested": "wait",
    "waiting": "wait",
    "declined": "stop",
    "cancelled": "away",
}


def has_consent(registration: Registration, purpose: str) -> bool:
    """Whether the person agrees to `purpose` now."""
    return Consent.objects.filter(registration=registration, purpose=purpose, withdrawn_at=None).exists()


def consents_of(registration: Registration) -> QuerySet[Consent]:
    """Every yes of the person, withdrawn ones too, newest first."""
    return registration.consents.order_by("-given_at", "-id")


def with_consent(registrations: Iterable[Registration], purpose: str) -> set[int]:
    """Ids of those who agree to `purpose` now. One query."""
    found = Consent.objects.filter(registration__in=list(registrations), purpose=purpose, withdrawn_at=None)
    return set(found.values_list("registration_id", flat=True))


def _but(found: QuerySet[Registration], key: int | None) -> QuerySet[Registration]:
    return found if key is None else found.exclude(pk=key)


def standing_twin(kind: BadgeKind, email: str, but: int | None = None) -> Registration | None:
    """Who holds the kind under this address already."""
    if not email:
        return None
    found = Registration.objects.filter(
        edition_id=kind.edition_id, kind=kind, email__iexact=email, state__in=STANDING, merged_into=None
    )
    return _but(found, but).first()


def count_of_firm(
    kind: BadgeKind, organisation: Organisation | None, name: str, but: int | None = None
) -> int:
    """How many of one firm stand under the kind, by the firm's record or by the name they typed."""
    same = Q(pk__in=[])
    if organisation is not None:
        same |= Q(organisation=organisation)
    if name:
        same |= Q(organisation_name__iexact=name)
    found = Registration.objects.filter(same, kind=kind, state__in=STANDING, merged_into=None)
    return _but(found, but).count()


def count_of_delegation(kind: BadgeKind, delegation: Any, but: int | None = None) -> int:
    """How many of one delegation stand under the kind."""
    found = Registration.objects.filter(
        delegation=delegation, kind=kind, state__in=STANDING, merged_into=None
    )
    return _but(found, but).count()


def is_open_now(kind: BadgeKind, now: datetime) -> bool:
    """Whether the kind's own dates allow registering at `now`."""
    return not (kind.opens_at and now < kind.opens_at) and not (kind.closes_at and now >= kind.closes_at)


def open_kinds(edition: Edition) -> list[BadgeKind]:
    """Kinds that anybody may register under, now or when their dates come, in the organiser's order."""
    return list(edition.badge_kinds.filter(is_open=True).order_by("position", "id"))


def takes_registrations(edition: Edition) -> bool:
    """Whether the edition's phase lets people register."""
    return edition.phase in ("announced", "open", "live", "evergreen")


def place_in_line(registration: Registration) -> int:
    """1 for who is next on the kind's waiting list."""
    before = Registration.objects.filter(
        kind_id=registration.kind_id, state=State.WAITING, merged_into=None
    ).filter(
        Q(registered_at__lt=registration.registered_at)
        | Q(registered_at=registration.registered_at, pk__lt=registration.pk)
    )
    return before.count() + 1


def kinds_with_counts(edition: Edition) -> QuerySet[BadgeKind]:
    """Kinds of badge with `requested`, `waiting` and `all_standing`; approved ones are `expected`. One query."""
    merged = Q(registrations__merged_into=None)

    def counted(*states: str) -> Count:
        return Count("registrations", filter=merged & Q(registrations__state__in=states))

    return edition.badge_kinds.annotate(
        requested=counted(State.REQUESTED), waiting=counted(State.WAITING), all_standing=counted(*STANDING)
    ).order_by("position", "id")


def own_file(registration: Registration) -> dict[str, Any]:
    """Everything kept about the person in this registration, as plain values: what they may take away."""
    language = registration.language if registration.language in CONTENT_TO_INTERFACE else "en"
    labels = {question["code"]: pick(question["label"], language) for question in registration.kind.questions}
    return {
        "edition": pick(registration.edition.name, language),
        "kind": pick(registration.kind.name, language),
        "code": registration.code,
        "state": registration.state,
        "reason": registration.reason,
        "name": registration.name,
        "second_name": registration.second_name,
        "email": registration.email,
        "organisation": registration.organisation_name,
        "job_title": registration.job_title,
        "country": registration.country,
        "language": registration.language,
        "answers": [
            {"question": labels.get(code, code), "code": code, "answer": answer}
            for code, answer in registration.answers.items()
        ],
        "source": registration.source,
        "delegation": pick(registration.delegation.name, language) if registration.delegation else "",
        "registered_at": registration.registered_at.isoformat(),
        "decided_at": registration.decided_at.isoformat() if registration.decided_at else None,
        "consents": [
            {
                "purpose": consent.purpose,
                "wording": consent.wording,
                "given_at": consent.given_at.isoformat(),
                "withdrawn_at": consent.withdrawn_at.isoformat() if consent.withdrawn_at else None,
            }
            for consent in consents_of(registration)
        ],
        "badges": [
            {"serial": badge.serial, "issue": badge.issue, "state": badge.state,
             "issued_at": badge.issued_at.isoformat()}
            for badge in registration.badges.all()
        ],
    }  # fmt: skip
