"""The edition's frame for public pages: areas and sectors with their names, kept in memory until they change."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from threading import Lock
from typing import Any

from everfair.base.changes import Change, followers
from everfair.base.languages import Words
from everfair.fair import access
from everfair.fair import queries as fair_queries
from everfair.meetings.queries.own import takes_requests
from everfair.web.drawing.plan import PlanArea

TOPICS = ("fair.", "meetings.rules")


@dataclass(frozen=True, slots=True)
class AreaFrame:
    """An area as pages need it."""

    pk: int
    code: str
    name: Words
    blurb: Words
    kind: str
    motif: int
    shape: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class SectorFrame:
    """A sector as pages need it."""

    pk: int
    code: str
    parent_code: str
    name: Words
    motif: int


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything about an edition's layout that names and colours a page."""

    areas: Mapping[str, AreaFrame]
    sectors: Mapping[str, SectorFrame]
    places: Mapping[int, int]  # area's id → booth places on the ground
    registers: bool = False  # anybody may register under a kind of badge
    meets: bool = False  # people may ask for meetings

    @property
    def plan(self) -> list[PlanArea]:
        """The areas as the small plan draws them: shapes only."""
        return [
            PlanArea(code=area.code, name=area.code, kind=area.kind, pigment=area.motif, shape=area.shape)
            for area in self.areas.values()
        ]

    @property
    def top_sectors(self) -> list[SectorFrame]:
        return [sector for sector in self.sectors.values() if not sector.parent_code]


_kept: dict[int, Frame] = {}
_editions: dict[str, Any] = {}
_lock = Lock()
_notes = 0  # how often the fair's rows changed: what was read before and is kept after is dropped


def _note(changes: Sequence[Change]) -> None:
    global _notes
    _notes += 1
    for change in changes:
        if change.topic.startswith(TOPICS):
            _kept.pop(change.edition_id or 0, None)
            _editions.clear()


followers.follow(_note)


def forget_frames() -> None:
    """Drop what is kept in memory."""
    _kept.clear()
    _editions.clear()


def edition_for(user: Any, slug: str) -> Any:
    """The edition a public page shows: kept in memory while it is public to everybody. Http404 as access says."""
    kept = _editions.get(slug)
    if kept is None:
        before = _notes
        kept = access.get_edition_for(user, slug)
        if not kept.is_public:
            return kept
        _editions[slug] = kept
        if _notes != before:
            _editions.pop(slug, None)
    return copy(kept)  # a page may hang things on its edition


def frame_of(edition: Any) -> Frame:
    """The frame of an edition; five queries the first time and after a change, none otherwise."""
    frame = _kept.get(edition.pk)
    if frame is None:
        with _lock:
            before = _notes
            frame = _kept[edition.pk] = _kept.get(edition.pk) or _read(edition)
            if _notes != before:
                _kept.pop(edition.pk, None)
    return frame


def _read(edition: Any) -> Frame:
    areas = {
        area.code: AreaFrame(
            area.pk,
            area.code,
            area.name,
            area.blurb,
            area.kind,
            area.motif,
            tuple((x, y) for x, y in area.shape),
        )
        for area in fair_queries.areas_of(edition)
    }
    rows = list(fair_queries.flat_sectors(edition))
    codes = {sector.pk: sector.code for sector in rows}
    sectors = {
        sector.code: SectorFrame(
            sector.pk, sector.code, codes.get(sector.parent_id or 0, ""), sector.name, sector.motif
        )
        for sector in rows
    }
    registers = fair_queries.has_open_badge_kind(edition)
    places = fair_queries.count_places_by_area(edition)
    return Frame(areas, sectors, places, registers, takes_requests(edition))
