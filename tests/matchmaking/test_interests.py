"""Saving, waving away, learning from acts, one's own interests, and the one switch."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from everfair.base.models import AuditEntry
from everfair.base.refusals import Refused
from everfair.matchmaking.actions import interests as actions
from everfair.matchmaking.models import Act, Dismissal, Interest, Saved, Seeker, Shown
from everfair.matchmaking.queries import interests as queries
from everfair.matchmaking.queries.facts import facts_of, title_words
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_sector
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def world() -> dict[str, Any]:
    firm = make_exhibitor()
    user = make_user()
    sector = make_sector(firm.edition, code="1.B", name={"en": "Computer services", "zh": "计算机服务"})
    offer = make_offer(firm, sector=sector, title={"en": "Cloud accounting for cafés", "zh": "咖啡馆云记账"})
    seeker = Seeker.objects.create(edition=firm.edition, user=user)
    return {"firm": firm, "user": user, "sector": sector, "offer": offer, "seeker": seeker}


def test_saving_twice_is_saving_once_and_is_learned_from(world: dict[str, Any]) -> None:
    first = actions.save_thing(world["seeker"], world["offer"], by=world["user"], now=NOW)
    second = actions.save_thing(world["seeker"], world["offer"], by=world["user"], now=NOW)
    assert first.pk == second.pk
    assert Saved.objects.count() == 1
    assert Act.objects.get().act == "saved"
    learned = {(row.kind, row.value): row.weight for row in Interest.objects.all()}
    assert learned["sector", "1.B"] == 3.0
    assert learned["firm", world["firm"].code] == 3.0
    words = {value for kind, value in learned if kind == "word"}
    assert {"accounting", "cloud", "记账"} <= words
    assert sum(weight for (kind, _value), weight in learned.items() if kind == "word") == pytest.approx(3.0)


def test_what_is_saved_no_more_is_unlearned(world: dict[str, Any]) -> None:
    actions.save_thing(world["seeker"], world["offer"], by=world["user"], now=NOW)
    actions.drop_saved(world["seeker"], world["offer"], by=world["user"], now=NOW)
    assert not Saved.objects.exists()
    assert not Act.objects.exists()
    assert queries.interest_lines(world["seeker"], "en", NOW) == []


def test_weights_halve_in_thirty_days_and_add_up(world: dict[str, Any]) -> None:
    actions.note_act(world["seeker"], world["offer"], "asked", now=NOW)
    actions.note_act(world["seeker"], world["offer"], "met", now=NOW + timedelta(days=30))
    row = Interest.objects.get(kind="sector")
    assert row.weight == pytest.approx(5.0 / 2 + 8.0)
    assert queries.decayed(row.weight, row.learned_at, NOW + timedelta(days=60)) == pytest.approx(10.5 / 2)


def test_looking_counts_once_a_day(world: dict[str, Any]) -> None:
    for hours in (0, 1, 2, 24):
        actions.note_act(world["seeker"], world["offer"], "viewed", now=NOW + timedelta(hours=hours))
    assert Act.objects.get().times == 2


def test_a_removed_interest_is_not_learned_again(world: dict[str, Any]) -> None:
    actions.note_act(world["seeker"], world["offer"], "asked", now=NOW)
    row = Interest.objects.get(kind="sector")
    actions.remove_interest(world["seeker"], row, by=world["user"], now=NOW)
    actions.note_act(world["seeker"], world["offer"], "met", now=NOW)
    row.refresh_from_db()
    assert row.weight == 0.0
    assert {line.row.kind for line in queries.interest_lines(world["seeker"], "en", NOW)} == {"firm", "word"}


def test_the_switch_forgets_everything_learned_and_nothing_said(world: dict[str, Any]) -> None:
    seeker, user = world["seeker"], world["user"]
    actions.save_thing(seeker, world["offer"], by=user, now=NOW)
    actions.dismiss(seeker, world["firm"], "known", by=user, now=NOW)
    actions.switch_learning(seeker, False, by=user, now=NOW)
    assert not Act.objects.exists()
    assert not Interest.objects.exists()
    assert Saved.objects.count() == 1
    assert Dismissal.objects.count() == 1
    assert actions.note_act(seeker, world["offer"], "met", now=NOW) is False
    assert not Act.objects.exists()
    assert AuditEntry.objects.filter(event="matchmaking.learning.switched_off").count() == 1


def test_dismissing_again_changes_the_reason_and_can_be_undone(world: dict[str, Any]) -> None:
    seeker, user = world["seeker"], world["user"]
    actions.dismiss(seeker, world["firm"], by=user, now=NOW)
    row = actions.dismiss(seeker, world["firm"], "place", by=user, now=NOW)
    assert Dismissal.objects.get().why == "place"
    assert [row.exhibitor_id for row in queries.dismissals(seeker)] == [world["firm"].pk]
    actions.bring_back(seeker, row, by=user, now=NOW)
    assert not queries.dismissals(seeker).exists()
    with pytest.raises(Refused):
        actions.dismiss(seeker, world["firm"], "because", by=user, now=NOW)
    with pytest.raises(Refused):
        actions.dismiss(seeker, seeker, by=user, now=NOW)


def test_what_came_of_a_shown_match_is_kept_on_its_newest_row_once(world: dict[str, Any]) -> None:
    seeker, offer = world["seeker"], world["offer"]
    old = Shown.objects.create(seeker=seeker, offer=offer, day=NOW.date() - timedelta(days=3), rank=4)
    new = Shown.objects.create(seeker=seeker, offer=offer, day=NOW.date(), rank=2)
    actions.note_act(seeker, offer, "asked", now=NOW)
    actions.note_act(seeker, offer, "asked", now=NOW + timedelta(hours=5))
    old.refresh_from_db()
    new.refresh_from_db()
    assert old.asked_at is None
    assert new.asked_at == NOW


def test_lines_are_named_in_the_readers_language_and_measured_against_the_strongest(
    world: dict[str, Any],
) -> None:
    other = make_sector(world["firm"].edition, code="7.A", name={"en": "Insurance", "zh": "保险"})
    actions.note_act(world["seeker"], world["offer"], "met", now=NOW)
    actions.note_act(world["seeker"], make_offer(world["firm"], sector=other), "saved", now=NOW)
    lines = [line for line in queries.interest_lines(world["seeker"], "zh", NOW) if line.row.kind == "sector"]
    assert [(line.name, line.strength) for line in lines] == [("计算机服务", 100), ("保险", 38)]


def test_a_firms_deepest_sectors_and_an_empty_title_teach_nothing_else(world: dict[str, Any]) -> None:
    assert title_words({}) == ()
    assert title_words(None) == ()
    assert title_words({"en": "🎉 42"}) == ()
    assert facts_of(world["seeker"]).sectors == ()


def test_answers_are_cleaned_and_showing_oneself_is_logged(world: dict[str, Any]) -> None:
    seeker, user = world["seeker"], world["user"]
    given = {"looks_for": "  云服务 ", "sectors": ["1.B", "1.B"], "languages": ["zh", "en"]}
    row = actions.save_answers(seeker, given, is_shown=True, by=user, now=NOW)
    assert row.answers == {"looks_for": "云服务", "sectors": ["1.B"], "languages": ["en", "zh"]}
    assert row.is_shown
    assert row.answered_at == NOW
    actions.save_answers(seeker, given, by=user, now=NOW)
    assert AuditEntry.objects.filter(event="matchmaking.seeker.shown").count() == 1


def test_saved_things_are_narrowed_by_kind_and_words(world: dict[str, Any]) -> None:
    seeker, user = world["seeker"], world["user"]
    actions.save_thing(seeker, world["offer"], by=user, now=NOW)
    actions.save_thing(seeker, world["firm"], by=user, now=NOW)
    assert queries.saved_things(seeker).count() == 2
    assert [row.kind for row in queries.saved_things(seeker, "offer")] == ["offer"]
    assert [row.kind for row in queries.saved_things(seeker, words="accounting")] == ["offer"]
    assert queries.is_saved(seeker, world["firm"])
    assert not queries.is_saved(None, world["firm"])


def test_a_person_who_leaves_takes_all_of_it_along(world: dict[str, Any]) -> None:
    actions.save_thing(world["seeker"], world["offer"], by=world["user"], now=NOW)
    world["user"].delete()
    assert not Seeker.objects.exists()
    assert not Act.objects.exists()
    assert not Interest.objects.exists()
