"""The press: any name is set or refused in words, nothing comes out as boxes, a press that dies is replaced."""

import re
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from everfair.gateways import printing
from everfair.gateways.printing import BadgeFace, CannotSet, fonts, press, press_room, qr_drawing, set_badges

HERE = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
CODE = "EF1:" + "A" * 130
FACE = BadgeFace(
    name="欧阳若兰", second_name="Ouyang Ruolan", firm="青岚云计算（北京）有限公司", detail="Director", country="中国 China",
    kind="专业观众", second_kind="Professional visitor", colour="#2c5f8d", seal="服贸", fair="鹿鸣博览会",
    second_fair="Luming Fair", when="2026.09.04–09.09", note="Numbers only.", second_note="只有数字。",
    fold="Fold twice.", second_fold="对折两次。", code=CODE,
)  # fmt: skip


def pages(pdf: bytes) -> int:
    """Pages of a PDF whose objects lie in compressed streams."""
    plain = pdf
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            plain += zlib.decompress(found[1])
        except zlib.error:
            continue
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", plain))


def drawn(face: BadgeFace, paper: str = "a6") -> Any:
    return Image.open(BytesIO(set_badges([face], paper, now=NOW, picture_dots=60))).convert("L")


def ink(picture: Any, box: tuple[int, int, int, int]) -> float:
    """Share of dark points in a part of a picture, given in millimetres."""
    part = picture.crop(tuple(round(side * 60 / 25.4) for side in box)).point(lambda light: light < 140)
    return float(sum(part.tobytes())) / (part.width * part.height)


NAME, CODE_BOX = (9, 30, 96, 83), (61, 84, 99, 122)


@pytest.mark.parametrize(
    "name",
    [
        "李娜", "Li", "欧阳若兰", "买买提·吐尔逊·阿卜杜热依木江", "محمد بن عبد الله الراشد", "Nguyễn Thị Ánh Nguyệt",
        "Øystein Škvorecký-Ærø", "Александра Ивановна", "Wolfeschlegelsteinhausenbergerdorff-Hubertusthal",
        "A" * 120, "很" * 120, "a b " * 30, "#set page(width: 1pt) $x$ *b* @c <d> \\ \" [e] {f}", "  \t李\n娜 ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("second", ["", "Second name 第二"])
def test_any_name_fits_its_field(name: str, second: str) -> None:
    picture = drawn(replace(FACE, name=name, second_name=second))
    assert ink(picture, NAME) > 0.005
    assert ink(picture, (0, 0, 8, 124)) == 0  # nothing runs over the edges
    assert ink(picture, (97, 0, 105, 82)) == 0
    assert ink(picture, (0, 123, 105, 125.5)) == 0  # nor into the stripe


def test_every_other_text_fits_too() -> None:
    names = ("firm", "detail", "country", "kind", "second_kind", "fair", "second_fair")
    long = dict.fromkeys(names, "很长的文字 and long words " * 10)
    picture = drawn(replace(FACE, **long))
    assert ink(picture, (0, 0, 8, 124)) == 0
    assert ink(picture, (0, 123, 105, 125.5)) == 0
    alone = ink(drawn(FACE), CODE_BOX)
    assert abs(ink(picture, CODE_BOX) - alone) < 0.02  # nothing lies over the code


def test_one_page_for_each_badge_and_the_date_given() -> None:
    faces = [replace(FACE, name=f"李娜 {number}") for number in range(7)]
    for paper in printing.PAPERS:
        pdf = set_badges(faces, paper, now=NOW)
        assert pdf.startswith(b"%PDF-")
        assert pages(pdf) == 7
        assert b"20260901083000" in pdf.replace(b":", b"")


def test_the_same_faces_make_the_same_file() -> None:
    assert set_badges([FACE], now=NOW) == set_badges([FACE], now=NOW)


@pytest.mark.parametrize("letters", ["\U00010380\U00010381", "\ua015", "\U0001f9ff"])
def test_characters_without_a_font_are_refused_and_named(letters: str) -> None:
    with pytest.raises(CannotSet, match="fonts-noto-cjk") as refused:
        set_badges([replace(FACE, second_name=f"Li {letters}")], now=NOW)
    assert refused.value.characters == letters
    assert printing.missing_characters([f"abc é 李 {letters}", letters]) == letters
    assert set_badges([FACE], now=NOW).startswith(b"%PDF-")  # the press goes on


def test_chinese_traditional_and_latin_are_all_here() -> None:
    assert printing.find_cjk()
    assert printing.missing_characters(["龘𠮷髙﨑 Łódź Þór Ģirts \u200f\u200d مریم 이순신 さくら"]) == ""


def test_without_chinese_fonts_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoFonts:
        def fonts(self) -> list[Any]:
            return []

    fonts._coverage.cache_clear()
    monkeypatch.setattr(fonts, "system_fonts", NoFonts)
    try:
        assert fonts.undrawable(["Zoë Łódź Иван Ελλάδα", "服贸会"]) == "服贸会"
        with pytest.raises(CannotSet, match="apt-get install fonts-noto-cjk"):
            fonts.require_characters(["服贸会"])
    finally:
        fonts._coverage.cache_clear()


def test_a_press_that_died_is_replaced() -> None:
    set_badges([FACE], now=NOW)
    before = press_room._room._press
    assert before is not None
    before.process.kill()
    assert set_badges([FACE], now=NOW).startswith(b"%PDF-")
    assert press_room._room._press is not before


def test_a_press_that_hangs_is_ended_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press_room, "PATIENCE", 0.0)
    with pytest.raises(CannotSet, match="too long"):
        set_badges([FACE], now=NOW)
    assert press_room._room._press is None
    monkeypatch.undo()
    assert set_badges([FACE], now=NOW).startswith(b"%PDF-")


def test_a_press_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    printing.close_press()
    start = subprocess.Popen

    def broken(words: list[str], **kwargs: Any) -> Any:
        return start([words[0], "-c", "raise SystemExit(1)"], **kwargs)

    monkeypatch.setattr(press_room.subprocess, "Popen", broken)
    with pytest.raises(CannotSet, match="stopped twice"):
        set_badges([FACE], now=NOW)


def test_an_old_press_is_replaced_before_it_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press_room, "LIFE", 3)
    set_badges([FACE] * 2, now=NOW)
    assert press_room._room._press is not None
    set_badges([FACE] * 2, now=NOW)
    assert press_room._room._press is None


