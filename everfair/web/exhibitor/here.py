"""At the booth now: who came, as each agreed, the first word to them, and whether oneself stands there."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base.refusals import Refused
from everfair.conversations.actions import greeting
from everfair.gateways import live
from everfair.presence import access
from everfair.presence.actions.showing import attend
from everfair.presence.queries import facts
from everfair.presence.queries.here import showing_of
from everfair.web.exhibitor.exhibition import frame


def _booth(request: HttpRequest, code: str) -> Any:
    """The exhibitor, for its own team; the page then shows its edition."""
    exhibitor = access.get_booth_of_team(request.user, code)
    request.edition = exhibitor.edition  # type: ignore[attr-defined]
    return exhibitor


@login_required
@never_cache
@require_safe
def booth_now(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody at the booth who agreed to be seen, and how many more."""
    return _show(request, _booth(request, code))


def _show(
    request: HttpRequest, exhibitor: Any, *, stay: str = "", typed: str = "", error: str = ""
) -> HttpResponse:
    """The page; `stay` is the visitor whose greeting was refused."""
    topic = facts.team_topic(exhibitor)
    position = live.position(topic)
    now = timezone.now()
    fact = facts.team_fact(exhibitor, now)
    showing = showing_of(exhibitor.edition, request.user)
    visitors = [{**one, "at": parse_datetime(one["since"])} for one in fact["visitors"]]
    context = {
        "topic": topic, "position": position, "visitors": visitors, "unnamed": fact["unnamed"], "hosts": fact["hosts"],
        "attends": showing.attends, "is_quiet": showing.quiet_until is not None and showing.quiet_until > now,
        "limit": greeting.LONGEST, "stay": stay, "typed": typed, "error": error,
    }  # fmt: skip
    status = 422 if error else 200
    return frame.show(request, "booth_now", exhibitor, "presence.booth_now", context, status, room="presence")


@login_required
@require_POST
def booth_attend(request: HttpRequest, code: str) -> HttpResponse:
    """I stand at the booth from now on, or no more."""
    exhibitor = _booth(request, code)
    attends = request.POST.get("attends") == "1"
    attend(exhibitor.edition, attends, by=request.user)
    if attends:
        messages.success(request, _("You stand at the booth while a page of its desk is open."))
    else:
        messages.success(request, _("You do not stand at the booth any more. Nobody rings you."))
    return redirect("exhibitor:presence.booth_now", code=code)


@login_required
@require_POST
def visitor_greet(request: HttpRequest, code: str, stay: str) -> HttpResponse:
    """The first word to a visitor; what was typed stays when it is refused."""
    exhibitor = _booth(request, code)
    text = request.POST.get("text", "")
    try:
        greeting.greet(exhibitor, stay, text, by=request.user)
    except Refused as error:
        return _show(request, exhibitor, stay=stay, typed=text, error=str(error))
    messages.success(request, _("Your greeting is sent. They answer if they want to."))
    return redirect("exhibitor:presence.booth_now", code=code)
