"""Pictures people send, made into three clean WebP files. Keeping them is the store's work."""

import io
import warnings
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from .detect import HEAD, detect
from .errors import RefusedFile, TooLarge

SIZES = {"small": 320, "medium": 800, "large": 1600}
"""Variant → the longest side it may have, in pixels. Smaller pictures are never enlarged."""

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
_QUALITY = 80

_BROKEN = _("The picture is damaged and cannot be read. Open it, save it again as PNG or JPEG and send that.")


@dataclass(frozen=True)
class Variant:
    """One size of a picture: a whole WebP file and its size in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class PreparedImage:
    """`variants` by name (small, medium, large); width and height of the original, the right way up."""

    variants: dict[str, Variant]
    width: int
    height: int


def prepare_image(
    source: bytes | IO[bytes], *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS
) -> PreparedImage:
    """Decodes and encodes anew: whatever else the file carried (place, camera, scripts, frames) is gone.

    Turned as its camera meant it, colours in sRGB, transparency kept, first frame of an animation.
    Raises RefusedFile (TooLarge) when it is no picture, damaged, or too big in bytes or pixels.
    """
    data = _read(source, max_bytes)
    kind = detect(data[:HEAD])
    if not kind.is_image:
        raise RefusedFile(_("This is a PDF document, not a picture. Send a PNG, JPEG, WebP or GIF."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", Image.DecompressionBombWarning
            )  # the limit below is the stricter one
            with Image.open(io.BytesIO(data), formats=[kind.name.upper()]) as picture:
                _refuse_bombs(picture.size, max_pixels)
                return _prepared(picture)
    except RefusedFile:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(max_pixels) from error
    except (
        Exception
    ) as error:  # the decoders raise a dozen kinds of error on damaged files, none of them ours
        raise RefusedFile(_BROKEN) from error


def _read(source: bytes | IO[bytes], max_bytes: int) -> bytes:
    data = source if isinstance(source, bytes) else source.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise TooLarge(max_bytes)
    return data


def _refuse_bombs(size: tuple[int, int], max_pixels: int) -> None:
    # the size stands in the header: nothing has been decoded yet
    if size[0] * size[1] > max_pixels:
        raise _too_many_pixels(max_pixels)


def _too_many_pixels(max_pixels: int) -> RefusedFile:
    return RefusedFile(
        _("The picture has more than %(millions)s million pixels. Make it smaller and send it again."),
        millions=max_pixels // 1_000_000 or 1,
    )


def _prepared(picture: Image.Image) -> PreparedImage:
    width, height = picture.size
    if picture.getexif().get(0x0112, 1) in (5, 6, 7, 8):  # lying on its side
        width, height = height, width
    largest = max(SIZES.values())
    picture.draft("RGB", (largest, largest))  # JPEG only: decodes at a fraction of the size
    upright = ImageOps.exif_transpose(picture)
    clean = _in_srgb(upright)
    clean.info.clear()  # nothing of the original's metadata reaches the encoder
    variants: dict[str, Variant] = {}
    for name, longest in sorted(SIZES.items(), key=lambda size: -size[1]):
        clean.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        clean.save(out, format="WEBP", quality=_QUALITY, method=4)
        variants[name] = Variant(out.getvalue(), *clean.size)
    return PreparedImage({name: variants[name] for name in SIZES}, width, height)


def _in_srgb(picture: Image.Image) -> Image.Image:
    """RGB or RGBA in the web's colours, whatever mode and profile the picture came in."""
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        # 16 bits a pixel: a plain conversion would clip nearly everything to white
        picture = picture.convert("F").point(lambda level: level / 257).convert("L")
    has_alpha = picture.has_transparency_data
    target = "RGBA" if has_alpha else "RGB"
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            converted = ImageCms.profileToProfile(
                picture,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode=target if picture.mode != "L" else None,
            )
            if converted is not None:
                picture = converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile says nothing about the colours
    return picture.convert(target)
