"""Who sees and changes sessions: the cast of owner, team-mate, stranger, anonymous, and the organiser's roles."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from everfair.programme import access
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_delegation, make_edition, make_team_member
from tests.factories.people import make_membership, make_user
from tests.factories.programme import make_session, make_speaker, make_stage


@pytest.fixture
def cast(db: None) -> dict[str, Any]:
    edition = make_edition()
    exhibitor = make_exhibitor(edition)
    people: dict[str, Any] = {"anonymous": AnonymousUser(), "stranger": make_user(), "member": make_user()}
    people["owner"] = make_membership(organisation=exhibitor.organisation).user
    people["editor"] = make_membership(organisation=exhibitor.organisation, role="editor").user
    people["staff"] = make_membership(organisation=exhibitor.organisation, role="booth_staff").user
    delegation = make_delegation(edition, people["member"])
    for role in ("administrator", "programme", "reviewer", "gate", "reader"):
        people[role] = make_user()
        make_team_member(edition, people[role], role)
    return {"edition": edition, "exhibitor": exhibitor, "delegation": delegation, "people": people}


def allowed(cast: dict[str, Any], may: Any) -> set[str]:
    return {name for name, person in cast["people"].items() if may(person)}


TEAM = {"administrator", "programme", "reviewer", "gate", "reader"}


def test_who_runs_the_programme(cast: dict[str, Any]) -> None:
    runs = allowed(cast, lambda person: access.may_run_programme(person, cast["edition"]))
    assert runs == {"administrator", "programme"}


def test_who_sees_what_is_not_public(cast: dict[str, Any]) -> None:
    session = make_session(cast["edition"], exhibitor=cast["exhibitor"], state="confirmed")
    sees = allowed(cast, lambda person: access.can_see_session(person, session))
    assert sees == TEAM | {"owner", "editor"}
    session = make_session(cast["edition"], delegation=cast["delegation"], state="proposed")
    assert allowed(cast, lambda person: access.can_see_session(person, session)) == TEAM | {"member"}
    public = make_session(cast["edition"])
    assert allowed(cast, lambda person: access.can_see_session(person, public)) == set(cast["people"])


def test_roles_on_a_session(cast: dict[str, Any]) -> None:
    session = make_session(cast["edition"], exhibitor=cast["exhibitor"], state="proposed")
    found = {name: access.roles_on(person, session) for name, person in cast["people"].items()}
    assert found["owner"] == found["editor"] == {"host"}
    assert found["programme"] == {"programme"}
    assert found["administrator"] == {"programme", "host"}  # an administrator may edit every booth
    for name in ("anonymous", "stranger", "staff", "member", "gate", "reader", "reviewer"):
        assert found[name] == set()


def test_not_found_and_not_allowed_look_the_same(cast: dict[str, Any]) -> None:
    edition, people = cast["edition"], cast["people"]
    draft, elsewhere = make_session(edition, state="draft"), make_session()
    for address in (draft.code, elsewhere.code, "nothing", draft.address):
        with pytest.raises(Http404):
            access.get_session_for(people["stranger"], edition, address)
    assert access.get_session_for(people["reader"], edition, draft.address).pk == draft.pk
    with pytest.raises(Http404):
        access.get_session_at_desk(people["reader"], edition, draft.code)
    assert access.get_session_at_desk(people["reader"], edition, draft.code, "read").pk == draft.pk
    with pytest.raises(Http404):
        access.get_session_of_host(people["owner"], cast["exhibitor"], draft.code)


def test_a_speaker_is_found_with_a_public_session_only(cast: dict[str, Any]) -> None:
    edition, people = cast["edition"], cast["people"]
    speaker, stage = make_speaker(edition), make_stage(edition)
    session = make_session(edition, stage=stage, state="confirmed")
    session.parts.create(speaker=speaker)
    with pytest.raises(Http404):
        access.get_speaker_for(people["stranger"], edition, speaker.code)
    session.state = "published"
    session.save()
    assert access.get_speaker_for(people["anonymous"], edition, speaker.address).pk == speaker.pk
    with pytest.raises(Http404):
        access.get_speaker_at_desk(people["reader"], edition, speaker.code)
    with pytest.raises(Http404):
        access.get_stage_at_desk(people["owner"], edition, stage.pk)
    assert access.get_stage_at_desk(people["programme"], edition, stage.pk).pk == stage.pk


def test_who_moderates(cast: dict[str, Any]) -> None:
    session = make_session(cast["edition"], exhibitor=cast["exhibitor"])
    chair, talker = make_user(), make_user()
    session.parts.create(speaker=make_speaker(cast["edition"], user=chair), role="moderator")
    session.parts.create(speaker=make_speaker(cast["edition"], user=talker), role="speaker")
    people = {**cast["people"], "chair": chair, "talker": talker}
    moderates = {name for name, person in people.items() if access.can_moderate(person, session)}
    assert moderates == {"administrator", "programme", "owner", "editor", "chair"}
