"""Frames a socket answers with: errors in words for people, farewells. No state."""

import json
import random
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    # code → what a person may read
    "not_found": _("This does not exist, or you may not see it."),
    "sign_in": _("Please sign in first."),
    "unknown": _("The server does not know this message. Please load the page again."),
    "malformed": _("The server could not read this message. Please load the page again."),
    "too_many": _("This page listens to too many things at once. Please load it again."),
    "slow_down": _("That was too fast. Please wait a moment."),
    "away": _("The server is busy. Your message will be sent again by itself."),
    "failed": _("That did not work. Please load the page again and try once more."),
}

FAREWELLS: dict[str, tuple[int, tuple[int, int] | None]] = {
    # why → code of the close, and between which milliseconds to come back (None: not by itself)
    "deploy": (1012, (500, 6000)),
    "slow": (4408, (500, 3000)),
    "idle": (4409, None),
    "signed-out": (4401, None),
    "too-fast": (4429, (5000, 15000)),
    "not-json": (4400, None),
    "not-text": (1003, None),
}


def error(code: str, *, words: str = "", **about: Any) -> dict[str, Any]:
    """An error's frame; `about`: topic and number as far as they are known. In the language active now."""
    known = {name: value for name, value in about.items() if value is not None}
    return {"error": code, "words": words or str(WORDS[code]), **known}


def farewell(reason: str) -> tuple[dict[str, Any] | None, int]:
    """The last frame and the close's code; (None, 1000) where there is nothing to say."""
    if reason not in FAREWELLS:
        return None, 1000
    code, between = FAREWELLS[reason]
    after = {"after": random.randint(*between)} if between is not None else {}
    return {"bye": reason, **after}, code


def as_frame(reply: dict[str, Any]) -> str:
    """The frame's text; ASCII, so that nothing in it can fail to be written."""
    return json.dumps(reply, separators=(",", ":"))
