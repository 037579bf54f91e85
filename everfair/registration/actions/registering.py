"""Registers people under a kind of badge, and saves what is known about them. Places are counted under the kind's lock."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.countries import country_names
from everfair.base.languages import CONTENT_TO_INTERFACE, pick
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.base.texts import clean_line, clean_text, has_a_letter
from everfair.fair.models import BadgeKind, Edition
from everfair.people.models import Organisation
from everfair.registration import notices
from everfair.registration.access import digest_of, secret_of
from everfair.registration.actions.badges import issue_badge
from everfair.registration.actions.consents import give_consent
from everfair.registration.actions.places import (
    has_room,
    lock_kind,
    require_delegation_room,
    require_firm_room,
    take_place,
)
from everfair.registration.forms.questions import clean_answers
from everfair.registration.models import Registration, RegistrationInvitation
from everfair.registration.queries.registrations import is_open_now, standing_twin, takes_registrations

State, Source = Registration.State, Registration.Source
LINES = {"name": 120, "second_name": 120, "organisation_name": 200, "job_title": 120, "watch_note": 300}
SAVED = (*LINES, "email", "country", "language", "answers", "organisation", "watch")
OWN = frozenset({"name", "second_name", "organisation_name", "job_title", "country", "language", "answers"})
"""What the person may change without the team."""


def register(
    edition: Edition,
    kind: BadgeKind,
    values: Mapping[str, Any],
    *,
    by: Any,
    source: str = Source.SELF,
    invitation: RegistrationInvitation | None = None,
    delegation: Any = None,
    consents: Iterable[str] = (),
    now: datetime | None = None,
    is_silent: bool = False,
) -> Registration:
    """One person under one kind: approved, waiting for approval, or on the waiting list; a letter says which.

    `values`: SAVED, names as on the badge, answers by question code. `consents`: purposes the person ticked.
    Refused, with the field, when the kind is closed to this way in, a firm or delegation has its number, the
    address is registered under the kind already, or an answer is missing. `is_silent` sends no letter.
    """
    now = now or timezone.now()
    with transaction.atomic():
        locked = lock_kind(kind.pk)
        if locked.edition_id != edition.pk:
            raise Refused(_("That kind of badge is not of this edition."))
        _require_way_in(locked, source, invitation, delegation, now)
        fresh = clean_values(locked, values, is_partial=source in (Source.GROUP, Source.FIRM, Source.TEAM))
        require_once(locked, fresh.get("email", ""))
        require_firm_room(locked, fresh.get("organisation"), fresh.get("organisation_name", ""))
        require_delegation_room(locked, delegation)
        state = _first_state(locked, source, invitation)
        row = Registration(
            edition=edition, kind=locked, source=source, state=state, delegation=delegation, registered_at=now,
            decided_at=now if state == State.APPROVED else None, **fresh,
        )  # fmt: skip
        row.user = _account(by, row, source)
        row.secret_digest = digest_of(secret_of(row))
        _insert(row)
        if state == State.APPROVED:
            take_place(locked)
        audit.record(
            "registration.registration.registered", row, by=by, edition_id=edition.pk,
            after={"state": state, "kind": locked.code, "source": source}, now=now,
        )  # fmt: skip
        if invitation is not None:
            _use(invitation, row)
        for purpose in dict.fromkeys(consents):
            give_consent(row, purpose, by=by, now=now)
        if state == State.APPROVED:
            issue_badge(row, by=by, now=now)
        if not is_silent:
            notices.registered(row)
    return row


def save_registration(
    registration: Registration,
    values: Mapping[str, Any],
    *,
    by: Any,
    version: int | None = None,
    only: Iterable[str] = SAVED,
) -> Registration:
    """Change what is known about a person; a key not in `only` is left as it is. EditedMeanwhile after another's save."""
    allowed = set(only)
    with transaction.atomic():
        kind = lock_kind(registration.kind_id)
        row = lock_registration(registration)
        if row.merged_into_id is not None or row.state == State.CANCELLED:
            raise Refused(_("This registration is cancelled; nothing in it can be changed any more."))
        if version is not None and version != row.version:
            raise EditedMeanwhile(
                _("Somebody saved this registration while you were writing. Look at it again, then save."),
                current=row.version,
            )
        given = {key: value for key, value in values.items() if key in allowed}
        fresh = clean_values(kind, {**_held(row), **given}, is_partial="watch" in allowed)
        if fresh["email"] != row.email:
            require_once(kind, fresh["email"], but=row.pk)
        if (fresh["organisation"], fresh["organisation_name"]) != (row.organisation, row.organisation_name):
            require_firm_room(kind, fresh["organisation"], fresh["organisation_name"], but=row.pk)
        before, after = _put(row, fresh)
        if after:
            row.version += 1
            row.save()
            audit.record(
                "registration.registration.saved", row, by=by, edition_id=row.edition_id, before=before, after=after
            )  # fmt: skip
    return row


def lock_registration(registration: Registration) -> Registration:
    """A fresh copy, locked until the transaction ends. Lock its kind first."""
    return (
        Registration.objects.select_for_update(of=("self",))
        .select_related("edition__fair", "kind", "delegation", "organisation", "user")
        .get(pk=registration.pk)
    )


def require_once(kind: BadgeKind, email: str, but: int | None = None) -> None:
    """Refused where the address stands under the locked kind already."""
    if standing_twin(kind, email, but) is not None:
        raise Refused(already_there(email, kind), field="email")


