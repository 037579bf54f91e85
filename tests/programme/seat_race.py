"""Many people ask for the last seats of a session, or editors for one stage, at the same moment, each in its own thread."""

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

from tests.prepared import make_tables


def at_once(deeds: Sequence[Callable[[], str]]) -> list[str]:
    """One answer for each deed: what it returned, the sentence of a refusal, or an error's repr."""
    from django.db import connections

    from everfair.base.refusals import Refused

    gate, answers = threading.Barrier(len(deeds)), [""] * len(deeds)

    def run(index: int) -> None:
        try:
            gate.wait(timeout=20)
            answers[index] = deeds[index]()
        except Refused as refused:
            answers[index] = f"refused: {refused}"
        except Exception as error:  # the assertion shows it
            answers[index] = repr(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def seats_race(people: int, seats: int) -> dict[str, Any]:
    """Everybody asks at once, then every holder gives back at once."""
    from everfair.programme.actions.seats import give_back_seat, take_seat
    from everfair.programme.models import Session
    from tests.factories.people import make_user
    from tests.factories.programme import BEGIN, make_session

    session = make_session(seats=seats)
    users = [make_user() for _ in range(people)]

    def take(user: Any) -> Callable[[], str]:
        return lambda: take_seat(Session.objects.get(pk=session.pk), by=user, now=BEGIN).state

    answers = at_once([take(user) for user in users])
    after_taking = Session.objects.get(pk=session.pk).seats_taken
    holders = [seat.user for seat in session.seat_rows.filter(state="held").select_related("user")]
    given = at_once([lambda user=user: str(give_back_seat(session, by=user)) for user in holders])  # type: ignore[misc]
    session.refresh_from_db()
    return {
        "answers": answers,
        "after_taking": after_taking,
        "given": given,
        "seats_taken": session.seats_taken,
        "held": session.seat_rows.filter(state="held").count(),
        "waiting": session.seat_rows.filter(state="waiting").count(),
    }


def stage_race(editors: int) -> list[str]:
    """Editors put different sessions onto one stage at one time."""
    from everfair.programme.actions.sessions import move_session
    from everfair.programme.models import Session
    from tests.factories.fair import make_edition
    from tests.factories.programme import make_session, make_stage

    edition = make_edition()
    stage = make_stage(edition)
    sessions = [make_session(edition) for _ in range(editors)]

    def move(session: Any) -> Callable[[], str]:
        def deed() -> str:
            row = Session.objects.get(pk=session.pk)
            move_session(row, starts_at=row.starts_at, ends_at=row.ends_at, stage=stage, by=None)
            return "won"

        return deed

    return at_once([move(session) for session in sessions])


def proposal_race(tabs: int, most: int) -> list[str]:
    """One host sends proposals from several tabs."""
    from everfair.programme.actions.proposals import propose_session
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.programme import make_call

    exhibitor = make_exhibitor()
    make_call(exhibitor.edition, most_per_host=most)

    def propose(number: int) -> Callable[[], str]:
        def deed() -> str:
            propose_session(exhibitor, {"title": {"en": f"Tab {number}"}}, by=None)
            return "won"

        return deed

    return at_once([propose(number) for number in range(tabs)])


def main() -> None:
    """On a new SQLite file (EVERFAIR_DATA_DIR): the answers as JSON."""
    import django

    django.setup()
    make_tables()
    print(json.dumps({"seats": seats_race(8, 3), "stage": stage_race(4), "proposals": proposal_race(4, 2)}))


if __name__ == "__main__":
    main()
