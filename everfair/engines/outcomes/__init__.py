"""Counts outcomes: totals that anyone can recompute, values held back that would name a firm, what became of them. Pure."""

from everfair.engines.outcomes.convert import in_currency
from everfair.engines.outcomes.count import totals
from everfair.engines.outcomes.follow import due_on, settle
from everfair.engines.outcomes.recompute import COLUMNS, BadRow, figures, read_rows
from everfair.engines.outcomes.suppress import suppress
from everfair.engines.outcomes.types import (
    DIMENSIONS,
    TOTAL,
    Cell,
    Converted,
    Entry,
    Figure,
    Held,
    Part,
    Place,
    Rate,
    Standing,
    Sum,
    Totals,
)

__all__ = [
    "COLUMNS", "DIMENSIONS", "TOTAL", "BadRow", "Cell", "Converted", "Entry", "Figure", "Held", "Part", "Place", "Rate", "Standing",
    "Sum", "Totals", "due_on", "figures", "in_currency", "read_rows", "settle", "suppress", "totals",
]  # fmt: skip
