"""What the formats allow as slug, code, address, guid. A value that does not fit is left out or made anew."""

import re
import uuid

OURS = uuid.UUID("5f0c3a52-5c0e-4a7e-9d4f-9e1b6d0c7f21")
"""The name space of guids made here: the same name gives the same guid for ever."""

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WEB_SIGN = r"(?:[^\s<>\"{}|\\^`\[\]%#]|%[0-9a-fA-F]{2})"
_WEB = re.compile(rf"https?://{_WEB_SIGN}+(?:#{_WEB_SIGN}*)?")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_JSON_SLUG = re.compile(r"[a-z0-9_-]+[a-z0-9]")
_XML_SLUG = re.compile(r"[a-z0-9_]{4,}-[a-z0-9\-_]{4,}")
_XML_TRACK_SLUG = re.compile(r"[a-z][a-z0-9-]+")
_JSON_ACRONYM = re.compile(r"[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Without the characters that no XML file and no database can hold."""
    plain = _CONTROL.sub("", text)
    return plain if plain.isascii() else plain.encode("utf-8", "replace").decode("utf-8")


def is_guid(text: str) -> bool:
    """Whether it is written as a UUID."""
    return bool(_GUID.fullmatch(text))


def guid_for(name: str) -> str:
    """The guid of something that has none, by its name."""
    return str(uuid.uuid5(OURS, name))


def is_web_address(text: str) -> bool:
    """Whether it is a whole http(s) address that an XML validator takes too."""
    return bool(_WEB.fullmatch(text))


def is_color(text: str) -> bool:
    """Whether it is "#a1b2c3"."""
    return bool(_COLOR.fullmatch(text))


def is_whole(text: str) -> bool:
    """Whether it is a whole number from 1 on, as both formats want ids."""
    return text.isascii() and text.isdigit() and text[:1] != "0" and len(text) <= 15


def json_slug(text: str) -> str:
    """The slug as JSON allows it, "" when nothing of it fits."""
    lower = text.lower()
    return lower if _JSON_SLUG.fullmatch(lower) else ""


def xml_slug(text: str) -> str:
    """The slug as XML allows it, else ""."""
    return text if _XML_SLUG.fullmatch(text) else ""


def xml_track_slug(text: str) -> str:
    """A track's slug as XML allows it, else ""."""
    return text if _XML_TRACK_SLUG.fullmatch(text) else ""


def xml_acronym(text: str) -> str:
    """Four or more of a-z, 0-9, _ and -."""
    plain = re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-")
    return plain if len(plain) >= 4 else f"{plain}-fair".lstrip("-")


def json_acronym(text: str) -> str:
    """Four or more of a-z, 0-9 and _; hyphens only where JSON allows them."""
    plain = xml_acronym(text)
    return plain if _JSON_ACRONYM.fullmatch(plain) else plain.replace("-", "_")
