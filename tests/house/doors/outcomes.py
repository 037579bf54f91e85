"""Doors of outcomes: the registry for everybody, one's own at one's own desk, the rest for those who decide."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from everfair.base.models import MediaFile
from everfair.outcomes.actions.confirming import confirm_outcome
from everfair.outcomes.actions.deciding import publish_outcome, verify_outcome
from everfair.outcomes.models import FIELDS, Evidence, Outcome
from tests.factories.outcomes import make_class, make_outcome
from tests.house.doors import Door
from tests.house.doors.organiser import DEED, NOBODY

_MINE, _DESK, _PUBLIC = "visitor:outcomes.", "organiser:outcomes.", "public:outcomes."


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _file(w: Any) -> dict[str, Any]:
    return {**_edition(w), "kind": "csv"}


def _outcome(w: Any) -> Outcome:
    """Of people["owner"]'s firm alone, so that nobody else is a party."""
    make_class(w.edition)
    return make_outcome(w.edition, firms=[w.exhibitor])


def _own(w: Any) -> dict[str, Any]:
    return {**_edition(w), "code": _outcome(w).code}


def _evidence(outcome: Outcome) -> Evidence:
    file = MediaFile.objects.create(
        kind="document", name="a.pdf", content_type="application/pdf", digest="0" * 64, size=10
    )
    return Evidence.objects.create(outcome=outcome, name="Paper", file=file, sha256="0" * 64)


def _own_file(w: Any) -> dict[str, Any]:
    outcome = _outcome(w)
    return {**_edition(w), "code": outcome.code, "pk": _evidence(outcome).pk}


def _published(w: Any, with_file: bool = False) -> dict[str, Any]:
    outcome = _outcome(w)
    row = _evidence(outcome) if with_file else None
    party = outcome.parties.get()
    confirm_outcome(party, FIELDS, by=w.people["owner"])
    outcome.refresh_from_db()
    by = w.people["administrator"]
    publish_outcome(verify_outcome(outcome, by=by), by=by)
    return {**_edition(w), "code": outcome.code} | ({"pk": row.pk} if row is not None else {})


def _permanent(w: Any) -> dict[str, Any]:
    return {"code": _published(w)["code"]}


def _public_file(w: Any) -> dict[str, Any]:
    return _published(w, with_file=True)


def _confirmed(w: Any) -> dict[str, Any]:
    outcome = _outcome(w)
    confirm_outcome(outcome.parties.get(), FIELDS, by=w.people["owner"])
    return {**_edition(w), "code": outcome.code}


def _list(_w: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("a.csv", b"year,dimension,code,count\n2020,class,deal,240\n")}


def _delegation(w: Any) -> dict[str, Any]:
    return {"code": w.delegation.code}


_IN = {"anonymous": 302}
_ONLY_OWNER: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "stranger": 404, "delegation": 404, "reviewer": 404, "administrator": 404
}  # fmt: skip
_POST_OWNER: dict[str, Any] = {"method": "post", "owner": 302, **_ONLY_OWNER}
_TEAM_OF_DELEGATION: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "owner": 404, "stranger": 404, "reviewer": 404
}  # fmt: skip
_LINK = {"what": "link", "name": "Paper", "url": "https://a.example/"}

DOORS: list[Door] = [
    Door(_PUBLIC + "outcome_list", _edition),
    Door(_PUBLIC + "rules", _edition),
    Door(_PUBLIC + "open_data", _file),
    Door(_PUBLIC + "outcome_show", _published),
    Door(_PUBLIC + "outcome_json", _published),
    # its bytes are not in the store of this test: nobody gets more than "not there"
    Door(_PUBLIC + "evidence_file", _public_file, anonymous=404, visitor=404, owner=404, stranger=404, delegation=404,
         reviewer=404, administrator=404),
    Door("outcome_permanent", _permanent, anonymous=302, visitor=302, owner=302, stranger=302, delegation=302,
         reviewer=302, administrator=302),
    Door(_MINE + "outcome_home", anonymous=302, visitor=302, owner=302, stranger=302, delegation=302, reviewer=302,
         administrator=302),
    Door(_MINE + "outcome_list", _edition, **_IN),
    Door(_MINE + "outcome_export", _file, **_IN),
    Door(_MINE + "outcome_create", _edition, **_IN),
    *(Door(_MINE + f"outcome_{name}", _own, **_ONLY_OWNER) for name in ("show", "edit", "parties")),
    Door(_MINE + "outcome_do", _own, data=lambda _w: _LINK, **_POST_OWNER),
    Door(_MINE + "outcome_files", _own, **_POST_OWNER),
    Door(_MINE + "outcome_file", _own_file, **{**_ONLY_OWNER, "owner": 404}),
    Door(_DESK + "outcome_list", _edition, **NOBODY),
    Door(_DESK + "outcome_export", _file, **NOBODY),
    Door(_DESK + "outcome_create", _edition, **NOBODY),
    Door(_DESK + "outcome_publish", _edition, **DEED),
    Door(_DESK + "press_list", _edition, **NOBODY),
    Door(_DESK + "press_export", _file, **NOBODY),
    Door(_DESK + "totals_show", _edition, **NOBODY),
    Door(_DESK + "totals_export", _file, **NOBODY),
    Door(_DESK + "earlier_import", _edition, data=_list, **DEED),
    Door(_DESK + "earlier_remove", _edition, data=lambda _w: {"year": "2020"}, **DEED),
    Door(_DESK + "follow_up_list", _edition, **NOBODY),
    Door(_DESK + "follow_up_ask", _edition, **DEED),
    *(Door(_DESK + f"outcome_{name}", _confirmed, **NOBODY) for name in ("show", "edit", "parties")),
    Door(_DESK + "outcome_decide", _confirmed, data=lambda _w: {"what": "verify"}, **DEED),
    Door(_DESK + "outcome_do", _confirmed, data=lambda _w: _LINK, **DEED),
    Door(_DESK + "outcome_files", _confirmed, **DEED),
    Door(_DESK + "outcome_file", _own_file, **{**NOBODY, "administrator": 404}),
    Door(_DESK + "delegation_outcomes", _delegation, **_TEAM_OF_DELEGATION),
    Door(_DESK + "delegation_export", lambda w: {**_delegation(w), "kind": "csv"}, **_TEAM_OF_DELEGATION),
]  # fmt: skip
