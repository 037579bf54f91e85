"""The hall plan: every area is drawn, spoken, linked and fits, from no area to a large fair."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from everfair.web.drawing.plan import PlanArea, PlanSector, PlanTexts, hall_plan, mini_plan
from everfair.web.drawing.plan_area import SIZES, Box, booth_squares, cells, fit, inside, text_width

SQUARE = ((0.0, 0.0), (100.0, 0.0), (100.0, 60.0), (0.0, 60.0))


def area(code: str, **changes: object) -> PlanArea:
    plain = PlanArea(code, f"Area {code}", number=code, url=f"/a/{code}/", open=20, here=5, total=30)
    return replace(plain, **changes)  # type: ignore[arg-type]


def tree(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<all>{markup}</all>")


def squares_of(markup: str, css: str, pitch: int) -> int:
    """How many squares the paths of a class cover; upright ones stand at least 14 apart."""
    found = 0
    for path in re.findall(rf'class="{css}" d="([^"]*)"', markup):
        lying = SIZES[pitch]
        upright = lying if pitch > 12 else (10, 4)
        for way, (size, gap) in (("h", lying), ("v", upright)):
            found += sum((int(length) + gap) // (size + gap) for length in re.findall(rf"{way}(\d+)", path))
    return found


def pitch_of(markup: str) -> int:
    return int(re.findall(r'class="plan s(\d+)', markup)[0])


def test_no_areas_no_plan() -> None:
    assert hall_plan(()).markup == ""
    assert mini_plan((), "1") == ""


def test_squares_count_open_and_prepared_booths() -> None:
    plan = hall_plan((area("1"),))
    assert plan.per_square == 1
    pitch = pitch_of(plan.markup)
    assert squares_of(plan.markup, "op", pitch) == 20
    assert squares_of(plan.markup, "bt", pitch) == 10
    assert squares_of(plan.markup, "on", pitch) == 5


def test_a_small_fair_has_large_squares() -> None:
    pitches = [pitch_of(hall_plan((area("1", total=total),)).markup) for total in (12, 60, 90, 400)]
    assert pitches == sorted(pitches, reverse=True)
    assert (pitches[0], pitches[-1]) == (24, 12)


def test_a_long_name_takes_the_lines_it_needs() -> None:
    pair = (area("1", name="Engineering and environmental services"), area("2"))
    drawn = hall_plan(pair).markup
    assert ">Engineering" in drawn
    assert ">environmental<" in drawn
    assert ">services<" in drawn
    assert drawn.count('class="t"') == 4


def test_a_small_comprehensive_area_names_its_sectors_above_their_squares() -> None:
    names = [f"Sector number {n} with a rather long name" for n in range(1, 13)]
    sectors = tuple(PlanSector(n, name, 1, 0, 3) for n, name in enumerate(names, 1))
    drawn = hall_plan((area("c", kind="comprehensive", sectors=sectors, open=12, total=36), area("1"))).markup
    assert all(f">{name}<" in drawn for name in names)
    assert 'class="p1 sw"' not in drawn


def test_a_large_comprehensive_area_keeps_its_key() -> None:
    sectors = tuple(PlanSector(n, f"Sector {n}", 100, 0, 160) for n in range(1, 13))
    drawn = hall_plan((area("c", kind="comprehensive", sectors=sectors, open=1200, total=1920),)).markup
    assert 'class="p1 sw"' in drawn


def test_a_long_zone_name_is_broken_not_cut() -> None:
    zones = tuple(area(f"s{n}", kind="service", name="Languages and matching zone") for n in range(3))
    drawn = hall_plan(zones).markup
    assert ">Languages and<" in drawn
    assert "…" not in drawn


@pytest.mark.parametrize("total", [0, 1, 99, 660, 6500, 80000])
def test_any_size_fits(total: int) -> None:
    plan = hall_plan((area("1", total=total, open=total // 2, here=total // 9), area("2"), area("3")))
    drawn = sum(squares_of(plan.markup, css, pitch_of(plan.markup)) for css in ("op", "bt"))
    assert drawn <= 3 * 260
    boxes = re.findall(r'width="(\d+)" height="(\d+)"', plan.markup)
    assert {width for width, _ in boxes} == {"358"}
    assert (total + plan.per_square - 1) // plan.per_square <= drawn


def test_areas_are_links_that_speak() -> None:
    plan = hall_plan((area("1", name="Finance & law", next_text="13:00 Opening"), area("2", here=0)))
    links = tree(plan.markup).findall(".//a")
    assert [link.attrib["href"] for link in links] == ["/a/1/", "/a/2/"]
    assert links[0].attrib["aria-label"] == (
        "1 Finance & law: 20 of 30 booths open, someone here now in 5. 13:00 Opening"
    )
    assert "someone" not in links[1].attrib["aria-label"]


def test_the_comprehensive_area_is_a_tapestry_with_its_key() -> None:
    sectors = tuple(PlanSector(n, f"Sector {n}", open=10, here=2, total=15) for n in range(1, 13))
    plan = hall_plan(
        (area("c", kind="comprehensive", total=180, open=120, here=24, sectors=sectors), area("1"))
    )
    assert plan.markup.count('class="main"') == 2  # the group and its link
    assert all(f"Sector {n}<" in plan.markup for n in range(1, 13))
    assert (
        len(
            re.findall(
                r"M", "".join(re.findall(r'class="on" d="([^"]*)"', plan.markup.partition("</svg>")[0]))
            )
        )
        == 24
    )


def test_the_organisers_drawing_is_used_where_every_area_has_a_shape() -> None:
    shaped = (area("1", shape=SQUARE), area("2", shape=tuple((x + 120, y) for x, y in SQUARE)))
    assert "to-scale" in hall_plan(shaped).markup
    assert "to-scale" not in hall_plan((*shaped, area("3"))).markup
    assert mini_plan(shaped, "2").count('class="here p1"') == 1


def test_every_pigment_is_named_once_on_the_drawing_or_beside_it() -> None:
    sectors = tuple(PlanSector(n, f"Sector {n}", open=2, here=0, total=3) for n in range(1, 13))
    tall = tuple((x * 4, y * 8) for x, y in SQUARE)
    mixed = area("c", kind="comprehensive", total=36, open=24, here=0, sectors=sectors)
    roomy = hall_plan((replace(mixed, shape=tall),))
    narrow = hall_plan(
        (
            replace(mixed, shape=tuple((x, y * 3) for x, y in SQUARE)),
            area("2", shape=tuple((x + 1000, y) for x, y in SQUARE)),
        )
    )
    assert roomy.legend == ()
    assert roomy.markup.partition("to-scale")[2].count("Sector 12<") == 1
    assert narrow.legend == sectors


def test_a_chinese_name_is_not_cut_before_its_last_character() -> None:
    drawn = hall_plan((area("1", name="供应链与商务服务"), area("2"))).markup
    assert ">服务</text>" in drawn


def test_squares_stay_inside_a_polygon() -> None:
    outline = ((0.0, 0.0), (300.0, 0.0), (0.0, 300.0))
    places = cells(Box(0, 0, 300, 300, outline))
    assert len(places) > 50
    assert all(inside((x + 4, y), outline) for x, y in places)


def test_texts_are_cut_to_their_room_and_escaped() -> None:
    long = area("1", name="A very long name of a very long area <script>", total=1)
    markup = hall_plan((long, area("2"))).markup
    assert "<script" not in markup
    assert "…" in markup
    assert text_width(fit("通信与云服务通信与云服务", 17, 90), 17) <= 90
    assert fit("短", 17, 2) == ""


def test_figures_follow_the_readers_numerals() -> None:
    texts = PlanTexts(numerals=lambda figure: f"<{figure}>", locale="xx")
    assert "&lt;20&gt;" in hall_plan((area("1"),), texts).markup


def test_lit_squares_are_open_ones_and_always_the_same() -> None:
    places = [(x * 12, 0) for x in range(20)]
    drawn = booth_squares(places, "hall", (10, 4, 20))
    lit = [int(x) for x in re.findall(r"M(\d+) ", drawn.partition('class="on"')[2])]
    assert len(lit) == 4
    assert max(lit) < 10 * 12
    assert drawn == booth_squares(places, "hall", (10, 4, 20))
