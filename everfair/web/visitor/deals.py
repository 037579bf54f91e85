"""Deals of everybody signed in, on whichever side they stand: one's inquiries, one inquiry, one negotiation."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from everfair.deals import access
from everfair.fair import queries as fair_queries
from everfair.web.agreement_glance import agreement_glance
from everfair.web.quotation_glance import quotation_glance
from everfair.web.visitor.talks import edition_of


@login_required
@require_safe
def deal_home(request: HttpRequest) -> HttpResponse:
    """To the deals of the current edition."""
    edition = fair_queries.current_edition()
    if edition is None:
        return redirect("visitor:people.my_fair")
    return redirect("visitor:deals.inquiry_list", edition=edition.slug)


@login_required
@never_cache
@require_safe
def inquiry_list(request: HttpRequest, edition: str) -> HttpResponse:
    """What the person and their firms asked."""
    found = edition_of(request, edition)
    context = {"inquiries": access.inquiries_of(request.user, found), "doors_current": "mine"}
    return render(request, "visitor/deals/inquiry_list.html", context)


@login_required
@never_cache
@require_safe
def inquiry_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One inquiry with the firms it went to."""
    found = edition_of(request, edition)
    context = {"inquiry": access.get_inquiry_for(request.user, found, code), "doors_current": "mine"}
    return render(request, "visitor/deals/inquiry_show.html", context)


@login_required
@never_cache
@require_safe
def negotiation_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One negotiation, for both sides."""
    stand = access.get_stand_for(request.user, edition_of(request, edition), code)
    context = {
        "stand": stand, "negotiation": stand.negotiation, "doors_current": "mine", **quotation_glance(stand),
        **agreement_glance(stand),
    }  # fmt: skip
    return render(request, "visitor/deals/negotiation_show.html", context)
