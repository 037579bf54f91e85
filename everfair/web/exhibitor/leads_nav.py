"""The entries about leads in the navigation of a booth's desk. Addresses only: rights are asked by the pages."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


def leads_entries(exhibitor: Any, here: str, may_ask: bool) -> list[tuple[str, str, bool, str]]:
    """(label, address, is current, count) of the pages about leads."""
    pages = [
        ("scan_create", _("Scan a badge")),
        ("lead_list", _("Leads")),
        ("team_show", _("Team")),
        *([("question_list", _("Own questions"))] if may_ask else []),
    ]
    return [
        (
            label,
            reverse(f"exhibitor:leads.{name}", kwargs={"code": exhibitor.code}),
            here == f"leads.{name}",
            "",
        )
        for name, label in pages
    ]
