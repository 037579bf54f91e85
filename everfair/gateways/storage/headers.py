"""Headers for answering with stored files, from any host: seen as what they are, and inert."""

import re
import unicodedata

from django.utils.http import content_disposition_header

from .detect import FileType

_FOREVER = 365 * 24 * 3600
_LONGEST_NAME = 120
# a picture or PDF needs nothing from anywhere; sandbox takes away scripts, forms and the page's origin
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"


def file_headers(kind: FileType, filename: str = "", *, private: bool = False) -> dict[str, str]:
    """The answer's headers for a stored file of this kind: pictures inline, documents as download.

    `filename` is the name people gave it, in any script. `private` files are kept by the browser only, not by
    caches in between. The address must contain the content's digest: answers are kept for a year unasked.
    """
    name = safe_filename(filename, kind)
    return {
        "Content-Type": kind.content_type,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": _POLICY,
        "Content-Disposition": content_disposition_header(not kind.is_image, name) or "inline",
        "Cross-Origin-Resource-Policy": "same-site" if private else "cross-origin",
        "Cache-Control": f"{'private' if private else 'public'}, max-age={_FOREVER}, immutable",
    }


def safe_filename(name: str, kind: FileType) -> str:
    """A name any system can save: no path, no control or direction marks, the true suffix; "" stays ""."""
    if not name:
        return ""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    text = "".join(letter for letter in text if unicodedata.category(letter)[0] != "C")
    text = re.split(r"[\\/]", text)[-1]
    text = re.sub(r'[<>:"|?*;%]', "_", text).strip()
    stem = text[: -len(kind.suffix)] if text.lower().endswith(kind.suffix) else text
    return (stem.strip(" .")[:_LONGEST_NAME] or "file") + kind.suffix
