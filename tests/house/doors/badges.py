"""Doors of badges: at the organiser's desk, in the person's list, behind the mailed link."""

from typing import Any

from everfair.registration.access import digest_of, secret_of
from everfair.registration.actions.badges import issue_badge
from everfair.registration.actions.batches import start_batch
from everfair.registration.queries.badge_table import BadgeFilters
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.house.doors import ROLES, Door
from tests.house.doors.organiser import DEED, NOBODY, TEAM


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _holder(w: Any) -> Any:
    found = make_badge_holder(make_badge_kind(w.edition))
    found.secret_digest = digest_of(secret_of(found))
    found.save()
    return found


def _person(w: Any) -> dict[str, Any]:
    found = _holder(w)
    issue_badge(found, by=None)
    return _edition(w) | {"code": found.code}


def _own(w: Any) -> dict[str, Any]:
    return _edition(w) | {"secret": secret_of(_holder(w))}


def _wrong(w: Any) -> dict[str, Any]:
    return _edition(w) | {"secret": "nobody-s-secret"}


def _batch(w: Any) -> dict[str, Any]:
    _holder(w)
    return _edition(w) | {"pk": start_batch(w.edition, BadgeFilters(), by=None).pk}


def _key(w: Any) -> dict[str, Any]:
    issue_badge(_holder(w), by=None)
    return _edition(w) | {"number": 1}


REASON = {"data": lambda w: {"reason": "Lost."}}
LINK = dict.fromkeys(ROLES, 200)  # whoever holds the link is the person
GONE = dict.fromkeys(ROLES, 404)

DOORS: list[Door] = [
    Door("organiser:registration.badge_list", _edition, **TEAM),
    Door("organiser:registration.badge_csv", _edition, **NOBODY),
    Door("organiser:registration.badge_xlsx", _edition, **NOBODY),
    Door("organiser:registration.badge_show", _person, **TEAM),
    Door("organiser:registration.badge_issue", _person, **DEED),
    Door("organiser:registration.badge_reissue", _person, **DEED, **REASON),
    Door("organiser:registration.badge_void", _person, **{**DEED, "administrator": 422}),
    Door("organiser:registration.badge_pdf", _person, **NOBODY),
    Door("organiser:registration.badge_renew", _edition, **DEED),
    Door("organiser:registration.batch_list", _edition, **NOBODY),
    Door("organiser:registration.batch_create", _edition, **DEED),
    Door("organiser:registration.batch_show", _batch, **NOBODY),
    Door("organiser:registration.batch_progress", _batch, **NOBODY),
    Door("organiser:registration.batch_file", _batch, **{**NOBODY, "administrator": 404}),  # not made yet
    Door("organiser:registration.batch_carry_on", _batch, **DEED),
    Door("organiser:registration.batch_remove", _batch, **DEED),
    Door("organiser:registration.key_list", _edition, **NOBODY),
    Door("organiser:registration.key_rotate", _edition, **DEED),  # on to the proof of who they are
    Door("organiser:registration.key_distrust", _key, **DEED, **REASON),
    Door("visitor:registration.badge_list", **{**LINK, "anonymous": 302}),
    Door("public:registration.own_badge", _own, **LINK),
    Door("public:registration.own_badge", _wrong, **GONE),
    Door("public:registration.own_badge_pdf", _own, **LINK),
    Door("public:registration.own_badge_pdf", _wrong, **GONE),
    Door("public:registration.own_badge_worker", _own, **LINK),
    Door("public:registration.own_badge_worker", _wrong, **GONE),
    Door("public:registration.own_badge_manifest", _own, **LINK),
    Door("public:registration.own_badge_manifest", _wrong, **GONE),
]
