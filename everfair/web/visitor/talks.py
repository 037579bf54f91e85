"""Conversations of everybody signed in, whichever party they speak for: list, thread, what is said in one. No deeds besides."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base.refusals import Refused
from everfair.conversations import access
from everfair.conversations.actions import reading, writing
from everfair.conversations.queries import facts, sides, threads
from everfair.conversations.queries.answer_time import answer_time
from everfair.conversations.queries.reach import taken_back
from everfair.conversations.queries.rules import rules_of
from everfair.conversations.queries.sentences import patterns
from everfair.fair import access as fair_access
from everfair.fair import queries as fair_queries
from everfair.gateways import live
from everfair.web import talk_shown, talks
from everfair.web.public.exhibition import page_number
from everfair.web.talk_files import ACCEPT, take_files, takes_files

SHOWS = ("", "unread", "waiting", "closed", "away")


def edition_of(request: HttpRequest, edition: str) -> Any:
    """The edition, through access; the page then shows it."""
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
    found = edition_of(request, edition)
    hats = talks.hats_of(request, found)
    chosen = request.GET.get("as", "")
    keys = frozenset({talks.hat_of(hats, chosen).key} if chosen else {hat.key for hat in hats})
    show = request.GET.get("show", "")
    filters = threads.Filters(
        request.GET.get("q", "").strip()[:100],
        show if show in SHOWS else "",
        request.GET.get("about", "")[:10],
    )
    rows = access.conversations_with(found, keys)
    listed = threads.narrowed(rows, request.user, filters, keys)  # type: ignore[arg-type]
    if filters.show == "waiting":
        listed = threads.waiting_for(listed, keys)
    page = Paginator(listed, talks.A_PAGE).get_page(page_number(request))
    lines = threads.lines(page.object_list, request.user, keys)  # type: ignore[arg-type]
    names = {hat.key: hat.name for hat in hats[1:]}
    context = {
        "rows": [(line, talk_shown.said_last(line), names.get(line.own_key, "")) for line in lines],
        "page": page, "filters": filters, "hats": hats, "chosen": chosen, "shows": _shows(), "abouts": _abouts(),
        "has_any": bool(lines) or rows.exists(), "is_helped": rules_of(found).has_help_desk, "doors_current": "mine",
        "export_url": talk_shown.address_if_there("visitor:conversations.conversations_export", edition=found.slug),
    }  # fmt: skip
    return render(request, "visitor/conversations/conversation_list.html", context)


def _shows() -> list[tuple[str, str]]:
    return [
        ("", _("All that is not put away")),
        ("unread", _("Something new")),
        ("waiting", _("Waiting for us, longest first")),
        ("closed", _("Closed")),
        ("away", _("Put away")),
    ]


def _abouts() -> list[tuple[str, str]]:
    return [
        ("", _("anything")),
        ("booth", _("a booth")),
        ("offer", _("an offer")),
        ("need", _("a need")),
        ("meeting", _("a meeting")),
        ("session", _("a session")),
        ("inquiry", _("an inquiry")),
        ("nothing", _("nothing in particular")),
    ]


@login_required
@never_cache
@require_safe
def unread_count(request: HttpRequest, edition: str = "") -> HttpResponse:
    """How many conversations have something new for the person, as JSON; `as` narrows it to one of their parties."""
    found = edition_of(request, edition) if edition else fair_queries.current_edition()
    if found is None:
        return JsonResponse({"count": 0})
    keys = access.keys_of(request.user, found)
    chosen = request.GET.get("as", "")
    keys = keys & {chosen} if chosen else keys
    rows = access.conversations_of(request.user, found, keys)
    return JsonResponse({"count": threads.unread_count(request.user, rows, keys)})  # type: ignore[arg-type]


@login_required
@never_cache
@require_safe
def conversation_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One conversation with the last messages, or those before `before`. Opening it is reading it."""
    stand = stand_of(request, edition, code)
    before = request.GET.get("before", "")
    return show(request, stand, before=int(before) if before.isdecimal() and len(before) < 9 else None)


def stand_of(request: HttpRequest, edition: str, code: str) -> access.Stand:
    """How the person stands in it; `as` chooses where they speak for both sides."""
    return access.get_stand_for(
        request.user, edition_of(request, edition), code, as_key=request.GET.get("as", "")
    )


