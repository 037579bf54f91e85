"""A firm's matches: needs, people and firms that suit it and why, what it saved or set aside. For its own people only."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.exhibition import access as exhibition_access
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.meetings.queries import firm_asks
from everfair.web import match_files
from everfair.web import matches as shared
from everfair.web.exhibitor.exhibition.frame import at_desk
from everfair.web.exhibitor.exhibition.frame import show as show_desk


def _desk(request: HttpRequest, code: str) -> shared.Desk:
    exhibitor = at_desk(request, code, to="see")
    if not exhibition_access.is_on_team(request.user, exhibitor):
        raise Http404
    return desk_of(request, exhibitor)


def desk_of(request: HttpRequest, exhibitor: Any) -> shared.Desk:
    """A firm's own. Rights on the firm were asked before."""
    seeker = seeker_for(exhibitor)
    edition = exhibitor.edition

    def address(name: str, *more: Any) -> str:
        return reverse(f"exhibitor:matchmaking.{name}", args=[exhibitor.code, *more])

    def ask(thing: Any, kind: str) -> str:
        if kind == "need":
            return reverse(
                "exhibitor:matchmaking.need_show", kwargs={"code": exhibitor.code, "need": thing.code}
            )
        if kind in ("exhibitor", "offer"):
            firm = thing if kind == "exhibitor" else thing.exhibitor
            return reverse("visitor:meetings.ask_firm", args=[edition.slug, firm.code])
        return ""

    def ask_people(registrations: Sequence[int]) -> dict[int, str]:
        codes = firm_asks.askable_codes(exhibitor, registrations)
        return {
            number: reverse("exhibitor:meetings.ask_person", args=[exhibitor.code, person])
            for number, person in codes.items()
        }

    def show(template: str, context: dict[str, Any], status: int) -> HttpResponse:
        page = {"seeker": seeker, "tabs": shared.tabs_of(address, template), **context}
        return show_desk(
            request, template, exhibitor, "matchmaking.match_list", page, status, room="matchmaking"
        )

    return shared.Desk(seeker, address, ask, ask_people, show, "need")


@login_required
@never_cache
@require_safe
def match_list(request: HttpRequest, code: str) -> HttpResponse:
    """What suits the firm."""
    return shared.match_list(request, _desk(request, code))


@login_required
@require_POST
def match_deed(request: HttpRequest, code: str, deed: str, kind: str, thing: str) -> HttpResponse:
    """Save, let go, set aside, looked at."""
    return shared.match_deed(request, _desk(request, code), deed, kind, thing)


@login_required
@never_cache
@require_safe
def match_open(request: HttpRequest, code: str, kind: str, thing: str) -> HttpResponse:
    """To what was suggested."""
    return shared.match_open(request, _desk(request, code), kind, thing)


@login_required
@never_cache
@require_safe
def saved_list(request: HttpRequest, code: str) -> HttpResponse:
    """What the firm keeps at hand."""
    return shared.saved_list(request, _desk(request, code))


@login_required
@never_cache
@require_safe
def kept_export(request: HttpRequest, code: str, which: str, form: str) -> HttpResponseBase:
    """What is saved, or set aside, as a file."""
    return match_files.kept_file(request, _desk(request, code).seeker, which, form)


@login_required
@require_POST
def saved_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """No longer saved."""
    return shared.saved_remove(request, _desk(request, code), pk)


@login_required
@never_cache
@require_safe
def aside_list(request: HttpRequest, code: str) -> HttpResponse:
    """What is suggested no more."""
    return shared.aside_list(request, _desk(request, code))


@login_required
@require_POST
def aside_back(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """It may be suggested again."""
    return shared.aside_back(request, _desk(request, code), pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def interest_list(request: HttpRequest, code: str) -> HttpResponse:
    """The three questions and what was learned."""
    return shared.interest_list(request, _desk(request, code))


@login_required
@require_POST
def interest_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One interest is used no more."""
    return shared.interest_remove(request, _desk(request, code), pk)


@login_required
@require_POST
def learning_switch(request: HttpRequest, code: str) -> HttpResponse:
    """Learning on or off."""
    return shared.learning_switch(request, _desk(request, code))


@login_required
@require_POST
def digest_switch(request: HttpRequest, code: str) -> HttpResponse:
    """The weekly letter to the firm's owners and editors, on or off."""
    return shared.digest_switch(request, _desk(request, code))
