"""Who is told what about sessions, in which words and language. Sending is the mail gateway's work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from everfair.base.languages import pick
from everfair.exhibition.notices import editors_of
from everfair.gateways import mail
from everfair.people.models import User
from everfair.people.notices import address
from everfair.programme.models import Seat, Session

TOLD_STATES = frozenset({"changes_asked", "confirmed", "rejected", "published", "cancelled"})


def people_who_kept(session: Session) -> QuerySet[User]:
    """Everybody with a bookmark, a seat or a place on the waiting list, each once."""
    seated = Q(seats__session=session, seats__state__in=(Seat.State.HELD, Seat.State.WAITING))
    found = User.objects.filter(Q(bookmarks__session=session) | seated, is_active=True)
    return User.objects.filter(pk__in=found.values("pk")).order_by("pk")


def tell_of_move(session: Session, before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """Tell them where and when it is now, or that it is cancelled, or on again. Letters queued."""
    count, was, now = 0, before["state"], after["state"]
    for person in people_who_kept(session).iterator(chunk_size=500):
        context = _context(session, person)
        context |= {
            "before": _when_where(before, session, person.language),
            "after": _when_where(after, session, person.language),
            "is_cancelled": now == "cancelled",
            "is_withdrawn": now not in Session.PUBLIC_STATES,
            "is_on_again": was == "cancelled" or was not in Session.PUBLIC_STATES,
            "reason": session.reason if now == "cancelled" else "",
        }
        mail.send(person.email, "programme/moved", context, person.language)
        count += 1
    return count


def tell_of_seat(session: Session, person: User) -> None:
    """Tell somebody on the waiting list that they have a seat now."""
    mail.send(person.email, "programme/seat", _context(session, person), person.language)


def hosts_of(session: Session) -> list[User]:
    """Who answers for the session: the exhibitor's owners and editors, or the delegation's people."""
    found: dict[int, User] = {}
    if session.exhibitor is not None:
        found |= {person.pk: person for person in editors_of(session.exhibitor)}
    if session.delegation_id:
        members = User.objects.filter(delegation_roles__delegation_id=session.delegation_id, is_active=True)
        found |= {person.pk: person for person in members.order_by("pk")}
    return list(found.values())


def tell_host(session: Session, before: str, reason: str, *, by: Any) -> None:
    """Tell the host's people, except the one who did it, what was decided, and why."""
    if session.state not in TOLD_STATES or not (session.exhibitor_id or session.delegation_id):
        return
    for person in hosts_of(session):
        if person.pk == getattr(by, "pk", None):
            continue
        context = _context(session, person)
        context |= {"state": session.state, "before": before, "reason": reason}
        context["desk_url"] = _desk_address(session, person.language)
        mail.send(person.email, "programme/state", context, person.language)


def _context(session: Session, person: User) -> dict[str, object]:
    facts = {
        "starts_at": session.starts_at.isoformat() if session.starts_at else None,
        "ends_at": session.ends_at.isoformat() if session.ends_at else None,
        "stage": session.stage.name if session.stage else {},
    }
    return {
        "name": person.name,
        "session": pick(session.title, person.language),
        "edition_name": pick(session.edition.name, person.language),
        "when": _when_where(facts, session, person.language),
        "url": _page_address(session, person.language),
    }


def _page_address(session: Session, language: str) -> str:
    """The session's public page; "" while it has none."""
    if not session.is_public:
        return ""
    slug = session.edition.slug
    return address("public:programme.session", language, edition=slug, address=session.address)


def _desk_address(session: Session, language: str) -> str:
    """Where the host works on its sessions."""
    if session.exhibitor is not None:
        return address("exhibitor:programme.session_list", language, code=session.exhibitor.code)
    if session.delegation is not None:
        return address("organiser:programme.delegation_session_list", language, code=session.delegation.code)
    return ""


def _when_where(facts: Mapping[str, Any], session: Session, language: str) -> dict[str, object]:
    """{"start", "end" (aware, on the fair's clock), "stage", "zone"} for the letter's words."""
    zone = ZoneInfo(session.edition.time_zone)
    start, end = (
        datetime.fromisoformat(facts[name]).astimezone(zone).replace(tzinfo=None) if facts.get(name) else None
        for name in ("starts_at", "ends_at")
    )  # naive: a template would turn it to another clock
    return {"start": start, "end": end, "stage": pick(facts.get("stage"), language), "zone": zone.key}
