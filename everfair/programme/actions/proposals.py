"""The call for sessions, and what exhibitors and delegations propose. Deciding about it is state.py's work."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.base.texts import clean_text_words
from everfair.exhibition.actions.guards import validate_fields
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Delegation, Edition
from everfair.programme.actions.guards import (
    differences,
    lock_with_stages,
    require_known,
    require_version,
)
from everfair.programme.actions.sessions import save_session
from everfair.programme.actions.speakers import save_speaker
from everfair.programme.actions.state import change_state
from everfair.programme.models import Call, Session, SessionSpeaker, Speaker

Host = Exhibitor | Delegation
CALL_FIELDS = frozenset({"text", "opens_at", "closes_at", "most_per_host"})
PROPOSAL_FIELDS = frozenset(
    {
        "title", "subtitle", "abstract", "kind", "sectors", "format", "language", "interpretation", "seats",
        "starts_at", "ends_at", "people",
    }
)  # fmt: skip
COUNTED = ("proposed", "changes_asked", "confirmed", "published", "live", "ended")
OPEN_TO_HOST = frozenset({"proposed", "changes_asked"})
SHOWING = frozenset({"accepted", "published"})
MOST_PEOPLE = 20


def save_call(edition: Edition, values: Mapping[str, Any], *, by: Any, version: int | None = None) -> Call:
    """Open the edition's call for sessions, or change it; see CALL_FIELDS."""
    fresh = require_known(values, CALL_FIELDS)
    if "text" in fresh:
        fresh["text"] = clean_text_words(fresh["text"])
    with transaction.atomic():
        held = Call.objects.select_for_update().filter(edition=edition).first()
        row = held or Call(edition=edition)
        if held is not None:
            require_version(row, version)
        before, after = differences(row, fresh)
        for name, value in fresh.items():
            setattr(row, name, value)
        validate_fields(row, {*fresh, "closes_at"})
        if row.closes_at <= row.opens_at:
            raise Refused(_("The call closes before it opens. Set a later end."), field="closes_at")
        if held is not None and not after:
            return row
        row.version += 0 if held is None else 1
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise Refused(_("Somebody else has just opened the call. Load the page again.")) from error
        event = "programme.call." + ("opened" if held is None else "saved")
        audit.record(
            event, row, by=by, edition_id=edition.pk, before={} if held is None else before, after=after
        )
    return row


def propose_session(
    host: Host, values: Mapping[str, Any], *, by: Any, now: datetime | None = None
) -> Session:
    """Propose a session for an exhibitor or a delegation; see PROPOSAL_FIELDS.

    `people`: [{"name", "title", "organisation_name": Words, "role", "code": "" for somebody new}]. Times are wishes.
    Refused when no call is open, the host has proposed enough, or the exhibitor was not accepted yet.
    """
    now = now or timezone.now()
    fresh = require_known(values, PROPOSAL_FIELDS)
    people = fresh.pop("people", ())
    is_firm = isinstance(host, Exhibitor)
    with transaction.atomic():
        _require_open(host, now)
        fresh["exhibitor" if is_firm else "delegation"] = host
        session = save_session(host.edition, None, fresh, by=by, state=Session.State.PROPOSED)
        _save_people(session, people, by=by)
    return session


def save_proposal(
    session: Session,
    values: Mapping[str, Any],
    *,
    by: Any,
    version: int | None = None,
    send: bool = False,
) -> Session:
    """The host changes its own proposal while it is undecided; `send` answers the changes asked for.

    Raises EditedMeanwhile, or Refused once the programme team has decided.
    """
    fresh = require_known(values, PROPOSAL_FIELDS)
    people = fresh.pop("people", None)
    with transaction.atomic():
        row = lock_with_stages(session)
        if row.state not in OPEN_TO_HOST:
            raise Refused(
                _("The programme team has decided about this session. Write to them to have it changed.")
            )
        save_session(row.edition, session, fresh, by=by, version=version)
        if people is not None:
            _save_people(session, people, by=by)
        if send and session.state == Session.State.CHANGES_ASKED:
            change_state(session, Session.State.PROPOSED, by=by, roles=("host",))
    return session


def withdraw_proposal(session: Session, *, by: Any, reason: str = "") -> Session:
    """The host takes an undecided proposal back."""
    return change_state(session, Session.State.CANCELLED, by=by, reason=reason, roles=("host",))


def save_links(
    session: Session, *, live_url: str, replay_url: str, by: Any, version: int | None = None
) -> Session:
    """The host of a confirmed session sets where it can be watched live and afterwards."""
    values = {"live_url": live_url, "replay_url": replay_url}
    return save_session(session.edition, session, values, by=by, version=version)


def _require_open(host: Host, now: datetime) -> None:
    """Under a lock on the call, so that two tabs cannot both send a host's last proposal."""
    if isinstance(host, Exhibitor) and host.state not in SHOWING:
        raise Refused(_("You can propose sessions once your booth is accepted."))
    call = Call.objects.select_for_update().filter(edition_id=host.edition_id).first()
    if call is None or now < call.opens_at:
        raise Refused(_("The call for sessions is not open yet."))
    if now > call.closes_at:
        raise Refused(_("The call for sessions is closed. Write to the programme team."))
    found = Session.objects.filter(edition_id=host.edition_id, state__in=COUNTED)
    found = found.filter(exhibitor=host) if isinstance(host, Exhibitor) else found.filter(delegation=host)
    if found.count() >= call.most_per_host:
        sentence = ngettext(
            "Each host may propose %(count)d session, and you have. Take it back first.",
            "Each host may propose %(count)d sessions, and you have. Take one back first.",
            call.most_per_host,
        )
        raise Refused(sentence % {"count": call.most_per_host})


def _save_people(session: Session, people: Sequence[Mapping[str, Any]], *, by: Any) -> None:
    """The host's speakers: made, changed where they are its own alone, taken out."""
    if len(people) > MOST_PEOPLE:
        raise Refused(_("A proposal has at most %(count)d speakers.") % {"count": MOST_PEOPLE})
    held = {part.speaker.code: part.speaker for part in session.parts.select_related("speaker")}
    parts: list[tuple[Speaker, str]] = []
    for person in people:
        values = {name: person[name] for name in ("name", "title", "organisation_name") if name in person}
        speaker = held.pop(str(person.get("code") or ""), None)
        if speaker is None or _is_only_here(speaker, session):
            speaker = save_speaker(session.edition, speaker, values, by=by)
        parts.append((speaker, person.get("role") or SessionSpeaker.Role.SPEAKER))
    save_session(session.edition, session, {"speakers": parts}, by=by)
    for speaker in held.values():
        if not speaker.parts.exists() and not speaker.source:
            speaker.delete()


def _is_only_here(speaker: Speaker, session: Session) -> bool:
    """Whether nobody else's session shows this speaker: only then its host may change their words."""
    return not speaker.parts.exclude(session=session).exists()
