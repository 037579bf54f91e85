"""Badges and records on paper: faces in, PDF or picture out. Set by typst with the fonts of the system. Knows no table."""

from everfair.gateways.printing.badges import (
    MOST_AT_ONCE,
    PACKAGE,
    PAPERS,
    find_cjk,
    missing_characters,
    qr_drawing,
    set_badges,
)
from everfair.gateways.printing.documents import LAYOUTS, set_document
from everfair.gateways.printing.press_room import close_press
from everfair.gateways.printing.records import set_record
from everfair.gateways.printing.types import (
    BadgeFace,
    CannotSet,
    Paper,
    RecordFace,
    RecordParty,
    RecordRow,
)

__all__ = [
    "LAYOUTS",
    "MOST_AT_ONCE",
    "PACKAGE",
    "PAPERS",
    "BadgeFace",
    "CannotSet",
    "Paper",
    "RecordFace",
    "RecordParty",
    "RecordRow",
    "close_press",
    "find_cjk",
    "missing_characters",
    "qr_drawing",
    "set_badges",
    "set_document",
    "set_record",
]
