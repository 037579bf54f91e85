"""What a person shows of being here, and calling a booth whose people are here."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from everfair.base.refusals import Refused
from everfair.calls.actions.rings import ring_booth
from everfair.fair import queries as fair_queries
from everfair.presence import access
from everfair.presence.actions.showing import save_showing
from everfair.presence.forms import ShowingForm
from everfair.presence.queries.here import hosts_here, showing_of
from everfair.web.visitor.talks import edition_of


@login_required
@require_safe
def here_home(request: HttpRequest) -> HttpResponse:
    """To the choices of the current edition."""
    edition = fair_queries.current_edition()
    if edition is None:
        return redirect("visitor:people.my_fair")
    return redirect("visitor:presence.here_edit", edition=edition.slug)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def here_edit(request: HttpRequest, edition: str) -> HttpResponse:
    """What I show, whether I may be greeted, quiet; for a booth's people whether they attend."""
    found = edition_of(request, edition)
    form = ShowingForm(
        request.POST if request.method == "POST" else None, showing=showing_of(found, request.user),
        may_attend=access.may_attend(request.user, found), zone=found.time_zone,
    )  # fmt: skip
    if form.is_valid():
        save_showing(found, **form.values(), by=request.user)
        messages.success(request, _("Saved. It holds at once."))
        return redirect("visitor:presence.here_edit", edition=found.slug)
    context = {"form": form, "doors_current": "mine"}
    return render(request, "visitor/presence/here_edit.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def booth_ring(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Whether somebody of the firm is here now, and calling them. The firm's own people go to their desk."""
    found = edition_of(request, edition)
    if access.may_see_visitors(request.user, code):
        return redirect("exhibitor:presence.booth_now", code=code)
    exhibitor = access.get_place_for(request.user, found.slug, f"booth-{code}").exhibitor
    error = ""
    if request.method == "POST":
        try:
            call = ring_booth(exhibitor, by=request.user)  # type: ignore[arg-type]
            return redirect("visitor:calls.call_door", edition=found.slug, code=call.code)
        except Refused as refused:
            error = str(refused)
    context = {
        "exhibitor": exhibitor, "is_there": bool(hosts_here(exhibitor)), "error": error, "doors_current": "exhibit",  # type: ignore[arg-type]
    }  # fmt: skip
    return render(request, "visitor/presence/booth_ring.html", context, status=422 if error else 200)
