"""Mode glyphs, icons and empty-state drawings are well formed and refuse unknown names."""

from xml.etree import ElementTree

import pytest

from everfair.web.drawing.icons import DRAWING_NAMES, ICON_NAMES, drawing, icon
from everfair.web.drawing.mode import mode_glyph


def test_the_four_modes_differ_and_speak() -> None:
    drawn = [mode_glyph(mode, label=f"Mode {mode}") for mode in (1, 2, 3, 4)]
    assert [ElementTree.fromstring(svg).attrib["aria-label"] for svg in drawn] == [
        f"Mode {n}" for n in (1, 2, 3, 4)
    ]
    assert len({svg.partition(">")[2] for svg in drawn}) == 4


@pytest.mark.parametrize("mode", [0, 5, -1])
def test_other_modes_are_refused(mode: int) -> None:
    with pytest.raises(ValueError, match="modes of supply"):
        mode_glyph(mode)


def test_icons_and_drawings_are_small_and_well_formed() -> None:
    for svg in [icon(name) for name in ICON_NAMES] + [drawing(name) for name in DRAWING_NAMES]:
        assert ElementTree.fromstring(svg).attrib["aria-hidden"] == "true"
        assert len(svg) < 420


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="search"):
        icon("rocket")
    with pytest.raises(ValueError, match="booth"):
        drawing("rocket")
