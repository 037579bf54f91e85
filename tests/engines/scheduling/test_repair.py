"""After a loss: the timetable is good again, confirmed meetings stay where they are, few others move, with the reason."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everfair.engines.scheduling import (
    NONE,
    Aim,
    Loss,
    Problem,
    ProblemError,
    Repair,
    Timetable,
    check,
    lose,
    repair,
)
from tests.engines.scheduling.examples import clock, problem, table
from tests.engines.scheduling.strategies import greedy, losses, problems


def _good(made: Problem, loss: Loss, mended: Repair) -> None:
    """Nothing is wrong after the loss, but that confirmed meetings may be gone; those are among the dropped."""
    for fault in check(lose(made, loss), mended.table, all_placed=False):
        assert fault.rule == "a locked request is not placed"
        assert set(fault.requests) <= set(mended.dropped)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_any_loss_leaves_a_good_timetable_and_tells_every_change(data: st.DataObject) -> None:
    made = data.draw(problems())
    before = greedy(made, range(len(made.requests)))
    loss = data.draw(losses(made))
    mended = repair(made, before, loss, clock=clock)
    after = mended.table
    _good(made, loss, mended)
    told = {each.request: each for each in mended.moved}
    for r in range(len(made.requests)):
        was, now = (int(before.slot[r]), int(before.place[r])), (int(after.slot[r]), int(after.place[r]))
        if r in mended.dropped or r in loss.cancelled:
            assert now == (NONE, NONE)
            continue
        if r in mended.filled:
            assert was == (NONE, NONE) != now
            continue
        if was != now:
            last = [each for each in mended.moved if each.request == r][-1]
            assert (last.to_slot, last.to_place) == now
            assert r in told
        if made.requests.locked[r]:
            assert was[0] == now[0], "a confirmed meeting moved"
            assert was[1] == now[1] or made.requests.locked_place[r] == NONE
    struck = [each.request for each in mended.moved if each.because != "to make room"]
    pushed = [each for each in mended.moved if each.because == "to make room"]
    assert all(each.for_request in struck for each in pushed)
    assert len(pushed) <= 2 * len(struck)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_the_same_seed_mends_the_same_way(data: st.DataObject) -> None:
    made = data.draw(problems())
    before = greedy(made, range(len(made.requests)))
    loss = data.draw(losses(made))
    once, twice = (repair(made, before, loss, clock=clock, seed=3) for _ in range(2))
    assert once.moved == twice.moved
    assert once.filled == twice.filled
    assert np.array_equal(once.table.slot, twice.table.slot)


def test_no_loss_changes_nothing() -> None:
    made = problem([(0, 1), (1, 2)])
    before = table(made, [0, 1])
    mended = repair(made, before, Loss(), clock=clock)
    assert (mended.moved, mended.dropped, mended.filled) == ((), (), ())
    assert np.array_equal(mended.table.slot, before.slot)


def test_a_meeting_that_lost_its_slot_takes_an_idle_one_without_a_break_more() -> None:
    made = problem([(0, 1), (0, 2)], slots=5)
    mended = repair(made, table(made, [2, 3]), Loss(not_free=((1, 2),)), clock=clock)
    assert [(each.request, each.from_slot, each.to_slot) for each in mended.moved] == [(0, 2, 4)]
    assert mended.moved[0].because == "its slot was lost"


def test_one_other_meeting_makes_room_when_nothing_is_idle() -> None:
    """Person 1 leaves slot 0 and may only come to slot 1, where person 0 meets person 2, who is free in slot 0."""
    made = problem([(0, 1), (0, 2)], slots=2, free={1: [0, 1], 2: [0, 1]})
    mended = repair(made, table(made, [0, 1]), Loss(not_free=((1, 0),)), clock=clock)
    assert mended.table.slot.tolist() == [1, 0]
    assert [(each.request, each.because, each.for_request) for each in mended.moved] == [
        (0, "its slot was lost", NONE),
        (1, "to make room", 0),
    ]


def test_two_others_make_room_one_after_the_other() -> None:
    """Meeting 0 can only be where meeting 1 is, and meeting 1 only where meeting 2 is."""
    made = problem([(0, 1), (0, 2), (2, 3)], slots=3, free={1: [0, 1], 0: [0, 1, 2], 2: [1, 2], 3: [0, 1, 2]})
    before = table(made, [0, 1, 2])
    mended = repair(made, before, Loss(not_free=((1, 0),)), clock=clock)
    assert mended.table.slot.tolist() == [1, 2, 1]
    assert [each.for_request for each in mended.moved] == [NONE, 0, 0]


def test_what_is_confirmed_stays_and_the_meeting_goes() -> None:
    made = problem([(0, 1), (0, 2)], slots=2, locked={1: (1, 0)})
    mended = repair(made, table(made, [0, 1]), Loss(not_free=((1, 0),)), clock=clock)
    assert mended.table.slot.tolist() == [NONE, 1]
    assert (mended.moved, mended.dropped) == ((), (0,))


def test_a_confirmed_meeting_whose_person_is_away_is_dropped_not_moved() -> None:
    made = problem([(0, 1)], slots=2, locked={0: (0, 0)})
    mended = repair(made, table(made, [0]), Loss(not_free=((1, 0),)), clock=clock)
    assert mended.dropped == (0,)
    assert mended.moved == ()


def test_a_colleague_steps_in_for_who_is_away() -> None:
    made = problem([(3, 2)], slots=1, people=3, groups=[(0, 1)])
    mended = repair(made, table(made, [0], a=[0], b=[2]), Loss(not_free=((0, 0),)), clock=clock)
    assert (mended.table.a.tolist(), mended.dropped) == ([1], ())


def test_a_lost_table_moves_the_meeting_that_finds_another_in_its_slot() -> None:
    """Two tables in pool 0, one line in pool 1 that suits only request 0: it changes place, not time."""
    made = problem([(0, 1), (2, 3)], slots=2, capacity=[[2, 2], [1, 1]], places={1: [0]}, weight={0: 9})
    mended = repair(made, table(made, [0, 0]), Loss(lost_places=((0, 0, 1),)), clock=clock)
    assert [(each.request, each.to_slot, each.to_place, each.because) for each in mended.moved] == [
        (0, 0, 1, "its place was lost")
    ]


def test_a_cancellation_offers_the_slot_to_the_heaviest_request_that_waits() -> None:
    pairs = [(0, 1), (0, 2), (0, 3)]
    made = problem(pairs, slots=1, aim=Aim.CHOOSE, weight={1: 2, 2: 5})
    mended = repair(made, table(made, [0, NONE, NONE]), Loss(cancelled=(0,)), clock=clock)
    assert mended.filled == (2,)
    assert mended.table.slot.tolist() == [NONE, NONE, 0]
    unfilled = repair(made, table(made, [0, NONE, NONE]), Loss(cancelled=(0,)), clock=clock, fill=False)
    assert unfilled.filled == ()


def test_ties_are_broken_by_the_seed_not_by_the_order_of_rows() -> None:
    made = problem([(0, person) for person in range(1, 6)], slots=1, aim=Aim.CHOOSE)
    before = table(made, [0, NONE, NONE, NONE, NONE])
    winners = {
        repair(made, before, Loss(cancelled=(0,)), clock=clock, seed=seed).filled for seed in range(40)
    }
    assert winners == {(1,), (2,), (3,), (4,)}


@pytest.mark.parametrize(
    ("loss", "field"),
    [
        (Loss(cancelled=(9,)), "loss.cancelled"),
        (Loss(not_free=((0, 9),)), "loss.not_free"),
        (Loss(lost_places=((9, 0, 1),)), "loss.lost_places"),
        (Loss(lost_places=((0, 0, 0),)), "loss.lost_places"),
    ],
)
def test_a_loss_of_what_is_not_there_is_told(loss: Loss, field: str) -> None:
    made = problem([(0, 1)])
    before: Timetable = table(made, [0])
    with pytest.raises(ProblemError) as told:
        repair(made, before, loss, clock=clock)
    assert told.value.field == field
