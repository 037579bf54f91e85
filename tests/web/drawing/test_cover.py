"""Covers: the public rule holds for ever, whatever is drawn around it."""

import hashlib
import re
from xml.etree import ElementTree

import pytest

from everfair.web.drawing.cover import cover
from everfair.web.drawing.motifs import MOTIFS


def _first_pair(seed: str) -> int:
    return hashlib.sha256(seed.encode()).digest()[0] >> 6


@pytest.mark.parametrize("motif", range(1, 13))
def test_every_motif_is_small_well_formed_and_the_same_twice(motif: int) -> None:
    drawn = [cover(motif, f"booth-{index}") for index in range(40)]
    cover.cache_clear()
    assert drawn == [cover(motif, f"booth-{index}") for index in range(40)]
    assert all(400 <= len(svg) <= 1150 for svg in drawn)
    assert all(2 <= len(ElementTree.fromstring(svg)) <= 5 for svg in drawn)
    assert len(set(drawn)) >= 38


def test_the_rule_is_a_public_format() -> None:
    # These digests were taken when the format was fixed. A change here breaks every cover ever drawn.
    every = "".join(cover(motif, "everfair") for motif in MOTIFS)
    assert (
        hashlib.sha256(every.encode()).hexdigest()
        == "bb86bf9b9829336466771e68f18617499082f0267c4058ab60a087e2555d9e7d"
    )


def test_the_first_pair_decides_the_ground_and_the_last_the_weak_layer() -> None:
    for index in range(60):
        svg = cover(3, str(index))
        assert (' deep"' in svg) == (_first_pair(f"3:{index}") == 0)
    weak = sum(cover(2, str(index)).partition("f w")[2].count("M") for index in range(100))
    assert 0.18 < weak / (100 * 18) < 0.32  # one tile in four


def test_a_banner_begins_like_the_cover() -> None:
    narrow = re.findall(r"M\d+ \d+", cover(6, "42").partition('class="d"')[2].partition('"/>')[0])
    wide = re.findall(r"M\d+ \d+", cover(6, "42", wide=True).partition('class="d"')[2].partition('"/>')[0])
    assert wide[: len(narrow)] == narrow
    assert len(wide) > 2 * len(narrow)


def test_labels_speak_and_are_escaped() -> None:
    svg = cover(1, "a", label='Tea & "Silk" <b>')
    assert ElementTree.fromstring(svg).attrib["aria-label"] == 'Tea & "Silk" <b>'
    assert 'aria-hidden="true"' in cover(1, "a")


@pytest.mark.parametrize(("motif", "pigment"), [(0, None), (13, None), (1, 13), (1, 0)])
def test_numbers_out_of_range_are_refused(motif: int, pigment: int | None) -> None:
    with pytest.raises(ValueError, match="from 1 to 12"):
        cover(motif, "a", pigment=pigment)
