"""The organiser's tables: sessions filtered, sorted, as rows of a file; the review queue; stages and speakers counted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import targets
from everfair.base.languages import pick
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Delegation, Edition
from everfair.programme.models import SESSION_STEPS, Call, Session, Speaker, Stage
from everfair.programme.queries.sessions import with_parts

STATE_LABELS = Session.State.choices
STATE_KINDS = {  # how a state is painted
    "proposed": "wait", "changes_asked": "wait", "rejected": "stop", "draft": "away", "confirmed": "away",
    "published": "here", "live": "here", "ended": "won", "cancelled": "stop",
}  # fmt: skip
UNDECIDED = ("proposed", "changes_asked")
NO_STAGE = "none"
SORTS: Mapping[str, tuple[str, ...]] = {
    "time": ("starts_at", "id"),
    "-changed": ("-changed_at", "-id"),
    "stage": ("stage__position", "stage_id", "starts_at", "id"),
    "state": ("state", "starts_at", "id"),
}


@dataclass(frozen=True)
class SessionFilters:
    """What the address of the table asks for; "" and () ask for nothing."""

    q: str = ""
    states: tuple[str, ...] = ()
    stage: str = ""  # a stage's code, or NO_STAGE
    kind: str = ""
    day: str = ""  # 2026-09-04 on the fair's clock
    host: str = ""  # organiser, exhibitor, delegation

    @property
    def count(self) -> int:
        """How many of the folded filters are set."""
        return sum(bool(value) for value in (self.stage, self.kind, self.day, self.host))


def session_table(edition: Edition, filters: SessionFilters, sort: str = "time") -> QuerySet[Session]:
    """Sessions of every state with stage, kind, hosts and speakers; sort "time", "-changed", "stage", "state"."""
    rows = _filtered(Session.objects.filter(edition=edition), edition, filters)
    return with_parts(rows).defer("abstract", "carried").order_by(*SORTS.get(sort, SORTS["time"]))


def _filtered(rows: QuerySet[Session], edition: Edition, filters: SessionFilters) -> QuerySet[Session]:
    for word in filters.q[:100].split():
        rows = rows.filter(
            Q(title__icontains=word) | Q(track__icontains=word) | Q(code=word.lower()) | Q(host_name__icontains=word)
            | Q(exhibitor__organisation__name__icontains=word) | Q(delegation__name__icontains=word)
            | Q(pk__in=Session.objects.filter(edition=edition, speakers__name__icontains=word).values("pk"))
        )  # fmt: skip
    known = [state for state in filters.states if state in Session.State.values]
    if known:
        rows = rows.filter(state__in=known)
    if filters.stage == NO_STAGE:
        rows = rows.filter(stage=None)
    elif filters.stage:
        rows = rows.filter(stage__code=filters.stage)
    if filters.kind:
        rows = rows.filter(kind__code=filters.kind)
    hosts = {
        "organiser": Q(exhibitor=None, delegation=None),
        "exhibitor": ~Q(exhibitor=None),
        "delegation": ~Q(delegation=None),
    }
    if filters.host in hosts:
        rows = rows.filter(hosts[filters.host])
    span = day_span(edition, filters.day)
    return rows.filter(starts_at__gte=span[0], starts_at__lt=span[1]) if span else rows


def day_span(edition: Edition, day: str) -> tuple[datetime, datetime] | None:
    """Beginning and end of a day on the fair's clock; None for what is no day."""
    try:
        held_on = date.fromisoformat(day)
    except ValueError:
        return None
    zone = ZoneInfo(edition.time_zone)
    start = datetime(held_on.year, held_on.month, held_on.day, tzinfo=zone)
    following = held_on + timedelta(days=1)
    return start, datetime(following.year, following.month, following.day, tzinfo=zone)


def state_counts(edition: Edition) -> dict[str, int]:
    """State → sessions, every state listed. One query."""
    counted = Session.objects.filter(edition=edition).order_by().values("state").annotate(n=Count("pk"))
    held = dict(counted.values_list("state", "n"))
    return {state: held.get(state, 0) for state in Session.State.values}