def show(
    request: HttpRequest,
    stand: access.Stand,
    *,
    before: int | None = None,
    typed: str = "",
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The thread's page, with what was typed where it was refused."""
    opened = open_thread(request, stand.conversation)
    context = {
        **thread_context(request, stand, opened, before=before, typed=typed, error=error),
        **_around(request, stand),
    }
    return render(request, "visitor/conversations/conversation_show.html", context, status=status)


@dataclass(frozen=True)
class Opened:
    """A conversation that a page opens: where its topic stood before anything was read, and its parties."""

    position: int
    parties: list[Any]


def open_thread(request: HttpRequest, talk: Any) -> Opened:
    """Comes first: what is pushed from here on is newer than what the page shows. One query."""
    at = live.position(facts.topic_of(talk))
    return Opened(at, sides.parties_told(talk, request.user))  # type: ignore[arg-type]


def thread_context(
    request: HttpRequest,
    stand: access.Stand,
    opened: Opened,
    *,
    before: int | None = None,
    typed: str = "",
    error: str = "",
) -> dict[str, Any]:
    """What visitor/conversations/thread.html shows. Opening it is reading it. Two queries, three where the mark moves."""
    talk, both = stand.conversation, sides.sides_of(stand, opened.parties)
    said = threads.thread(stand, before=before)
    is_peek = "X-Peek" in request.headers  # an open page asks anew; it says itself what was read
    if before is None and said and request.method == "GET" and not is_peek:
        reading.open_page(stand, said[-1]["number"], by=request.user, stood=both.stood)
    page = reverse("visitor:conversations.conversation_show", args=[talk.edition.slug, talk.code])
    as_query = f"?as={stand.own.key}" if request.GET.get("as") else ""
    words = talk_shown.words_for_script(both.own, both.other, stand.own.is_team)
    return {
        "stand": stand, "talk": talk, "own": both.own, "other": both.other, "typed": typed, "error": error,
        "bubbles": talk_shown.bubbles(said, stand, both.own, both.other, both.read), "read": both.read,
        "older": said[0]["number"] if said and said[0]["number"] > 1 else 0, "is_older": before is not None,
        "topic": facts.topic_of(talk), "position": opened.position, "page_size": facts.PAGE,
        "words": json.dumps(words, ensure_ascii=False), "zone": timezone.get_current_timezone_name(),
        "notes": json.dumps(patterns(both.other.name), ensure_ascii=False), "limit": writing.LONGEST,
        "is_blocked": both.has_blocked, "refusal": "" if both.has_blocked else _why_not_write(stand, both),
        "own_number": str(uuid.uuid4()), "accept": ACCEPT, "as_query": as_query, "thread_url": page, "doors_current": "mine",
        "say_url": reverse("visitor:conversations.message_send", args=[talk.edition.slug, talk.code]) + as_query,
        **talk_shown.blanks(),
    }  # fmt: skip


def _around(request: HttpRequest, stand: access.Stand) -> dict[str, Any]:
    """What the conversation's own page says besides the thread."""
    talk, user = stand.conversation, request.user
    is_help = stand.other.kind == "help_desk"
    return {
        "mark": threads.mark_of(talk, user),  # type: ignore[arg-type]
        "team": access.team_of(stand.own) if stand.own.is_team else [],
        "queue": threads.queue_place(stand.other) if is_help else 0,
        "help_hours": rules_of(talk.edition).help_hours if is_help else {},
        "answers_in": answer_time(stand.other.key) if stand.other.is_team else None,
        "thing_url": talk_shown.address_of_thing(stand), "exports": _exports(talk),
    }  # fmt: skip


def _exports(talk: Any) -> list[tuple[str, str]]:
    """The conversation to take away, where this installation lets it."""
    kinds = [("txt", _("As text")), ("json", "JSON"), ("zip", _("With files"))]
    name = "visitor:conversations.conversation_export"
    found = [
        (label, talk_shown.address_if_there(name, edition=talk.edition.slug, code=talk.code, kind=kind))
        for kind, label in kinds
    ]
    return [one for one in found if one[1]]


def _why_not_write(stand: access.Stand, both: sides.Sides) -> str:
    """Why nothing can be said here now; "" where it can. The action asks again."""
    if both.is_blocked:
        return taken_back()
    if stand.other.kind == "person" and stand.other.user is None:
        return _("This person has left the fair: nobody would read it. What was written stays readable.")
    return both.silence


@require_POST
@takes_files
def message_send(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Say something. What was typed stays on the page when it is refused."""
    stand = stand_of(request, edition, code)
    text = request.POST.get("text", "")
    try:
        writing.say(
            stand.conversation, stand.own.side, text, by=request.user, own_number=request.POST.get("number", ""),
            files=take_files(request),
        )  # fmt: skip
    except Refused as error:
        return show(request, stand, typed=text, error=str(error), status=422)
    query = f"?as={stand.own.key}" if request.GET.get("as") else ""
    page = reverse("visitor:conversations.conversation_show", args=[edition, code])
    return redirect(f"{page}{query}#end")