def already_there(email: str, kind: BadgeKind) -> str:
    """The sentence about an address that comes twice."""
    return _(
        "%(email)s is registered as “%(kind)s” already. Look for our letter; its link shows the badge."
    ) % {
        "email": email,
        "kind": kind,
    }


def clean_values(kind: BadgeKind, values: Mapping[str, Any], *, is_partial: bool) -> dict[str, Any]:
    """What the row holds, cleaned; Refused beside the field that is wrong. A team or group may leave answers open."""
    fresh: dict[str, Any] = {}
    for name, limit in LINES.items():
        text = clean_line(str(values.get(name) or ""))
        if len(text) > limit:
            raise Refused(_("At most %(limit)d characters fit here.") % {"limit": limit}, field=name)
        fresh[name] = text
    if not has_a_letter(fresh["name"]):
        raise Refused(_("Write the name as it should stand on the badge."), field="name")
    fresh["email"] = clean_email(str(values.get("email") or ""))
    country = str(values.get("country") or "").upper()
    if country and country not in country_names("en"):
        raise Refused(_("Choose a country or region from the list."), field="country")
    language = str(values.get("language") or "en")
    watch = str(values.get("watch") or "")
    if watch not in Registration.Watch.values:
        raise Refused(_("Choose a notice from the list."), field="watch")
    organisation = values.get("organisation")
    if organisation is not None and not fresh["organisation_name"]:
        fresh["organisation_name"] = _named(organisation, language)
    return fresh | {
        "country": country,
        "language": language if language in CONTENT_TO_INTERFACE else "en",
        "watch": watch,
        "organisation": organisation,
        "answers": clean_answers(kind.questions, values.get("answers") or {}, is_partial=is_partial),
    }


def clean_email(text: str) -> str:
    """Lower case, checked; "" stays "". Refused where it is no address."""
    email = clean_line(text).lower()
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(
            _("“%(email)s” is no e-mail address.") % {"email": email[:80]}, field="email"
        ) from error
    if len(email) > 254:
        raise Refused(_("This e-mail address is too long."), field="email")
    return email


def clean_reason(reason: str) -> str:
    """A reason as it is kept and told."""
    return clean_text(reason)[:2000]


def _named(organisation: Organisation, language: str) -> str:
    return pick(organisation.name, language)[:200]


def _require_way_in(
    kind: BadgeKind, source: str, invitation: RegistrationInvitation | None, delegation: Any, now: datetime
) -> None:
    if source in (Source.TEAM, Source.LIST):
        return
    if not takes_registrations(kind.edition):
        raise Refused(_("This edition takes no registrations now."))
    if source == Source.INVITATION:
        _require_open_invitation(invitation, kind, now)
        return
    if source == Source.SELF and not kind.is_open:
        raise Refused(_("“%(kind)s” is by invitation only.") % {"kind": kind})
    if source == Source.GROUP and (delegation is None or kind.per_delegation is None):
        raise Refused(_("Delegations bring nobody under “%(kind)s”. Choose another kind.") % {"kind": kind})
    if source == Source.FIRM and kind.per_firm is None:
        raise Refused(_("Firms register nobody under “%(kind)s”. Choose another kind.") % {"kind": kind})
    if kind.opens_at and now < kind.opens_at:
        raise Refused(_("Registration as “%(kind)s” has not begun yet.") % {"kind": kind})
    if not is_open_now(kind, now):
        raise Refused(_("Registration as “%(kind)s” is closed.") % {"kind": kind})


def _require_open_invitation(
    invitation: RegistrationInvitation | None, kind: BadgeKind, now: datetime
) -> None:
    if invitation is None or invitation.kind_id != kind.pk:
        raise Refused(_("This invitation is for another kind of badge."))
    row = RegistrationInvitation.objects.select_for_update().get(pk=invitation.pk)
    if row.withdrawn_at is not None:
        raise Refused(_("This invitation was withdrawn. Ask whoever invited you."))
    if row.registration_id is not None:
        raise Refused(_("This invitation was used already."))
    if now >= row.expires_at:
        raise Refused(_("This invitation has run out. Ask for it to be sent again."))


def _use(invitation: RegistrationInvitation, row: Registration) -> None:
    invitation.registration = row
    invitation.save(update_fields=["registration"])


def _first_state(kind: BadgeKind, source: str, invitation: RegistrationInvitation | None) -> str:
    """The team's own hand, and its invitations, are its approval."""
    by_team = source == Source.TEAM or (
        invitation is not None and invitation.delegation_id is None and invitation.organisation_id is None
    )
    if kind.needs_approval and not by_team:
        return State.REQUESTED
    return State.APPROVED if has_room(kind) else State.WAITING


def _account(by: Any, row: Registration, source: str) -> Any:
    """The account of whoever registered themselves; another person's address is not theirs."""
    if source not in (Source.SELF, Source.INVITATION) or not getattr(by, "pk", None):
        return None
    return by if not row.email or row.email == by.email.lower() else None


def _insert(row: Registration) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "registration_once" in str(error) or "email" in str(error):
            raise Refused(already_there(row.email, row.kind), field="email") from error
        raise


def _held(row: Registration) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SAVED}


def _put(row: Registration, fresh: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, value in fresh.items():
        old = getattr(row, name)
        if old != value:
            before[name], after[name] = _plain(old), _plain(value)
            setattr(row, name, value)
    return before, after


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | dict) else str(value)
