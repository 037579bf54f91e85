"""“Who scanned me”: every booth that scanned the visitor's badge, what is shared with it, sharing and withdrawing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.leads import access, actions
from everfair.leads.queries.visitor import leads_shown_to, my_leads

A_PAGE = 30


@login_required
@never_cache
@require_safe
def scan_list(request: HttpRequest) -> HttpResponse:
    """The booths, newest scan first."""
    return _list(request, access.visitor_of(request.user), {})


@login_required
@require_POST
def lead_share(request: HttpRequest, lead: str) -> HttpResponse:
    """Let one booth see name and contact."""
    return _decide(request, access.visitor_of(request.user), lead, actions.share_contact, {})


@login_required
@require_POST
def lead_withdraw(request: HttpRequest, lead: str) -> HttpResponse:
    """Take it back: what the booth noted is erased."""
    return _decide(request, access.visitor_of(request.user), lead, actions.withdraw_lead, {})


@never_cache
@require_safe
def link_list(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """The same for whoever holds a registration's mailed link, without an account."""
    visitor, registration = access.visitor_by_link(request.user, edition, secret)
    request.edition = registration.edition  # type: ignore[attr-defined]
    response = _list(request, visitor, {"edition": edition, "secret": secret}, registration)
    # the address is the key; "no-referrer" would make browsers send forms with "Origin: null"
    response["Referrer-Policy"] = "same-origin"
    return response


@require_POST
def link_share(request: HttpRequest, edition: str, secret: str, lead: str) -> HttpResponse:
    """Share with one booth, by the mailed link."""
    visitor, _registration = access.visitor_by_link(request.user, edition, secret)
    return _decide(request, visitor, lead, actions.share_contact, {"edition": edition, "secret": secret})


@require_POST
def link_withdraw(request: HttpRequest, edition: str, secret: str, lead: str) -> HttpResponse:
    """Withdraw from one booth, by the mailed link."""
    visitor, _registration = access.visitor_by_link(request.user, edition, secret)
    return _decide(request, visitor, lead, actions.withdraw_lead, {"edition": edition, "secret": secret})


def _list(
    request: HttpRequest, visitor: access.Visitor, link: dict[str, str], registration: Any = None
) -> HttpResponse:
    page = Paginator(leads_shown_to(visitor), A_PAGE).get_page(request.GET.get("page"))
    by, names = ("link", link) if link else ("lead", {})
    rows = [
        {
            "lead": lead,
            "share_url": reverse(f"visitor:leads.{by}_share", kwargs={**names, "lead": lead.code}),
            "withdraw_url": reverse(f"visitor:leads.{by}_withdraw", kwargs={**names, "lead": lead.code}),
        }
        for lead in my_leads(page.object_list)
    ]
    context = {"page": page, "rows": rows, "registration": registration, "is_link": bool(link)}
    return render(request, "visitor/leads/scan_list.html", context)


def _decide(
    request: HttpRequest, visitor: access.Visitor, code: str, deed: Any, link: dict[str, str]
) -> HttpResponse:
    lead = access.get_lead_about(visitor, code)
    firm = pick(lead.exhibitor.organisation.name, getattr(request, "content_language", "en"))
    try:
        deed(lead, by=visitor.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        said = (
            _("%(firm)s sees your contact now.")
            if deed is actions.share_contact
            else _("Withdrawn: %(firm)s sees neither your contact nor what was noted. It is erased.")
        )
        messages.success(request, said % {"firm": firm})
    back = reverse("visitor:leads.link_list", kwargs=link) if link else reverse("visitor:leads.scan_list")
    return redirect(back)
