"""Sets documents of several pages: a layout of this folder and its data go to the press and come back as a PDF. Knows no layout."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from everfair.gateways.printing.press_room import ask_press

LAYOUTS = ("quotation",)


def set_document(layout: str, data: Mapping[str, Any], *, now: datetime) -> bytes:
    """A PDF of `data` (texts, numbers, lists and mappings of them), `now` as its date. The same data gives the same bytes.

    Texts are set as they are, in any script; a marker of the layout in them does nothing. Raises CannotSet when a
    character has no font here, ValueError for a layout there is not.
    """
    if layout not in LAYOUTS:
        raise ValueError(f"layout is one of {', '.join(LAYOUTS)}")
    at = int(now.astimezone(UTC).timestamp())
    return ask_press({"do": "document", "layout": layout, "data": dict(data), "at": at})
