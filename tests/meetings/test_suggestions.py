"""Kept recommendations as suggested meetings: only where neither asked, only with consent, counted apart, told to both."""

from typing import Any

import pytest

from everfair.base.refusals import Refused
from everfair.gateways import mail
from everfair.matchmaking.actions.interests import dismiss
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.models import MatchRules, Recommendation, Seeker
from everfair.meetings import notices
from everfair.meetings.actions import runs
from everfair.meetings.actions.publishing import publish
from everfair.meetings.models import BlockedPair, Meeting, Participant, Run, RunRow
from everfair.meetings.queries import runs as queries
from everfair.meetings.queries.diary import meeting_line
from everfair.meetings.queries.inputs import read_inputs
from everfair.meetings.queries.left_out import left_out
from tests.factories.meetings import make_wish
from tests.meetings.test_runs import Ground

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their thread has a connection of its own, which cannot see what a test has not committed."""
    monkeypatch.setattr(runs, "SIGN_OF_LIFE", 3600.0)


@pytest.fixture
def ground() -> Ground:
    return Ground()


def _recommend(ground: Ground, visitor: int, *rows: tuple[int, float], is_shown: bool = True) -> Seeker:
    seeker = seeker_for(ground.visitors[visitor].user, ground.edition)
    Seeker.objects.filter(pk=seeker.pk).update(is_shown=is_shown)
    Recommendation.objects.create(
        seeker=seeker, kind="exhibitor", rows=[[ground.firms[firm].pk, score, ""] for firm, score in rows]
    )
    return seeker


def _suggested(ground: Ground, most: int = 2) -> list[tuple[int, int]]:
    found = read_inputs(ground.edition, suggest=most).suggested
    who = {one.pk: number for number, one in enumerate(ground.visitors)}
    firms = {one.pk: number for number, one in enumerate(ground.firms)}
    return [(who[one.participant], firms[one.exhibitor]) for one in found]


def _met(run: Run) -> set[tuple[int, int | None]]:
    return set(run.rows.filter(slot__isnull=False).values_list("participant_id", "exhibitor_id"))


def test_off_unless_the_organiser_asks_for_it(ground: Ground) -> None:
    _recommend(ground, 0, (0, 0.9))
    ground.wish(1, 1)
    run = ground.run()
    assert (run.options["suggest"], run.result["requests"]) == (0, 1)


def test_a_suggestion_is_placed_where_room_is_left_and_counted_as_its_class(ground: Ground) -> None:
    _recommend(ground, 0, (0, 0.9))
    ground.wish(1, 1)
    run = ground.run(suggest=1)
    assert (ground.visitors[0].pk, ground.firms[0].pk) in _met(run)
    assert run.result["by_class"] == {"2": [1, 1], "0": [1, 1]}
    assert queries.class_shares(run)[-1].name == "suggestions"


def test_the_best_come_first_and_nobody_gets_more_than_so_many(ground: Ground) -> None:
    _recommend(ground, 0, (0, 0.5), (1, 0.9), (2, 0.7))
    assert _suggested(ground, 2) == [(0, 1), (0, 2)]
    assert _suggested(ground, 0) == []
    assert len(_suggested(ground, 3)) == 3


def test_a_firm_gets_no_more_than_so_many_for_each_of_its_people(ground: Ground) -> None:
    for visitor, score in ((0, 0.5), (1, 0.8), (2, 0.9)):
        _recommend(ground, visitor, (0, score))
    assert _suggested(ground, 2) == [(2, 0), (1, 0)]


def test_of_a_pair_each_led_to_the_other_the_better_score_counts(ground: Ground) -> None:
    seeker = _recommend(ground, 0, (0, 0.4))
    Recommendation.objects.create(
        seeker=seeker_for(ground.firms[0]), kind="person", rows=[[seeker.pk, 0.8, ""]]
    )
    assert [one.score for one in read_inputs(ground.edition, suggest=1).suggested] == [0.8]


def test_who_did_not_agree_to_be_named_is_not_suggested(ground: Ground) -> None:
    _recommend(ground, 0, (0, 0.9), is_shown=False)
    assert _suggested(ground) == []
    Participant.objects.filter(pk=ground.visitors[0].pk).update(is_listed=True)
    assert _suggested(ground) == [(0, 0)]


def test_where_somebody_asked_it_is_no_suggestion(ground: Ground) -> None:
    _recommend(ground, 0, (0, 0.9), (1, 0.8))
    ground.answer(0, 0)
    assert _suggested(ground, 1) == [(0, 1)]
    run = ground.run(suggest=1)
    assert run.result["by_class"] == {"1": [1, 1], "0": [1, 1]}


def test_what_either_set_aside_is_not_suggested_nor_made_when_it_happens_later(ground: Ground) -> None:
    seeker = _recommend(ground, 0, (0, 0.9), (1, 0.8))
    _recommend(ground, 1, (2, 0.7))
    dismiss(seeker, ground.firms[0], by=None)
    assert _suggested(ground, 1) == [(0, 1), (1, 2)]
    run = ground.run(suggest=1)
    dismiss(seeker_for(ground.firms[1]), seeker, "other", by=None)
    counts = publish(run.pk, by_id=None)
    assert (counts["made"], counts["left_out"]) == (1, 1)


def test_pairs_the_organiser_keeps_apart_are_not_suggested(ground: Ground) -> None:
    _recommend(ground, 0, (0, 0.9))
    ground.wish(1, 1)
    BlockedPair.objects.create(edition=ground.edition, a=ground.visitors[0], exhibitor=ground.firms[0])
    assert ground.run(suggest=1).result["by_class"] == {"2": [1, 1]}


@pytest.mark.parametrize("by_firm", [False, True])
def test_a_veto_is_kept_and_the_figures_asked_for_are_the_same_with_it(ground: Ground, by_firm: bool) -> None:
    _recommend(ground, 0, (0, 0.9))
    ground.wish(1, 1)
    without = ground.run(suggest=1)
    if by_firm:
        ground.answer(0, 0, "never")
    else:
        ground.wish(0, 0, "never")
    run = ground.run(suggest=1)
    assert (ground.visitors[0].pk, ground.firms[0].pk) not in _met(run)
    asked = {kind: counts[1] for kind, counts in run.result["by_class"].items()}
    assert asked == {kind: counts[1] for kind, counts in without.result["by_class"].items()}
    assert set(run.result["causes"]) == {"no room"}


def test_who_gets_none_of_the_suggestions_is_not_left_with_nothing(ground: Ground) -> None:
    small = Ground(slots=1, tables=1)
    _recommend(small, 0, (0, 0.9))
    small.wish(1, 1)
    run = small.run(suggest=1)
    assert run.result["by_class"]["0"] == [0, 1]  # a wish outweighs every suggestion
    assert (run.result["nothing"], run.result["sides"]) == (0, 2)
    assert not left_out(run).exists()


def test_with_one_place_left_the_better_of_two_is_suggested() -> None:
    for seed in (1, 2, 3):
        small = Ground(slots=1, tables=1)
        _recommend(small, 0, (0, 0.4))
        _recommend(small, 1, (1, 0.9))
        run = small.run(suggest=1, seed=seed)
        assert _met(run) == {(small.visitors[1].pk, small.firms[1].pk)}


def test_nobody_has_to_have_wished_where_there_are_recommendations(ground: Ground) -> None:
    with pytest.raises(Refused):
        ground.run(suggest=1)
    _recommend(ground, 0, (0, 0.9))
    assert ground.run(suggest=1).result["placed"] == 1
    MatchRules.objects.create(edition=ground.edition, is_open=False)
    assert _suggested(ground) == []


@pytest.mark.parametrize("many", [-1, 21])
def test_a_number_that_means_nothing_is_refused(ground: Ground, many: int) -> None:
    ground.wish(0, 0)
    with pytest.raises(Refused):
        ground.run(suggest=many)


def test_published_it_says_so_to_both_each_with_own_reasons(ground: Ground, monkeypatch: Any) -> None:
    letters: list[Any] = []
    bodies: list[str] = []

    def send(to: str, template: str, context: Any, language: str) -> None:
        letters.append(context)
        bodies.append(mail.render(to, template, context, language).text)

    monkeypatch.setattr(notices.mail, "send", send)
    seeker = _recommend(ground, 0, (0, 0.9))
    Seeker.objects.filter(pk=seeker.pk).update(answers={"looks_for": "", "sectors": [], "languages": ["en"]})
    ground.wish(1, 1)
    publish(ground.run(suggest=1).pk, by_id=None)
    made = Meeting.objects.get(exhibitor=ground.firms[0])
    assert set(made.suggested or {}) == {"asker", "asked"}
    line = meeting_line(made, ground.visitors[0])
    assert line.is_suggested
    assert list(line.because) == [(code, facts) for code, facts in (made.suggested or {})["asker"]]
    assert Meeting.objects.get(exhibitor=ground.firms[1]).suggested is None
    assert sorted(line["suggested"] for context in letters for line in context["lines"]) == [
        False,
        False,
        True,
        True,
    ]
    assert sum("Suggested by the fair" in body for body in bodies) == 2


def test_what_was_suggested_stays_a_suggestion_when_the_timetable_is_mended(ground: Ground) -> None:
    _recommend(ground, 0, (0, 0.9))
    publish(ground.run(suggest=1).pk, by_id=None)
    run = ground.run(kind="repair", suggest=0)
    assert set(RunRow.objects.filter(run=run).values_list("wish", flat=True)) == {0}


def test_queries_do_not_grow_with_people(django_assert_num_queries: Any) -> None:
    for many in (1, 3):
        ground = Ground(visitors=many, firms=many)
        for number in range(many):
            _recommend(ground, number, (number, 0.5))
        make_wish(ground.edition, participant=ground.visitors[0], exhibitor=ground.firms[0])
        with django_assert_num_queries(NUMBER):
            found = read_inputs(ground.edition, suggest=2)
        assert len(found.suggested) == many - 1


NUMBER = 24
