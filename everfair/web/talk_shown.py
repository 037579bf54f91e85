"""Conversations as pages show them: bubbles, notes as sentences, how far the other side has read, what a row of the list says.

static/js/talk.js draws the same from the same facts: change both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everfair.base.languages import direction
from everfair.conversations.access import Stand
from everfair.conversations.queries.sentences import sentence
from everfair.conversations.queries.sides import Reached
from everfair.conversations.queries.threads import Line

Fact = Mapping[str, Any]


@dataclass(frozen=True)
class Bubble:
    """One message, or a note of the house (`note`: its sentence). `day` is set where a new day begins."""

    number: int
    version: int
    own: str
    is_own: bool
    name: str
    text: str
    language: str
    dir: str
    note: str
    removed: str
    is_greeting: bool
    files: list[Mapping[str, Any]]
    at: datetime
    iso: str  # as the fact says it
    day: date | None
    read: Reached | None = None  # the other side has read as far as here


def bubbles(
    said: Sequence[Fact], stand: Stand, own: Any, other: Any, read: Reached | None = None
) -> list[Bubble]:
    """Facts of a thread in the reader's words and on their clock. `read`: how far the other side has."""
    found: list[Bubble] = []
    reached = read or Reached()
    last_read = max(
        (one["number"] for one in said if one["side"] == stand.own.side and not one["note"] and one["number"] <= reached.number),
        default=0,
    )  # fmt: skip
    before: date | None = None
    for fact in said:
        at = datetime.fromisoformat(fact["at"])
        day = timezone.localtime(at).date()
        mark = None
        if fact["number"] == last_read:
            mark = reached if reached.number == last_read else Reached(reached.number)
        found.append(_bubble(fact, stand, own, other, at, day if day != before else None, mark))
        before = day
    return found


def _bubble(
    fact: Fact, stand: Stand, own: Any, other: Any, at: datetime, day: date | None, read: Reached | None
) -> Bubble:
    is_own = fact["side"] == stand.own.side
    note = ""
    if fact["note"]:
        note = sentence(fact["note"], fact["facts"], is_own=is_own, other=other.name, side=fact["side"])
    name = fact["by"] or (_("You") if is_own and not stand.own.is_team else (own if is_own else other).name)
    return Bubble(
        number=fact["number"], version=fact["version"], own=fact["own"], is_own=is_own, name=name, text=fact["text"],
        language=fact["language"], dir=direction(fact["language"] or "en"), note=note,
        removed=removed_words().get(fact["removed"], ""), is_greeting=fact["greeting"], files=fact["files"], at=at, iso=fact["at"],
        day=day, read=read,
    )  # fmt: skip


def blanks() -> dict[str, Bubble]:
    """Empty ones, which talk.js copies and fills."""
    at = timezone.now()
    empty: dict[str, Any] = {
        "number": 0, "version": 0, "own": "", "name": "", "text": "", "language": "", "dir": "ltr", "removed": "",
        "is_greeting": False, "files": [], "at": at, "iso": "", "day": None,
    }  # fmt: skip
    return {
        "blank_own": Bubble(is_own=True, note="", **empty),
        "blank_theirs": Bubble(is_own=False, note="", **empty),
        "blank_note": Bubble(is_own=False, note="…", **empty),
    }


def removed_words() -> dict[str, str]:
    """Why a message has no words any more → sentence."""
    return {
        "writer": _("Taken back by its writer."),
        "moderator": _("Removed by the organiser's moderators."),
    }


def words_for_script(own: Any, other: Any, is_team: bool) -> dict[str, Any]:
    """What talk.js says itself, in the reader's language."""
    return {
        "you": own.name if is_team else _("You"),
        "them": other.name,
        "removed": removed_words(),
        "read": _("Read by %(name)s") % {"name": other.name},
        "read_at": _("Read by %(name)s at {time}") % {"name": other.name},
        "typing": _("%(name)s is writing …") % {"name": other.name},
        "sending": _("sending …"),
        "waiting": _("waits for the line; sent as soon as it is back"),
        "refused": _("not sent:"),
        "full": _("Too much is waiting to be sent. Wait until the line is back."),
        "gone": _("This conversation is not open to you any more."),
        "failed": _("It did not work. Try again."),
        "again": _("Put it back to write"),
        "drop": _("Throw away"),
        "new": _("new"),
        "empty": _("Write something, or add a file."),
        "long": _("Your message has {count} characters; at most {limit} fit. Put the long text into a file."),
        "note": _("Something was noted here."),
    }


def said_last(line: Line) -> str:
    """The last message of a row of the list, in a sentence."""
    if line.last_note:
        side = "" if line.last_side_is_any else "own"
        return sentence(
            line.last_note, line.last_facts, is_own=line.last_is_own, other=line.other.name, side=side
        )
    if line.last_removed:
        return removed_words().get(line.last_removed, "")
    if line.last_text:
        return line.last_text
    if line.last_files:
        return ngettext("%(n)s file", "%(n)s files", line.last_files) % {"n": line.last_files}
    return ""


def address_of_thing(stand: Stand) -> str:
    """The page of what the conversation is about; "" where it has none."""
    talk = stand.conversation
    edition = talk.edition.slug
    pages = {
        "offer": ("public:exhibition.offer", {"edition": edition, "address": talk.about_code}),
        "need": ("public:matchmaking.need_show", {"edition": edition, "address": talk.about_code}),
        "session": ("public:programme.session", {"edition": edition, "address": talk.about_code}),
        "booth": ("public:exhibition.booth", {"edition": edition, "address": talk.about_code}),
        "inquiry": ("visitor:deals.negotiation_show", {"edition": edition, "code": talk.about_code}),
    }
    if talk.about == "meeting" and stand.own.kind == "person":
        return reverse("visitor:meetings.meeting_show", kwargs={"edition": edition, "code": talk.about_code})
    if talk.about == "meeting" and stand.own.exhibitor is not None:
        kwargs = {"code": stand.own.exhibitor.code, "meeting": talk.about_code}
        return reverse("exhibitor:meetings.meeting_show", kwargs=kwargs)
    if talk.about not in pages:
        return ""
    name, kwargs = pages[talk.about]
    return reverse(name, kwargs=kwargs)


def address_if_there(name: str, **kwargs: Any) -> str:
    """An address of a page that an installation may do without; "" where there is none."""
    try:
        return reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        return ""
