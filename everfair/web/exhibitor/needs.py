"""Needs at a booth's desk: those the firm may answer, and what the firm itself looks for. For the firm's own people only."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import Refused
from everfair.exhibition import access as exhibition_access
from everfair.exhibition.forms.fields import add_refusal
from everfair.matchmaking import access
from everfair.matchmaking.actions import answers as actions
from everfair.matchmaking.forms.needs import AnswerForm
from everfair.matchmaking.queries import needs as queries
from everfair.web import needs as shared
from everfair.web.exhibitor.exhibition.frame import at_desk
from everfair.web.exhibitor.exhibition.frame import show as show_desk
from everfair.web.list_files import file_links
from everfair.web.need_pages import own_pages

BOXES = ("all", "kept", "answered")


def _at_needs(request: HttpRequest, code: str) -> Any:
    """The exhibitor, for the people at its booth and nobody else."""
    exhibitor = at_desk(request, code, to="see")
    if not exhibition_access.is_on_team(request.user, exhibitor):
        raise Http404
    return exhibitor


def keys_of(listed: Any) -> tuple[int, ...]:
    """Ids of a page of the board."""
    keys: tuple[int, ...] = listed["keys"]
    return keys


def address(name: str, exhibitor: Any, **more: Any) -> str:
    """Address of a page about this firm's needs."""
    return reverse(f"exhibitor:matchmaking.{name}", kwargs={"code": exhibitor.code, **more})


# Needs for us -------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def need_list(request: HttpRequest, code: str) -> HttpResponse:
    """The board and what is kept for this firm, with search and filters; or what it answered."""
    exhibitor = _at_needs(request, code)
    box = request.GET.get("box", "all")
    if box not in BOXES:
        raise Http404
    if box == "answered":
        needs = Paginator(queries.needs_answered(exhibitor), shared.A_PAGE).get_page(request.GET.get("page"))
        cards, listed = (
            queries.cards_of(needs),
            {"page": needs, "total": needs.paginator.count, "is_narrowed": False},
        )
    else:
        listed = shared.listing(request, exhibitor.edition, firm_id=exhibitor.pk, only_kept=box == "kept")
        cards = queries.cards_by_id(keys_of(listed))
    answered = queries.answered_by(exhibitor, [card.pk for card in cards])
    base, query = address("need_list", exhibitor), request.GET.urlencode()
    names = {"all": _("All"), "kept": _("For us alone"), "answered": _("Answered")}
    context = {
        **listed,
        "box": box,
        "tabs": [(label, base if one == "all" else f"{base}?box={one}", one == box) for one, label in names.items()],
        "cards": [
            (card, address("need_show", exhibitor, need=card.code), card.pk in answered) for card in cards
        ],
        "exports": file_links(lambda kind: address("need_export", exhibitor, kind=kind), query),
        "list_url": base,
    }  # fmt: skip
    return show_desk(request, "need_list", exhibitor, "matchmaking.need_list", context, room="matchmaking")


@login_required
@never_cache
@require_safe
def need_export(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """The same list as a file."""
    exhibitor = _at_needs(request, code)
    if request.GET.get("box") == "answered":
        rows = queries.needs_answered(exhibitor)
    else:
        only_kept = request.GET.get("box") == "kept"
        keys = shared.all_keys(request, exhibitor.edition, firm_id=exhibitor.pk, only_kept=only_kept)
        rows = queries.board_rows(keys)
    lines = queries.export_rows(rows, shared.language_of(request))
    return shared.file_of(lines, kind, f"needs-for-{exhibitor.code}")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def need_show(request: HttpRequest, code: str, need: str) -> HttpResponse:
    """One need, and the firm's answer to it."""
    exhibitor = _at_needs(request, code)
    found = access.get_need_for_firm(exhibitor, need)
    posted = request.method == "POST"
    form = AnswerForm(request.POST if posted else None)
    if posted and form.is_valid():
        try:
            actions.answer_need(found, exhibitor, form.cleaned_data["message"], by=request.user)
        except Refused as error:
            add_refusal(form, error)
        else:
            shared.say(request, _("Sent. They see your firm, your booth and this answer."))
            return redirect(address("need_show", exhibitor, need=found.code))
    card = queries.card_of(found)
    answer = queries.answer_of(found, exhibitor)
    is_own = found.seeker is not None and found.seeker.exhibitor_id == exhibitor.pk
    context = {
        "need": found,
        "card": card,
        "buyer_url": shared.buyer_url(exhibitor.edition, card),
        "answer": answer,
        "form": form,
        "is_own": is_own,
        "may_answer": card.is_open and answer is None and not is_own and exhibitor.is_public,
        "has_booth": exhibitor.is_public,
        "withdraw_url": address("answer_withdraw", exhibitor, need=found.code),
        "list_url": address("need_list", exhibitor),
        "booth_url": reverse("exhibitor:exhibition.booth_overview", kwargs={"code": exhibitor.code}),
    }
    status = 422 if form.errors else 200
    return show_desk(
        request, "need_show", exhibitor, "matchmaking.need_list", context, status, room="matchmaking"
    )


@login_required
@require_POST
def answer_withdraw(request: HttpRequest, code: str, need: str) -> HttpResponse:
    """Take the firm's answer back."""
    exhibitor = _at_needs(request, code)
    found = access.get_need_for_firm(exhibitor, need)
    answer = queries.answer_of(found, exhibitor)
    back = address("need_show", exhibitor, need=found.code)
    if answer is None:
        raise Http404
    deed = partial(actions.withdraw_answer, answer, by=request.user)
    return shared.attempt(request, deed, _("Taken back. They see your answer no longer."), back)


# What the firm looks for --------------------------------------------------------------------------------------
def _side(request: HttpRequest, code: str) -> shared.Side:
    """For owners and editors of the firm."""
    exhibitor = _at_needs(request, code)
    if "exhibitor" not in exhibition_access.roles_on(request.user, exhibitor):
        raise Http404
    seeker = access.firm_seeker(exhibitor)
    if seeker is not None:
        seeker.exhibitor, seeker.edition = exhibitor, exhibitor.edition

    def own_address(name: str, **more: Any) -> str:
        return address(f"own_need_{name}", exhibitor, **more)

    def show(template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        board = reverse("public:matchmaking.need_list", args=[exhibitor.edition.slug])
        page = {"board_url": board, **context}
        here = "matchmaking.own_need_list"
        return show_desk(request, f"own_need_{template}", exhibitor, here, page, status, room="matchmaking")

    return shared.Side(exhibitor.edition, exhibitor, seeker, own_address, show)


OWN = own_pages(_side)
