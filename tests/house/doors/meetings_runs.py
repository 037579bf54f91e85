"""Doors of the generator at the organiser's desk: its meetings team, nobody else."""

from datetime import UTC, datetime
from typing import Any

from everfair.meetings.models import Run
from tests.house.doors import Door
from tests.house.doors.organiser import DEED, NOBODY


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _run(w: Any) -> dict[str, Any]:
    """A run that found nothing to meet; one for each role, for the first that may removes it."""
    number = Run.objects.filter(edition=w.edition).count() + 1
    result = {"requests": 1, "placed": 0, "nothing": 1, "breaks": 0, "walking": 0, "seconds": 0.1}
    Run.objects.create(
        edition=w.edition, number=number, state="done", result=result, options={"seed": 1, "limit": 1},
        made_at=datetime(2026, 8, 1, tzinfo=UTC),
    )  # fmt: skip
    return _edition(w) | {"number": number}


DOORS: list[Door] = [
    Door("organiser:meetings.run_list", _edition, **NOBODY),
    Door("organiser:meetings.run_compare", _edition, **NOBODY),
    Door("organiser:meetings.run_show", _run, **NOBODY),
    Door("organiser:meetings.run_progress", _run, **NOBODY),
    Door("organiser:meetings.run_meetings", lambda w: _run(w) | {"kind": "csv"}, **NOBODY),
    Door(
        "organiser:meetings.run_meetings",
        lambda w: _run(w) | {"kind": "doc"},
        **(NOBODY | {"administrator": 404}),
    ),
    Door("organiser:meetings.run_left", _run, **NOBODY),
    Door("organiser:meetings.run_left_export", lambda w: _run(w) | {"kind": "xlsx"}, **NOBODY),
    Door("organiser:meetings.run_export", lambda w: _edition(w) | {"kind": "csv"}, **NOBODY),
    Door("organiser:meetings.compare_export", lambda w: _edition(w) | {"kind": "csv"}, **NOBODY),
    Door("organiser:meetings.run_stop", _run, **DEED),
    Door("organiser:meetings.run_publish", _run, **DEED),
    Door("organiser:meetings.run_remove", _run, **DEED),
]
