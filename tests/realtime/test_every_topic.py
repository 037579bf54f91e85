"""Every topic: stale page + facts = page loaded afresh. A table of the tests that hold it; a topic without a row fails."""

import importlib
from datetime import UTC, datetime
from typing import Any

import pytest

from everfair.gate.actions.scanning import forget_kept, take_scans
from everfair.gate.models import Zone
from everfair.gateways import live
from everfair.realtime.topics import TOPICS
from everfair.realtime.topics.registry import Topic
from tests.factories.gate import make_device, make_holder, make_zone, scan_of

PROOFS = {
    # first word of a topic → (module, the test that shows it)
    "session": ("tests.journeys.test_live", "test_an_open_page_is_what_a_fresh_one_would_be"),
    "desk": ("tests.journeys.test_live", "test_an_open_page_is_what_a_fresh_one_would_be"),
    "stage": ("tests.journeys.test_live", "test_a_stages_screen_shows_what_changed_without_being_touched"),
    "call": ("tests.web.visitor.test_calls", "test_a_page_with_all_facts_is_a_fresh_page"),
    "audience": ("tests.calls.test_stages", "test_facts_of_the_audience_end_where_a_fresh_page_begins"),
    "rings": ("tests.calls.test_rings", "test_who_listens_hears_when_it_begins_and_stops_to_ring"),
    "talk": ("tests.journeys.test_conversation", "test_two_people_in_two_languages"),
    "inbox": ("tests.journeys.test_conversation", "test_two_people_in_two_languages"),
    "floor": ("tests.meetings.test_floor_live", "test_whatever_changes_the_floor_is_told_with_its_slot"),
    "here": ("tests.presence.test_staying", "test_facts_at_a_place_end_where_a_fresh_page_begins"),
    "host": ("tests.presence.test_staying", "test_facts_at_a_place_end_where_a_fresh_page_begins"),
    "zone": ("tests.realtime.test_every_topic", "test_counts_of_a_zone_end_where_a_fresh_page_begins"),
}


def missing(topics: dict[str, Topic], proofs: dict[str, tuple[str, str]]) -> list[str]:
    """Topics without a row whose test exists, and rows without a topic."""
    found = [word for word in topics if word not in proofs] + [word for word in proofs if word not in topics]
    for word, (module, test) in proofs.items():
        if not callable(getattr(importlib.import_module(module), test, None)):
            found.append(word)
    return found


def test_every_topic_has_a_test_that_a_stale_page_becomes_a_fresh_one() -> None:
    assert missing(TOPICS, PROOFS) == [], "name the test in PROOFS: stale page + facts = page loaded afresh"


def test_the_table_notices_what_is_missing() -> None:
    assert missing({**TOPICS, "new": TOPICS["session"]}, PROOFS) == ["new"]
    assert missing(TOPICS, {**PROOFS, "zone": ("tests.realtime.test_every_topic", "no_such_test")}) == [
        "zone"
    ]
    assert missing({}, {"old": PROOFS["zone"]}) == ["old"]


@pytest.mark.django_db
def test_counts_of_a_zone_end_where_a_fresh_page_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setattr(
        live,
        "publish",
        lambda topic, fact, *, key="", to=None, keep=True: told.update({f"{topic}/{key}": fact}),
    )
    forget_kept()
    zone = make_zone()
    device, now = make_device(zone)[0], datetime(2026, 9, 5, 2, 0, tzinfo=UTC)
    badges = [make_holder(zone.edition) for _ in range(3)]
    for number, badge in enumerate(badges, start=1):
        take_scans(device, [scan_of(badge, zone, number, now)], now)
    take_scans(device, [scan_of(badges[0], zone, 9, now, direction="out")], now)
    fresh = Zone.objects.get(pk=zone.pk)
    assert fresh.inside == 2
    assert told == {
        f"zone:{zone.edition_id}/{zone.code}": {"zone": fresh.code, "inside": 2, "most": fresh.most}
    }
