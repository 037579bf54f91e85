"""The hall plan: a few SVGs that are never scaled, set by a CSS grid in one, two or three columns.

Pure: takes areas already counted and named, gives markup. Two arrangements are made of the same areas:
groups 358 pixels wide (always), and the organiser's own drawing to scale where every area has a shape
(shown on wide screens only).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape

from everfair.web.drawing.plan_area import (
    BOTTOM,
    SIDE,
    SIZES,
    TOP,
    Box,
    Cell,
    PlanArea,
    PlanSector,
    PlanTexts,
    booth_squares,
    digits,
    draw_area,
    fit,
    floor,
    has_names,
    link,
    named_bands,
    room_for,
    sector_key,
    spoken_title,
    squares,
    text_at,
    text_width,
)

__all__ = ["Plan", "PlanArea", "PlanSector", "PlanTexts", "hall_plan", "mini_plan"]

GROUP, GAP, PAIR_HEIGHT, MAIN_HEIGHT, ZONE_HEIGHT = 358, 8, 226, 512, 36
WIDE = 1184
MAIN_TOP, MAIN_PITCH, MAIN_ROWS = 72, 14, 18
STEPS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000)
NARROWEST = 150
ENGLISH = PlanTexts()
MAIN_BOX = Box(0, 0, GROUP, MAIN_HEIGHT)
Placed = list[tuple[PlanArea, Box]]


@dataclass(frozen=True, slots=True)
class Plan:
    """The drawn plan: safe markup, how many booths one square stands for, pigments still to be named."""

    markup: str
    per_square: int
    legend: tuple[PlanSector, ...] = ()


def _pair_boxes(pair: tuple[PlanArea, ...]) -> list[Box]:
    """Two areas side by side, as wide as they are large; a single one takes the whole group."""
    if len(pair) == 1:
        return [Box(0, 0, GROUP, PAIR_HEIGHT)]
    first, second = (max(1, area.total) for area in pair)
    left = round((GROUP - GAP) * first / (first + second) / 2) * 2
    left = min(max(left, NARROWEST), GROUP - GAP - NARROWEST)
    return [Box(0, 0, left, PAIR_HEIGHT), Box(left + GAP, 0, GROUP - GAP - left, PAIR_HEIGHT)]


def _pairs(areas: tuple[PlanArea, ...]) -> list[tuple[PlanArea, ...]]:
    return [areas[start : start + 2] for start in range(0, len(areas), 2)]


def _svg(css: str, width: float, height: float, body: str) -> str:
    return (
        f'<svg class="{css}" width="{digits(width)}" height="{digits(height)}" '
        f'viewBox="0 0 {digits(width)} {digits(height)}">{body}</svg>'
    )


def _scaled(areas: tuple[PlanArea, ...]) -> tuple[list[Box], float]:
    """The organiser's shapes brought to the wide plan's width: boxes and the height in pixels."""
    points = [point for area in areas for point in area.shape]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    scale = WIDE / max(1.0, max(x for x, _ in points) - left)
    boxes = []
    for area in areas:
        outline = tuple((round((x - left) * scale, 1), round((y - top) * scale, 1)) for x, y in area.shape)
        xs, ys = [x for x, _ in outline], [y for _, y in outline]
        plain = len(set(xs)) == 2 and len(set(ys)) == 2 and len(outline) == 4
        box = (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        boxes.append(Box(*box, outline=() if plain else outline))
    return boxes, (max(y for _, y in points) - top) * scale


def _fits(placed: Placed, per_square: int, pitch: int) -> bool:
    return all(
        sum(squares(count, per_square) for count in _counts(area)) <= _room(area, box, pitch)
        for area, box in placed
    )


def _room(area: PlanArea, box: Box, pitch: int) -> int:
    """How many squares fit; the comprehensive area has places of its own in the groups."""
    if box is MAIN_BOX:
        across, down = _main_grid(pitch)
        return across * down
    return room_for(area, box, pitch)


def _per_square(placed: Placed) -> int:
    """The smallest round number of booths per square with which every area fits its room."""
    return next((step for step in STEPS if _fits(placed, step, 12)), STEPS[-1])


def _pitch(placed: Placed, per_square: int) -> int:
    """The largest squares with which every area still fits: a small fair is not a few dots."""
    return next((pitch for pitch in SIZES if _fits(placed, per_square, pitch)), 12)


def _counts(area: PlanArea) -> list[int]:
    return [sector.total for sector in area.sectors] or [area.total]


def _main_grid(pitch: int) -> tuple[int, int]:
    """Columns and rows of the comprehensive area's tapestry."""
    step = max(MAIN_PITCH, pitch)
    return (GROUP - 2 * SIDE + 4) // step, MAIN_ROWS * MAIN_PITCH // step


