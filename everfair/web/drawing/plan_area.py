"""One area of the hall plan as SVG: floor, wall, names, squares. Where areas stand is plan.py's matter.

A row of squares is one stroke with a dash array: faint for booths being prepared, half for open ones,
full for those where someone is now.
"""

from __future__ import annotations

import math
import random
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape

Point = tuple[float, float]
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PlanSector:
    """One pigment's share of the comprehensive area; counts are booths."""

    pigment: int
    name: str
    open: int
    here: int
    total: int


@dataclass(frozen=True, slots=True)
class PlanArea:
    """An area as the plan draws it. Counts are booths; `shape` is a polygon in plan units or empty.

    `kind` is "comprehensive", "topical" or "service"; texts are already in the reader's language,
    `lang` and `other_lang` say which languages `name` and `other_name` really are in.
    """

    code: str
    name: str
    number: str = ""
    other_name: str = ""
    url: str = ""
    pigment: int = 1
    kind: str = "topical"
    open: int = 0
    here: int = 0
    total: int = 0
    next_text: str = ""
    shape: tuple[Point, ...] = ()
    sectors: tuple[PlanSector, ...] = ()
    lang: str = ""
    other_lang: str = ""


@dataclass(frozen=True, slots=True)
class PlanTexts:
    """The plan's words as format strings: nothing is translated here. `locale` keys the cache."""

    here: str = "{here} here"
    open: str = "{open} open"
    open_of: str = "{open} of {total} open"
    here_now: str = "{here} here now"
    spoken: str = "{name}: {open} of {total} booths open"
    spoken_here: str = "{name}: {open} of {total} booths open, someone here now in {here}"
    locale: str = "en"
    numerals: Callable[[int], str] = field(default="{:,}".format)

    def say(self, pattern: str, area: PlanArea | PlanSector) -> str:
        """Fill one of the patterns with an area's figures."""
        shown = {key: self.numerals(getattr(area, key)) for key in ("here", "open", "total")}
        return pattern.format(name=area.name, **shown)


@dataclass(frozen=True, slots=True)
class Box:
    """Where an area stands, in pixels; `outline` only where it is no rectangle."""

    x: float
    y: float
    width: float
    height: float
    outline: tuple[Point, ...] = ()


TOP, BOTTOM, SIDE = 88, 34, 12
SECOND_LINE, OTHER_LINE = 18, 17
NAME_HEIGHT = 16  # a sector's name above its squares
#: Squares may be this far apart; the stylesheet knows each as a class (s12 …) with its size and gap.
SIZES = {24: (18, 6), 21: (16, 5), 18: (13, 5), 15: (11, 4), 12: (8, 4)}


def digits(value: float) -> str:
    """A coordinate without needless digits."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def text_width(text: str, size: float) -> float:
    """Roughly how many pixels a text takes in a font nobody here has measured."""
    return size * sum(_width_of(letter) for letter in text)


def _width_of(letter: str) -> float:
    """A letter's width in ems: a whole one for Chinese, about half for Latin, by its shape."""
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in "iljtfrI.,:;'!|()- ":
        return 0.33
    if letter in "mwMW…":
        return 0.86
    return 0.67 if letter.isupper() else 0.55


