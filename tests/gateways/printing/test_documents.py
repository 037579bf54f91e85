"""Documents are set from data: any script, as many pages as needed, the same bytes again; words never become markup."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from everfair.gateways.printing import CannotSet, set_document

NOW = datetime(2026, 9, 4, 2, 0, tzinfo=UTC)


def data(lines: int = 3, **extra: Any) -> dict[str, Any]:
    row = {"text": "Cold storage 冷库", "quantity": "100 m³", "price": "12.50", "amount": "1,250.00"}
    return {
        "language": "en", "title": "Cold chain", "fair": "Harbourlight 2026", "number_line": "Quotation K7", "state": "accepted",
        "parties": [{"label": "From", "name": "长城物流", "detail": "China"}, {"label": "To", "name": "A buyer", "detail": ""}],
        "facts": [{"label": "Valid until", "value": "4 October 2026"}],
        "columns": ["No.", "What", "Quantity", "Price for one", "Amount"],
        "lines": [{"position": str(number), **row} for number in range(lines)],
        "total_label": "Total", "total": "CNY 3,750.00", "texts": [{"label": "Terms", "text": "Net.\n\nمرحبا"}],
        "note": "Rounded.", "digest_label": "SHA-256", "digest": "0" * 64, **extra,
    }  # fmt: skip


def pages(pdf: bytes) -> int:
    return max(int(found) for found in re.findall(rb"/Count (\d+)", pdf))


def test_the_same_data_gives_the_same_bytes() -> None:
    first = set_document("quotation", data(), now=NOW)
    assert first.startswith(b"%PDF")
    assert set_document("quotation", data(), now=NOW) == first
    assert set_document("quotation", data(title="Another"), now=NOW) != first


def test_a_hundred_lines_run_over_several_pages() -> None:
    assert pages(set_document("quotation", data(lines=1), now=NOW)) == 1
    assert pages(set_document("quotation", data(lines=100), now=NOW)) > 2


def test_words_never_become_markup() -> None:
    nasty = '#pagebreak() \\ *x* $1/0$ #read("/etc/passwd") `a` "quoted" <label> @ref // no'
    pdf = set_document(
        "quotation", data(lines=1, title=nasty, texts=[{"label": nasty, "text": nasty}]), now=NOW
    )
    assert pages(pdf) == 1


def test_what_no_font_draws_and_what_is_no_layout_is_refused() -> None:
    with pytest.raises(CannotSet):
        set_document("quotation", data(title="\U000e0fff \U0002ffff"), now=NOW)
    for layout in ("badge", "../badge", ""):
        with pytest.raises(ValueError, match="layout is one of"):
            set_document(layout, data(), now=NOW)
