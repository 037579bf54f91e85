"""Background doors of the meetings room: a moment comes in, actions run. No logic here."""

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from everfair.meetings.actions import publishing
from everfair.meetings.actions.diary import remind
from everfair.meetings.actions.leaving import end_open_of_who_left
from everfair.meetings.actions.offering import lapse_offers
from everfair.meetings.actions.other_time import lapse_moves
from everfair.meetings.actions.silence import expire_requests, hand_on_silent


def follow_requests(now: datetime | None = None) -> dict[str, int]:
    """What is open with people who left ends; silent requests go to a colleague, late ones run out; kept slots and other
    times nobody answered for go to the next or lapse; meetings that are near are called to mind. How many of each."""
    now = now or timezone.now()
    return {
        "left": end_open_of_who_left(now),
        "handed_on": hand_on_silent(now),
        "expired": expire_requests(now),
        "lapsed": lapse_offers(now),
        "moves_lapsed": lapse_moves(now),
        "reminded": remind(now),
    }


@task()
def follow_requests_now() -> dict[str, int]:
    """The same from the queue. Safe to run often and twice."""
    return follow_requests()


@task()
def publish_run(run_id: int, by_id: int | None) -> dict[str, int]:
    """Meetings out of a run that found a timetable. Counts of what was done; nothing where it was done already."""
    return publishing.publish(run_id, by_id=by_id)