def _main_places(count: int, pitch: int) -> list[Cell]:
    """Places for `count` squares, column by column: a sector is a band, the rows just fill the width."""
    step = max(MAIN_PITCH, pitch)
    across, down = _main_grid(pitch)
    rows = min(down, -(-count // across))
    return [
        (SIDE + column * step, MAIN_TOP + step // 2 - 2 + row * step)
        for column in range(across)
        for row in range(rows)
    ]


def _vertical(places: list[Cell], size: int, step: int) -> str:
    """Path data of neighbouring places in columns, one stroke each."""
    path: list[str] = []
    index = 0
    while index < len(places):
        end = index
        while end + 1 < len(places) and places[end + 1] == (places[end][0], places[end][1] + step):
            end += 1
        (x, y), (_, last) = places[index], places[end]
        path.append(f"M{x + size // 2} {y - size // 2}v{last - y + size}")
        index = end + 1
    return "".join(path)


def _tapestry(area: PlanArea, per_square: int, pitch: int) -> str:
    """Bands of squares, one a sector, in the comprehensive area."""
    sectors = area.sectors or (PlanSector(area.pigment, area.name, area.open, area.here, area.total),)
    places = _main_places(sum(squares(sector.total, per_square) for sector in sectors), pitch)
    size, step = (SIZES[pitch][0], pitch) if pitch > 12 else (10, MAIN_PITCH)
    drawn, start = [], 0
    for sector in sectors:
        band = places[start : start + squares(sector.total, per_square)]
        start += len(band)
        opened = min(squares(sector.open, per_square), len(band))
        lit = booth_squares(
            band[:opened],
            f"{area.code}/{sector.pigment}",
            (opened, squares(sector.here, per_square), opened),
            size=size,
        )
        on = lit[lit.find('<path class="on"') :] if 'class="on"' in lit else ""
        body = "".join(
            f'<path class="{css}" d="{_vertical(part, size, step)}"/>'
            for css, part in (("bt", band[opened:]), ("op", band[:opened]))
            if part
        )
        drawn.append(f'<g class="p{sector.pigment}">{body}{on}</g>')
    return "".join(drawn)


def _named_main(area: PlanArea, per_square: int, pitch: int) -> str:
    """The sectors' names above squares as large as they may be here; "" where even the smallest do not fit."""
    for smaller in SIZES:
        if smaller <= min(pitch, 18):
            named = named_bands(area, MAIN_BOX, (MAIN_TOP, MAIN_HEIGHT - 16), per_square, smaller)
            if named:
                return f'<g class="s{smaller}">{named}</g>'
    return ""


def _draw_main(area: PlanArea, texts: PlanTexts, per_square: int, pitch: int) -> str:
    """The comprehensive area: names, a tapestry of all pigments, its key."""
    right = GROUP - 14
    named = _named_main(area, per_square, pitch)
    parts = [
        floor(MAIN_BOX),
        text_at(14, 32, fit(area.name, 17, 190), css="t", lang=area.lang),
        text_at(14, 54, fit(area.other_name, 14, 190), css="tz", lang=area.other_lang),
        text_at(right, 32, texts.say(texts.open_of, area), anchor="end"),
        text_at(right, 54, texts.say(texts.here_now, area) if area.here else "", css="j", anchor="end"),
        named or _tapestry(area, per_square, pitch),
        sector_key(area, Box(0, 358, GROUP, 0)) if not named and len(area.sectors) <= 14 else "",
        text_at(SIDE, MAIN_HEIGHT - 11, fit(area.next_text, 12.5, GROUP - 2 * SIDE)),
    ]
    return _svg("main", GROUP, MAIN_HEIGHT, link(area, "main", spoken_title(area, texts), "".join(parts)))


def _zone_lines(name: str, room: float) -> list[str]:
    """A zone's name in one line, or broken near its middle into two."""
    if text_width(name, 12.5) <= room:
        return [name]
    gaps = [place for place, letter in enumerate(name) if letter == " "] or [len(name) // 2]
    middle = min(gaps, key=lambda place: abs(place - len(name) / 2))
    return [fit(part.strip(), 12.5, room) for part in (name[:middle], name[middle:])]


def _draw_zones(zones: tuple[PlanArea, ...]) -> str:
    """A row of up to three service zones."""
    width = (GROUP - GAP * (len(zones) - 1)) // max(1, len(zones))
    parts = []
    for index, zone in enumerate(zones):
        x = index * (width + GAP)
        body = f'<path class="zone" d="M{x} 0h{width}v{ZONE_HEIGHT}h-{width}z"/>'
        lines = _zone_lines(zone.name, width - 10)
        first = 22 if len(lines) == 1 else 15
        body += "".join(
            text_at(x + width / 2, first + 15 * row, line, lang=zone.lang, anchor="middle")
            for row, line in enumerate(lines)
        )
        parts.append(link(zone, "zone-link", zone.name, body))
    return _svg("row", GROUP, ZONE_HEIGHT, "".join(parts))


def _sorted_kinds(
    areas: tuple[PlanArea, ...],
) -> tuple[PlanArea | None, tuple[PlanArea, ...], tuple[PlanArea, ...]]:
    """The comprehensive area (the first), the halls, the service zones."""
    main = next((area for area in areas if area.kind == "comprehensive"), None)
    halls = tuple(area for area in areas if area.kind != "service" and area is not main)
    return main, halls, tuple(area for area in areas if area.kind == "service")


def _group_boxes(areas: tuple[PlanArea, ...]) -> Placed:
    """Every counted area and its box in the groups."""
    main, halls, _ = _sorted_kinds(areas)
    placed = [
        (area, box) for pair in _pairs(halls) for area, box in zip(pair, _pair_boxes(pair), strict=True)
    ]
    return [*placed, (main, MAIN_BOX)] if main else placed


def _scale_boxes(areas: tuple[PlanArea, ...]) -> Placed:
    """Every counted area and its box in the organiser's drawing; too low ones show no squares."""
    placed = zip(areas, _scaled(areas)[0], strict=True)
    return [(area, box) for area, box in placed if area.kind != "service" and box.height >= TOP + BOTTOM]


def _is_drawn(areas: tuple[PlanArea, ...]) -> bool:
    return bool(areas) and all(len(area.shape) >= 3 for area in areas)


def _grouped(areas: tuple[PlanArea, ...], texts: PlanTexts, per_square: int, pitch: int) -> list[str]:
    """The groups in reading order: the comprehensive area, two pairs, the zones, the other pairs."""
    main, halls, zones = _sorted_kinds(areas)
    pairs = [
        _svg(
            "pair",
            GROUP,
            PAIR_HEIGHT,
            "".join(
                draw_area(area, box, texts, per_square, pitch)
                for area, box in zip(pair, _pair_boxes(pair), strict=True)
            ),
        )
        for pair in _pairs(halls)
    ]
    rows = [_draw_zones(zones[start : start + 3]) for start in range(0, len(zones), 3)]
    return ([_draw_main(main, texts, per_square, pitch)] if main else []) + pairs[:2] + rows + pairs[2:]


def _to_scale(areas: tuple[PlanArea, ...], texts: PlanTexts, per_square: int, pitch: int) -> str:
    """The organiser's own drawing."""
    boxes, height = _scaled(areas)
    parts = []
    for area, box in zip(areas, boxes, strict=True):
        if area.kind == "service":
            middle = text_at(
                box.x + box.width / 2,
                box.y + box.height / 2 + 4,
                fit(area.name, 12.5, box.width - 8),
                lang=area.lang,
                anchor="middle",
            )
            body = (
                floor(box).replace('class="floor"', 'class="zone"').replace('class="wall"', 'class="zone"')
                + middle
            )
            parts.append(link(area, "zone-link", area.name, body))
        else:
            parts.append(draw_area(area, box, texts, per_square, pitch))
    return _svg("scale", WIDE, height, "".join(parts))


@lru_cache(maxsize=256)
def hall_plan(areas: tuple[PlanArea, ...], texts: PlanTexts = ENGLISH, label: str = "Hall plan") -> Plan:
    """Draw the plan of `areas` in their order. No areas give an empty plan."""
    drawn = _is_drawn(areas)
    grouped, scaled = _group_boxes(areas), _scale_boxes(areas) if drawn else []
    per_square = _per_square([*grouped, *scaled])
    name = escape(label)
    pitch = _pitch(grouped, per_square)
    groups = "".join(_grouped(areas, texts, per_square, pitch))
    css = f"plan s{pitch} has-scale" if drawn else f"plan s{pitch}"
    markup = f'<div class="{css}" role="group" aria-label="{name}">{groups}</div>'
    if drawn:
        pitch = _pitch(scaled, per_square)
        scale = _to_scale(areas, texts, per_square, pitch)
        markup += f'<div class="plan s{pitch} to-scale" role="group" aria-label="{name}">{scale}</div>'
    unnamed = [area for area, box in scaled if not has_names(area, box, per_square, pitch)]
    legend = tuple(sector for area in unnamed for sector in area.sectors)
    return Plan(markup if areas else "", per_square, legend)


def _columns(areas: tuple[PlanArea, ...]) -> list[tuple[PlanArea, Box]]:
    """Where the groups stand in three columns, for the thumbnail."""
    main, halls, _ = _sorted_kinds(areas)
    placed: list[tuple[PlanArea, Box]] = []
    if main:
        placed.append((main, Box(413, 0, GROUP, MAIN_HEIGHT)))
    columns = (0, 826) if main else (0, 413, 826)
    for index, pair in enumerate(_pairs(halls)):
        x, y = columns[index % len(columns)], index // len(columns) * (PAIR_HEIGHT + 60)
        placed += [
            (area, Box(x + box.x, y, box.width, box.height))
            for area, box in zip(pair, _pair_boxes(pair), strict=True)
        ]
    return placed


@lru_cache(maxsize=512)
def mini_plan(areas: tuple[PlanArea, ...], current: str) -> str:
    """A wordless thumbnail of the plan with the area `current` in its pigment; "" without areas."""
    if not areas:
        return ""
    if _is_drawn(areas):
        placed = list(zip(areas, _scaled(areas)[0], strict=True))
    else:
        placed = _columns(areas)
    height = max((box.y + box.height for _, box in placed), default=1)
    shapes = []
    for area, box in placed:
        css = f' class="here p{area.pigment}"' if area.code == current else ""
        if box.outline:
            corners = " ".join(f"{digits(x)},{digits(y)}" for x, y in box.outline)
            shapes.append(f'<polygon points="{corners}"{css}/>')
        else:
            x, y, width, depth = (digits(value) for value in (box.x, box.y, box.width, box.height))
            shapes.append(f'<rect x="{x}" y="{y}" width="{width}" height="{depth}" rx="8"{css}/>')
    size = f'viewBox="0 0 {WIDE} {digits(height)}"'
    return f'<svg class="mini-plan" {size} aria-hidden="true">{"".join(shapes)}</svg>'
