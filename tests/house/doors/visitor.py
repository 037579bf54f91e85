"""Doors of the visitor pages."""

from typing import Any

from tests.house.doors import ROLES, Door


def firm(world: Any) -> dict[str, Any]:
    return {"code": world.organisation.code}


def member(world: Any) -> dict[str, Any]:
    return {"code": world.organisation.code, "pk": world.membership.pk}


def invitation(world: Any) -> dict[str, Any]:
    from everfair.people.actions import invite

    made = world.organisation.invitations.first() or invite(
        world.organisation, "new@example.org", "editor", by=world.people["owner"], language="en"
    )
    return {"code": world.organisation.code, "pk": made.pk}


OWN = dict.fromkeys(ROLES, 200) | {"anonymous": 302}
FIRMS = {role: 404 for role in ROLES if role != "owner"} | {"anonymous": 302}
GONE = dict.fromkeys(ROLES, 404)

DOORS: list[Door] = [
    Door("visitor:people.my_fair", **OWN),
    Door("visitor:people.profile_edit", **OWN),
    Door("visitor:people.profile_edit", method="post", **OWN),  # nothing typed: the form comes back
    Door("visitor:people.security", **OWN),
    Door("visitor:people.account_erase", **OWN),
    Door(
        "visitor:people.account_erase",
        method="post",
        **{role: 422 if code == 200 else code for role, code in OWN.items()},
    ),
    Door("visitor:people.demo_sign_in", method="post", **GONE),  # no sample installation here
    Door("visitor:people.invitation_accept", lambda w: {"secret": "wrong"}, **GONE),
    Door("visitor:people.invitation_accept", lambda w: {"secret": "wrong"}, method="post", **GONE),
    Door("visitor:people.invitation_join", lambda w: {"pk": 1}, method="post", **{**GONE, "anonymous": 302}),
    Door("visitor:people.organisation_list", **OWN),
    Door("visitor:people.organisation_create", **OWN),
    Door("visitor:people.organisation_create", method="post", **OWN),
    Door("visitor:people.organisation_edit", firm, **FIRMS, owner=200),
    Door("visitor:people.organisation_edit", firm, method="post", **FIRMS, owner=200),
    Door("visitor:people.member_list", firm, **FIRMS, owner=200),
    Door(
        "visitor:people.member_list", firm, method="post", **FIRMS, owner=200
    ),  # what is missing is said before the fresh proof
    Door("visitor:people.member_export", firm, **FIRMS, owner=200),
    Door("visitor:people.member_change", member, method="post", **FIRMS, owner=302),
    Door("visitor:people.member_remove", member, method="post", **FIRMS, owner=302),
    Door("visitor:people.invitation_resend", invitation, method="post", **FIRMS, owner=302),
    Door("visitor:people.invitation_withdraw", invitation, method="post", **FIRMS, owner=302),
]
