"""A person's matches: what suits them and why, what they saved or set aside, what was learned and the switch that ends it."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.fair import access as fair_access
from everfair.fair import queries as fair_queries
from everfair.matchmaking.actions import digest
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.meetings.queries import own as meeting_queries
from everfair.web import match_files
from everfair.web import matches as shared


def _desk(request: HttpRequest, edition: str) -> shared.Desk:
    found = fair_access.get_edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    return desk_of(request, found)


def desk_of(request: HttpRequest, found: Any, seeker: Any = None) -> shared.Desk:
    """The signed-in person's own, in an edition; their seeker is made where it is not given."""
    seeker = seeker or seeker_for(request.user, found)

    def address(name: str, *more: Any) -> str:
        return reverse(f"visitor:matchmaking.{name}", args=[found.slug, *more])

    def ask(thing: Any, kind: str) -> str:
        if kind not in ("exhibitor", "offer"):
            return ""
        firm = thing if kind == "exhibitor" else thing.exhibitor
        url = reverse("visitor:meetings.ask_firm", args=[found.slug, firm.code])
        return f"{url}?offer={thing.code}" if kind == "offer" else url

    def ask_people(registrations: Sequence[int]) -> dict[int, str]:
        codes = meeting_queries.askable_codes(found, registrations)
        return {
            number: reverse("visitor:meetings.ask_person", args=[found.slug, code])
            for number, code in codes.items()
        }

    def show(template: str, context: dict[str, Any], status: int) -> HttpResponse:
        page = {
            "seeker": seeker,
            "tabs": shared.tabs_of(address, template),
            "doors_current": "mine",
            **context,
        }
        return render(request, f"visitor/matchmaking/{template}.html", page, status=status)

    return shared.Desk(seeker, address, ask, ask_people, show, "exhibitor")


@login_required
@require_safe
def match_home(request: HttpRequest) -> HttpResponse:
    """To the matches of the edition of the day."""
    edition = fair_queries.current_edition()
    if edition is None:
        return redirect("visitor:people.my_fair")
    return redirect("visitor:matchmaking.match_list", edition=edition.slug)


@login_required
@never_cache
@require_safe
def match_list(request: HttpRequest, edition: str) -> HttpResponse:
    """What suits the person."""
    return shared.match_list(request, _desk(request, edition))


@login_required
@require_POST
def match_deed(request: HttpRequest, edition: str, deed: str, kind: str, code: str) -> HttpResponse:
    """Save, let go, set aside, looked at."""
    return shared.match_deed(request, _desk(request, edition), deed, kind, code)


@login_required
@never_cache
@require_safe
def match_open(request: HttpRequest, edition: str, kind: str, code: str) -> HttpResponse:
    """To what was suggested."""
    return shared.match_open(request, _desk(request, edition), kind, code)


@login_required
@never_cache
@require_safe
def saved_list(request: HttpRequest, edition: str) -> HttpResponse:
    """What the person keeps at hand."""
    return shared.saved_list(request, _desk(request, edition))


@login_required
@never_cache
@require_safe
def kept_export(request: HttpRequest, edition: str, which: str, form: str) -> HttpResponseBase:
    """What is saved, or set aside, as a file."""
    return match_files.kept_file(request, _desk(request, edition).seeker, which, form)


@login_required
@require_POST
def saved_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """No longer saved."""
    return shared.saved_remove(request, _desk(request, edition), pk)


@login_required
@never_cache
@require_safe
def aside_list(request: HttpRequest, edition: str) -> HttpResponse:
    """What is suggested no more."""
    return shared.aside_list(request, _desk(request, edition))


@login_required
@require_POST
def aside_back(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """It may be suggested again."""
    return shared.aside_back(request, _desk(request, edition), pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def interest_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The three questions and what was learned."""
    return shared.interest_list(request, _desk(request, edition))


@login_required
@require_POST
def interest_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """One interest is used no more."""
    return shared.interest_remove(request, _desk(request, edition), pk)


@login_required
@require_POST
def learning_switch(request: HttpRequest, edition: str) -> HttpResponse:
    """Learning on or off."""
    return shared.learning_switch(request, _desk(request, edition))


@login_required
@require_POST
def digest_switch(request: HttpRequest, edition: str) -> HttpResponse:
    """The weekly letter on or off."""
    return shared.digest_switch(request, _desk(request, edition))


@csrf_exempt  # a mail program posts here (RFC 8058); the secret in the address is the right
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def digest_end(request: HttpRequest, secret: str) -> HttpResponse:
    """The way out in every weekly letter, without signing in: one button, or one POST of a mail program."""
    seeker = digest.find_by_secret(secret)
    if seeker is None:
        raise Http404
    if request.method == "POST":
        seeker = digest.switch_digest(seeker, False, by=None)
    if seeker.exhibitor is not None:
        again_url = reverse("exhibitor:matchmaking.interest_list", args=[seeker.exhibitor.code])
    else:
        again_url = reverse("visitor:matchmaking.interest_list", args=[seeker.edition.slug])
    page = {"wants": seeker.wants_digest, "seeker": seeker, "again_url": f"{again_url}#letters"}
    return render(request, "visitor/matchmaking/digest_end.html", page)
