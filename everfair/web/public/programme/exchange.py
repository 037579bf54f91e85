"""The public programme as schedule.xml and schedule.json, for the apps and services that read them."""

from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from everfair.programme.queries.board import board_of
from everfair.programme.queries.exchange import schedule_file, schedule_of
from everfair.web.public.frame import edition_for
from everfair.web.public.keeping import kept_for_everybody

CONTENT_TYPES = {
    "schedule.xml": "application/xml; charset=utf-8",
    "schedule.json": "application/json; charset=utf-8",
}
MOST_KEPT = 12  # files, of two megabytes each for a thousand sessions

_kept: dict[tuple[int, str, str], tuple[Any, bytes]] = {}
_lock = Lock()


def _file(edition: Any, language: str, form: str) -> bytes:
    """The file, made once for each state of the programme: as long as the board is the same one, so is the file."""
    board, key = board_of(edition), (edition.pk, language, form)
    held = _kept.get(key)
    if held is not None and held[0] is board:
        return held[1]
    made = schedule_file(schedule_of(edition, language=language), form)
    with _lock:
        _kept.pop(key, None)
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = (board, made)
    return made


def _answer(request: HttpRequest, edition: str, form: str) -> HttpResponse:
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    language: str = request.content_language  # type: ignore[attr-defined]
    response = HttpResponse(_file(found, language, form), content_type=CONTENT_TYPES[form])
    response.headers["Content-Disposition"] = f'inline; filename="{found.slug}-{form}"'
    response.headers["Access-Control-Allow-Origin"] = "*"  # public facts: apps in browsers may read them
    return response


@require_safe
@kept_for_everybody
def schedule_xml(request: HttpRequest, edition: str) -> HttpResponse:
    """Every public session with time, in the format of frab, pretalx and FOSDEM."""
    return _answer(request, edition, "schedule.xml")


@require_safe
@kept_for_everybody
def schedule_json(request: HttpRequest, edition: str) -> HttpResponse:
    """The same as JSON."""
    return _answer(request, edition, "schedule.json")
