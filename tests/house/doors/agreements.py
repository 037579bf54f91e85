"""Doors of agreements: people of their parties alone; the organiser opens none. The chain is everybody's."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from everfair.base.models import MediaFile
from everfair.gateways.storage.store import get_store
from tests.factories.agreements import make_agreement
from tests.factories.deals import make_inquiry, make_negotiation
from tests.house.doors import Door

_MINE = "visitor:agreements."
_PUBLIC = "public:agreements."


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _made(w: Any, state: str) -> Any:
    """Between people["visitor"] and the firm of people["owner"]."""
    inquiry = make_inquiry(w.edition, w.people["visitor"])
    return make_agreement(make_negotiation(inquiry, w.exhibitor), state=state)


def _draft(w: Any) -> dict[str, Any]:
    return {**_edition(w), "code": _made(w, "draft").code}


def _offered(w: Any) -> dict[str, Any]:
    return {**_edition(w), "code": _made(w, "offered").code}


def _with_file(w: Any) -> dict[str, Any]:
    agreement = _made(w, "draft")
    kept = get_store().save(b"%PDF-1.7 %%EOF", ".pdf")
    file = MediaFile.objects.create(
        kind="document", name="a.pdf", content_type="application/pdf", digest=kept.digest, size=kept.size
    )
    row = agreement.files.create(file=file, name="a.pdf", sha256=kept.digest)
    return {**_edition(w), "code": agreement.code, "pk": row.pk}


def _recorded(w: Any) -> dict[str, Any]:
    agreement = _made(w, "confirmed")
    kept = get_store().save(b"%PDF-1.7 record %%EOF", ".pdf")
    agreement.record = MediaFile.objects.create(
        kind="document", name="r.pdf", content_type="application/pdf", digest=kept.digest, size=kept.size
    )
    agreement.save()
    return {**_edition(w), "code": agreement.code}


def _new(w: Any) -> dict[str, Any]:
    return _edition(w)


_ALL_IN: dict[str, Any] = {"anonymous": 302}
_MOVED: dict[str, Any] = {
    "anonymous": 302, "visitor": 302, "owner": 302, "stranger": 302, "delegation": 302, "reviewer": 302,
    "administrator": 302,
}  # fmt: skip
_TWO: dict[str, Any] = {
    "anonymous": 302, "stranger": 404, "delegation": 404, "reviewer": 404, "administrator": 404
}  # fmt: skip
_DONE: dict[str, Any] = {**_TWO, "method": "post", "visitor": 302, "owner": 302}
_FIRMS: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "delegation": 404, "reviewer": 404, "administrator": 404
}  # fmt: skip


def _file(_w: Any) -> dict[str, Any]:
    whole = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF"
    return {"files": SimpleUploadedFile("a.pdf", whole, "application/pdf")}


DOORS: list[Door] = [
    Door(_MINE + "agreement_home", **_MOVED),
    Door(_MINE + "agreement_list", _edition, **_ALL_IN),
    Door(_MINE + "agreement_export", lambda w: {**_edition(w), "kind": "csv"}, **_ALL_IN),
    Door(_MINE + "agreement_create", _new, **_FIRMS),  # for firms with a booth
    Door(_MINE + "agreement_show", _offered, **_TWO),
    Door(_MINE + "agreement_edit", _draft, **_TWO),
    Door(_MINE + "party_list", _draft, **_TWO),
    Door(_MINE + "file_add", _draft, data=_file, **_DONE),
    Door(_MINE + "file_show", _with_file, **_TWO),
    Door(_MINE + "file_remove", _with_file, **_DONE),
    Door(_MINE + "record_show", _recorded, **_TWO),
    Door(_MINE + "statement_show", _offered, **_TWO),
    Door(_MINE + "agreement_offer", _draft, data=lambda _w: {"version": "1"}, **_DONE),
    Door(_MINE + "agreement_withdraw", _offered, data=lambda _w: {"reason": "No."}, **_DONE),
    Door(_MINE + "agreement_refuse", _offered, data=lambda _w: {"reason": "No."}, **_DONE),
    Door(_MINE + "agreement_renew", _offered, **_DONE),
    Door(_MINE + "agreement_confirm", _offered, **_TWO),
    Door(_PUBLIC + "chain_show"),
    Door(_PUBLIC + "chain_lines"),
    Door(_PUBLIC + "chain_export", lambda w: {"kind": "csv"}),
]
