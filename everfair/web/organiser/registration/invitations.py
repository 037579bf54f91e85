"""Invitations to register: who was invited, one more or a pasted list, send again, withdraw."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.fair import access as fair_access
from everfair.fair import queries as fair_queries
from everfair.registration import access
from everfair.registration.actions import invitations as actions
from everfair.registration.forms.invitations import InviteForm
from everfair.registration.queries import invitations as queries
from everfair.web.organiser.frame import address, attempt, desk

A_PAGE = 50
STATE_WORDS = {
    "open": (gettext_lazy("not answered yet"), "wait"),
    "used": (gettext_lazy("registered"), "here"),
    "expired": (gettext_lazy("run out"), "stop"),
    "withdrawn": (gettext_lazy("withdrawn"), "away"),
}


@login_required
@require_safe
def invitation_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Everybody invited, newest first."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    now, state, words = timezone.now(), request.GET.get("state", ""), request.GET.get("q", "").strip()[:100]
    page = Paginator(queries.invitations_of(held, state, words, now), A_PAGE).get_page(
        request.GET.get("page")
    )
    url = address("registration.invitation_list", edition=held.slug)
    tabs = [(_("All"), url, not state)] + [
        (str(label).capitalize(), f"{url}?state={key}", state == key)
        for key, (label, _kind) in STATE_WORDS.items()
    ]
    context = {
        "title": _("Invitations"),
        "page": page,
        "rows": [(row, *STATE_WORDS[queries.state_of(row, now)]) for row in page],
        "tabs": tabs,
        "state": state,
        "q": words,
        "is_filtered": bool(state or words),
    }
    return desk(request, "registration/invitation_list", held, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_create(request: HttpRequest, edition: str) -> HttpResponse:
    """Invite one person or a pasted list; what could not be sent stays in the form with the reason."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    kinds = fair_queries.kinds_of(held).badge_kinds
    form = InviteForm(request.POST or None, kinds=kinds)
    refused: list[tuple[int, str, str]] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        result = actions.invite_many(
            held, form.kinds[data["kind"]], data["people"], by=request.user, language=data["language"],
            days=data["days"],
        )  # fmt: skip
        say_sent(request, len(result.sent))
        if not result.refused:
            return redirect(address("registration.invitation_list", edition=held.slug))
        refused = result.refused
        form = InviteForm(
            initial={**data, "people": "\n".join(text for _number, text, _why in refused)}, kinds=kinds
        )
    back = address("registration.invitation_list", edition=held.slug)
    context = {
        "title": _("Invite people"),
        "lead": _("Each gets a letter with a link of their own and is approved as soon as they register."),
        "form": form,
        "refused": refused,
        "kinds": kinds,
        "crumbs": [(_("Invitations"), back), (_("Invite people"), "")],
        "back_url": back,
    }
    return desk(
        request, "registration/invitation_create", held, context, 422 if form.errors or refused else 200
    )


def say_sent(request: HttpRequest, count: int) -> None:
    """How many letters are on their way."""
    if count:
        sentence = ngettext(
            "%(count)d invitation is on its way.", "%(count)d invitations are on their way.", count
        )
        messages.success(request, sentence % {"count": count})


def _act(request: HttpRequest, edition: str, pk: int, deed: Any, sentence: str) -> HttpResponse:
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    row = access.get_invitation_at_desk(request.user, held, pk)
    return attempt(
        request, partial(deed, row, by=request.user), sentence, "registration.invitation_list", edition=held.slug
    )  # fmt: skip


@login_required
@require_POST
def invitation_resend(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """A new link; the old one is dead."""
    return _act(request, edition, pk, actions.resend_invitation, _("A new link is on its way."))


@login_required
@require_POST
def invitation_withdraw(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """The link leads nowhere any more; sending again brings the invitation back."""
    said = _("Withdrawn. “Send again” brings it back with a new link.")
    return _act(request, edition, pk, actions.withdraw_invitation, said)
