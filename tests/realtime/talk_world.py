"""Two conversations that do not know each other, inside an installation of its own."""

from typing import Any


def make() -> dict[str, Any]:
    """A visitor with a firm, another visitor with another firm, each with a host; what was said and who signed in."""
    from everfair.base.codes import new_code
    from everfair.conversations.access import Who
    from everfair.conversations.actions.writing import begin
    from everfair.exhibition.models import Exhibitor
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.fair import make_edition, make_fair, make_team_member
    from tests.factories.people import make_membership, make_organisation, make_user
    from tests.programme.live_world import signed_in

    own = new_code()
    edition = make_edition(make_fair(slug=own), slug=own)
    made: dict[str, Any] = {"edition": edition.slug}
    for name in ("one", "two"):
        firm = make_exhibitor(edition, organisation=make_organisation(), state=Exhibitor.State.PUBLISHED)
        host = make_user(f"host-{name}@{own}.example", name=f"Host {name}")
        make_membership(organisation=firm.organisation, user=host, role="booth_staff")
        visitor = make_user(f"visitor-{name}@{own}.example", name=f"Visitor {name}")
        said = begin(edition, Who.person(visitor), Who.firm(firm), f"Begun {name}", by=visitor)
        made[name] = {
            "code": said.conversation.code, "visitor": signed_in(visitor), "host": signed_in(host), "visitor_id": visitor.pk,
        }  # fmt: skip
    administrator = make_user(f"administrator@{own}.example")
    make_team_member(edition, administrator, "administrator")
    made["administrator"] = signed_in(administrator)
    return made


def kept(code: str) -> list[list[Any]]:
    """[number, side, text] of a conversation."""
    from everfair.conversations.models import Message

    return [
        list(row)
        for row in Message.objects.filter(conversation__code=code).values_list("number", "side", "text")
    ]
