"""What every template knows: the language, its sisters, the fair and edition of the address. Reads only."""

from typing import Any

from django.http import HttpRequest

from everfair.base.languages import CONTENT_TO_INTERFACE, direction

LABELS = {"en": "English", "zh": "中文"}


def language_links(path: str, lang: str) -> list[tuple[str, str, str]]:
    """(code, label, address) of the same page in the other languages."""
    head, _, rest = path.lstrip("/").partition("/")
    if head not in CONTENT_TO_INTERFACE:
        return []
    return [(code, LABELS[code], f"/{code}/{rest}") for code in CONTENT_TO_INTERFACE if code != lang]


def page(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page. Views put `edition` in; `fair` follows from it."""
    lang = getattr(request, "content_language", "en")
    edition = getattr(request, "edition", None)
    return {
        "lang": lang,
        "dir": direction(lang),
        "other_langs": language_links(request.get_full_path(), lang),
        "edition": edition,
        "fair": edition.fair if edition is not None else None,
        "current_path": request.get_full_path(),
    }
