"""Doors of quotations and rates: the two sides alone; a comparison for the buyer; rates for the edition's administrators."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from everfair.base.models import MediaFile
from everfair.deals.models import QuotationFile
from tests.factories import number
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.quotations import make_draft, make_quotation, make_rate, version_of
from tests.house.doors import Door

_MINE, _DESK = "visitor:deals.", "organiser:deals."


def _held(w: Any) -> Any:
    """Of people["visitor"] with the firm of people["owner"]."""
    return make_negotiation(make_inquiry(w.edition, w.people["visitor"]), w.exhibitor)


def _negotiation(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug, "code": _held(w).code}


def _key(quotation: Any) -> dict[str, Any]:
    held = quotation.negotiation
    return {"edition": held.edition.slug, "code": held.code, "quotation": quotation.code}


def _sent(w: Any) -> dict[str, Any]:
    return _key(make_quotation(_held(w), ends_on=timezone.localdate() + timedelta(days=9)))


def _draft(w: Any) -> dict[str, Any]:
    return _key(make_draft(_held(w)))


def _answer(w: Any) -> dict[str, Any]:
    return {**_sent(w), "deed": "counter"}


def _change(w: Any) -> dict[str, Any]:
    return {**_sent(w), "deed": "new-version"}


def _pdf(w: Any) -> dict[str, Any]:
    return {**_sent(w), "number": 1}


def _file(w: Any) -> dict[str, Any]:
    quotation = make_quotation(_held(w))
    file = MediaFile.objects.create(
        kind="document", name="a.pdf", content_type="application/pdf", digest="9" * 64, size=10
    )
    row = QuotationFile.objects.create(version=version_of(quotation), file=file, name="a.pdf")
    return {**_key(quotation), "pk": row.pk}


def _compare(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug, "code": make_inquiry(w.edition, w.people["visitor"]).code}


def _compared(w: Any) -> dict[str, Any]:
    return {**_compare(w), "kind": "csv"}


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _rates(w: Any) -> dict[str, Any]:
    return {**_edition(w), "kind": "csv"}


def _rate(w: Any) -> dict[str, Any]:
    day = timezone.localdate() - timedelta(days=number())  # a pair has one rate a day
    return {**_edition(w), "pk": make_rate(w.edition, on=day).pk}


def _kept(w: Any) -> dict[str, Any]:
    return {**_edition(w), "kept": "forged"}


_TWO: dict[str, Any] = {
    "anonymous": 302, "stranger": 404, "delegation": 404, "reviewer": 404, "administrator": 404
}  # fmt: skip
_FIRM: dict[str, Any] = {**_TWO, "visitor": 404}
_BUYER: dict[str, Any] = {**_TWO, "owner": 404}
_DESK_ALONE: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "owner": 404, "stranger": 404, "delegation": 404, "reviewer": 404
}  # fmt: skip
_DESK_DEED: dict[str, Any] = {**_DESK_ALONE, "method": "post", "administrator": 302}

DOORS: list[Door] = [
    Door(_MINE + "quotation_begin", _negotiation, method="post", **{**_FIRM, "owner": 302}),
    Door(_MINE + "quotation_show", _sent, **_TWO),
    Door(_MINE + "quotation_edit", _draft, **_FIRM),
    Door(_MINE + "quotation_answer", _answer, method="post", data=lambda _w: {"number": 1, "text": "Less."},
         **{**_BUYER, "visitor": 302}),
    Door(_MINE + "quotation_change", _change, method="post", **{**_FIRM, "owner": 302}),
    Door(_MINE + "quotation_pdf", _pdf, **_TWO),
    Door(_MINE + "quotation_file", _file, **{**_TWO, "visitor": 404, "owner": 404}),  # its bytes are not in the store
    Door(_MINE + "quotation_compare", _compare, **_BUYER),
    Door(_MINE + "compare_export", _compared, **_BUYER),
    Door(_DESK + "rate_list", _edition, **_DESK_ALONE),
    Door(_DESK + "rate_export", _rates, **_DESK_ALONE),
    Door(_DESK + "rate_import", _edition, **_DESK_ALONE),
    Door(_DESK + "rate_write", _edition, **_DESK_DEED),
    Door(_DESK + "rate_remove", _rate, **_DESK_DEED),
    Door(_DESK + "rate_restore", _kept, **_DESK_DEED),
]  # fmt: skip
