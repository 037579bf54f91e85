"""Who of the organiser's team and of delegations is told what, in which words.

The sending is a gateway's work.
"""

from typing import Any

from everfair.base.languages import pick
from everfair.fair.models import DelegationMember, TeamMember
from everfair.gateways import mail
from everfair.people.notices import address


def team_member_added(member: TeamMember, *, by: Any) -> None:
    """The person learns of the role and where the desk is; whoever gave it to themselves knows."""
    person, edition = member.user, member.edition
    if by is not None and by.pk == person.pk:
        return
    mail.send(
        person.email,
        "fair/team_member_added",
        {
            "name": person.name,
            "by": str(by) if by else "",
            "edition": pick(edition.name, person.language),
            "role": TeamMember.Role(member.role).label,
            "area": pick(member.area.name, person.language) if member.area else "",
            "email": person.email,
            "url": address("organiser:fair.edition_show", person.language, edition=edition.slug),
        },
        person.language,
        reply_to=by.email if by else None,
    )


def delegation_member_added(member: DelegationMember, *, by: Any) -> None:
    """The person learns which delegation they work for and where its desk is."""
    person, delegation = member.user, member.delegation
    if by is not None and by.pk == person.pk:
        return
    mail.send(
        person.email,
        "fair/delegation_member_added",
        {
            "name": person.name,
            "by": str(by) if by else "",
            "edition": pick(delegation.edition.name, person.language),
            "delegation": pick(delegation.name, person.language),
            "email": person.email,
            "url": address("organiser:fair.delegation_desk", person.language, code=delegation.code),
        },
        person.language,
        reply_to=by.email if by else None,
    )
