"""Sets records: a face goes to the press and comes back as a PDF. Knows no layout and no table."""

from dataclasses import asdict
from datetime import UTC, datetime

from everfair.gateways.printing.press_room import ask_press
from everfair.gateways.printing.types import RecordFace


def set_record(face: RecordFace, *, now: datetime) -> bytes:
    """The record as a PDF on A4, `now` as its date: the same face gives the same bytes on the same machine.

    Raises CannotSet when a character has no font here.
    """
    return ask_press({"do": "record", "record": asdict(face), "at": int(now.astimezone(UTC).timestamp())})