def test_an_idle_press_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    set_badges([FACE], now=NOW)
    monkeypatch.setattr(press_room, "IDLE", 0.0)
    press_room._room._end_if_idle()
    assert press_room._room._press is None


@pytest.fixture(autouse=True, scope="module")
def _closed_afterwards() -> Iterator[None]:
    yield
    printing.close_press()


@pytest.mark.parametrize(("faces", "paper"), [([], "a6"), ([FACE] * 501, "a6"), ([FACE], "a5")])
def test_nothing_too_many_or_another_paper_is_an_error(faces: list[BadgeFace], paper: str) -> None:
    with pytest.raises(ValueError, match=r"badges at once|paper is one of"):
        set_badges(faces, paper, now=NOW)


def test_the_drawing_is_segnos_own_code() -> None:
    import segno

    side, path = qr_drawing(CODE)
    matrix = segno.make_qr(CODE, error="m", mask=2).matrix
    assert side == len(matrix) + 8
    dark = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", path):
        dark |= {(int(x) + step, int(y)) for step in range(int(length))}
    assert dark == {(x + 4, y + 4) for y, row in enumerate(matrix) for x, bit in enumerate(row) if bit}


@pytest.mark.parametrize(
    ("colour", "is_dark"), [("#2c5f8d", True), ("#c1932a", False), ("#ffffff", False), ("#000000", True)]
)
def test_letters_on_the_stripe_stand_out(colour: str, is_dark: bool) -> None:
    light = press.luminance(colour)
    assert (light < press.DARK) is is_dark
    white, dark = 1.05 / (light + 0.05), (light + 0.05) / (press.luminance("#14213d") + 0.05)
    assert (white if is_dark else dark) >= 4


def test_long_words_may_break_but_not_chinese_or_arabic_ones() -> None:
    assert press.clean("Donaudampfschifffahrt") == "Donaud\u200bampfsc\u200bhifffa\u200bhrt"
    assert press.clean("很" * 30) == "很" * 30
    assert press.clean("م" * 30) == "م" * 30
    assert press.clean("a\x00b\u202d\u200f ") == "a b"
    assert press.clean("علی\u200cرضا") == "علی\u200cرضا"


def test_a_press_ends_with_its_server_however_that_ends(tmp_path: Path) -> None:
    program = (
        "import os\n"
        "from everfair.gateways.printing import missing_characters, press_room\n"
        "missing_characters(['é'])\n"
        "print(press_room._room._press.process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=HERE, timeout=60, check=False
    )
    assert done.returncode == -9, done.stderr
    press_pid, ends = int(done.stdout), time.monotonic() + 20
    while _runs(press_pid) and time.monotonic() < ends:
        time.sleep(0.1)
    assert not _runs(press_pid)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
