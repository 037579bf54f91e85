"""Doors of registration: the public way in, the page behind a mailed link, the desk, groups of delegations and firms."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from everfair.registration.access import digest_of, secret_of
from everfair.registration.actions.lists import register_list
from everfair.registration.models import DuplicatePair, RegistrationInvitation
from tests.factories.registration import make_kind, make_registration
from tests.house.doors import Door
from tests.house.doors.organiser import DEED, NOBODY, TEAM

EVERYBODY_DOES = dict.fromkeys(
    ("anonymous", "visitor", "owner", "stranger", "delegation", "reviewer", "administrator"), 302
)


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _kind(w: Any) -> Any:
    held = w.edition.badge_kinds.filter(code="guests").first()
    question = {"code": "part", "label": {"en": "Part?"}, "kind": "text"}
    return held or make_kind(w.edition, code="guests", questions=[question], per_firm=9, per_delegation=9)


def _kind_code(w: Any) -> dict[str, Any]:
    return _edition(w) | {"kind": _kind(w).code}


def _question(w: Any) -> dict[str, Any]:
    return _kind_code(w) | {"code": "part"}


def _secret(w: Any) -> dict[str, Any]:
    return _edition(w) | {"secret": secret_of(make_registration(_kind(w)))}


def _code(w: Any) -> dict[str, Any]:
    return _edition(w) | {"code": make_registration(_kind(w)).code}


def _own_code(w: Any) -> dict[str, Any]:
    return {"code": make_registration(make_kind(w.edition), email="visitor@example.org").code}


def _invitation(w: Any, secret: str = "a-secret") -> RegistrationInvitation:
    RegistrationInvitation.objects.all().delete()
    return RegistrationInvitation.objects.create(
        edition=w.edition, kind=_kind(w), email="guest@example.org", secret_digest=digest_of(secret),
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip


def _invited(w: Any) -> dict[str, Any]:
    _invitation(w)
    return _edition(w) | {"secret": "a-secret"}


def _invitation_pk(w: Any) -> dict[str, Any]:
    return _edition(w) | {"pk": _invitation(w).pk}


def _pair(w: Any) -> dict[str, Any]:
    first, second = make_registration(_kind(w)), make_registration(_kind(w))
    pair = DuplicatePair.objects.create(edition=w.edition, first=first, second=second, reason="near_name")
    return _edition(w) | {"pk": pair.pk}


def _list(w: Any) -> dict[str, Any]:
    run = register_list(w.edition, [b"Name\nAda\n"], "people.csv", kind=_kind(w), by=None)
    return _edition(w) | {"pk": run.pk}


def _delegation(w: Any) -> dict[str, Any]:
    return {"code": w.delegation.code}


def _delegations_person(w: Any) -> dict[str, Any]:
    row = make_registration(_kind(w), source="group", delegation=w.delegation)
    return _delegation(w) | {"person": row.code}


def _firm(w: Any) -> dict[str, Any]:
    return {"code": w.exhibitor.code}


def _firms_person(w: Any) -> dict[str, Any]:
    return _firm(w) | {"person": make_registration(_kind(w), organisation=w.organisation).code}


def _page(name: str, kwargs: Any = _edition, **more: Any) -> Door:
    return Door(f"organiser:registration.{name}", kwargs, **(NOBODY | more))


def _deed(name: str, kwargs: Any = _edition, **more: Any) -> Door:
    return Door(f"organiser:registration.{name}", kwargs, **(DEED | more))


def _read(name: str, kwargs: Any = _edition) -> Door:
    return Door(f"organiser:registration.{name}", kwargs, **TEAM)


FIRM = NOBODY | {"owner": 200}
DOORS: list[Door] = [
    Door("public:registration.kind_list", _edition),
    Door("public:registration.register", _kind_code),
    Door("public:registration.link_again", _edition),
    Door("public:registration.own_show", _secret),
    Door("public:registration.own_change", _secret),
    Door("public:registration.own_questions", _secret),
    Door("public:registration.own_questions", _secret, **EVERYBODY_DOES, method="post", data=lambda _w: {"skip": "1"}),
    Door("public:registration.own_consents", _secret, **EVERYBODY_DOES, method="post"),
    Door("public:registration.own_cancel", _secret, **EVERYBODY_DOES, method="post"),
    Door("public:registration.own_export", _secret),
    Door("public:registration.invited", _invited),
    Door(
        "visitor:registration.registration_show", _own_code, anonymous=302, visitor=302, owner=404, stranger=404,
        delegation=404, reviewer=404, administrator=404,
    ),
    Door("exhibitor:registration.staff_list", _firm, **FIRM),
    Door("exhibitor:registration.staff_cancel", _firms_person, **(DEED | {"owner": 302})),
    _page("delegation_people", _delegation, delegation=200),
    _deed("delegation_person_cancel", _delegations_person, delegation=302),
    _read("registration_list"),
    _read("registration_csv"),
    _read("registration_xlsx"),
    _read("registration_show", _code),
    _deed("registration_change"),
    _deed("registration_undo", lambda w: _edition(w) | {"key": "abc"}),
    _page("registration_create", _kind_code),
    _page("registration_edit", _code),
    _deed("registration_decide", _code, data=lambda w: {"deed": "cancel"}),
    _deed("registration_letter", _code),
    _page("badge_kind_list"),
    _page("badge_kind_edit", _kind_code),
    _page("badge_question_edit", _question),
    _deed("badge_question_move", _question),
    _deed("badge_question_remove", _question),
    _page("invitation_list"),
    _page("invitation_create"),
    _deed("invitation_resend", _invitation_pk),
    _deed("invitation_withdraw", _invitation_pk),
    _page("duplicate_list"),
    _deed("duplicate_find"),
    _page("duplicate_show", _pair),
    _deed("duplicate_decide", _pair),
    _deed("duplicate_undo", _pair),
    _page("list_list"),
    _page("list_create"),
    _page("list_show", _list),
    _page("list_map", _list),
    _page("list_progress", _list),
    _page("list_problems", _list),
    _deed("list_apply", _list),
    _deed("list_carry_on", _list),
    _deed("list_stop", _list),
    _deed("list_clear", _list),
]  # fmt: skip
