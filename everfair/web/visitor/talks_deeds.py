"""What is done in a conversation besides writing: close, mute, put away, hand over, block, say who one is; take back, report."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.conversations import access
from everfair.conversations.access import Stand
from everfair.conversations.actions import manners, reading, turns, writing
from everfair.conversations.queries.facts import message_facts
from everfair.web import talk_shown, talks
from everfair.web.visitor.talks import edition_of, stand_of

Deed = Callable[[Stand, Any], object]


def _colleague(stand: Stand, request: HttpRequest) -> Any:
    key = request.POST.get("colleague", "")
    found = next((one for one in access.team_of(stand.own) if str(one.pk) == key), None)
    if found is None:
        raise Refused(_("Choose a colleague."))
    return found


def _deeds() -> dict[str, tuple[Deed, str, str]]:
    """Name → (what it does, what it says then, the deed that takes it back)."""
    return {
        "close": (lambda s, r: turns.close(s, by=r.user), _("The conversation is closed."), "reopen"),
        "reopen": (lambda s, r: turns.reopen(s, by=r.user), _("The conversation is open again."), ""),
        "mute": (
            lambda s, r: reading.set_aside(s, by=r.user, is_muted=True),
            _("You are told no more of this conversation."), "unmute",
        ),
        "unmute": (
            lambda s, r: reading.set_aside(s, by=r.user, is_muted=False), _("You are told of it again."), "",
        ),
        "put-away": (
            lambda s, r: reading.set_aside(s, by=r.user, is_put_away=True),
            _("Put away until something new comes."), "bring-back",
        ),
        "bring-back": (
            lambda s, r: reading.set_aside(s, by=r.user, is_put_away=False), _("It is in your list again."), "",
        ),
        "hand": (
            lambda s, r: turns.hand_to(s, _colleague(s, r), by=r.user), _("Handed over."), "",
        ),
        "block": (
            lambda s, r: manners.block(s, by=r.user),
            _("Blocked: no messages, no calls, no matches between you. They are not told."), "unblock",
        ),
        "unblock": (
            lambda s, r: manners.unblock(s.conversation.edition, s.own.key, s.other.key),
            _("You can write to each other again."), "",
        ),
        "reveal": (
            lambda s, r: writing.reveal(s, by=r.user), _("They read your name now."), "",
        ),
    }  # fmt: skip


@login_required
@require_POST
def conversation_change(request: HttpRequest, edition: str, code: str, deed: str) -> HttpResponse:
    """One deed; Undo is offered where it can be taken back."""
    stand = stand_of(request, edition, code)
    if deed not in _deeds():
        raise Http404
    act, said, undo = _deeds()[deed]
    query = f"?as={stand.own.key}" if request.GET.get("as") else ""
    try:
        act(stand, request)
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
    else:
        name = "visitor:conversations.conversation_change"
        back = reverse(name, args=[edition, code, undo]) + query if undo else ""
        messages.success(request, said, extra_tags=f"undo:{back}" if back else "")
        if deed == "put-away":
            return redirect("visitor:conversations.conversation_list", edition=edition)
    return redirect(reverse("visitor:conversations.conversation_show", args=[edition, code]) + query)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def message_show(request: HttpRequest, edition: str, code: str, number: int) -> HttpResponse:
    """One message: its writer takes it back, its reader reports it."""
    found = edition_of(request, edition)
    stand, message = access.get_message_for(request.user, found, code, number)
    if message.kind != "text":
        raise Http404
    page = reverse("visitor:conversations.conversation_show", args=[edition, code]) + f"#m{number}"
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, _change(request, stand, message))
        except Refused as refusal:
            error = str(refusal)
        else:
            return redirect(page)
    own, other = talks.both_shown(stand)
    fact = message_facts([message], [stand.own, stand.other])
    is_own = message.side == stand.own.side
    takes_back = is_own and message.by_id == request.user.pk and message.removed_at is None
    context = {
        "stand": stand, "talk": stand.conversation, "own": own, "other": other, "error": error, "back": page,
        "bubbles": talk_shown.bubbles(fact, stand, own, other), "is_own": is_own,
        "may_take_back": takes_back and timezone.now() - message.at <= writing.TAKE_BACK,
        "was_mine": takes_back, "may_report": not is_own and message.removed_at is None, "whys": _whys(),
        "why": request.POST.get("why", ""), "words": request.POST.get("words", ""), "doors_current": "mine",
    }  # fmt: skip
    return render(request, "visitor/conversations/message_show.html", context, status=422 if error else 200)


def _change(request: HttpRequest, stand: Stand, message: Any) -> str:
    """Take back or report; what is said then."""
    if request.POST.get("deed") == "take-back":
        writing.take_back(message, by=request.user)
        return _("Taken back: its place stays, its words are gone for both sides.")
    manners.report(
        stand, message, request.POST.get("why", ""), request.POST.get("words", ""), by=request.user
    )
    return _("Reported. The organiser looks at it and writes to you.")


def _whys() -> list[tuple[str, str]]:
    return [
        ("spam", _("advertising nobody asked for")),
        ("abuse", _("insult or threat")),
        ("fraud", _("fraud or a false name")),
        ("other", _("something else")),
    ]
