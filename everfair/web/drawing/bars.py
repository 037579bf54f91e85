"""Charts of counts: one stacked bar, and rows of bars. Numbers stand beside them in a table; a chart is never the only way to read.

Pure: labels and numbers come counted and named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 1000  # units; the page gives the width
GAP = 3
ROW, BAR, LABEL = 44, 14, 16
MOST_SHARE = 86.0  # per cent of the width that the longest bar takes; its number stands behind it


@dataclass(frozen=True, slots=True)
class Bar:
    """One part: its name, how many, its pigment (1-12), and what it was before (None: not known)."""

    label: str
    count: int
    pigment: int = 1
    before: int | None = None


def stacked(bars: Sequence[Bar], *, label: str) -> str:
    """One bar of the parts' shares, largest first as given. "" where there is nothing."""
    shown = [bar for bar in bars if bar.count > 0]
    whole = sum(bar.count for bar in shown)
    if not whole:
        return ""
    room = WIDTH - GAP * (len(shown) - 1)
    x, drawn = 0.0, []
    for bar in shown:
        width = max(2.0, room * bar.count / whole)
        drawn.append(
            f'<rect class="p{_pigment(bar)}" x="{x:.1f}" width="{width:.1f}" height="{BAR}">'
            f"<title>{escape(bar.label)} {bar.count}</title></rect>"
        )
        x += width + GAP
    return (
        f'<svg class="shares" viewBox="0 0 {max(x - GAP, 1):.1f} {BAR}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}">{"".join(drawn)}</svg>'
    )


def rows(bars: Sequence[Bar], *, label: str) -> str:
    """A bar below each name; an upright line where the count before is known. "" where there is nothing.

    Widths are shares of the page's, heights are pixels: the text is never scaled.
    """
    most = max((max(bar.count, bar.before or 0) for bar in bars), default=0)
    if not most:
        return ""
    drawn = [_row(index, bar, MOST_SHARE / most) for index, bar in enumerate(bars)]
    return (
        f'<svg class="bars" width="100%" height="{ROW * len(bars)}" role="img" '
        f'aria-label="{escape(label)}">{"".join(drawn)}</svg>'
    )


def _row(index: int, bar: Bar, scale: float) -> str:
    top = index * ROW
    width, before = bar.count * scale, (bar.before or 0) * scale
    mark = (
        f'<line class="before" x1="{before:.1f}%" x2="{before:.1f}%" y1="{top + LABEL + 3}" y2="{top + LABEL + BAR + 9}"/>'
        if before
        else ""
    )
    return (
        f'<text class="name" x="0" y="{top + LABEL - 2}">{escape(bar.label)}</text>'
        f'<rect class="p{_pigment(bar)}" x="0" y="{top + LABEL + 6}" width="{width:.1f}%" height="{BAR}"/>{mark}'
        f'<text class="end" x="{max(width, before):.1f}%" dx="8" y="{top + LABEL + 18}">{bar.count}</text>'
    )


def _pigment(bar: Bar) -> int:
    return bar.pigment if 1 <= bar.pigment <= 12 else 1
