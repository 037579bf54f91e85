"""A person's own needs: a list with answers, the one form, how others see it, firms chosen by search."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from everfair.fair import access as fair_access
from everfair.fair import queries as fair_queries
from everfair.matchmaking import access
from everfair.matchmaking.queries import needs as queries
from everfair.web import needs as shared
from everfair.web.need_pages import own_pages


def _side(request: HttpRequest, edition: str) -> shared.Side:
    found = fair_access.get_edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]

    def address(name: str, **more: Any) -> str:
        return reverse(f"visitor:matchmaking.need_{name}", kwargs={"edition": found.slug, **more})

    def show(template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        frame = {
            "doors_current": "mine",
            "board_url": reverse("public:matchmaking.need_list", args=[found.slug]),
        }
        return render(
            request, f"visitor/matchmaking/need_{template}.html", {**frame, **context}, status=status
        )

    return shared.Side(found, request.user, access.own_seeker(request.user, found), address, show)


@login_required
@require_safe
def need_home(request: HttpRequest) -> HttpResponse:
    """To the person's needs in the edition where they have some, else in the current one."""
    own = queries.editions_with_needs(request.user)
    edition = own[0] if own else fair_queries.current_edition()
    if edition is None:
        return redirect("visitor:people.my_fair")
    return redirect("visitor:matchmaking.need_list", edition=edition.slug)


OWN = own_pages(_side)
