"""What the pages of people brought by a delegation and by a firm share. No rights here: the views ask first."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import ngettext

from everfair.registration.actions import groups as actions
from everfair.registration.forms.groups import GroupForm
from everfair.registration.queries.registrations import STATE_KINDS

A_PAGE = 50
STANDING = ("requested", "waiting", "approved")


def group_context(
    request: HttpRequest, rows: Any, allowances: list[Any], form: Any, refused: Any
) -> dict[str, Any]:
    """What the page of a group shows, for delegations and firms alike."""
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": [(row, STATE_KINDS[row.state], row.state in STANDING) for row in page],
        "allowances": allowances,
        "form": form,
        "refused": refused,
    }


def take_group(
    request: HttpRequest, form: GroupForm, edition: Any, allowances: list[Any], **whose: Any
) -> Any:
    """Register the pasted lines: (form to show, refused lines); the form is None when all came in."""
    data = form.cleaned_data
    result = actions.register_group(
        edition, form.kinds[data["kind"]], data["people"], by=request.user, language=data["language"], **whose
    )
    count = len(result.done)
    if count:
        sentence = ngettext("%(count)d person is registered.", "%(count)d people are registered.", count)
        messages.success(request, sentence % {"count": count})
    if not result.refused:
        return None, []
    typed = "\n".join(text for _number, text, _why in result.refused)
    kinds = [allowance.kind for allowance in allowances]
    again = GroupForm(initial={**data, "people": typed}, kinds=kinds, with_firm="delegation" in whose)
    return again, result.refused
