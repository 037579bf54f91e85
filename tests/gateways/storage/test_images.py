import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from everfair.gateways.storage import RefusedFile, TooLarge, prepare_image


def _file(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format=kind, **options)
    return out.getvalue()


def _seen(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return picture


def _is_near(left: tuple[int, ...], right: tuple[int, ...]) -> bool:
    return all(abs(one - other) <= 12 for one, other in zip(left, right, strict=True))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_three_sizes_of_webp_come_out(kind: str) -> None:
    prepared = prepare_image(_file(Image.new("RGB", (2400, 1200), (200, 30, 30)), kind))
    assert (prepared.width, prepared.height) == (2400, 1200)
    assert {name: (v.width, v.height) for name, v in prepared.variants.items()} == {
        "small": (320, 160),
        "medium": (800, 400),
        "large": (1600, 800),
    }
    for variant in prepared.variants.values():
        seen = _seen(variant.data)
        assert (seen.format, seen.size) == ("WEBP", (variant.width, variant.height))
        assert _is_near(seen.convert("RGB").getpixel((10, 10)), (200, 30, 30))


def test_small_pictures_are_not_enlarged() -> None:
    prepared = prepare_image(io.BytesIO(_file(Image.new("RGB", (40, 90)))))
    assert {(v.width, v.height) for v in prepared.variants.values()} == {(40, 90)}


def test_camera_orientation_is_applied_and_metadata_is_gone() -> None:
    picture = Image.new("RGB", (600, 300), (255, 255, 255))
    picture.paste((255, 0, 0), (0, 0, 100, 300))  # red on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter to the right
    exif[0x010F] = "SecretCamera"
    prepared = prepare_image(_file(picture, "JPEG", exif=exif, comment=b"SecretComment"))
    assert (prepared.width, prepared.height) == (300, 600)
    large = prepared.variants["large"]
    assert (large.width, large.height) == (300, 600)
    assert _is_near(_seen(large.data).convert("RGB").getpixel((150, 20)), (255, 0, 0))  # now on top
    for variant in prepared.variants.values():
        assert b"Secret" not in variant.data
        assert not any(name in variant.data for name in (b"EXIF", b"XMP ", b"ICCP"))


def test_text_chunks_of_a_png_are_gone() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>SecretScript</script>")
    data = _file(Image.new("RGB", (50, 50)), pnginfo=notes)
    assert b"SecretScript" in data
    assert all(b"SecretScript" not in v.data for v in prepare_image(data).variants.values())


def test_script_hung_behind_a_picture_is_gone() -> None:
    data = _file(Image.new("RGB", (50, 50)), "GIF") + b"<script>alert(1)</script>"
    assert all(b"script" not in v.data for v in prepare_image(data).variants.values())


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_kept(mode: str) -> None:
    picture = Image.new("RGBA", (400, 400), (0, 0, 255, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 200, 400))
    data = _file(picture.convert(mode))
    seen = _seen(prepare_image(data).variants["small"].data)
    assert seen.mode == "RGBA"
    assert seen.getpixel((300, 100))[3] == 0
    assert seen.getpixel((20, 100))[3] == 255


def test_first_frame_of_an_animation() -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in ((255, 0, 0), (0, 255, 0), (0, 0, 255))]
    for kind in ("GIF", "WEBP"):
        data = _file(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        seen = _seen(prepare_image(data).variants["large"].data)
        assert not getattr(seen, "is_animated", False)
        assert _is_near(seen.convert("RGB").getpixel((30, 30)), (255, 0, 0))


def test_print_colours_and_sixteen_bits_come_out_right() -> None:
    cmyk = prepare_image(_file(Image.new("CMYK", (80, 80), (0, 255, 255, 0)), "JPEG"))
    red, green, blue = _seen(cmyk.variants["small"].data).convert("RGB").getpixel((40, 40))
    assert red > 180
    assert max(green, blue) < 80
    grey = prepare_image(_file(Image.new("I;16", (80, 80), 32_896)))
    assert _is_near(_seen(grey.variants["small"].data).convert("RGB").getpixel((40, 40)), (128, 128, 128))


def test_decompression_bomb_is_refused_before_it_is_decoded() -> None:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + _chunk(b"IEND", b"")
    with pytest.raises(RefusedFile, match="50 million pixels"):
        prepare_image(bomb)
    with pytest.raises(RefusedFile, match="1 million pixels"):
        prepare_image(_file(Image.new("1", (1100, 1000))), max_pixels=1_000_000)


def test_too_many_bytes_are_not_read() -> None:
    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size: int = -1) -> bytes:
            self.asked += size
            return b"\x89PNG" * (size // 4)

    source = Endless()
    with pytest.raises(TooLarge, match=r"larger than 0\.00976 MB"):
        prepare_image(source, max_bytes=10_239)
    assert source.asked == 10_240


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"#!/bin/sh\nrm -rf /\n", "a script"),
        (b"<?php system($_GET['c']); ?>", "a script"),
        (
            b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            "SVG",
        ),
        (b"\xef\xbb\xbf  <SVG onload=alert(1)>", "SVG"),
        ("<svg onload=alert(1)>".encode("utf-16"), "SVG"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "a web page"),
        (b"MZ\x90\0" + b"\0" * 100, "a program"),
        (b"\x7fELF\x02", "a program"),
        (b"PK\x03\x04" + b"\0" * 30, "Office files and archives"),
        (b"\0\0\0\x18ftypheic\0\0", "HEIC"),
        (b"BM\x36\0\0", "PNG or JPEG"),
        (b"%PDF-1.7\n", "PDF document, not a picture"),
        (b"", "empty"),
        (b"just some words", "kind of file is not taken"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(RefusedFile, match=said):
        prepare_image(content)


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n#!/bin/sh\nrm -rf /\n",
        b"\xff\xd8\xff\xe0<script>alert(1)</script>",
        b"GIF89a=1;alert(1)//",
        b"RIFF\x20\0\0\0WEBPVP8 <script>alert(1)</script>",
        _file(Image.new("RGB", (300, 300), (1, 2, 3)), "JPEG")[:400],
    ],
)
def test_script_dressed_as_a_picture_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedFile, match="damaged"):
        prepare_image(content)


SAMPLES = [
    _file(Image.effect_noise((48, 32), 60).convert("RGB"), kind) for kind in ("PNG", "JPEG", "WEBP", "GIF")
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=6))
def test_damaged_pictures_are_cleaned_or_refused_never_more(
    sample: bytes, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(sample)
    for place, value in changes:
        data[place % len(data)] = value
    try:
        prepared = prepare_image(bytes(data))
    except RefusedFile:
        return
    assert all(_seen(variant.data).format == "WEBP" for variant in prepared.variants.values())
