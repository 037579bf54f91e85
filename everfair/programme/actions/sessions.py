"""Makes, changes and moves sessions. States, seats and materials are elsewhere; rights are asked before, by access."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line, clean_line_words, clean_text_words
from everfair.exhibition.actions.guards import (
    clean_languages,
    require_name,
    require_web_address,
    validate_fields,
)
from everfair.fair.models import Edition
from everfair.programme.actions.guards import (
    EVENT,
    bring_up_to_date,
    differences,
    lock_stages,
    lock_with_stages,
    note_session,
    require_free_stage,
    require_known,
    require_same_edition,
    require_version,
)
from everfair.programme.actions.moves import facts_of, note_move
from everfair.programme.actions.waiting import move_up
from everfair.programme.models import Session, SessionSpeaker, Speaker, Stage

FIELDS = frozenset(
    {
        "title", "subtitle", "abstract", "kind", "stage", "track", "sectors", "starts_at", "ends_at", "format",
        "language", "interpretation", "seats", "has_waiting_list", "exhibitor", "delegation", "host_name",
        "live_url", "replay_url", "questions_open", "source", "external_id", "carried", "speakers",
    }
)  # fmt: skip
MAY_BE_EMPTY = frozenset({"interpretation", "carried"})  # an empty list is an answer; cleaned before
NOT_COLUMNS = frozenset({"sectors", "speakers"})
TIMED = frozenset({"starts_at", "ends_at", "stage"})
LONGEST = timedelta(days=14)
MOST_SPEAKERS = 60
CLEANERS: Mapping[str, Any] = {
    "title": clean_line_words,
    "subtitle": clean_line_words,
    "host_name": clean_line_words,
    "abstract": clean_text_words,
    "track": clean_line,
}


def save_session(
    edition: Edition,
    session: Session | None,
    values: Mapping[str, Any],
    *,
    by: Any,
    version: int | None = None,
    on_purpose: bool = False,
    state: str = Session.State.DRAFT,
) -> Session:
    """Make a session (in `state`, a draft) or change the named fields of one; see FIELDS.

    `sectors`: rows; `speakers`: (Speaker, role) in order; `starts_at`, `ends_at`: aware. `version` is what the
    editor started from, None = do not compare. A stage that is taken is Refused; in an on-line room two sessions may
    run at once with `on_purpose`. When a public session's time or stage changes, people who kept it are told.
    """
    fresh = _cleaned(edition, require_known(values, FIELDS))
    with transaction.atomic():
        if session is None:
            lock_stages([fresh["stage"].pk if fresh.get("stage") else None])
            row = Session(edition=edition, state=state, proposed_by_id=getattr(by, "pk", None))
        else:
            row = lock_with_stages(session, fresh.get("stage"))
            require_version(row, version)
        return _write(session, row, fresh, by=by, on_purpose=on_purpose)


def move_session(
    session: Session,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    stage: Stage | None,
    by: Any,
    version: int | None = None,
    on_purpose: bool = False,
) -> Session:
    """Give a session another time or stage; those who kept a public one are told."""
    values = {"starts_at": starts_at, "ends_at": ends_at, "stage": stage}
    return save_session(session.edition, session, values, by=by, version=version, on_purpose=on_purpose)


def _write(
    given: Session | None, row: Session, fresh: dict[str, Any], *, by: Any, on_purpose: bool
) -> Session:
    is_new = given is None
    columns = {name: value for name, value in fresh.items() if name not in NOT_COLUMNS}
    placed = facts_of(row)
    before, after = differences(row, columns)
    for name, value in columns.items():
        setattr(row, name, value)
    _check(row, columns, before)
    if is_new or TIMED & set(after):
        require_free_stage(row, on_purpose=on_purpose)
    if is_new:
        row.save(force_insert=True)
    lists_before, lists_after = _save_lists(row, fresh)
    before, after = {**before, **lists_before}, {**after, **lists_after}
    if not is_new:
        if not after:
            return bring_up_to_date(given, row) if given is not None else row
        row.version += 1
        row.changed_at = timezone.now()
        row.save()
        note_move(row, placed, by=by)
        move_up(row)
    event = EVENT + ("created" if is_new else "saved")
    audit.record(event, row, by=by, edition_id=row.edition_id, before={} if is_new else before, after=after)
    note_session(row)
    return bring_up_to_date(given, row) if given is not None else row


def _cleaned(edition: Edition, fresh: dict[str, Any]) -> dict[str, Any]:
    """Texts cleaned, languages and addresses checked; nothing is read from the row."""
    for name, clean in CLEANERS.items():
        if name in fresh:
            fresh[name] = clean(fresh[name] or ("" if name == "track" else {}))
    for name in ("live_url", "replay_url"):
        if name in fresh:
            fresh[name] = require_web_address(fresh[name] or "", name)
    if "language" in fresh:
        fresh["language"] = next(iter(clean_languages([fresh["language"] or ""], "language")), "")
    if "interpretation" in fresh:
        fresh["interpretation"] = clean_languages(fresh["interpretation"] or (), "interpretation")
    own = [(name, fresh.get(name)) for name in ("kind", "stage", "exhibitor", "delegation")]
    own += [("sectors", sector) for sector in fresh.get("sectors") or ()]
    own += [("speakers", speaker) for speaker, _role in fresh.get("speakers") or ()]
    require_same_edition(edition.pk, own)
    return fresh


def _check(row: Session, columns: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    require_name(row.title, "title", _("The title"))
    validate_fields(row, set(columns) - MAY_BE_EMPTY)
    if (row.starts_at is None) != (row.ends_at is None):
        raise Refused(
            _("A session has both a beginning and an end, or neither yet."),
            field="starts_at" if row.starts_at is None else "ends_at",
        )
    if row.starts_at is not None and row.ends_at is not None:
        if row.ends_at <= row.starts_at:
            raise Refused(
                _("The session ends before it begins. Set an end after the beginning."), field="ends_at"
            )
        if row.ends_at - row.starts_at > LONGEST:
            raise Refused(
                _("A session lasts %(days)d days at most.") % {"days": LONGEST.days}, field="ends_at"
            )
    elif row.is_public:
        raise Refused(
            _("A public session needs its time. Cancel it if it does not take place."), field="starts_at"
        )
    if row.is_public and row.stage is None and "stage" in changed:
        raise Refused(_("A public session needs a stage or an on-line room."), field="stage")
    _check_seats(row, changed)
    if row.exhibitor_id and row.delegation_id:
        raise Refused(_("Either an exhibitor or a delegation hosts a session, not both."), field="delegation")


def _check_seats(row: Session, changed: Mapping[str, Any]) -> None:
    if row.seats is None:
        return
    if row.seats < row.seats_taken:
        raise Refused(
            _("%(taken)d seats are taken already. Fewer cannot be offered.") % {"taken": row.seats_taken},
            field="seats",
        )
    stage = row.stage
    if stage is None or stage.kind == Stage.Kind.ONLINE or stage.seats is None:
        return
    if row.seats > stage.seats and {"seats", "stage"} & set(changed):
        raise Refused(
            _("%(stage)s has %(count)d seats. Offer at most as many, or choose a larger stage.")
            % {"stage": stage, "count": stage.seats},
            field="seats",
        )


def _save_lists(row: Session, fresh: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sectors and speakers; (before, after) by name where they differ."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    if "sectors" in fresh:
        wanted = {sector.pk: sector for sector in fresh["sectors"] or ()}
        held = {sector.pk: sector for sector in row.sectors.all()}
        if set(held) != set(wanted):
            row.sectors.set(list(wanted))
            before["sectors"] = [str(one) for one in held.values()]
            after["sectors"] = [str(one) for one in wanted.values()]
    if "speakers" in fresh:
        old = [(part.speaker_id, part.role) for part in row.parts.all()]
        new = _each_once(fresh["speakers"] or ())
        if old != [(speaker.pk, role) for speaker, role in new]:
            before["speakers"] = [str(part.speaker) for part in row.parts.select_related("speaker")]
            after["speakers"] = [str(speaker) for speaker, _role in new]
            _replace_parts(row, new)
    return before, after


def _each_once(parts: Iterable[tuple[Speaker, str]]) -> list[tuple[Speaker, str]]:
    found: dict[int, tuple[Speaker, str]] = {}
    for speaker, role in parts:
        if role not in SessionSpeaker.Role.values:
            raise Refused(_("Choose the speaker's part from the list."), field="speakers")
        found.setdefault(speaker.pk, (speaker, role))
    if len(found) > MOST_SPEAKERS:
        raise Refused(
            _("A session has at most %(count)d speakers.") % {"count": MOST_SPEAKERS}, field="speakers"
        )
    return list(found.values())


def _replace_parts(row: Session, parts: Sequence[tuple[Speaker, str]]) -> None:
    row.parts.all().delete()
    SessionSpeaker.objects.bulk_create(
        SessionSpeaker(session=row, speaker=speaker, role=role, position=position)
        for position, (speaker, role) in enumerate(parts)
    )
