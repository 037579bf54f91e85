"""Reads an edition's public programme from the tables into a board. What keeps it is board.py."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from everfair.base.languages import Words, pick
from everfair.engines.facets import Catalogue, CatalogueBuilder
from everfair.fair.models import ActivityKind, Edition, Sector
from everfair.gateways.markup import first_sentence, to_text
from everfair.programme.models import Session, SessionSpeaker, Speaker, Stage
from everfair.programme.queries.board_lines import Board, KindLine, SessionLine, SpeakerLine, StageLine

FACETS = ("kind", "day", "stage", "sector", "language", "format")
LONGEST_SUMMARY = 160


def read_board(edition: Edition) -> Board:
    """The board read from the tables: seven queries, whatever the number of sessions."""
    stages = {stage.pk: _stage(stage) for stage in edition.stages.select_related("area")}
    kinds = {kind.pk: _kind(kind) for kind in edition.activity_kinds.order_by("position", "id")}
    return _board(edition, stages, kinds, _lines(edition, public_rows(edition), stages, kinds))


def read_again(edition: Edition, board: Board, changed: Collection[int]) -> Board:
    """The board with these sessions read again, gone where they are not public any more: four queries."""
    stages = {stage.pk: stage for stage in board.stages}
    kinds = {kind.pk: kind for kind in board.kinds}
    fresh = _lines(edition, public_rows(edition).filter(pk__in=list(changed)), stages, kinds)
    kept = [line for line in board.sessions if line.pk not in changed]
    return _board(edition, stages, kinds, [*kept, *fresh])


def read_session(edition: Edition, pk: int) -> SessionLine | None:
    """One session in whatever state, for those who may see it before it is public."""
    stages = {stage.pk: _stage(stage) for stage in edition.stages.select_related("area")}
    kinds = {kind.pk: _kind(kind) for kind in edition.activity_kinds.all()}
    found = _lines(edition, Session.objects.filter(edition=edition, pk=pk), stages, kinds)
    return found[0] if found else None


def public_rows(edition: Edition) -> QuerySet[Session]:
    """Sessions everybody may see."""
    return Session.objects.filter(edition=edition, state__in=Session.PUBLIC_STATES)


def _board(
    edition: Edition, stages: dict[int, StageLine], kinds: dict[int, KindLine], lines: list[SessionLine]
) -> Board:
    places = {pk: number for number, pk in enumerate(stages)}
    lines.sort(key=lambda line: _order(line, places))
    return Board(
        edition_id=edition.pk,
        zone=ZoneInfo(edition.time_zone or "UTC"),
        sessions=tuple(lines),
        stages=tuple(stages.values()),
        kinds=tuple(kinds.values()),
        catalogue=_catalogue(lines),
    )


def _lines(
    edition: Edition, rows: QuerySet[Session], stages: dict[int, StageLine], kinds: dict[int, KindLine]
) -> list[SessionLine]:
    """Sessions with what belongs to them. Four queries."""
    zone = ZoneInfo(edition.time_zone or "UTC")
    sectors, parts = _sectors_of(edition, rows), _speakers_of(rows)
    hosted = rows.select_related("exhibitor__organisation", "delegation")
    lines = []
    for row in hosted:
        if row.exhibitor is not None:
            row.exhibitor.edition = edition  # whether its booth is public depends on it: no query for each
        lines.append(_line(row, zone, stages, kinds, sectors.get(row.pk, ()), parts.get(row.pk, ())))
    return lines


def _order(line: SessionLine, places: Mapping[int, int]) -> tuple[bool, float, int, int]:
    """By time, then by the organiser's order of stages; what has no time yet comes last."""
    stage = places.get(line.stage.pk, len(places)) if line.stage else len(places)
    return line.starts_at is None, line.starts_at.timestamp() if line.starts_at else 0.0, stage, line.pk


def _stage(row: Stage) -> StageLine:
    area = row.area.code if row.area else ""
    return StageLine(row.pk, row.code, row.name, row.kind, area, row.directions, row.seats)


def _kind(row: ActivityKind) -> KindLine:
    return KindLine(row.pk, row.code, row.name)


def _sectors_of(edition: Edition, public: QuerySet[Session]) -> dict[int, tuple[Sector, ...]]:
    """Session id → its sectors. Two queries."""
    known = {sector.pk: sector for sector in edition.sectors.all()}
    found: dict[int, list[Sector]] = defaultdict(list)
    pairs = Session.sectors.through.objects.filter(session__in=public.values("pk")).order_by("id")
    for session, sector in pairs.values_list("session_id", "sector_id"):
        if sector in known:
            found[session].append(known[sector])
    return {pk: tuple(sectors) for pk, sectors in found.items()}


