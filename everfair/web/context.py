"""What every template knows: the language, its sisters, the fair and edition of the address. Reads only."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from everfair.base.languages import CONTENT_TO_INTERFACE, direction

LABELS = {"en": "English", "zh": "中文"}


def language_links(path: str, lang: str) -> list[tuple[str, str, str]]:
    """(code, label, address) of the same page in the other languages."""
    head, _, rest = path.lstrip("/").partition("/")
    if head not in CONTENT_TO_INTERFACE:
        return []
    return [(code, LABELS[code], f"/{code}/{rest}") for code in CONTENT_TO_INTERFACE if code != lang]


def page(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page. A view that shows an edition sets `request.edition`."""
    lang = getattr(request, "content_language", "en")
    edition = getattr(request, "edition", None)
    context = {
        "lang": lang,
        "dir": direction(lang),
        "base_url": settings.BASE_URL,
        "other_langs": language_links(request.get_full_path(), lang),
        "edition": edition,
        "fair": None,
        "current_path": request.get_full_path(),
    }
    if edition is not None:
        context |= {
            "fair": edition.fair,
            "home_url": reverse("public:fair.front", args=[edition.slug]),
            "search_url": reverse("public:search.results", args=[edition.slug]),
            "suggest_url": reverse("public:search.suggest", args=[edition.slug]),
        }
    return context
