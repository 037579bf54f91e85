"""What the programme's pages have in common: tabs, days, hours in two zones, filters. No reading, no writing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.languages import pick
from everfair.programme.queries.board import FACETS, Board
from everfair.web.public.frame import Frame
from everfair.web.public.programme.grid import Grid
from everfair.web.templatetags.figures import clock_time, language_name, reader_locale

MOST_VALUES = 20  # of one filter in an address


def view_tabs(board: Board, slug: str, current: str) -> list[tuple[str, str, bool]]:
    """(label, address, is this page) of the programme's views."""
    views = [
        ("day", _("By day"), "programme.day"),
        ("list", _("List and search"), "programme.session_list"),
        ("now", _("Now and next"), "programme.now"),
    ]
    if board.speakers:
        views.append(("speakers", _("Speakers"), "programme.speaker_list"))
    return [(label, reverse(f"public:{name}", args=[slug]), key == current) for key, label, name in views]


def day_label(day: date) -> str:
    """ "Sat 1 Feb" in the reader's manner."""
    return dates.format_skeleton("MMMEd", day, locale=reader_locale())


def day_tabs(board: Board, chosen: date | None) -> list[dict[str, Any]]:
    """The days with sessions, each with its number of them."""
    return [
        {"value": day.isoformat(), "label": day_label(day), "current": day == chosen, "count": len(sessions)}
        for day, sessions in board.by_day.items()
    ]


def viewer_zone(board: Board) -> ZoneInfo | None:
    """The signed-in reader's zone where its clock differs from the fair's; a script does it for the others."""
    own = timezone.get_current_timezone()
    if not isinstance(own, ZoneInfo) or own.key in (board.zone.key, "UTC"):
        return None
    return own


@dataclass(frozen=True, slots=True)
class Hour:
    """A full hour of a ruler: the column it stands at, in the fair's zone and in the reader's ("" where it is the same)."""

    column: int
    at: datetime
    label: str
    own: str


def rulers(grid: Grid, board: Board) -> list[Hour]:
    """The hours of a day; the last one is the end and has no place of its own."""
    own = viewer_zone(board)
    return [
        Hour(
            number * 12 + 1,
            at,
            clock_time(at, board.zone.key),
            clock_time(at, own.key) if own and at.astimezone(own).utcoffset() != at.utcoffset() else "",
        )
        for number, at in enumerate(grid.hours[:-1])
    ]


def chosen_filters(query: Any) -> dict[str, list[str]]:
    """The filters in the address: known names, each value once, not endlessly many."""
    found = {name: list(dict.fromkeys(query.getlist(name)))[:MOST_VALUES] for name in FACETS}
    return {name: [value[:40] for value in values if value] for name, values in found.items() if any(values)}


def _format_labels() -> dict[str, str]:
    return {"on_site": _("on site"), "online": _("on line"), "hybrid": _("on site and on line")}


def value_label(name: str, value: str, board: Board, frame: Frame, lang: str) -> str:
    """What a filter's value is called in the reader's language."""
    if name == "kind":
        return next((pick(kind.name, lang) for kind in board.kinds if kind.code == value), value)
    if name == "stage":
        stage = board.stage_by_code.get(value)
        return pick(stage.name, lang) if stage else value
    if name == "sector":
        sector = frame.sectors.get(value)
        return pick(sector.name, lang) if sector else value
    if name == "day":
        try:
            return day_label(date.fromisoformat(value))
        except ValueError:
            return value
    if name == "language":
        return language_name(value)
    return _format_labels().get(value, value)


def facets_context(
    board: Board,
    counts: Mapping[str, Mapping[Any, int]],
    chosen: Mapping[str, Sequence[str]],
    frame: Frame,
    lang: str,
) -> list[dict[str, Any]]:
    """Filters with counts: days and stages in their own order, the others most frequent first."""
    titles = {
        "day": _("Day"),
        "kind": _("Kind of activity"),
        "stage": _("Stage"),
        "sector": _("Sector"),
        "language": _("Language"),
        "format": _("Format"),
    }
    places = {stage.code: number for number, stage in enumerate(board.stages)}
    shown = []
    for name, title in titles.items():
        options = [
            {
                "value": value,
                "label": value_label(name, value, board, frame, lang),
                "count": n,
                "chosen": value in chosen.get(name, ()),
            }
            for value, n in counts.get(name, {}).items()
            if name != "sector" or "." not in value or value in chosen.get(name, ())
        ]
        if name == "day":
            options.sort(key=lambda option: option["value"])
        elif name == "stage":
            options.sort(key=lambda option: places.get(option["value"], len(places)))
        else:
            options.sort(key=lambda option: (-option["count"], option["label"]))
        if len(options) > 1 or any(option["chosen"] for option in options):
            shown.append({"key": name, "label": title, "options": options})
    return shown


def chips_context(
    chosen: Mapping[str, Sequence[str]], board: Board, frame: Frame, lang: str
) -> list[dict[str, str]]:
    """Active filters, each with a link that drops it."""
    return [
        {"key": name, "value": value, "label": value_label(name, value, board, frame, lang)}
        for name, values in chosen.items()
        for value in values
    ]
