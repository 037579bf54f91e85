"""Who is at a place now, in numbers, for the island on its page: never in the page itself, and never who."""

from time import monotonic
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from everfair.gateways import live
from everfair.presence import access
from everfair.presence.queries import facts

SECONDS = 1.0  # for which strangers get the same answer: what changed since comes after its number
MOST_KEPT = 2000
_kept: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}


@never_cache
@require_safe
def here_now(request: HttpRequest, edition: str, place: str) -> HttpResponse:
    """The place's fact and the number after which newer ones come."""
    is_stranger = not request.user.is_authenticated
    ends_at, kept = _kept.get((edition, place), (0.0, {}))
    if is_stranger and monotonic() < ends_at:
        return JsonResponse(kept)
    fresh = _read(request.user, edition, place)
    if is_stranger:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[edition, place] = (monotonic() + SECONDS, fresh)
    return JsonResponse(fresh)


def _read(user: Any, edition: str, place: str) -> dict[str, Any]:
    """The number is asked before the rows are read."""
    found = access.get_place_for(user, edition, place)
    position = live.position(facts.here_topic(found.edition.slug, found.name))
    crowd = facts.crowd_of(found.edition, [found.name] if found.exhibitor is not None else None)
    return {"position": position, "fact": facts.place_fact(crowd, found.name)}


def forget_numbers() -> None:
    """Drop the answers kept in memory."""
    _kept.clear()
