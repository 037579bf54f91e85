"""Kinds and sectors as data, the team with its last administrator, delegations with a quota."""

import re
from typing import Any

import pytest
from django.test import Client, TestCase

from everfair.base.models import AuditEntry
from everfair.base.refusals import Refused
from everfair.fair.actions.delegations import (
    add_delegation_member,
    invite_delegation_member,
    remove_delegation,
    remove_delegation_member,
    require_room,
    save_delegation,
)
from everfair.fair.actions.kinds import remove_kind, save_kind
from everfair.fair.actions.sectors import lay_out_default_sectors, remove_sector, save_sector
from everfair.fair.actions.team import (
    add_team_member,
    change_team_role,
    invite_team_member,
    remove_team_member,
)
from everfair.fair.models import TeamMember
from everfair.fair.queries import delegations_with_counts, flat_sectors, team_of
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_delegation, make_edition, make_sector, make_team_member
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def test_kinds_are_rows_that_can_be_renamed_without_losing_their_code() -> None:
    edition = make_edition()
    kind = save_kind(
        edition, "outcome_classes", None, {"name": {"en": "First launch", "zh": "首发"}}, by=None
    )
    assert kind.code == "first-launch"
    save_kind(edition, "outcome_classes", kind, {"name": {"en": "Debut"}, "code": "other"}, by=None)
    kind.refresh_from_db()
    assert (kind.code, kind.name) == ("first-launch", {"en": "Debut"})
    twin = save_kind(edition, "outcome_classes", None, {"name": {"en": "First launch"}}, by=None)
    assert twin.code.startswith("first-launch-")
    with pytest.raises(Refused):
        save_kind(edition, "badge_kinds", None, {"name": {}}, by=None)
    remove_kind(kind, by=None)
    assert [row.pk for row in edition.outcome_classes.all()] == [twin.pk]


def test_a_sector_is_added_below_another_and_keeps_code_and_place() -> None:
    edition = make_edition()
    top = save_sector(edition, None, {"code": "1", "name": {"en": "Business"}, "motif": 10}, by=None)
    below = save_sector(
        edition, None, {"code": "1.A", "parent": top, "name": {"en": "Professional"}}, by=None
    )
    assert (below.path, below.motif) == ("1/1.A/", 10)
    save_sector(edition, below, {"code": "9", "parent": None, "name": {"en": "Experts"}}, by=None)
    below.refresh_from_db()
    assert (below.code, below.parent, below.name["en"]) == ("1.A", top, "Experts")
    save_sector(edition, top, {"motif": 4}, by=None)
    below.refresh_from_db()
    assert below.motif == 4
    assert [sector.code for sector in flat_sectors(edition)] == ["1", "1.A"]


@pytest.mark.parametrize("code", ["", "1/2", "1.", ".A", "a b", "1"])
def test_bad_and_taken_sector_codes_are_refused(code: str) -> None:
    edition = make_edition()
    make_sector(edition, code="1")
    with pytest.raises(Refused) as refused:
        save_sector(edition, None, {"code": code, "name": {"en": "Again"}}, by=None)
    assert refused.value.field == "code"


def test_a_sector_in_use_or_with_branches_stays() -> None:
    edition = make_edition()
    top = make_sector(edition)
    leaf = make_sector(edition, parent=top)
    used = make_sector(edition)
    make_exhibitor(edition, sector=used)
    for sector in (top, used):
        with pytest.raises(Refused):
            remove_sector(sector, by=None)
    remove_sector(leaf, by=None)
    remove_sector(top, by=None)
    assert list(edition.sectors.all()) == [used]


def test_the_w120_tree_is_laid_out_once() -> None:
    edition = make_edition()
    assert lay_out_default_sectors(edition, by=None) == edition.sectors.count() > 150
    with pytest.raises(Refused):
        lay_out_default_sectors(edition, by=None)


def test_the_last_administrator_neither_leaves_nor_steps_down() -> None:
    edition = make_edition()
    first = add_team_member(edition, make_user(), "administrator", by=None)
    for deed in (
        lambda: remove_team_member(first, by=None),
        lambda: change_team_role(first, "reader", by=None),
    ):
        with pytest.raises(Refused, match="administrator"):
            deed()
    second = add_team_member(edition, make_user(is_active=False), "administrator", by=None)
    with pytest.raises(Refused):
        remove_team_member(first, by=None)
    second.user.is_active = True
    second.user.save()
    remove_team_member(first, by=None)
    assert list(team_of(edition)) == [second]
    assert AuditEntry.objects.filter(event="fair.team.removed").count() == 1


