"""Who sees what of a booth: roles of the firm, the delegation, the organiser's team; the file of a document."""

import pytest
from django.http import Http404

from everfair.exhibition import access
from everfair.exhibition.models import Exhibitor
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_edition, make_team_member
from tests.factories.people import make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "sees", "edits"),
    [
        ("owner", True, True),
        ("editor", True, True),
        ("booth_staff", True, False),
        ("lead_only", False, False),
    ],
)
def test_each_role_of_the_firm_at_its_own_draft(role: str, sees: bool, edits: bool) -> None:
    exhibitor = make_exhibitor(state=Exhibitor.State.DRAFT)
    person = make_membership(organisation=exhibitor.organisation, role=role).user
    assert access.can_see_unpublished(person, exhibitor) is sees
    assert access.can_edit_booth(person, exhibitor) is edits
    assert access.exhibitors_of(person).exists() is sees
    if not sees:
        with pytest.raises(Http404):
            access.get_exhibitor_at_desk(person, exhibitor.code, to="see")


def test_a_reviewer_bound_to_an_area_decides_there_only() -> None:
    edition = make_edition()
    here, there = make_area(edition), make_area(edition)
    reviewer = make_team_member(edition, role="reviewer", area=here).user
    mine, other = make_exhibitor(edition, area=here), make_exhibitor(edition, area=there)
    assert access.may_review(reviewer, mine)
    assert not access.may_review(reviewer, other)
    assert list(access.exhibitors_at_desk(reviewer, edition)) == [mine]


def test_a_reviewer_bound_to_an_area_opens_no_draft_elsewhere_by_its_address() -> None:
    edition = make_edition()
    here, there = make_area(edition), make_area(edition)
    reviewer = make_team_member(edition, role="reviewer", area=here).user
    mine = make_exhibitor(edition, area=here, state=Exhibitor.State.DRAFT)
    other = make_exhibitor(edition, area=there, state=Exhibitor.State.DRAFT)
    assert access.get_exhibitor_at_desk(reviewer, mine.code, to="see") == mine
    for look in (
        lambda: access.get_exhibitor_at_desk(reviewer, other.code, to="see"),
        lambda: access.get_booth_for(reviewer, edition, other.code),
    ):
        with pytest.raises(Http404):
            look()
    everywhere = make_team_member(edition, role="reader").user
    assert access.get_exhibitor_at_desk(everywhere, other.code, to="see") == other


def test_an_unknown_file_is_nobodys() -> None:
    with pytest.raises(Http404):
        access.get_media_for(make_user(), "0" * 64)
