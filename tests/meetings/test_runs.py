"""Runs of the generator: wishes become a timetable, what was agreed stays, and nothing tells of a veto."""

from typing import Any

import pytest
from django.utils import timezone

from everfair.base.refusals import Refused
from everfair.gateways import mail
from everfair.meetings import notices
from everfair.meetings.actions import runs
from everfair.meetings.actions.booking import cancel_meeting
from everfair.meetings.actions.publishing import publish, start_publishing
from everfair.meetings.models import (
    Booking,
    FreeTime,
    KindRule,
    Meeting,
    MeetingPerson,
    Participant,
    Run,
    Wish,
)
from everfair.meetings.queries import left_out
from everfair.meetings.queries import runs as queries
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_edition
from tests.factories.meetings import (
    BEFORE,
    make_interpreter,
    make_meeting,
    make_participant,
    make_rules,
    make_slots,
    make_table,
    make_wish,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their thread has a connection of its own, which cannot see what a test has not committed: the run would look gone."""
    monkeypatch.setattr(runs, "SIGN_OF_LIFE", 3600.0)


DAYS = {"starts_on": "2099-09-04", "ends_on": "2099-09-05"}
OPTIONS: dict[str, Any] = {
    "kind": "all", "seed": 1, "limit": 20, "breaks": 1, "walking": 0, "share_first": False, "start": None,
}  # fmt: skip


class Ground:
    """An edition to come with slots, tables, visitors and firms with one person each."""

    def __init__(self, visitors: int = 3, firms: int = 3, slots: int = 6, tables: int = 3) -> None:
        from datetime import UTC, datetime

        self.edition = make_edition(**DAYS)
        make_rules(self.edition)
        self.slots = make_slots(self.edition, slots, starts_at=datetime(2099, 9, 4, 1, tzinfo=UTC))
        hall = make_area(self.edition)
        self.tables = [make_table(self.edition, hall) for _ in range(tables)]
        self.firms = [make_exhibitor(self.edition) for _ in range(firms)]
        self.staff = [make_participant(self.edition, exhibitor=firm) for firm in self.firms]
        self.visitors = [make_participant(self.edition) for _ in range(visitors)]

    def wish(self, visitor: int, firm: int, level: str = "want") -> None:
        make_wish(self.edition, participant=self.visitors[visitor], exhibitor=self.firms[firm], level=level)

    def answer(self, firm: int, visitor: int, level: str = "want") -> None:
        make_wish(self.edition, by_exhibitor=self.firms[firm], other=self.visitors[visitor], level=level)

    def run(self, **options: Any) -> Run:
        run = runs.start_run(self.edition, OPTIONS | options, by=None)
        state = runs.carry_out(run.pk)
        run.refresh_from_db()
        assert (state, run.error) == ("done", "")
        return run


def test_every_wish_finds_its_slot_and_table() -> None:
    ground = Ground()
    for visitor in range(3):
        for firm in range(3):
            ground.wish(visitor, firm)
    run = ground.run()
    rows = list(run.rows.all())
    assert len(rows) == 9
    assert all(row.slot_id for row in rows)
    for name in ("participant_id", "other_id", "place_id"):
        assert (
            len({(getattr(row, name), row.slot_id) for row in rows}) == 9
        )  # nobody and nothing twice at a time
    assert run.result["placed"] == 9
    assert run.result["by_class"] == {"2": [9, 9]}


def test_a_veto_leaves_the_pair_out_and_no_trace() -> None:
    """The same fair with and without the veto, without room for the pair either way: what is told is the same."""
    told = []
    for has_veto in (False, True):
        ground = Ground(visitors=1, firms=2, slots=1)
        ground.wish(0, 0, "must")
        ground.wish(0, 1)
        if has_veto:
            ground.answer(1, 0, "never")
        run = ground.run()
        rows = run.rows.order_by("pk")
        told.append(
            (
                [
                    (row.wish, row.cause, row.slot_id is None, row.exhibitor_id == ground.firms[0].pk)
                    for row in rows
                ],
                {
                    key: run.result[key]
                    for key in ("requests", "placed", "by_class", "causes", "nothing", "shares")
                },
                queries.causes_told(run),
            )
        )
    assert told[0] == told[1]


def test_nobody_is_brought_to_who_said_never() -> None:
    ground = Ground(visitors=2, firms=1)
    ground.wish(0, 0)
    ground.wish(1, 0)
    ground.answer(0, 1, "never")
    run = ground.run()
    assert [row.participant_id for row in run.rows.exclude(slot=None)] == [ground.visitors[0].pk]
    left = run.rows.get(slot=None)
    assert (left.participant_id, left.wish, left.cause) == (ground.visitors[1].pk, 2, "no room")
    assert left_out.why_nothing(left_out.left_out(run).get()) == (
        "wished for very few: with more wishes there is more to choose from"
    )


def test_one_meeting_for_two_firms_whoever_of_them_wished() -> None:
    from tests.factories.people import make_organisation
    from tests.factories.registration import make_kind, make_registration

    ground = Ground(visitors=0, firms=1)
    kind, firm = make_kind(ground.edition), make_organisation()
    for _ in range(2):
        holder = make_registration(kind, organisation=firm)
        holder.organisation = firm
        holder.save()
        ground.visitors.append(make_participant(ground.edition, registration=holder))
    ground.wish(0, 0)
    ground.wish(1, 0, "must")
    run = ground.run()
    assert [(row.wish, row.slot_id is not None) for row in run.rows.all()] == [(4, True)]


def test_what_was_agreed_stays_and_the_rest_goes_around_it() -> None:
    ground = Ground(visitors=2, firms=1, slots=2)
    agreed = make_meeting(ground.slots[0], ground.visitors[0], ground.staff[0], table=ground.tables[0])
    ground.wish(0, 0)
    ground.wish(1, 0)
    run = ground.run()
    by_visitor = {row.participant_id: row for row in run.rows.all()}
    locked = by_visitor[ground.visitors[0].pk]
    assert (locked.was_locked, locked.slot_id, locked.place_id) == (True, agreed.slot_id, ground.tables[0].pk)
    assert by_visitor[ground.visitors[1].pk].slot_id == ground.slots[1].pk


def test_publishing_makes_meetings_bookings_and_one_letter_each(monkeypatch: pytest.MonkeyPatch) -> None:
    letters: list[tuple[Any, ...]] = []
    monkeypatch.setattr(notices.mail, "send", lambda *words: letters.append(words))
    ground = Ground(visitors=2, firms=2)
    for visitor in range(2):
        for firm in range(2):
            ground.wish(visitor, firm)
    run = ground.run()
    counts = published(run)
    assert counts == {"made": 4, "moved": 0, "dropped": 0, "left_out": 0, "stayed": 0}
    run.refresh_from_db()
    assert run.state == "published"
    meetings = Meeting.objects.filter(run=run)
    assert meetings.count() == 4
    assert Booking.objects.filter(meeting__in=meetings).count() == 12
    assert len({letter[0] for letter in letters}) == len(letters) == 4
    for to, template, context, language in letters:
        body = mail.render(to, template, context, language).text
        assert body.count("Table ") == context["count"] == 2
    with pytest.raises(Refused):
        start_publishing(run, by=None)


def published(run: Run) -> dict[str, int]:
    start_publishing(run, by=None)
    return publish(run.pk, by_id=None)


def test_a_later_run_moves_and_drops_only_what_nobody_confirmed() -> None:
    ground = Ground(visitors=3, firms=1, slots=3)
    for visitor in range(3):
        ground.wish(visitor, 0)
    published(ground.run())
    first = Meeting.objects.get(people__participant=ground.visitors[0])
    MeetingPerson.objects.filter(meeting=first, participant=ground.visitors[0]).update(confirmed_at=BEFORE)
    Wish.objects.filter(participant=ground.visitors[1]).delete()
    again = ground.run(seed=7)
    published(again)
    first.refresh_from_db()
    assert first.state == "scheduled"
    dropped = Meeting.objects.get(people__participant=ground.visitors[1])
    assert (dropped.state, dropped.is_dropped, dropped.bookings.count()) == ("cancelled", True, 0)
    assert Meeting.objects.filter(state="scheduled").count() == 2


def test_a_fill_leaves_everything_where_it_is() -> None:
    ground = Ground(visitors=3, firms=2, slots=3)
    ground.wish(0, 0)
    published(ground.run())
    before = {row.pk: row.slot_id for row in Meeting.objects.all()}
    ground.wish(1, 0, "must")
    ground.wish(2, 0, "must")
    counts = published(ground.run(kind="fill"))
    assert (counts["made"], counts["moved"], counts["dropped"]) == (2, 0, 0)
    assert {pk: Meeting.objects.get(pk=pk).slot_id for pk in before} == before


def test_a_repair_moves_the_meeting_of_who_is_not_free_any_more_and_says_why() -> None:
    ground = Ground(visitors=2, firms=2, slots=4)
    for visitor in range(2):
        for firm in range(2):
            ground.wish(visitor, firm)
    published(ground.run())
    hit = Meeting.objects.filter(people__participant=ground.visitors[0]).order_by("slot__starts_at").first()
    assert hit is not None
    others = [slot for slot in ground.slots if slot.pk != hit.slot_id]
    for slot in others:
        FreeTime.objects.create(
            participant=ground.visitors[0], starts_at=slot.starts_at, ends_at=slot.ends_at
        )
    ground.visitors[0].said_when_free = BEFORE
    ground.visitors[0].save()
    run = ground.run(kind="repair")
    moves = queries.moves_of(run, "en")
    assert 1 <= len(moves) <= 3
    assert ground.visitors[0].name in moves[0].who
    assert moves[0].why == "somebody is not free then any more"
    counts = published(run)
    assert counts["moved"] == len(moves)
    assert counts["dropped"] == 0
    hit.refresh_from_db()
    assert hit.slot_id in {slot.pk for slot in others}


def test_the_slot_of_a_cancelled_meeting_goes_to_the_next() -> None:
    ground = Ground(visitors=2, firms=1, slots=1)
    ground.wish(0, 0, "must")
    ground.wish(1, 0)
    published(ground.run())
    cancel_meeting(Meeting.objects.get(), "Ill.", by=None)
    published(ground.run(kind="repair"))
    now = Meeting.objects.get(state="scheduled")
    assert now.people.filter(participant=ground.visitors[1]).exists()


def test_people_who_left_meanwhile_are_left_out() -> None:
    ground = Ground(visitors=2, firms=1)
    ground.wish(0, 0)
    ground.wish(1, 0)
    run = ground.run()
    Participant.objects.filter(pk=ground.visitors[0].pk).update(is_out=True)
    assert [one.pk for one in left_out.gone_since(run)] == [ground.visitors[0].pk]
    counts = published(run)
    assert (counts["made"], counts["left_out"]) == (1, 0)


def test_a_limit_of_a_day_holds() -> None:
    from tests.factories.registration import make_kind, make_registration

    ground = Ground(visitors=0, firms=3)
    kind = make_kind(ground.edition)
    KindRule.objects.create(kind=kind, most_a_day=2)
    ground.visitors = [make_participant(ground.edition, registration=make_registration(kind))]
    for firm in range(3):
        ground.wish(0, firm)
    run = ground.run()
    assert run.rows.exclude(slot=None).count() == 2


def test_one_run_at_a_time_and_what_is_missing_is_said() -> None:
    with pytest.raises(Refused, match="First say how"):
        runs.start_run(make_edition(), OPTIONS, by=None)
    ground = Ground()
    with pytest.raises(Refused, match="Nobody has wished"):
        runs.start_run(ground.edition, OPTIONS, by=None)
    ground.wish(0, 0)
    first = runs.start_run(ground.edition, OPTIONS, by=None)
    with pytest.raises(Refused, match="A run is under way"):
        runs.start_run(ground.edition, OPTIONS, by=None)
    runs.ask_stop(first, by=None)
    assert runs.carry_out(first.pk) == "taken"
    for wrong in ({"limit": 0}, {"breaks": -1}):
        with pytest.raises(Refused):
            runs.start_run(ground.edition, OPTIONS | wrong, by=None)


def test_a_run_whose_process_is_gone_is_begun_again() -> None:
    ground = Ground()
    ground.wish(0, 0)
    run = runs.start_run(ground.edition, OPTIONS, by=None)
    assert runs.runs_to_carry_out() == [run.pk]
    Run.objects.filter(pk=run.pk).update(
        state="running", progress={"at": timezone.now().timestamp(), "process": "x:1"}
    )
    assert runs.runs_to_carry_out() == []
    assert runs.carry_out(run.pk) == "taken"
    Run.objects.filter(pk=run.pk).update(progress={"at": timezone.now().timestamp() - 60, "process": "x:1"})
    assert runs.runs_to_carry_out() == [run.pk]
    assert runs.carry_out(run.pk) == "done"


def test_the_same_seed_gives_the_same_timetable_and_a_start_is_gone_on_from() -> None:
    ground = Ground(visitors=4, firms=4)
    for visitor in range(4):
        for firm in range(4):
            ground.wish(visitor, firm)
    first, second = ground.run(), ground.run()
    placed = [
        list(run.rows.order_by("pk").values_list("participant", "other", "slot", "place"))
        for run in (first, second)
    ]
    assert placed[0] == placed[1]
    assert first.input_digest == second.input_digest
    third = ground.run(start=first.number)
    assert third.result["placed"] >= first.result["placed"]


def test_of_colleagues_the_one_who_speaks_the_language_comes() -> None:
    ground = Ground(visitors=2, firms=1)
    make_participant(ground.edition, exhibitor=ground.firms[0], languages=["zh"])
    Participant.objects.filter(pk=ground.visitors[1].pk).update(languages=["zh"])
    ground.wish(0, 0)
    ground.wish(1, 0)
    spoken = {row.participant_id: row.other.languages for row in ground.run().rows.all() if row.other}
    assert spoken == {ground.visitors[0].pk: ["en"], ground.visitors[1].pk: ["zh"]}


def test_an_interpreter_is_booked_and_no_more_than_there_are() -> None:
    ground = Ground(visitors=2, firms=2, slots=1)
    make_interpreter(ground.edition)
    Participant.objects.filter(pk__in=[person.pk for person in ground.visitors]).update(languages=["zh"])
    ground.wish(0, 0)
    ground.wish(1, 1)
    counts = published(ground.run())
    assert (counts["made"], counts["left_out"]) == (1, 0)
    assert Booking.objects.filter(resource__kind="interpreter").count() == 1


def test_a_lost_table_moves_its_meeting_to_another_one_and_says_so() -> None:
    ground = Ground(visitors=1, firms=1, slots=2, tables=2)
    ground.wish(0, 0)
    published(ground.run())
    meeting = Meeting.objects.get()
    lost = meeting.bookings.get(resource__kind="table").resource
    lost.is_out = True
    lost.save()
    run = ground.run(kind="repair")
    assert [move.why for move in queries.moves_of(run, "en")] == ["its place cannot be used any more"]
    assert published(run)["moved"] == 1
    assert meeting.bookings.get(resource__kind="table").resource_id != lost.pk