def test_a_role_is_given_once_and_only_reviewers_are_bound_to_an_area() -> None:
    edition = make_edition()
    area, person = make_area(edition), make_user()
    member = add_team_member(edition, person, "reviewer", by=None, area=area)
    assert add_team_member(edition, person, "reviewer", by=None, area=area) == member
    for role, where in (("gate", area), ("reviewer", make_area()), ("king", None)):
        with pytest.raises(Refused):
            add_team_member(edition, person, role, by=None, area=where)
    change_team_role(member, "programme", by=None)
    assert TeamMember.objects.get().area is None
    make_team_member(edition, person, "reader")
    with pytest.raises(Refused, match="already"):
        change_team_role(member, "reader", by=None)


def test_a_delegation_counts_its_accepted_firms_against_its_quota() -> None:
    delegation = save_delegation(make_edition(), None, {"name": {"en": "Anhui"}, "quota": 2}, by=None)
    edition = delegation.edition
    make_exhibitor(edition, delegation=delegation)
    for state in ("rejected", "draft", "applied"):
        make_exhibitor(edition, delegation=delegation, state=state)
    require_room(delegation)
    make_exhibitor(edition, delegation=delegation, state="accepted")
    with pytest.raises(Refused, match="quota"):
        require_room(delegation)
    counted = delegations_with_counts(edition).get()
    assert (counted.firms, counted.accepted, counted.booths, counted.people) == (5, 2, 1, 0)
    save_delegation(edition, delegation, {"quota": 0}, by=None)
    require_room(delegation)


def test_somebody_new_is_invited_by_address_and_signs_in_by_a_code(
    mailoutbox: list[Any], client: Client
) -> None:
    edition = make_edition(phase="draft")
    by = make_user(name="Lin Yao")
    with TestCase.captureOnCommitCallbacks(execute=True):
        member = invite_team_member(edition, "New@Example.org", "reviewer", by=by, language="zh")
    assert (member.user.email, member.user.language) == ("new@example.org", "zh")
    assert not member.user.has_usable_password()
    assert [letter.to for letter in mailoutbox] == [["new@example.org"]]
    assert f"/zh/desk/{edition.slug}/" in mailoutbox[0].body
    with pytest.raises(Refused, match="already"):
        invite_team_member(edition, "new@example.org", "reviewer", by=by, language="zh")
    client.post("/en/account/login/code/", {"email": "new@example.org"})
    code = re.search(r"^([A-Z0-9]{3,}(-[A-Z0-9]{3,})*)$", mailoutbox[-1].body, re.M)
    assert code, mailoutbox[-1].body
    client.post("/en/account/login/code/confirm/", {"code": code.group(1)})
    assert client.session.get("_auth_user_id") == str(member.user.pk)


def test_a_delegations_people_are_invited_once(mailoutbox: list[Any]) -> None:
    delegation, person = make_delegation(), make_user()
    with TestCase.captureOnCommitCallbacks(execute=True):
        invite_delegation_member(delegation, person.email.upper(), by=None, language="en")
    assert [member.user for member in delegation.members.all()] == [person]
    assert f"/desk/delegations/{delegation.code}/" in mailoutbox[0].body
    with pytest.raises(Refused):
        invite_delegation_member(delegation, person.email, by=None, language="en")


def test_a_delegation_that_brought_firms_stays_and_its_people_come_and_go() -> None:
    edition = make_edition()
    delegation, other = make_delegation(edition), make_delegation(edition)
    make_exhibitor(edition, delegation=delegation)
    with pytest.raises(Refused):
        remove_delegation(delegation, by=None)
    member = add_delegation_member(other, make_user(), by=None)
    assert add_delegation_member(other, member.user, by=None) == member
    remove_delegation_member(member, by=None)
    assert not other.members.exists()
    remove_delegation(other, by=None)
    assert list(edition.delegations.all()) == [delegation]
