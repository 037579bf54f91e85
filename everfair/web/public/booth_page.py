"""The public page of a booth as template context: what visitors see, and what the booth's desk previews."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from everfair.exhibition.queries import booth as booth_queries
from everfair.web.answer_times import answers_in_words
from everfair.web.public.frame import frame_of
from everfair.web.public.json_ld import booth_data
from everfair.web.public.shown import doors


def _area(exhibitor: Any, edition: Any) -> Any:
    return frame_of(edition).areas.get(exhibitor.area.code) if exhibitor.area else None


def booth_parts(exhibitor: Any, edition: Any, lang: str) -> tuple[str, str]:
    """Everything below the booth's heading, and its JSON-LD: the same for every reader."""
    page = booth_queries.booth_page(exhibitor)
    context = {
        "booth": page,
        "exhibitor": exhibitor,
        "area": _area(exhibitor, edition),
        "edition": edition,
        "lang": lang,
        "answers": answers_in_words(exhibitor),
    }
    body = render_to_string("public/exhibition/booth_body.html", context)
    return body, booth_data(page, edition, lang, settings.BASE_URL)


def booth_context(exhibitor: Any, edition: Any, body: str, json_ld: str = "") -> dict[str, Any]:
    """What public/exhibition/booth.html reads beside the reader's own: `can_edit`, `is_preview`, `canonical_url`."""
    return {
        "exhibitor": exhibitor,
        "motif": booth_queries.motif_of(exhibitor),
        "body": mark_safe(body),
        "json_ld": mark_safe(json_ld),
        "area": _area(exhibitor, edition),
        "meets": exhibitor.is_public and frame_of(edition).meets,
        "doors": doors(edition),
        "doors_current": "exhibit",
    }
