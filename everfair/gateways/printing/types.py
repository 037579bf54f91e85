"""What stands on a badge and in a record, in words ready to be set; and the one way in which setting fails."""

from dataclasses import dataclass
from typing import Literal

Paper = Literal["a6", "a4"]
"""a6: one badge on each page. a4: a sheet folded twice to A6, front and back outside."""


class CannotSet(Exception):
    """No font here has these characters, or the page could not be set. `str(error)` says what to do, in English for the log."""

    def __init__(self, message: str, characters: str = "") -> None:
        super().__init__(message)
        self.characters = characters  # the first few that no font has


@dataclass(frozen=True)
class BadgeFace:
    """One badge. Texts may be "" except name and code; they are set as they are, in any script."""

    name: str
    code: str  # what the QR code holds
    second_name: str = ""  # the same name in another script
    firm: str = ""
    detail: str = ""  # job title
    country: str = ""
    kind: str = ""
    second_kind: str = ""
    colour: str = "#46506a"  # of the stripe: "#rrggbb"
    seal: str = ""  # two characters, or four
    fair: str = ""
    second_fair: str = ""
    when: str = ""  # dates and town
    note: str = ""  # small print on the back: what the code says, who to ask
    second_note: str = ""
    fold: str = ""  # how to fold the sheet
    second_fold: str = ""


@dataclass(frozen=True)
class RecordParty:
    """One party: its name in one language or several, and in a line how and when it confirmed."""

    names: tuple[str, ...]
    detail: str


@dataclass(frozen=True)
class RecordRow:
    """A label, in both languages, and what belongs to it, in one paragraph or several."""

    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class RecordFace:
    """A record on A4. `digests`: rows of one text each, hexadecimal digits, set in groups of eight."""

    title: str  # of the file
    heading: str
    titles: tuple[str, ...]
    parties: tuple[RecordParty, ...]
    rows: tuple[RecordRow, ...]
    digests: tuple[RecordRow, ...]
    notes: tuple[str, ...]
    fair: str = ""
    second_fair: str = ""
    seal: str = ""
    foot: str = ""
