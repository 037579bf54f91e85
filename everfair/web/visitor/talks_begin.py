"""The first word to a booth, a person, the other side of a meeting or the help desk. Goes on where the two have written before."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from everfair.base.refusals import Refused
from everfair.conversations.access import Who
from everfair.conversations.actions import writing
from everfair.conversations.queries import reach
from everfair.conversations.queries.answer_time import answer_time
from everfair.web import talk_shown, talks
from everfair.web.talk_files import ACCEPT, take_files, takes_files
from everfair.web.visitor.talks import edition_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@takes_files
def conversation_begin(request: HttpRequest, edition: str) -> HttpResponse:
    """Who one writes as, about what, with the name or without. Refusals are sentences; what was typed stays."""
    found = edition_of(request, edition)
    try:
        start = talks.whom(request, found)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("visitor:conversations.conversation_list", edition=edition)
    hats = [hat for hat in talks.hats_of(request, found) if hat.key != start.other.key]
    if start.own:
        hats = [hat for hat in hats if hat.key == start.own]
    hat = talks.hat_of(hats, request.POST.get("as") or request.GET.get("as", ""))
    hides = talks.may_hide(hat, start)
    asked = request.POST if request.method == "POST" else request.GET
    is_hidden = hides and bool(asked.get("hidden"))
    own = Who.person(request.user, is_hidden=True) if is_hidden else hat.who  # type: ignore[arg-type]
    error = reach.why_not(found, request.user, own, start.other)  # type: ignore[arg-type]
    if request.method == "POST":
        answer = _begin(request, found, own, start)
        if not isinstance(answer, str):
            return answer
        error = answer
    else:
        known = writing.find(found, own, start.other, start.thing)
        if known is not None and known.last_number:
            return redirect("visitor:conversations.conversation_show", edition=edition, code=known.code)
    context = {
        "start": start, "hats": hats, "hat": hat, "error": error, "may_hide": hides, "is_hidden": is_hidden,
        "typed": request.POST.get("text", ""), "own_number": request.POST.get("number") or str(uuid.uuid4()),
        "is_shut": bool(error) and request.method != "POST", "answers_in": answer_time(start.other.key),
        "back": _way_on(found, start), "accept": ACCEPT, "doors_current": "mine",
    }  # fmt: skip
    status = 422 if error and request.method == "POST" else 200
    return render(request, "visitor/conversations/conversation_begin.html", context, status=status)


def _begin(request: HttpRequest, edition: Any, own: Who, start: talks.Start) -> HttpResponse | str:
    try:
        message = writing.begin(
            edition, own, start.other, request.POST.get("text", ""), by=request.user, about=start.thing,
            own_number=request.POST.get("number", ""), files=take_files(request),
        )  # fmt: skip
    except Refused as refusal:
        return str(refusal)
    code = message.conversation.code
    return redirect("visitor:conversations.conversation_show", edition=edition.slug, code=code)


def _way_on(edition: Any, start: talks.Start) -> str:
    """Where somebody goes who may not write: what it was about, else the booth."""
    about = {
        "offer": "public:exhibition.offer",
        "need": "public:matchmaking.need_show",
        "session": "public:programme.session",
    }
    if start.thing.kind in about:
        return talk_shown.address_if_there(
            about[start.thing.kind], edition=edition.slug, address=start.thing.code
        )
    if start.other.exhibitor is not None and not start.other.is_hidden:
        firm = start.other.exhibitor
        return talk_shown.address_if_there(
            "public:exhibition.booth", edition=edition.slug, address=firm.address
        )
    return ""
