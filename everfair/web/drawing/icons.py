"""Line icons (18 x 18) and the drawings of empty states (72 x 72). Never shown without a word beside."""

from __future__ import annotations

from functools import lru_cache
from html import escape

_ICONS = {
    "search": '<circle cx="8" cy="8" r="5.5"/><path d="m12.2 12.2 4 4"/>',
    "check": '<path d="m3.5 9.5 3.8 3.8 7.2-8.6"/>',
    "arrow": '<path d="M3 9h12m-5-5 5 5-5 5"/>',
    "x": '<path d="m4.5 4.5 9 9m0-9-9 9"/>',
    "plus": '<path d="M9 3v12M3 9h12"/>',
    "minus": '<path d="M3 9h12"/>',
    "file": '<path d="M4 1.8h6.5l3.5 3.5v10.9h-10zM10.5 1.8v3.5h3.5"/>',
    "globe": '<circle cx="9" cy="9" r="7"/><path d="M2 9h14M9 2c5 4 5 10 0 14M9 2c-5 4-5 10 0 14"/>',
    "grid": '<path d="M3 3h5v5h-5zM10.5 3h5v5h-5zM3 10.5h5v5h-5zM10.5 10.5h5v5h-5z"/>',
    "list": '<path d="M3 5h12M3 9h12M3 13h12"/>',
    "download": '<path d="M9 2.5v9m-4-3.5 4 4 4-4M3 15.5h12"/>',
    "upload": '<path d="M9 12v-9m-4 3.5 4-4 4 4M3 15.5h12"/>',
    "link": '<path d="M7.5 10.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3l-1 1M10.5 7.5a3 3 0 0 0-4.3 0'
    'l-2.7 2.7a3 3 0 0 0 4.3 4.3l1-1"/>',
    "clock": '<circle cx="9" cy="9" r="7"/><path d="M9 4.5v4.8l3.2 1.9"/>',
    "menu": '<path d="M2.5 5h13M2.5 9h13M2.5 13h13"/>',
    "person": '<circle cx="9" cy="6" r="3.2"/><path d="M2.8 16c.6-4 3-5.6 6.2-5.6s5.6 1.6 6.2 5.6"/>',
}
_DRAWINGS = {
    "booth": '<path d="M10 26h52v36h-52zM10 26l8-14h36l8 14M28 62v-20h16v20"/>'
    '<path d="M23 12l-3 14M36 12v14M49 12l3 14"/>',
    "search": '<circle cx="31" cy="31" r="19"/><path d="m45 45 17 17M23 31h16"/>',
    "paper": '<path d="M18 10h26l10 10v42h-36zM44 10v10h10M25 30h20M25 38h20"/>'
    '<path class="gl" d="M25 50h20"/>',
    "queue": '<path d="M12 20h48M12 36h48M12 52h28"/><path d="m48 50 5 5 9-11"/>',
    "people": '<circle cx="26" cy="27" r="9"/><circle cx="48" cy="30" r="7"/>'
    '<path d="M9 58c1-13 8-18 17-18s16 5 17 18M46 42c9-1 15 4 17 14"/>',
    "plan": '<path d="M10 14h52v44h-52zM10 36h22v22M32 14v10M62 36h-18M44 36v22"/>',
    "calendar": '<path d="M12 18h48v42h-48zM12 30h48M24 12v10M48 12v10M24 40h8M40 40h8M24 50h8"/>',
    "seal": '<path d="M18 12h36v48h-36z"/><path d="M23 17h26v38h-26zM30 26h12M36 26v20M29 46h14"/>',
}


@lru_cache(maxsize=256)
def icon(name: str, *, label: str | None = None) -> str:
    """Return the icon `name` as SVG; `label` makes it speak. Raises ValueError for an unknown name."""
    if name not in _ICONS:
        raise ValueError(f"no icon {name!r}; there are: {', '.join(sorted(_ICONS))}")
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return f'<svg class="icon" width="18" height="18" viewBox="0 0 18 18" {spoken}>{_ICONS[name]}</svg>'


@lru_cache(maxsize=32)
def drawing(name: str) -> str:
    """Return the empty-state drawing `name` as SVG. Raises ValueError for an unknown name."""
    if name not in _DRAWINGS:
        raise ValueError(f"no drawing {name!r}; there are: {', '.join(sorted(_DRAWINGS))}")
    size = 'width="72" height="72" viewBox="0 0 72 72"'
    return f'<svg class="drawn" {size} aria-hidden="true">{_DRAWINGS[name]}</svg>'


ICON_NAMES = tuple(sorted(_ICONS))
DRAWING_NAMES = tuple(sorted(_DRAWINGS))