def _speakers_of(public: QuerySet[Session]) -> dict[int, tuple[tuple[SpeakerLine, str], ...]]:
    """Session id → its speakers with their parts, in their order. One query."""
    speakers: dict[int, SpeakerLine] = {}
    parts: dict[int, list[tuple[SpeakerLine, str]]] = defaultdict(list)
    rows = SessionSpeaker.objects.filter(session__in=public.values("pk")).select_related("speaker__photo")
    for part in rows.order_by("position", "id").defer("speaker__about"):
        line = speakers.get(part.speaker_id)
        if line is None:
            line = speakers[part.speaker_id] = _speaker(part.speaker)
        parts[part.session_id].append((line, part.role))
    return {pk: tuple(found) for pk, found in parts.items()}


def _speaker(row: Speaker) -> SpeakerLine:
    photo = row.photo.variants.get("small", row.photo.digest) if row.photo else ""
    return SpeakerLine(
        row.pk, row.code, row.address, row.name, row.title, row.organisation_name, row.country, photo
    )


def _host(row: Session) -> tuple[Words, str]:
    """(name, booth address): a host's booth is linked while it is public."""
    if row.exhibitor is not None:
        return row.exhibitor.organisation.name, row.exhibitor.address if row.exhibitor.is_public else ""
    return (row.delegation.name if row.delegation is not None else row.host_name), ""


def _line(
    row: Session,
    zone: ZoneInfo,
    stages: dict[int, StageLine],
    kinds: dict[int, KindLine],
    sectors: Sequence[Sector],
    speakers: tuple[tuple[SpeakerLine, str], ...],
) -> SessionLine:
    host, host_address = _host(row)
    values: dict[str, Any] = {
        "pk": row.pk,
        "code": row.code,
        "address": row.address,
        "title": row.title,
        "subtitle": row.subtitle,
        "summary": {code: summary(text) for code, text in row.abstract.items() if text},
        "track": row.track,
        "kind": kinds.get(row.kind_id or 0),
        "stage": stages.get(row.stage_id or 0),
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "day": row.starts_at.astimezone(zone).date() if row.starts_at else None,
        "format": row.format,
        "language": row.language,
        "interpretation": tuple(row.interpretation or ()),
        "sectors": _with_parents(sectors),
        "motif": sectors[0].motif if sectors else _motif(row),
        "seats": row.seats,
        "host": host,
        "host_address": host_address,
        "exhibitor": row.exhibitor_id,
        "speakers": speakers,
        "state": row.state,
        "has_live": bool(row.live_url),
        "has_replay": bool(row.replay_url),
        "version": row.version,
        "changed_at": row.changed_at,
        "zone": zone.key,
    }
    return SessionLine(**values, mark=hash(repr(values)))


def _with_parents(sectors: Iterable[Sector]) -> tuple[str, ...]:
    """Codes of the sectors and of those above them."""
    return tuple(
        dict.fromkeys(code for sector in sectors for code in sector.path.strip("/").split("/") if code)
    )


def _motif(row: Session) -> int:
    """Without a sector the kind of activity, else the track, gives the colour."""
    return (row.kind_id or sum(map(ord, row.track))) % 12 + 1


@lru_cache(maxsize=4096)
def summary(text: str) -> str:
    """The first sentence of an abstract as one plain line."""
    return first_sentence(text, LONGEST_SUMMARY) if len(text) > LONGEST_SUMMARY else to_text(text)


def _catalogue(lines: Sequence[SessionLine]) -> Catalogue:
    builder = CatalogueBuilder(FACETS)
    for number, line in enumerate(lines):
        spoken = [code for code in (line.language, *line.interpretation) if code]
        builder.add(
            line.pk,
            {
                "kind": [line.kind.code] if line.kind else [],
                "day": [line.day.isoformat()] if line.day else [],
                "stage": [line.stage.code] if line.stage else [],
                "sector": line.sectors,
                "language": spoken,
                "format": [line.format],
            },
            {
                "time": number,
                "title_en": (pick(line.title, "en").casefold(), line.pk),
                "title_zh": (pick(line.title, "zh").encode("gb18030", "replace"), line.pk),
            },
        )
    return builder.freeze()
