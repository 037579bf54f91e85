"""What the pages about leads share: the person's role in the firm, navigation for those who see leads only."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from everfair.leads import access
from everfair.web.exhibitor.exhibition import frame
from everfair.web.exhibitor.leads_nav import leads_entries

LEAD_ONLY = "lead_only"


def at_leads(request: HttpRequest, code: str, to: str = "take") -> Any:
    """The exhibitor, through the room's access; the page then shows its edition."""
    exhibitor, role = access.get_exhibitor_for(request.user, code, to)
    request.edition = exhibitor.edition  # type: ignore[attr-defined]
    request.lead_role = role  # type: ignore[attr-defined]
    return exhibitor


def may_ask(request: HttpRequest) -> bool:
    """Whether the person may change the booth's questions; after `at_leads`."""
    return getattr(request, "lead_role", "") in access.RIGHTS["ask"]


def address(name: str, exhibitor: Any, **more: Any) -> str:
    """Address of a page about this booth's leads."""
    return reverse(f"exhibitor:leads.{name}", kwargs={"code": exhibitor.code, **more})


def show(
    request: HttpRequest, template: str, exhibitor: Any, here: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page about leads; `here` is the navigation's current entry."""
    is_lead_only = getattr(request, "lead_role", "") == LEAD_ONLY
    home = reverse("exhibitor:leads.lead_home" if is_lead_only else "exhibitor:exhibition.desk_home")
    if is_lead_only:
        entries = leads_entries(exhibitor, here, may_ask(request))
        nav = [("", [(_("All my booths"), home, False, "")]), (_("Leads"), entries)]
    else:
        nav = frame.nav(exhibitor, here, may_ask(request), has_leads=True)
    page = {
        "exhibitor": exhibitor,
        "organisation": exhibitor.organisation,
        "may_ask": may_ask(request),
        "is_lead_only": is_lead_only,
        "desk_nav": nav,
        "desk_label": _("Booth"),
        "desk_url": home,
        **context,
    }
    return render(request, f"exhibitor/leads/{template}.html", page, status=status)
