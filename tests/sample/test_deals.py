"""The sample's deals: an inquiry of three firms with quotations to compare, a hidden one, a pipeline with an end of each kind."""

from datetime import UTC, datetime

import pytest

from everfair.agreements.models import Agreement
from everfair.deals.models import Inquiry, Negotiation, Quotation, Rate
from everfair.sample.deals import load_deals
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_team_member
from tests.factories.people import make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 5, 4, 0, tzinfo=UTC)
OTHERS = (
    "whistlethorn-advocates", "quillfern-ip", "tramline-satchel", "silk-calliper-testing",
    "riemenhof-machine-service", "sandpost-parcels", "date-court-cooling",
)  # fmt: skip


def test_inquiries_quotations_ends_and_an_agreement_that_waits() -> None:
    edition = make_edition()
    exhibitor, visitor = make_user("exhibitor@demo.example"), make_user("visitor@demo.example")
    organisation = make_membership(exhibitor, role="owner").organisation
    firm = make_exhibitor(edition, organisation=organisation, state="published")
    for key in OTHERS:
        made = make_organisation(source="sample", external_id=key)
        make_exhibitor(edition, organisation=made, state="published")
    people = {"by": make_team_member(edition).user, "visitor": visitor, "exhibitor": exhibitor}
    assert load_deals(edition, **people, now=NOW) == 7, "the ones to firms that are not there are left out"
    assert Rate.objects.filter(edition=edition).count() == 3
    assert sorted(Inquiry.objects.values_list("state", flat=True)) == ["sent"] * 7
    first = Inquiry.objects.get(title__startswith="Distribution")
    assert first.negotiations.count() == 3
    sent = Quotation.objects.filter(negotiation__inquiry=first).order_by("pk")
    assert [(one.state, one.sent_number) for one in sent] == [("sent", 2), ("sent", 1)]
    assert Negotiation.objects.filter(is_hidden=True).count() == 2
    states = Negotiation.objects.filter(firm=firm).values_list("state", flat=True)
    assert sorted(states) == ["lost", "open", "open", "open", "open", "open", "won"]
    agreement = Agreement.objects.get()
    assert (agreement.state, agreement.parties.count()) == ("offered", 2)

    assert load_deals(make_edition(), **people, now=NOW) == 0, "an edition without these firms gets none"