def review_queue(edition: Edition) -> QuerySet[Session]:
    """Proposals nobody has decided about, longest waiting first."""
    rows = Session.objects.filter(edition=edition, state=Session.State.PROPOSED)
    return with_parts(rows).defer("abstract", "carried").order_by("changed_at", "id")


def waiting_count(edition: Edition) -> int:
    """How many proposals wait for the programme team."""
    return Session.objects.filter(edition=edition, state=Session.State.PROPOSED).count()


def call_of(edition: Edition) -> Call | None:
    """The edition's call for sessions, if there is one."""
    return Call.objects.filter(edition=edition).first()


def stages_counted(edition: Edition) -> QuerySet[Stage]:
    """Stages in order with `sessions_all` and `sessions_public`."""
    public = Q(sessions__state__in=Session.PUBLIC_STATES)
    rows = Stage.objects.filter(edition=edition).select_related("area")
    counted = rows.annotate(sessions_all=Count("sessions"), sessions_public=Count("sessions", filter=public))
    return counted.order_by("position", "id")


def speakers_counted(edition: Edition, q: str = "") -> QuerySet[Speaker]:
    """Speakers with `sessions_all`, by name as written; `q` in name or organisation."""
    rows = Speaker.objects.filter(edition=edition)
    for word in q[:100].split():
        rows = rows.filter(
            Q(name__icontains=word) | Q(organisation_name__icontains=word) | Q(code=word.lower())
        )
    return rows.annotate(sessions_all=Count("parts")).defer("about").order_by("name", "id")


def possible_states(session: Session, roles: set[str]) -> list[str]:
    """Where the session may go for somebody with these roles."""
    return targets(SESSION_STEPS, session.state, roles)


def sessions_of_host(host: Exhibitor | Delegation) -> QuerySet[Session]:
    """A host's sessions of every state, in order of time, those without at the end."""
    hosted = Q(exhibitor=host) if isinstance(host, Exhibitor) else Q(delegation=host)
    return with_parts(Session.objects.filter(hosted)).order_by("starts_at", "id")


COLUMNS: Mapping[str, Any] = {
    "code": _("Code"),
    "title_en": _("Title (English)"),
    "title_zh": _("Title (Chinese)"),
    "state": _("State"),
    "kind": _("Kind"),
    "starts": _("Begins"),
    "ends": _("Ends"),
    "stage": _("Stage"),
    "format": _("Format"),
    "language": _("Language"),
    "interpretation": _("Interpretation"),
    "track": _("Track"),
    "host": _("Host"),
    "speakers": _("Speakers"),
    "seats": _("Seats"),
    "seats_taken": _("Seats taken"),
    "live": _("Live address"),
    "replay": _("Replay address"),
}


def table_rows(rows: QuerySet[Session], edition: Edition, lang: str) -> Iterator[dict[str, Any]]:
    """The table as flat rows for a file, times on the fair's clock."""
    zone = ZoneInfo(edition.time_zone)
    for row in rows.iterator(chunk_size=500):
        yield {
            "code": row.code,
            "title_en": row.title.get("en", ""),
            "title_zh": row.title.get("zh", ""),
            "state": row.get_state_display(),
            "kind": pick(row.kind.name, lang) if row.kind else "",
            "starts": row.starts_at.astimezone(zone) if row.starts_at else None,
            "ends": row.ends_at.astimezone(zone) if row.ends_at else None,
            "stage": pick(row.stage.name, lang) if row.stage else "",
            "format": row.get_format_display(),
            "language": row.language,
            "interpretation": " ".join(row.interpretation),
            "track": row.track,
            "host": host_name(row, lang),
            "speakers": "; ".join(pick(part.speaker.name, lang) for part in row.parts.all()),
            "seats": row.seats,
            "seats_taken": row.seats_taken,
            "live": row.live_url,
            "replay": row.replay_url,
        }


def host_name(session: Session, lang: str) -> str:
    """Who hosts it, in words; "" for the organiser itself."""
    if session.exhibitor is not None:
        return pick(session.exhibitor.organisation.name, lang)
    if session.delegation is not None:
        return pick(session.delegation.name, lang)
    return pick(session.host_name, lang)
