"""What the pages of a person's own meetings share: who comes in, whose clock the page is on, a deed done or refused."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.fair import access as fair_access
from everfair.meetings.actions.people import participant_for
from everfair.meetings.queries.diary import zone_of
from everfair.meetings.queries.ground import rules_of
from everfair.web.visitor import diary_shown as shown


def place(request: HttpRequest, edition: str) -> tuple[Any, Any]:
    """The edition and the person's row in its meetings; None where they take part in none."""
    found = fair_access.get_edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    return found, participant_for(request.user, found)


def own_place(request: HttpRequest, edition: str) -> tuple[Any, Any]:
    """The same; Http404 for whoever takes part in no meetings."""
    found, person = place(request, edition)
    if person is None:
        raise Http404
    return found, person


def nobody(request: HttpRequest, edition: Any) -> HttpResponse:
    """What somebody without a row reads: how to get one."""
    context = {"rules": rules_of(edition), "doors_current": "mine"}
    return render(request, "visitor/meetings/nobody.html", context)


def clocks_of(request: HttpRequest, edition: Any, person: Any) -> dict[str, Any]:
    """On whose clock the page is."""
    own = zone_of(person, request.user)
    return shown.clocks(
        own,
        ZoneInfo(edition.time_zone),
        request.GET.get("clock", ""),
        is_on_site=person.is_on_site,
        now=timezone.now(),
    )


def done(request: HttpRequest, deed: Callable[[], object], said: str) -> bool:
    """Do it and say so; a refusal is said instead."""
    try:
        deed()
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
        return False
    messages.success(request, said)
    return True
