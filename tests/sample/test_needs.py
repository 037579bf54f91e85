"""The sample's needs: both languages, unnamed buyers, chosen firms, answers; and as many as a scale asks for."""

import pytest

from everfair.base.models import AuditEntry
from everfair.fair.actions.sectors import lay_out_default_sectors
from everfair.fair.models import Edition
from everfair.matchmaking.models import Need, NeedAnswer
from everfair.matchmaking.queries import board
from everfair.sample.needs import load_needs
from everfair.sample.scale_needs import make_needs
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_team_member
from tests.factories.people import make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db
KEYS = ("bamboo-shuttle-software", "twinbrush-translation", "felucca-remittance", "steep-stair-care")


@pytest.fixture
def edition() -> Edition:
    made = make_edition()
    lay_out_default_sectors(made, by=None)
    return made


def test_needs_of_the_visitor_the_exhibitor_and_of_firms_that_are_there(edition: Edition) -> None:
    owner, visitor = make_user("exhibitor@demo.example"), make_user("visitor@demo.example")
    sector = edition.sectors.get(code="1.B")
    firms = [make_organisation(source="sample", external_id=key) for key in KEYS]
    for organisation in (*firms, make_membership(owner).organisation):
        make_exhibitor(edition, organisation=organisation, sector=sector)
    organiser = make_team_member(edition).user
    assert load_needs(edition, by=organiser, visitor=visitor) == 8
    rows = Need.objects.filter(edition=edition)
    assert rows.filter(seeker__user=visitor).count() == 4
    assert set(rows.values_list("audience", flat=True)) == {"board", "hidden", "chosen"}
    assert set(rows.values_list("state", flat=True)) == {"open", "draft"}
    assert any(set(need.title) == {"zh"} for need in rows)
    assert any(set(need.title) == {"en"} for need in rows)
    assert NeedAnswer.objects.filter(need__in=rows).count() == 2
    assert rows.get(audience="chosen").chosen.count() == 2
    assert not rows.filter(sector=None).exists()


def test_as_many_needs_as_asked_for_and_the_same_again(edition: Edition) -> None:
    assert make_needs(edition, needs=40, seed=3) == 40
    first = list(
        Need.objects.filter(edition=edition)
        .order_by("pk")
        .values_list("title", "buyer", "audience", "sector__code")
    )
    assert board.browse(edition.pk, {}, limit=0).total == 40
    other = make_edition()
    lay_out_default_sectors(other, by=None)
    make_needs(other, needs=40, seed=3)
    second = list(
        Need.objects.filter(edition=other)
        .order_by("pk")
        .values_list("title", "buyer", "audience", "sector__code")
    )
    assert first == second
    assert AuditEntry.objects.filter(event="matchmaking.needs.loaded").count() == 2
