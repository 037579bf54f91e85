"""Doors of leads: the exhibitor's own people and nobody else, the organiser least of all; the visitor on their side."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from everfair.leads.models import Lead, LeadQuestion, LeadScan
from everfair.registration.access import digest_of, secret_of
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.house.doors import Door

_DESK, _MINE = "exhibitor:leads.", "visitor:leads."


def _code(world: Any) -> dict[str, Any]:
    return {"code": world.exhibitor.code}


def _new_lead(world: Any) -> Lead:
    """A lead about people["visitor"], whose registration has a link."""
    registration = make_badge_holder(make_badge_kind(world.edition), user=world.people["visitor"])
    registration.secret_digest = digest_of(secret_of(registration))
    registration.save()
    now = timezone.now()
    return Lead.objects.create(
        exhibitor=world.exhibitor, registration=registration, taken_at=now, is_shared=True,
        expires_on=now.date() + timedelta(days=9),
    )  # fmt: skip


def _lead(world: Any) -> dict[str, Any]:
    return {**_code(world), "lead": _new_lead(world).code}


def _scan(world: Any) -> dict[str, Any]:
    lead = _new_lead(world)
    scan = LeadScan.objects.create(
        exhibitor=world.exhibitor,
        lead=lead,
        key=lead.code,
        scanned_at=lead.taken_at,
        differs={"interest": "hot"},
    )
    return {**_code(world), "lead": lead.code, "pk": scan.pk}


def _question(world: Any) -> dict[str, Any]:
    question = LeadQuestion.objects.create(exhibitor=world.exhibitor, label={"en": "When?"})
    return {**_code(world), "question": question.code}


def _mine(world: Any) -> dict[str, Any]:
    return {"lead": _new_lead(world).code}


def _link(world: Any) -> dict[str, Any]:
    return {"edition": world.edition.slug, "secret": secret_of(_new_lead(world).registration)}


def _linked(world: Any) -> dict[str, Any]:
    lead = _new_lead(world)
    return {"edition": world.edition.slug, "secret": secret_of(lead.registration), "lead": lead.code}


def _own(name: str, kwargs: Any = _code, owner: int = 200, **more: Any) -> Door:
    """A page of the exhibitor's people only."""
    return Door(
        _DESK + name, kwargs, anonymous=302, visitor=404, owner=owner, stranger=404, delegation=404,
        reviewer=404, administrator=404, **more,
    )  # fmt: skip


def _all(status: int, **more: Any) -> dict[str, Any]:
    roles = ("anonymous", "visitor", "owner", "stranger", "delegation", "reviewer", "administrator")
    return {**dict.fromkeys(roles, status), **more}


DOORS: list[Door] = [
    Door(_DESK + "lead_home", anonymous=302, owner=302, stranger=302),
    _own("lead_list"),
    _own("lead_export", lambda world: {**_code(world), "kind": "csv"}),
    _own("scan_create"),
    _own("scan_send"),
    _own("scan_worker"),
    _own("team_show"),
    _own("question_list"),
    _own("question_create"),
    _own("question_edit", _question),
    _own("question_move", _question, 302, method="post"),
    _own("question_retire", _question, 302, method="post"),
    _own("lead_edit", _lead),
    _own("lead_card", _lead),
    _own("scan_settle", _scan, 302, method="post"),
    Door(_MINE + "scan_list", anonymous=302),
    Door(_MINE + "lead_share", _mine, method="post", **_all(404, anonymous=302, visitor=302)),
    Door(_MINE + "lead_withdraw", _mine, method="post", **_all(404, anonymous=302, visitor=302)),
    Door(_MINE + "link_list", _link),  # whoever holds the mailed link
    Door(_MINE + "link_share", _linked, method="post", **_all(302)),
    Door(_MINE + "link_withdraw", _linked, method="post", **_all(302)),
]
