"""Conversations of everybody signed in, whichever party they speak for: list, thread, the first word, what is done in one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.conversations import access
from everfair.conversations.actions import reading, turns, writing
from everfair.conversations.queries import facts, reach, threads
from everfair.fair import access as fair_access
from everfair.fair import queries as fair_queries
from everfair.gateways import live
from everfair.web import talks as shared
from everfair.web.public.exhibition import page_number


def _edition(request: HttpRequest, edition: str) -> Any:
    found = fair_access.get_edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    return found


@login_required
@require_safe
def conversation_home(request: HttpRequest) -> HttpResponse:
    """To the conversations of the current edition."""
    edition = fair_queries.current_edition()
    if edition is None:
        return redirect("visitor:people.my_fair")
    return redirect("visitor:conversations.conversation_list", edition=edition.slug)


@login_required
@never_cache
@require_safe
def conversation_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Everything the person's parties write, newest first; `as` narrows it to one of them."""
    found = _edition(request, edition)
    hats = shared.hats_of(request, found)
    chosen = request.GET.get("as", "")
    keys = frozenset({shared.hat_of(hats, chosen).key} if chosen else {hat.key for hat in hats})
    filters = threads.Filters(
        request.GET.get("q", ""), request.GET.get("show", ""), request.GET.get("about", "")
    )
    rows = access.conversations_of(request.user, found, keys)
    has_any = rows.exists()
    listed = threads.narrowed(rows, request.user, filters)  # type: ignore[arg-type]
    if filters.show == "waiting":
        listed = threads.waiting_for(listed, keys)
    page = Paginator(listed, shared.A_PAGE).get_page(page_number(request))
    context = {
        "lines": threads.lines(page.object_list, request.user, keys),  # type: ignore[arg-type]
        "page": page, "filters": filters, "hats": hats, "chosen": chosen, "has_any": has_any, "doors_current": "mine",
    }  # fmt: skip
    return render(request, "visitor/conversations/conversation_list.html", context)


@login_required
@never_cache
@require_safe
def conversation_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One conversation with the last messages, or those before `before`. Opening it is reading it."""
    found = _edition(request, edition)
    stand = access.get_stand_for(request.user, found, code)
    before = request.GET.get("before", "")
    return _show(request, stand, before=int(before) if before.isdecimal() and len(before) < 9 else None)


def _show(
    request: HttpRequest,
    stand: access.Stand,
    *,
    before: int | None = None,
    typed: str = "",
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    at = live.position(facts.topic_of(stand.conversation))
    said = threads.thread(stand, before=before)
    if before is None and said:
        reading.mark_read(stand, said[-1]["number"], by=request.user)
    context = {
        "stand": stand, "other": shared.other_shown(stand), "said": said, "read": threads.read_by(stand.conversation),
        "topic": facts.topic_of(stand.conversation), "position": at, "older": bool(said) and said[0]["number"] > 1,
        "team": access.team_of(stand.own) if stand.own.is_team else [], "typed": typed, "error": error,
        "queue": threads.queue_place(stand.other) if stand.other.kind == "help_desk" else 0, "doors_current": "mine",
    }  # fmt: skip
    return render(request, "visitor/conversations/conversation_show.html", context, status=status)


@login_required
@require_POST
def message_send(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Say something. What was typed stays on the page when it is refused."""
    stand = access.get_stand_for(request.user, _edition(request, edition), code)
    text = request.POST.get("text", "")
    try:
        writing.say(
            stand.conversation,
            stand.own.side,
            text,
            by=request.user,
            own_number=request.POST.get("number", ""),
        )
    except Refused as error:
        return _show(request, stand, typed=text, error=str(error), status=422)
    return redirect(reverse("visitor:conversations.conversation_show", args=[edition, code]) + "#end")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def conversation_begin(request: HttpRequest, edition: str) -> HttpResponse:
    """The first word to a booth, a person or the help desk; where the two have that conversation, it goes on there."""
    found = _edition(request, edition)
    other, name, thing = shared.whom(request, found)
    hats = [hat for hat in shared.hats_of(request, found) if hat.key != other.key]
    hat = shared.hat_of(hats, request.POST.get("as") or request.GET.get("as", ""))
    typed, error = request.POST.get("text", ""), ""
    if request.method == "POST":
        own = access.Who.person(request.user, is_hidden=True) if request.POST.get("hidden") else hat.who  # type: ignore[arg-type]
        try:
            message = writing.begin(
                found,
                own,
                other,
                typed,
                by=request.user,
                about=thing,
                own_number=request.POST.get("number", ""),
            )
        except Refused as refusal:
            error = str(refusal)
        else:
            return redirect(
                "visitor:conversations.conversation_show", edition=edition, code=message.conversation.code
            )
    else:
        error = reach.why_not(found, request.user, hat.who, other)  # type: ignore[arg-type]
    context = {
        "name": name, "thing": thing, "hats": hats, "hat": hat, "typed": typed, "error": error, "other": other,
        "doors_current": "mine",
    }  # fmt: skip
    status = 422 if error and request.method == "POST" else 200
    return render(request, "visitor/conversations/conversation_begin.html", context, status=status)


def _deed(
    request: HttpRequest, edition: str, code: str, deed: Callable[[access.Stand], object], said: str
) -> HttpResponse:
    stand = access.get_stand_for(request.user, _edition(request, edition), code)
    try:
        deed(stand)
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("visitor:conversations.conversation_show", edition=edition, code=code)


@login_required
@require_POST
def conversation_close(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Nothing is waited for any more."""
    return _deed(
        request, edition, code, lambda s: turns.close(s, by=request.user), _("The conversation is closed.")
    )


@login_required
@require_POST
def conversation_reopen(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Open it again."""
    return _deed(
        request,
        edition,
        code,
        lambda s: turns.reopen(s, by=request.user),
        _("The conversation is open again."),
    )