def fit(text: str, size: float, room: float) -> str:
    """The text cut to `room` pixels with an ellipsis; SVG text does not wrap."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…" if text else ""


def text_at(x: float, y: float, text: str, *, css: str = "", lang: str = "", anchor: str = "") -> str:
    """One text element, or nothing for an empty text."""
    if not text:
        return ""
    extra = "".join(
        f' {name}="{escape(value)}"'
        for name, value in (("class", css), ("lang", lang), ("text-anchor", anchor))
        if value
    )
    return f'<text x="{digits(x)}" y="{digits(y)}"{extra}>{escape(text)}</text>'


def inside(point: Point, outline: Iterable[Point]) -> bool:
    """Whether a point lies in a polygon (even-odd rule)."""
    x, y = point
    corners = list(outline)
    within = False
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            within = not within
    return within


def cells(box: Box, *, pitch: int = 12, top: int = TOP) -> list[Cell]:
    """Places for squares within a box, row by row: each one's left end and middle height in pixels."""
    size, gap = SIZES[pitch]
    across = int((box.width - 2 * SIDE + gap) // pitch)
    down = int((box.height - top - BOTTOM + gap) // pitch)
    places = [
        (round(box.x) + SIDE + column * pitch, round(box.y) + top + (size - 8) // 2 + row * pitch)
        for row in range(max(0, down))
        for column in range(max(0, across))
    ]
    if box.outline:
        places = [
            (x, y) for x, y in places if inside((x, y), box.outline) and inside((x + size, y), box.outline)
        ]
    return places


def name_lines(area: PlanArea, box: Box) -> list[str]:
    """The area's name in one line, or in two or three where it is too long for its box."""
    room = box.width - 2 * SIDE - _indent(area)
    if text_width(area.name, 17) <= room or box.height < 150:
        return [fit(area.name, 17, room)]
    if " " in area.name:
        return _broken(area.name.split(" "), room, size=17, most=3)
    first = 1
    while first < len(area.name) and text_width(area.name[: first + 1], 17) <= room:
        first += 1
    first = max(1, min(first, len(area.name) - 2))  # 服务 and its like stay whole
    return [fit(part, 17, room) for part in (area.name[:first], area.name[first:]) if part]


def other_lines(area: PlanArea, box: Box) -> list[str]:
    """The area's other name: beside the number, or over the full width, or in two lines there."""
    room = box.width - 2 * SIDE
    if text_width(area.other_name, 14) <= room or " " not in area.other_name or box.height < 150:
        return [fit(area.other_name, 14, room)]
    return _broken(area.other_name.split(" "), room, size=14, most=2)


def _head(area: PlanArea, box: Box) -> int:
    """The height that number, names and presence take before the first square."""
    return (
        TOP + SECOND_LINE * (len(name_lines(area, box)) - 1) + OTHER_LINE * (len(other_lines(area, box)) - 1)
    )


def _broken(words: list[str], room: float, *, size: float, most: int) -> list[str]:
    """Words in as many lines as they need, `most` of them; the last is cut."""
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if len(lines) == most or text_width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return [fit(line, size, room) for line in lines]


def _indent(area: PlanArea) -> float:
    return text_width(area.number, 26) + 6 if area.number else 0


def room_for(area: PlanArea, box: Box, pitch: int) -> int:
    """How many squares an area has room for in a box."""
    return len(cells(box, pitch=pitch, top=_head(area, box)))


def squares(count: int, per_square: int) -> int:
    """How many squares stand for `count` booths; one booth is one square at least."""
    return math.ceil(count / per_square) if count > 0 else 0


def _runs(places: list[Cell], size: int, gap: int) -> str:
    """Path data covering neighbouring places with one stroke each."""
    path: list[str] = []
    start: Cell | None = None
    last: Cell | None = None
    for place in [*places, None]:
        if start and last and (place is None or place[1] != last[1] or place[0] != last[0] + size + gap):
            path.append(f"M{start[0]} {start[1]}h{last[0] - start[0] + size}")
            start = None
        if place is not None and start is None:
            start = place
        last = place
    return "".join(path)


def booth_squares(
    places: list[Cell], seed: str, figures: tuple[int, int, int], *, size: int = 8, gap: int = 4
) -> str:
    """Three paths: being prepared, open, someone here. `figures` are squares: (open, here, total)."""
    opened, here, total = figures
    total = min(total, len(places))
    opened = min(opened, total)
    now = sorted(random.Random(seed).sample(range(opened), min(here, opened)))  # a pattern, no secret
    prepared = _runs(places[opened:total], size, gap)
    quiet = _runs(places[:opened], size, gap)
    lit = "".join(f"M{x} {y}h{size}" for x, y in (places[index] for index in now))
    return "".join(
        f'<path class="{css}" d="{path}"/>'
        for css, path in (("bt", prepared), ("op", quiet), ("on", lit))
        if path
    )


def link(area: PlanArea, css: str, spoken: str, body: str) -> str:
    """An area's drawing as a link with a spoken title, or a plain group without an address."""
    title = f"<title>{escape(spoken)}</title>"
    if area.url:
        return f'<a href="{escape(area.url)}" class="{css}" aria-label="{escape(spoken)}">{title}{body}</a>'
    return f'<g class="{css}" role="img" aria-label="{escape(spoken)}">{title}{body}</g>'


def floor(box: Box) -> str:
    """Ground and front wall of an area."""
    x, y, width, height = (digits(value) for value in (box.x, box.y, box.width, box.height))
    if box.outline:
        corners = " ".join(f"{digits(px)},{digits(py)}" for px, py in box.outline)
        return f'<polygon class="floor" points="{corners}"/><polygon class="wall" points="{corners}"/>'
    ground = f'<path class="floor" d="M{x} {y}h{width}v{height}h-{width}z"/>'
    return f'{ground}<path class="wall" d="M{x} {y}h{width}"/>'


def spoken_title(area: PlanArea, texts: PlanTexts) -> str:
    """What a screen reader says for an area."""
    named = f"{area.number} {texts.say(texts.spoken_here if area.here else texts.spoken, area)}".strip()
    return f"{named}. {area.next_text}" if area.next_text else named


def draw_area(area: PlanArea, box: Box, texts: PlanTexts, per_square: int, pitch: int = 12) -> str:
    """A topical area: number, names, who is here, squares, what comes next."""
    x, room, indent = box.x + SIDE, box.width - 2 * SIDE, _indent(area)
    lines = name_lines(area, box)
    parts = [floor(box), text_at(x, box.y + 32, area.number, css="n")]
    for index, line in enumerate(lines):
        parts.append(text_at(x + indent, box.y + 29 + index * SECOND_LINE, line, css="t", lang=area.lang))
    head = _head(area, box)
    y = box.y + SECOND_LINE * (len(lines) - 1)
    if box.height >= 60:
        start = x + (indent if text_width(area.other_name, 14) <= room - indent else 0)
        for index, line in enumerate(other_lines(area, box)):
            parts.append(text_at(start, y + 48 + index * OTHER_LINE, line, css="tz", lang=area.other_lang))
    if box.height >= 84:
        parts.append(_presence(area, x, box.y + head - 16, room, texts))
    if box.height >= 110:
        named = named_bands(area, box, (head, box.height - BOTTOM), per_square, pitch)
        places = [] if named else cells(box, pitch=pitch, top=head)
        parts.append(named or _bands(area, places, per_square, SIZES[pitch]))
        if not named and _has_key(area, box, per_square, pitch):
            parts.append(
                sector_key(area, Box(box.x, box.y + box.height - 24 - _key_height(area), box.width, 0))
            )
        foot = (x, box.y + box.height - 10)
        if not box.outline or (inside(foot, box.outline) and inside((foot[0] + room, foot[1]), box.outline)):
            parts.append(text_at(*foot, fit(area.next_text, 12.5, room)))
    css = "whole" if area.sectors else f"p{area.pigment}"
    return link(area, css, spoken_title(area, texts), "".join(parts))


def _bands(area: PlanArea, places: list[Cell], per_square: int, shape: tuple[int, int]) -> str:
    """An area's squares row by row; with sectors, one band of each pigment after the other."""
    if not area.sectors:
        return booth_squares(places, area.code, _figures(area, per_square), size=shape[0], gap=shape[1])
    drawn, start = [], 0
    for sector in area.sectors:
        figures = _figures(sector, per_square)
        share = places[start : start + figures[2]]
        seed = f"{area.code}/{sector.pigment}"
        band = booth_squares(share, seed, figures, size=shape[0], gap=shape[1])
        drawn.append(f'<g class="p{sector.pigment}">{band}</g>')
        start += figures[2]
    return "".join(drawn)


def named_bands(area: PlanArea, box: Box, room: tuple[float, float], per_square: int, pitch: int) -> str:
    """Each sector's name above its own squares, so that no key is needed; "" where they do not all fit.

    `room` is the first and the last height within the box that squares may take.
    """
    if not area.sectors or box.outline or box.width < 300:
        return ""
    size, gap = SIZES[pitch]
    across = max(1, int((box.width - 2 * SIDE + gap) // pitch))
    rows = [-(-squares(sector.total, per_square) // across) for sector in area.sectors]
    needed = sum(NAME_HEIGHT + count * pitch for count in rows)
    spare = room[1] - room[0] - needed
    if spare < 3 * (len(rows) - 1):
        return ""
    rest = min(24.0, spare / max(1, len(rows) - 1))
    drawn, y = [], box.y + room[0]
    for sector, count in zip(area.sectors, rows, strict=True):
        places = [
            (round(box.x) + SIDE + column * pitch, round(y) + NAME_HEIGHT + size // 2 + row * pitch)
            for row in range(count)
            for column in range(across)
        ]
        band = booth_squares(
            places, f"{area.code}/{sector.pigment}", _figures(sector, per_square), size=size, gap=gap
        )
        name = fit(sector.name, 12.5, box.width - 2 * SIDE)
        drawn.append(f'<g class="p{sector.pigment}">{text_at(box.x + SIDE, y + 11, name)}{band}</g>')
        y += NAME_HEIGHT + count * pitch + rest
    return "".join(drawn)


def has_names(area: PlanArea, box: Box, per_square: int, pitch: int) -> bool:
    """Whether an area names its pigments itself, above their squares or in a key below."""
    room = (_head(area, box), box.height - BOTTOM)
    named = named_bands(area, box, room, per_square, pitch)
    return bool(named) or _has_key(area, box, per_square, pitch)


def _has_key(area: PlanArea, box: Box, per_square: int, pitch: int) -> bool:
    """Whether the names of an area's pigments fit under its squares."""
    across = max(1, int((box.width - 2 * SIDE + SIZES[pitch][1]) // pitch))
    rows = -(-sum(squares(sector.total, per_square) for sector in area.sectors) // across)
    used = _head(area, box) + rows * pitch + _key_height(area) + BOTTOM
    return bool(area.sectors) and box.width >= 300 and used <= box.height and not box.outline


def _key_height(area: PlanArea) -> int:
    return (len(area.sectors) + 1) // 2 * 20


def sector_key(area: PlanArea, box: Box) -> str:
    """The pigments' names in two columns from the top of a box."""
    half = (len(area.sectors) + 1) // 2
    parts = []
    for index, sector in enumerate(area.sectors):
        x = box.x + (SIDE if index < half else box.width / 2 + 6)
        y = box.y + index % half * 20
        parts.append(f'<path class="p{sector.pigment} sw" d="M{digits(x)} {digits(y)}h9v9h-9z"/>')
        parts.append(text_at(x + 15, y + 9, fit(sector.name, 12.5, box.width / 2 - SIDE - 24)))
    return "".join(parts)


def _figures(counted: PlanArea | PlanSector, per_square: int) -> tuple[int, int, int]:
    opened, here, total = (
        squares(count, per_square) for count in (counted.open, counted.here, counted.total)
    )
    return opened, here, total


def _presence(area: PlanArea, x: float, y: float, room: float, texts: PlanTexts) -> str:
    """The line "96 here · 438 open"; only what fits."""
    opened = texts.say(texts.open, area)
    if not area.here:
        return text_at(x, y, fit(opened, 12.5, room))
    here = texts.say(texts.here, area)
    both = text_width(f"{here} · {opened}", 12.5) + 14 <= room
    rest = f"<tspan> · {escape(opened)}</tspan>" if both else ""
    return (
        f'<circle cx="{digits(x + 4)}" cy="{digits(y - 4.5)}" r="3.5"/>'
        f'<text class="j" x="{digits(x + 14)}" y="{digits(y)}">{escape(here)}{rest}</text>'
    )
