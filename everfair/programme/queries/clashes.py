"""What cannot be at once: sessions on one stage, speakers in two places. Reads only."""

from dataclasses import dataclass

from everfair.fair.models import Edition
from everfair.programme.models import Session, SessionSpeaker, Speaker, Stage

OCCUPYING = ("draft", "confirmed", "published", "live", "ended")
"""States in which a session holds its stage: a proposal does not, a cancelled one no longer."""


def sessions_in_the_way(session: Session) -> list[Session]:
    """Others that hold the session's stage at its time, earliest first. Touching ends do not count."""
    if session.stage_id is None or session.starts_at is None or session.ends_at is None:
        return []
    if session.state not in OCCUPYING:
        return []
    found = Session.objects.filter(
        stage_id=session.stage_id,
        state__in=OCCUPYING,
        starts_at__lt=session.ends_at,
        ends_at__gt=session.starts_at,
    )
    return list(found.exclude(pk=session.pk).order_by("starts_at", "id")[:20])


@dataclass(frozen=True)
class Clash:
    """Two sessions at once: on one stage, or with one speaker."""

    first: Session
    second: Session
    stage: Stage | None = None
    speaker: Speaker | None = None


def clashes(stage: Stage) -> list[Clash]:
    """Pairs of sessions that hold the stage at the same time. One query."""
    rows = Session.objects.filter(stage=stage, state__in=OCCUPYING).exclude(starts_at=None)
    return [Clash(a, b, stage=stage) for a, b in _pairs(list(rows.order_by("starts_at", "id")))]


def clashes_of(edition: Edition) -> list[Clash]:
    """Every clash of the edition: stages first, then speakers. Two queries."""
    rows = list(
        Session.objects.filter(edition=edition, state__in=OCCUPYING)
        .exclude(starts_at=None)
        .select_related("stage")
        .defer("abstract", "carried")
        .order_by("starts_at", "id")
    )
    by_stage: dict[int, list[Session]] = {}
    for row in rows:
        if row.stage_id:
            by_stage.setdefault(row.stage_id, []).append(row)
    found = [Clash(a, b, stage=a.stage) for held in by_stage.values() for a, b in _pairs(held)]
    sessions = {row.pk: row for row in rows}
    by_speaker: dict[Speaker, list[Session]] = {}
    parts = SessionSpeaker.objects.filter(session__in=list(sessions)).select_related("speaker")
    for part in parts.order_by("session__starts_at", "session_id"):
        by_speaker.setdefault(part.speaker, []).append(sessions[part.session_id])
    return found + [Clash(a, b, speaker=who) for who, held in by_speaker.items() for a, b in _pairs(held)]


def _pairs(rows: list[Session]) -> list[tuple[Session, Session]]:
    """Overlapping pairs of rows in order of their start."""
    found: list[tuple[Session, Session]] = []
    running: list[Session] = []
    for row in rows:
        running = [one for one in running if one.ends_at and row.starts_at and one.ends_at > row.starts_at]
        found += [(one, row) for one in running]
        running.append(row)
    return found
