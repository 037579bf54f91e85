"""The sample gate: zones with rules, counts that are those of the people inside."""

import pytest

from everfair.gate.models import Device, Presence, Scan, Zone
from everfair.sample.gate import load_gate
from tests.factories.fair import make_edition
from tests.factories.gate import make_holder, make_kind
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def test_the_sample_gate_counts_its_people() -> None:
    edition = make_edition(ends_on="2099-12-30")
    edition.refresh_from_db()
    guest = make_kind(edition, "guest")
    for n in range(10):
        make_holder(edition, guest if n % 2 else None)
    load_gate(edition, by=make_user())
    assert list(Zone.objects.values_list("code", flat=True)) == ["north", "forum", "lounge"]
    north, lounge = Zone.objects.get(code="north"), Zone.objects.get(code="lounge")
    assert list(lounge.kinds.all()) == [guest]
    assert Scan.objects.count() > 10
    assert set(Scan.objects.values_list("verdict", flat=True)) == {"admitted", "left"}
    assert 0 < north.inside == Presence.objects.filter(zone=north).count() < 10
    assert Device.objects.get().secret_digest
