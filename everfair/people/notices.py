"""Who of an organisation is told what, in which words. The sending is a gateway's work."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import CONTENT_TO_INTERFACE, pick
from everfair.gateways import mail
from everfair.people.models import Invitation, Membership, Organisation, User
from everfair.people.queries import owners_of

ROLE_DUTIES = {
    Membership.Role.OWNER: _("edits everything and decides who belongs to the firm"),
    Membership.Role.EDITOR: _("edits the firm, its booths and its offers"),
    Membership.Role.BOOTH_STAFF: _("works at the booth and answers visitors"),
    Membership.Role.LEAD_ONLY: _("sees the firm's leads and nothing else"),
}


def address(name: str, language: str, **kwargs: object) -> str:
    """A full address in the reader's language."""
    with translation.override(CONTENT_TO_INTERFACE.get(language, "en")):
        return settings.BASE_URL + reverse(name, kwargs=kwargs)


def invitation_sent(invitation: Invitation, secret: str) -> None:
    """The invited person gets the link; the secret stands nowhere else."""
    language = invitation.language
    inviter = invitation.invited_by
    mail.send(
        invitation.email,
        "people/invitation",
        {
            "organisation": pick(invitation.organisation.name, language),
            "inviter": str(inviter) if inviter else "",
            "role": Membership.Role(invitation.role).label,
            "duty": ROLE_DUTIES[Membership.Role(invitation.role)],
            "ends_at": invitation.ends_at,
            "url": address("visitor:people.invitation_accept", language, secret=secret),
        },
        language,
        reply_to=inviter.email if inviter else None,
    )


def account_erased(email: str, name: str, language: str) -> None:
    """The last letter: the account is gone, and what was not theirs alone stays where."""
    mail.send(email, "people/account_erased", {"name": name}, language)


def invitation_accepted(invitation: Invitation, member: User) -> None:
    """Every owner but the new member learns who came in, by which address."""
    for owner in owners_of(invitation.organisation).exclude(pk=member.pk):
        mail.send(
            owner.email,
            "people/invitation_accepted",
            {
                "name": owner.name,
                "member": str(member),
                "member_email": member.email,
                "invited_email": invitation.email,
                "organisation": pick(invitation.organisation.name, owner.language),
                "role": Membership.Role(invitation.role).label,
                "url": address(
                    "visitor:people.member_list", owner.language, code=invitation.organisation.code
                ),
            },
            owner.language,
        )


def role_changed(membership: Membership, before: str, by: User | None) -> None:
    """The member learns of a new role, unless it was their own hand."""
    person = membership.user
    if by is not None and by.pk == person.pk:
        return
    mail.send(
        person.email,
        "people/role_changed",
        {
            "name": person.name,
            "organisation": pick(membership.organisation.name, person.language),
            "before": Membership.Role(before).label,
            "after": Membership.Role(membership.role).label,
            "duty": ROLE_DUTIES[Membership.Role(membership.role)],
            "by": str(by) if by else "",
            "url": address("visitor:people.my_fair", person.language),
        },
        person.language,
    )


def member_removed(person: User, organisation: Organisation, by: User | None) -> None:
    """Somebody whose access ended learns it; who leaves knows."""
    if by is not None and by.pk == person.pk:
        return
    mail.send(
        person.email,
        "people/member_removed",
        {
            "name": person.name,
            "organisation": pick(organisation.name, person.language),
            "by": str(by) if by else "",
            "by_email": by.email if by else "",
        },
        person.language,
    )
