"""The desk's front page, and how a person without a booth gets one: firm, edition, application."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.exhibition import access
from everfair.exhibition.actions import booth as booth_actions
from everfair.exhibition.forms.applying import StartForm
from everfair.exhibition.forms.fields import add_refusal
from everfair.exhibition.queries import desk
from everfair.fair import access as fair_access
from everfair.people.actions import create_organisation
from everfair.people.forms import OrganisationForm
from everfair.web.exhibitor.exhibition.frame import address, language_of

A_PAGE = 25


@login_required
@require_safe
def desk_home(request: HttpRequest) -> HttpResponse:
    """One's booths, edition by edition, and where one may apply."""
    words = request.GET.get("q", "").strip()[:100]
    page = Paginator(desk.booths_of(request.user, words), A_PAGE).get_page(request.GET.get("page"))
    booths = [
        {"booth": booth, "kind": desk.STATE_KINDS[booth.state], "url": address("booth_overview", booth)}
        for booth in page
    ]
    context = {"page": page, "booths": booths, "words": words, "editions": list(desk.open_editions())}
    return render(request, "exhibitor/exhibition/desk_home.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def application_start(request: HttpRequest, edition: str) -> HttpResponse:
    """Choose the firm to apply for, or add one on the same page."""
    found = fair_access.get_edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    firms = desk.firms_that_may_apply(request.user, found)
    posted = request.method == "POST"
    is_new = posted and "new" in request.POST
    first = firms.first()
    start = StartForm(
        request.POST if posted and not is_new else None,
        organisations=firms,
        initial={"organisation": first.code if first else ""},
    )
    firm = OrganisationForm(request.POST if is_new else None)
    form = firm if is_new else start
    if posted and form.is_valid():
        try:
            exhibitor = _start(request, found, form, is_new)
        except Refused as error:
            add_refusal(form, error)
        else:
            said = _("A booth for %(firm)s is begun. Answer these questions, then send the application.")
            firm_name = pick(exhibitor.organisation.name, language_of(request))
            messages.success(request, said % {"firm": firm_name})
            return redirect(address("application_edit", exhibitor))
    context = {
        "found": found,
        "firms": list(firms),
        "there": list(access.exhibitors_of(request.user).filter(edition=found)),
        "start": start,
        "firm": firm,
        "is_open": found.phase in desk.OPEN_PHASES,
        "form": form if posted else None,
        "desk_url": reverse("exhibitor:exhibition.desk_home"),
    }
    return render(request, "exhibitor/exhibition/application_start.html", context)


def _start(request: HttpRequest, edition: Any, form: Any, is_new: bool) -> Any:
    if edition.phase not in desk.OPEN_PHASES:
        raise Refused(_("This edition is not open for exhibitors."))
    user: Any = request.user
    if is_new:
        organisation = create_organisation(form.values(), by=user, owner=user)
    else:
        organisation = form.cleaned_data["organisation"]
    return booth_actions.create_exhibitor(edition, organisation, by=user)
