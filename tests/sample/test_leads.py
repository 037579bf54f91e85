"""Sample leads: the demo exhibitor has something to look at, and so has the demo visitor."""

import pytest

from everfair.leads.models import Lead, LeadQuestion
from everfair.leads.queries.team import team_counts
from everfair.sample.leads import OWNER, STAFF, VISITOR, load_leads
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.leads import make_booth
from tests.factories.people import make_membership, make_user

pytestmark = pytest.mark.django_db


def test_leads_of_the_demo_exhibitor_and_of_the_demo_visitor() -> None:
    booth = make_booth()
    for email, role in ((OWNER, "owner"), (STAFF, "booth_staff")):
        make_membership(make_user(email), booth.organisation, role)
    make_booth(booth.edition)
    kind = make_badge_kind(booth.edition)
    for _number in range(20):
        make_badge_holder(kind)
    visitor = make_user(VISITOR)
    make_badge_holder(kind, user=visitor)
    assert load_leads(booth.edition) == 17
    assert LeadQuestion.objects.filter(exhibitor=booth).count() == 2
    counts = team_counts(booth)
    assert (counts.leads, counts.refused, len(counts.people)) == (17, 0, 2)
    assert min(counts.interest["hot"], counts.interest["warm"], counts.interest["cold"]) >= 2
    assert Lead.objects.filter(registration__user=visitor).count() == 2


def test_without_people_there_is_nothing_to_scan() -> None:
    booth = make_booth()
    assert load_leads(booth.edition) == 0
    make_membership(make_user(OWNER), booth.organisation)
    assert load_leads(booth.edition) == 0
