"""Who is at a place now, in numbers, for the island on its page: never kept, and never who."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from everfair.gateways import live
from everfair.presence import access
from everfair.presence.queries import facts


@never_cache
@require_safe
def here_now(request: HttpRequest, edition: str, place: str) -> HttpResponse:
    """The place's fact and the number after which newer ones come."""
    found = access.get_place_for(request.user, edition, place)
    topic = facts.here_topic(found.edition.slug, found.name)
    position = live.position(topic)
    crowd = facts.crowd_of(found.edition, [found.name] if found.exhibitor is not None else None)
    return JsonResponse({"position": position, "fact": facts.place_fact(crowd, found.name)})
