"""What every action of this room does first: lock rows, compare versions, look for overlaps on a stage."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.exhibition.actions.guards import edited_sentence
from everfair.programme.actions.pushing import push_room
from everfair.programme.models import Session, Stage
from everfair.programme.queries.clashes import sessions_in_the_way

Row = TypeVar("Row", bound=Model)
EVENT = "programme.session."


def lock_session(session: Session) -> Session:
    """A fresh copy of the row, locked until the transaction ends (on SQLite the whole database is)."""
    return (
        Session.objects.select_for_update(of=("self",))
        .select_related("edition__fair", "stage", "kind", "exhibitor__organisation", "delegation")
        .get(pk=session.pk)
    )


def lock_stages(ids: Iterable[int | None]) -> None:
    """Lock these stages until the transaction ends. Always before the sessions, so that two editors never wait for each other."""
    wanted = sorted({pk for pk in ids if pk})
    if wanted:
        list(
            Stage.objects.select_for_update()
            .filter(pk__in=wanted)
            .order_by("pk")
            .values_list("pk", flat=True)
        )


def lock_with_stages(session: Session, *stages: Stage | None) -> Session:
    """The stages first, then the session: a fresh, locked copy."""
    held = Session.objects.filter(pk=session.pk).values_list("stage_id", flat=True).first()
    lock_stages([held, *(stage.pk for stage in stages if stage is not None)])
    row = lock_session(session)
    if row.stage_id != held:  # moved between the two looks
        lock_stages([row.stage_id])
    return row


def require_version(row: Any, version: int | None) -> None:
    """EditedMeanwhile when somebody saved after `version` was read. None = the caller does not compare."""
    if version is None or row.version == version:
        return
    last = audit.entries(target=row).first()
    raise EditedMeanwhile(edited_sentence(last.by_name if last else ""), current=row.version)


def require_known(values: Mapping[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    """A copy of the values; a name outside `fields` is a mistake of the caller."""
    unknown = set(values) - fields
    if unknown:
        raise TypeError(f"unknown fields {sorted(unknown)}")
    return dict(values)


def require_same_edition(edition_id: int, rows: Iterable[tuple[str, Any]]) -> None:
    """Refused when a row (field, row) belongs to another edition; None is nobody's."""
    for field, row in rows:
        if row is not None and row.edition_id != edition_id:
            raise Refused(_("That does not belong to this edition."), field=field)


def require_free_stage(row: Session, *, on_purpose: bool = False) -> None:
    """Refused when another session is on this stage at the time. On line it may be, on purpose; a room holds one.

    The caller has locked the stage, so that two editors cannot both find it free.
    """
    found = sessions_in_the_way(row)
    if not found:
        return
    other = found[0]
    if row.stage is None or (row.stage.kind == Stage.Kind.ONLINE and on_purpose):
        return
    facts = {
        "stage": row.stage,
        "other": other,
        "start": local_time(other.starts_at, row),
        "end": local_time(other.ends_at, row),
    }
    if row.stage.kind == Stage.Kind.ONLINE:
        raise Refused(
            _(
                "“%(other)s” is in %(stage)s from %(start)s to %(end)s. "
                "If both shall run there at once, tick “on purpose” and save again."
            )
            % facts,
            field="on_purpose",
        )
    raise Refused(
        _("%(stage)s is taken: “%(other)s” is there from %(start)s to %(end)s. Choose another time or stage.")
        % facts,
        field="stage",
    )


def local_time(at: datetime | None, row: Session) -> str:
    """ "2026-09-04 10:00" on the fair's clock."""
    from zoneinfo import ZoneInfo

    return at.astimezone(ZoneInfo(row.edition.time_zone)).strftime("%Y-%m-%d %H:%M") if at else ""


def readable(value: Any) -> Any:
    """A value as JSON for the audit log and for moves."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [readable(one) for one in value]
    return str(value) if isinstance(value, Model) else value


def differences(row: Model, fresh: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(before, after) of the values that differ, as JSON."""
    changed = {name for name, value in fresh.items() if getattr(row, name) != value}
    before = {name: readable(getattr(row, name)) for name in fresh if name in changed}
    return before, {name: readable(fresh[name]) for name in fresh if name in changed}


def note_session(row: Session) -> None:
    """Tell those who follow: pages, board, index, and open pages of a public one."""
    note_change("programme.session", row.pk, row.edition_id)
    push_room(row)


def bring_up_to_date(given: Row, row: Row) -> Row:
    """Copy every column of the fresh row into the object the caller holds."""
    fields: list[Any] = list(row._meta.concrete_fields)
    for field in fields:
        setattr(given, field.attname, getattr(row, field.attname))
        if field.is_relation and field.is_cached(row):
            field.set_cached_value(given, field.get_cached_value(row))
    return given
