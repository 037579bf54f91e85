"""What is recommended to whom: kept, made anew when something changed, explained, noted when shown."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from everfair.base.changes import Change, followers, note_change
from everfair.matchmaking.actions import interests, rules
from everfair.matchmaking.actions.recommending import note_shown, recommend
from everfair.matchmaking.bridge.matcher import matchers
from everfair.matchmaking.bridge.ranking import explained, interleaved, ranked
from everfair.matchmaking.models import MatchRules, Need, NeedAudience, Recommendation, Seeker, Shown
from everfair.matchmaking.queries import apart
from everfair.matchmaking.queries.recommendations import lines
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_sector
from tests.factories.people import make_organisation, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def fair() -> dict[str, Any]:
    edition = make_edition()
    computing = make_sector(edition, code="1.B", name={"en": "Computer services", "zh": "计算机服务"})
    insurance = make_sector(edition, code="7.A", name={"en": "Insurance", "zh": "保险"})
    firms = {}
    for name, sector, title in (
        ("Cloud Ledger", computing, "Cloud accounting"),
        ("Harbour Cover", insurance, "Marine insurance"),
        ("Plain Code", computing, "Web pages"),
    ):
        firm = make_exhibitor(
            edition,
            organisation=make_organisation(name={"en": name}, country="KE"),
            state="published",
            sector=sector,
        )
        make_offer(firm, sector=sector, title={"en": title}, description={"en": f"{title} for firms"})
        firms[name] = firm
    user = make_user()
    seeker = Seeker.objects.create(
        edition=edition, user=user, answers={"looks_for": "accounting in the cloud"}
    )
    return {"edition": edition, "firms": firms, "user": user, "seeker": seeker}


def _names(fair: dict[str, Any], kind: str = "exhibitor") -> list[str]:
    rows = recommend(fair["seeker"], kind, now=NOW).rows
    found = lines(fair["edition"], fair["seeker"], kind, rows)
    return [str(line.thing) for line in found]


def test_the_firm_that_offers_what_was_asked_for_stands_first(fair: dict[str, Any]) -> None:
    assert _names(fair)[0] == "Cloud Ledger"


def test_offers_are_ranked_one_by_one(fair: dict[str, Any]) -> None:
    assert _names(fair, "offer")[0] == "Cloud accounting"


def test_reasons_name_words_of_both_sides(fair: dict[str, Any]) -> None:
    firm = fair["firms"]["Cloud Ledger"]
    told = explained(fair["edition"], fair["seeker"], "exhibitor", [firm.pk], NOW)[firm.pk]
    assert told[0].code == "words"
    assert set(told[0].facts["words"]) == {"accounting", "cloud"}


def test_what_was_waved_away_stays_away_until_it_is_brought_back(fair: dict[str, Any]) -> None:
    row = interests.dismiss(fair["seeker"], fair["firms"]["Cloud Ledger"], by=fair["user"])
    fair["seeker"].refresh_from_db()
    assert "Cloud Ledger" not in _names(fair)
    assert "Cloud accounting" not in _names(fair, "offer")
    interests.bring_back(fair["seeker"], row, by=fair["user"])
    fair["seeker"].refresh_from_db()
    assert _names(fair)[0] == "Cloud Ledger"


def test_kept_rows_serve_until_something_changes(
    fair: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    first = recommend(fair["seeker"], "exhibitor")
    made_at = Recommendation.objects.get().made_at
    with django_assert_max_num_queries(4):
        assert recommend(fair["seeker"], "exhibitor").rows == first.rows
    interests.save_answers(fair["seeker"], {"looks_for": "marine insurance"}, by=fair["user"])
    fair["seeker"].refresh_from_db()
    rows = recommend(fair["seeker"], "exhibitor").rows
    assert rows[0][0] == fair["firms"]["Harbour Cover"].pk
    assert Recommendation.objects.get().made_at > made_at


def test_new_rules_rank_anew(fair: dict[str, Any]) -> None:
    recommend(fair["seeker"], "exhibitor")
    made_at = Recommendation.objects.get().made_at
    rules.save_rules(fair["edition"], {"per_firm": 3}, by=fair["user"])
    recommend(fair["seeker"], "exhibitor")
    assert Recommendation.objects.get().made_at > made_at


def test_a_firm_that_changes_or_comes_is_seen_without_a_rebuild(fair: dict[str, Any]) -> None:
    edition = fair["edition"]
    assert "Brand New" not in _names(fair)
    firm = make_exhibitor(
        edition, organisation=make_organisation(name={"en": "Brand New"}), state="published"
    )
    make_offer(firm, title={"en": "Accounting in the cloud for everybody"})
    followers.keep_up()
    note_change("exhibition.exhibitor", firm.pk, edition.pk)
    followers._feed._asked_at = 0.0  # type: ignore[union-attr]
    followers.keep_up()
    (found,) = ranked(edition, [fair["seeker"]], "exhibitor", NOW) or []
    assert firm.pk in [row[0] for row in found.rows]


def test_needs_for_chosen_firms_are_recommended_to_these_alone(fair: dict[str, Any]) -> None:
    edition, firms = fair["edition"], fair["firms"]
    buyer = Seeker.objects.create(edition=edition, user=make_user())
    need = Need.objects.create(
        edition=edition,
        seeker=buyer,
        state="open",
        audience="chosen",
        title={"en": "Cloud accounting wanted"},
    )
    NeedAudience.objects.create(need=need, exhibitor=firms["Cloud Ledger"])
    chosen = Seeker.objects.create(edition=edition, exhibitor=firms["Cloud Ledger"])
    stranger = Seeker.objects.create(edition=edition, exhibitor=firms["Plain Code"])
    found = ranked(edition, [chosen, stranger, fair["seeker"]], "need", NOW) or []
    assert [[row[0] for row in one.rows] for one in found] == [[need.pk], [], []]


def test_nobody_is_led_to_their_own(fair: dict[str, Any]) -> None:
    edition = fair["edition"]
    own = Seeker.objects.create(edition=edition, exhibitor=fair["firms"]["Cloud Ledger"])
    Need.objects.create(edition=edition, seeker=own, state="open", title={"en": "Cloud accounting"})
    (firms,) = ranked(edition, [own], "exhibitor", NOW) or []
    assert fair["firms"]["Cloud Ledger"].pk not in [row[0] for row in firms.rows]
    (needs,) = ranked(edition, [own], "need", NOW) or []
    assert needs.rows == []


def test_a_match_is_noted_once_a_day_with_its_place(fair: dict[str, Any]) -> None:
    rows = recommend(fair["seeker"], "exhibitor", now=NOW).rows
    assert note_shown(fair["seeker"], "exhibitor", rows, now=NOW) == len(rows)
    assert note_shown(fair["seeker"], "exhibitor", rows[::-1], now=NOW) == 0
    assert list(Shown.objects.order_by("rank").values_list("exhibitor_id", flat=True)) == [
        row[0] for row in rows
    ]
    assert note_shown(fair["seeker"], "exhibitor", rows, now=NOW + timedelta(days=1)) == len(rows)


def test_an_empty_fair_and_a_switch_say_why_there_is_nothing(fair: dict[str, Any]) -> None:
    empty = Seeker.objects.create(edition=make_edition(), user=make_user())
    assert recommend(empty, "exhibitor", now=NOW).note == "no_candidates"
    MatchRules.objects.create(edition=fair["edition"], is_open=False)
    assert recommend(fair["seeker"], "exhibitor", now=NOW).note == "closed"


def test_two_lists_take_turns_and_share_what_both_have() -> None:
    first = [[n, 0.5, ""] for n in (1, 2, 3, 4)]
    second = [[n, 0.4, ""] for n in (2, 5, 1, 6)]
    made = interleaved(first, second, Random(7))
    assert sorted(row[0] for row in made) == [1, 2, 3, 4, 5, 6]
    assert {row[2] for row in made[:2]} == {"a", "b"}
    for start in range(0, 4, 2):
        assert {row[2] for row in made[start : start + 2]} == {"a", "b"}
    assert interleaved([], [], Random(1)) == []
    begins = {interleaved(first, second, Random(seed))[0][2] for seed in range(20)}
    assert begins == {"a", "b"}


def test_nobody_waits_while_the_code_is_compiled(
    fair: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matchers, "may_rank", lambda: False)
    first = recommend(fair["seeker"], "exhibitor", now=NOW)
    assert first.is_waiting
    assert first.rows == []
    assert (
        explained(fair["edition"], fair["seeker"], "exhibitor", [fair["firms"]["Plain Code"].pk], NOW) == {}
    )
    monkeypatch.setattr(matchers, "may_rank", lambda: True)
    assert len(recommend(fair["seeker"], "exhibitor", now=NOW).rows) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_changes_that_come_together_are_looked_up_together(
    fair: dict[str, Any], count: int, django_assert_num_queries: Any
) -> None:
    edition = fair["edition"]
    matchers.tree(edition, None, 0)
    firms = list(fair["firms"].values())[:count]
    changes = [
        Change(topic="exhibition.offer", key=firm.offers.get().pk, edition_id=edition.pk) for firm in firms
    ]
    changes += [
        Change(topic="people.organisation", key=firm.organisation_id, edition_id=None) for firm in firms
    ]
    with django_assert_num_queries(2):
        matchers.note(changes)
    (shelf,) = matchers.shelves.values()
    assert shelf.stale["exhibitor"] == {firm.pk for firm in firms}


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_and_its_reasons_ask_for_rules_and_version_once(
    fair: dict[str, Any], django_assert_num_queries: Any, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "sources", [])  # rooms above ask their own
    seeker = fair["seeker"]
    for firm in list(fair["firms"].values())[count:]:
        firm.state = "draft"
        firm.save()
    matchers.index(fair["edition"], "exhibitor", None, 0, wait=True)
    with django_assert_num_queries(10):
        found = recommend(seeker, "exhibitor")
    assert len(found.rows) == count
    numbers = [row[0] for row in found.rows]
    with django_assert_num_queries(0):
        assert explained(fair["edition"], seeker, "exhibitor", numbers, NOW, found.profile, found.basis)
    with django_assert_num_queries(2):
        note_shown(seeker, "exhibitor", found.rows, basis=found.basis)
    with django_assert_num_queries(1):
        note_shown(seeker, "exhibitor", found.rows, basis=found.basis)
