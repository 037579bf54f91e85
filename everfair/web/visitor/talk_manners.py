"""Whom one's own parties block, and notes of absence of a person and of their firms."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import Refused
from everfair.conversations.actions import manners
from everfair.conversations.forms.desk import AwayForm
from everfair.conversations.queries.away import away_note
from everfair.conversations.queries.blocks import blocked_lines, blocks_of
from everfair.fair import access as fair_access
from everfair.web import talks as shared

A_PAGE = 50
ROOM = "visitor:conversations."


@login_required
@never_cache
@require_safe
def block_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Whom the person's parties want nothing of. The others are not told."""
    found = _edition(request, edition)
    hats = shared.hats_of(request, found)
    rows = blocks_of(found, frozenset(hat.key for hat in hats))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    names = {hat.key: hat.name for hat in hats}
    lines = [(line, names[line.own]) for line in blocked_lines(found, list(page))]
    context = {"page": page, "lines": lines, "has_many": len(hats) > 1, "doors_current": "mine"}
    return render(request, "visitor/conversations/block_list.html", context)


@login_required
@require_POST
def block_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Take a block back."""
    found = _edition(request, edition)
    keys = frozenset(hat.key for hat in shared.hats_of(request, found))
    row = next((one for one in blocks_of(found, keys) if one.pk == pk), None)
    if row is None:
        raise Http404
    manners.unblock(found, row.own, row.other)
    messages.success(request, _("The block is taken back: messages, calls and matches are possible again."))
    return redirect(ROOM + "block_list", edition=edition)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def away_edit(request: HttpRequest, edition: str) -> HttpResponse:
    """A note that nobody answers for a while: the person's own, or with `as` that of a firm."""
    found = _edition(request, edition)
    hats = _who_may_be_away(request, found)
    hat = shared.hat_of(hats, request.GET.get("as", ""))
    note = away_note(found, hat.who)
    form = AwayForm(request.POST if request.method == "POST" else None, row=note, languages=found.languages)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        try:
            manners.set_away(
                found, hat.who, values["text"], starts_at=values["starts_at"], ends_at=values["ends_at"], by=request.user
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. Whoever writes to you meanwhile reads it."))
            return redirect(f"{reverse(ROOM + 'away_edit', args=[edition])}?as={hat.key}")
    context = {
        "hats": hats, "hat": hat, "note": note, "form": form, "state": _state(note), "doors_current": "mine",
        "is_firm": hat.who.exhibitor is not None,
    }  # fmt: skip
    return render(
        request, "visitor/conversations/away_edit.html", context, status=422 if form.errors else 200
    )


@login_required
@require_POST
def away_end(request: HttpRequest, edition: str) -> HttpResponse:
    """Back again."""
    found = _edition(request, edition)
    hat = shared.hat_of(_who_may_be_away(request, found), request.GET.get("as", ""))
    note = away_note(found, hat.who)
    if note is not None:
        manners.end_away(note, by=request.user)
        messages.success(request, _("The note is taken down. Welcome back."))
    return redirect(f"{reverse(ROOM + 'away_edit', args=[edition])}?as={hat.key}")


def _who_may_be_away(request: HttpRequest, edition: Any) -> list[shared.Hat]:
    """People and firms; a delegation and the help desk have colleagues."""
    hats = shared.hats_of(request, edition)
    return [hat for hat in hats if hat.who.user is not None or hat.who.exhibitor is not None]


def _state(note: Any) -> str:
    now = timezone.now()
    if note is None:
        return ""
    if note.ends_at is not None and note.ends_at <= now:
        return "over"
    return "later" if note.starts_at > now else "now"


def _edition(request: HttpRequest, edition: str) -> Any:
    found = fair_access.get_edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    return found
