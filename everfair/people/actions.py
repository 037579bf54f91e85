"""What a person can do with a profile, an organisation, its members, invitations. Rights are asked before."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.languages import CONTENT_TO_INTERFACE, clean_words, pick
from everfair.base.models import MediaFile
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.gateways import live, storage
from everfair.people import notices, signals
from everfair.people.models import INVITATION_DAYS, Invitation, Membership, Organisation, User
from everfair.people.queries import FACTS, organisation_facts, secret_digest, stamp_of

ORGANISATION_FIELDS = (*FACTS, "logo")
PROFILE_FIELDS = ("name", "language", "time_zone")
MOST_INVITATIONS_AN_HOUR = 40
RESEND_PAUSE = timedelta(minutes=5)


def save_profile(user: User, values: Mapping[str, Any]) -> User:
    """Save name, language (content code) and time zone of the person; other keys are ignored."""
    changed = [field for field in PROFILE_FIELDS if field in values and getattr(user, field) != values[field]]
    for field in changed:
        setattr(user, field, values[field])
    if changed:
        user.save(update_fields=changed)
    return user


@transaction.atomic
def find_or_open_account(email: str, *, language: str, by: Any) -> User:
    """The person with this address; a new one signs in by a code sent there, so the address proves itself."""
    found = User.objects.filter(email__iexact=email.strip()).first()
    if found is not None:
        _take_from_strangers(found)
        return found
    from allauth.account.models import EmailAddress  # app ready: a model of another app

    person = User.objects.create_user(email, language=language if language in CONTENT_TO_INTERFACE else "en")
    EmailAddress.objects.create(user=person, email=person.email, primary=True)  # the first code verifies it
    audit.record("people.user.opened", person, by=by, after={"email": person.email})
    return person


def forget_unproven_password(user: User) -> None:
    """Whoever chose the password never proved the address; its owner has just done so in another way."""
    user.set_unusable_password()
    user.save(update_fields=["password"])


def _take_from_strangers(user: User) -> None:
    """An account that somebody opened under this address without ever proving it: keep nothing they chose.

    It is about to be given a role. A sign-up that still waits for its code could otherwise move the account
    to another address; allauth allows that until the first sign-in, so this counts as one.
    """
    from allauth.account.models import EmailAddress  # app ready: a model of another app

    addresses = EmailAddress.objects.filter(user=user)
    was_chosen = user.last_login is None and user.has_usable_password() and addresses.exists()
    if not was_chosen or addresses.filter(verified=True).exists():
        return
    addresses.exclude(email__iexact=user.email).delete()
    user.set_unusable_password()
    user.name, user.last_login = "", timezone.now()
    user.save(update_fields=["password", "name", "last_login"])


@transaction.atomic
def create_organisation(values: Mapping[str, Any], *, by: Any, owner: User | None = None) -> Organisation:
    """A new organisation; `owner` becomes its first owner. Refused without a name.

    `values`: ORGANISATION_FIELDS, and `logo_upload`, a picture that is checked and re-encoded.
    """
    organisation = Organisation()
    _put(organisation, values, by=by)
    organisation.save()
    audit.record("people.organisation.created", organisation, by=by, after={"name": organisation.name})
    if owner is not None:
        add_member(organisation, owner, Membership.Role.OWNER, by=by)
    note_change("people.organisation", organisation.pk, None)
    return organisation


@transaction.atomic
def save_organisation(
    organisation: Organisation, values: Mapping[str, Any], *, by: Any, stamp: str | None = None
) -> Organisation:
    """Save the given fields; an audit row tells what they were. Announces `organisation_saved` after commit.

    `stamp` is `queries.stamp_of` of what the person saw; EditedMeanwhile when somebody saved since.
    """
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if stamp is not None and stamp != stamp_of(row):
        raise EditedMeanwhile(_edited_by(row), current=0)
    before = organisation_facts(row)
    _put(row, values, by=by)
    after = organisation_facts(row)
    changed = [field for field in before if before[field] != after[field]]
    if not changed:
        return row
    row.save()
    audit.record(
        "people.organisation.saved",
        row,
        by=by,
        before={field: before[field] for field in changed},
        after={field: after[field] for field in changed},
    )
    note_change("people.organisation", row.pk, None)
    by_id = getattr(by, "pk", None)
    transaction.on_commit(
        lambda: signals.organisation_saved.send_robust(Organisation, organisation_id=row.pk, by_id=by_id)
    )
    return row


@transaction.atomic
def invite(
    organisation: Organisation, email: str, role: str, *, by: Any, language: str, now: datetime | None = None
) -> Invitation:
    """Mail an invitation that holds for 14 days. Its secret stands in the letter only."""
    now = now or timezone.now()
    email = email.strip().lower()
    if role not in Membership.Role.values:
        raise Refused(_("Choose a role from the list."), "role")
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # two clicks at once make one invitation
    if Membership.objects.filter(organisation=organisation, user__email__iexact=email).exists():
        raise Refused(
            _("%(email)s already belongs to this firm. Change the role in the list.") % {"email": email},
            "email",
        )
    standing = Invitation.objects.filter(
        organisation=organisation, email__iexact=email, accepted_at=None, withdrawn_at=None
    ).first()
    if standing is not None:
        raise Refused(
            _("%(email)s has an invitation already. Send it again or withdraw it in the list.")
            % {"email": email},
            "email",
        )
    _refuse_flood(by, now)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        role=role,
        language=language if language in CONTENT_TO_INTERFACE else "en",
        secret_digest=secret_digest(secret),
        invited_by=by,
        sent_at=now,
        ends_at=now + timedelta(days=INVITATION_DAYS),
    )
    audit.record("people.invitation.sent", invitation, by=by, after={"email": email, "role": role}, now=now)
    notices.invitation_sent(invitation, secret)
    return invitation


@transaction.atomic
def send_invitation_again(invitation: Invitation, *, by: Any, now: datetime | None = None) -> Invitation:
    """A new letter with a new secret and 14 new days; the link of the old letter ends."""
    now = now or timezone.now()
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _require_standing(row)
    if now - row.sent_at < RESEND_PAUSE:
        minutes = int(RESEND_PAUSE.total_seconds() // 60)
        raise Refused(
            ngettext(
                "This invitation has just been sent. Wait %(minutes)d minute before you send it again.",
                "This invitation has just been sent. Wait %(minutes)d minutes before you send it again.",
                minutes,
            )
            % {"minutes": minutes}
        )
    _refuse_flood(by, now)
    secret = secrets.token_urlsafe(32)
    row.secret_digest, row.sent_at, row.ends_at = (
        secret_digest(secret),
        now,
        now + timedelta(days=INVITATION_DAYS),
    )
    row.invited_by = by or row.invited_by
    row.save(update_fields=["secret_digest", "sent_at", "ends_at", "invited_by"])
    audit.record("people.invitation.sent_again", row, by=by, after={"email": row.email}, now=now)
    notices.invitation_sent(row, secret)
    return row


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Any, now: datetime | None = None) -> Invitation:
    """The link ends. An invitation that was accepted cannot be withdrawn; remove the member instead."""
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _require_standing(row)
    row.withdrawn_at = now or timezone.now()
    row.save(update_fields=["withdrawn_at"])
    audit.record("people.invitation.withdrawn", row, by=by, after={"email": row.email}, now=now)
    return row


def accept_invitation(secret: str, *, by: User, now: datetime | None = None) -> Membership:
    """The person who holds the mailed secret becomes a member. Works once."""
    found = Invitation.objects.filter(secret_digest=secret_digest(secret)).first()
    if found is None:
        raise Refused(
            _("This invitation is unknown. Open the link from the newest letter, or ask for a new one.")
        )
    return accept(found, by=by, now=now)


@transaction.atomic
def accept(invitation: Invitation, *, by: User, now: datetime | None = None) -> Membership:
    """Turn an open invitation into a membership; who is a member already keeps their role."""
    now = now or timezone.now()
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=invitation.pk)
    )
    _require_standing(row)
    if not row.is_open(now):
        raise Refused(_("This invitation has expired. Ask the firm to send it again."))
    row.accepted_at = now
    row.save(update_fields=["accepted_at"])
    audit.record(
        "people.invitation.accepted", row, by=by, after={"email": row.email, "role": row.role}, now=now
    )
    membership = Membership.objects.filter(organisation=row.organisation, user=by).first()
    if membership is None:
        membership = add_member(row.organisation, by, row.role, by=by)
        notices.invitation_accepted(row, by)
    return membership


@transaction.atomic
def change_role(membership: Membership, role: str, *, by: Any) -> Membership:
    """Give a member another role. The last owner keeps theirs."""
    if role not in Membership.Role.values:
        raise Refused(_("Choose a role from the list."), "role")
    row = _locked(membership)
    if row.role == role:
        return row
    _keep_an_owner(row, role)
    before, row.role = row.role, role
    row.save(update_fields=["role"])
    audit.record("people.membership.role_changed", row, by=by, before={"role": before}, after={"role": role})
    notices.role_changed(row, before, by)
    return row


@transaction.atomic
def remove_member(membership: Membership, *, by: Any) -> None:
    """End a membership. The last owner cannot leave."""
    row = _locked(membership)
    _keep_an_owner(row, None)
    organisation, person = row.organisation, row.user
    audit.record("people.membership.ended", row, by=by, before={"role": row.role, "user": person.email})
    row.delete()
    notices.member_removed(person, organisation, by)
    live.recheck(person=person.pk)
    transaction.on_commit(
        lambda: signals.member_removed.send_robust(
            Membership, organisation_id=organisation.pk, user_id=person.pk
        )
    )


@transaction.atomic
def erase_account(user: User, *, now: datetime | None = None) -> None:
    """End the account and all that is personal; what organisations agreed and published stays with them.

    Refused with what to do first, where a firm would be left without an owner or a room asks for something.
    """
    now = now or timezone.now()
    row = User.objects.select_for_update().get(pk=user.pk)
    held = list(Membership.objects.filter(user=row).select_related("organisation"))
    for membership in held:
        if membership.organisation.memberships.exclude(pk=membership.pk).exists():
            _require_other_owner(membership)
    signals.account_leaving.send(User, user=row, now=now)
    letter = (row.email, row.name, row.language)
    key = row.pk
    for membership in held:
        organisation = membership.organisation_id
        transaction.on_commit(
            lambda organisation=organisation: signals.member_removed.send_robust(  # type: ignore[misc]
                Membership, organisation_id=organisation, user_id=key
            )
        )
    audit.forget_person(row)
    row.delete()
    notices.account_erased(*letter)
    live.recheck(person=key)


def _require_other_owner(membership: Membership) -> None:
    try:
        _keep_an_owner(_locked(membership), None)
    except Refused as error:
        name = pick(membership.organisation.name, membership.user.language)
        raise Refused(
            _("%(firm)s has no owner but you, and others belong to it. Make one of them an owner first.")
            % {"firm": name}
        ) from error


def _put(organisation: Organisation, values: Mapping[str, Any], *, by: Any) -> None:
    if values.get("logo_upload"):
        organisation.logo = _keep_logo(values["logo_upload"], by=by)
    for field in ORGANISATION_FIELDS:
        if field in values:
            value = values[field]
            setattr(organisation, field, clean_words(value) if field in {"name", "description"} else value)
    if not organisation.name:
        raise Refused(_("Give the firm a name in at least one language."), "name")


def _keep_logo(upload: IO[bytes], *, by: Any) -> MediaFile:
    """Re-encode the picture and keep it. Refused beside the field for anything that is none."""
    try:
        prepared = storage.prepare_image(upload, max_bytes=settings.MAX_IMAGE_MB * 1024 * 1024)
        store = storage.get_store()
        kept = {name: store.save(variant.data, ".webp") for name, variant in prepared.variants.items()}
    except storage.StorageError as error:
        raise Refused(str(error), "logo") from error
    return MediaFile.objects.create(
        kind=MediaFile.Kind.IMAGE,
        name="logo.webp",
        content_type="image/webp",
        digest=kept["large"].digest,
        size=kept["large"].size,
        width=prepared.variants["large"].width,
        height=prepared.variants["large"].height,
        variants={name: file.digest for name, file in kept.items()},
        uploaded_by_id=getattr(by, "pk", None),
    )


def _edited_by(organisation: Organisation) -> str:
    last = audit.entries(target=organisation).filter(event="people.organisation.saved").first()
    if last is None or not last.by_name:
        return _("Somebody saved this firm while you were editing. Compare, and save again.")
    return _("%(name)s saved this firm while you were editing. Compare, and save again.") % {
        "name": last.by_name
    }


def add_member(organisation: Organisation, user: User, role: str, *, by: Any) -> Membership:
    membership = Membership.objects.create(organisation=organisation, user=user, role=role)
    audit.record("people.membership.began", membership, by=by, after={"role": role, "user": user.email})
    return membership


def _locked(membership: Membership) -> Membership:
    """The row as it is now, the organisation locked: two owners who demote each other take turns."""
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    row = Membership.objects.select_related("organisation", "user").filter(pk=membership.pk).first()
    if row is None:
        raise Refused(_("This person no longer belongs to the firm. Load the page again."))
    return row


def _keep_an_owner(row: Membership, role: str | None) -> None:
    if row.role != Membership.Role.OWNER or role == Membership.Role.OWNER:
        return
    others = Membership.objects.filter(organisation=row.organisation, role=Membership.Role.OWNER).exclude(
        pk=row.pk
    )
    if not others.exists():
        raise Refused(_("A firm needs an owner. Make somebody else an owner first."), "role")


def _require_standing(invitation: Invitation) -> None:
    if invitation.accepted_at is not None:
        raise Refused(_("This invitation has been used already. Sign in to find the firm under My fair."))
    if invitation.withdrawn_at is not None:
        raise Refused(_("This invitation was withdrawn. Ask the firm for a new one."))


def _refuse_flood(by: Any, now: datetime) -> None:
    if by is None or not settings.RATE_LIMITS_ON:
        return
    sent = Invitation.objects.filter(invited_by=by, sent_at__gt=now - timedelta(hours=1)).count()
    if sent >= MOST_INVITATIONS_AN_HOUR:
        raise Refused(
            _("You have sent %(count)d invitations within an hour. Go on in an hour.") % {"count": sent}
        )
