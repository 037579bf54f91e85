"""Glyphs of the four GATS modes of supply, 31 x 18: who crosses the border, and who stays.

Filled is the supplier, a ring the consumer, the upright the border, the arrow what crosses.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

_ARROW = "h11m-3-3 3 3-3 3"
_GLYPHS = {
    1: '<path class="b" d="M15.5 1v16"/><circle class="s" cx="4.5" cy="9" r="3.5"/>'
    f'<path d="M10 9{_ARROW}"/><circle cx="26.5" cy="9" r="3.2"/>',
    2: '<path class="b" d="M21.5 1v16"/><circle class="s" cx="4.5" cy="9" r="3.5"/>'
    '<circle cx="12.5" cy="9" r="3.2"/><path d="M29.5 9h-11m3-3-3 3 3 3"/>',
    3: f'<path class="b" d="M9.5 1v16"/><path d="M1.5 9{_ARROW}"/>'
    '<path class="s" d="M16 5.5h7v7h-7z"/><circle cx="27" cy="9" r="3.2"/>',
    4: f'<path class="b" d="M9.5 1v16"/><path d="M1.5 9{_ARROW}"/>'
    '<circle class="s" cx="19" cy="9" r="3.5"/><circle cx="27" cy="9" r="3.2"/>',
}


@lru_cache(maxsize=64)
def mode_glyph(mode: int, *, label: str | None = None) -> str:
    """Return the glyph of GATS mode 1-4. `label` makes it speak; without it the name must stand beside.

    Raises ValueError for any other number.
    """
    if mode not in _GLYPHS:
        raise ValueError(f"modes of supply are 1, 2, 3 and 4, not {mode}")
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return f'<svg class="mode" width="31" height="18" viewBox="0 0 31 18" {spoken}>{_GLYPHS[mode]}</svg>'
