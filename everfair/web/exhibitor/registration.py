"""A firm's own people: badges for its staff, within the number a firm may have."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.fair.queries import COUNTED
from everfair.registration import access
from everfair.registration.actions import groups as actions
from everfair.registration.forms.groups import GroupForm
from everfair.registration.queries import groups as queries
from everfair.web.exhibitor.exhibition.frame import at_desk, show
from everfair.web.groups import group_context, take_group


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def staff_list(request: HttpRequest, code: str) -> HttpResponse:
    """The firm's people with their badges' state, and a form for more."""
    exhibitor = at_desk(request, code)
    edition, organisation = exhibitor.edition, exhibitor.organisation
    allowances = queries.allowances_of_firm(edition, organisation)
    kinds = [allowance.kind for allowance in allowances]
    form: Any = GroupForm(request.POST or None, kinds=kinds, with_firm=False)
    refused: list[Any] = []
    if request.method == "POST" and exhibitor.state in COUNTED and form.is_valid():
        form, refused = take_group(request, form, edition, allowances, organisation=organisation)
        if form is None:
            return redirect(reverse("exhibitor:registration.staff_list", kwargs={"code": code}))
        allowances = queries.allowances_of_firm(edition, organisation)
    rows = queries.people_of_firm(edition, organisation)
    context = group_context(request, rows, allowances, form, refused)
    context["is_accepted"] = exhibitor.state in COUNTED
    status = 422 if form.errors or refused else 200
    return show(request, "staff_list", exhibitor, "staff_list", context, status, room="registration")


@login_required
@require_POST
def staff_cancel(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Take somebody out; another may come instead."""
    exhibitor = at_desk(request, code)
    row = access.get_registration_of_firm(exhibitor.edition, exhibitor.organisation, person)
    try:
        actions.cancel_of_group(row, by=request.user)
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s is taken out.") % {"name": row.name})
    return redirect(reverse("exhibitor:registration.staff_list", kwargs={"code": code}))
