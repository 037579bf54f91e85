"""A delegation's own people at its desk: how many it may bring, a pasted group, taking somebody out."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from everfair.fair import access as fair_access
from everfair.registration import access
from everfair.registration.actions import groups as actions
from everfair.registration.forms.groups import GroupForm
from everfair.registration.queries import groups as queries
from everfair.web.groups import group_context, take_group
from everfair.web.organiser.frame import address, attempt, delegation_desk


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegation_people(request: HttpRequest, code: str) -> HttpResponse:
    """The delegation's people, and a form for more."""
    delegation = fair_access.get_delegation_for(request.user, code)
    allowances = queries.allowances_of_delegation(delegation)
    kinds = [allowance.kind for allowance in allowances]
    form: Any = GroupForm(request.POST or None, kinds=kinds, with_firm=True)
    refused: list[Any] = []
    if request.method == "POST" and form.is_valid():
        form, refused = take_group(request, form, delegation.edition, allowances, delegation=delegation)
        if form is None:
            return redirect(address("registration.delegation_people", code=delegation.code))
        allowances = queries.allowances_of_delegation(delegation)
    rows = queries.people_of_delegation(delegation)
    context = group_context(request, rows, allowances, form, refused) | {
        "title": _("People"),
        "lead": _("Register your group here. Each person gets a letter with their badge."),
    }
    return delegation_desk(
        request, "registration/delegation_people", delegation, context, 422 if form.errors or refused else 200
    )


@login_required
@require_POST
def delegation_person_cancel(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Take somebody out of the group; another may come instead."""
    delegation = fair_access.get_delegation_for(request.user, code)
    row = access.get_registration_of_delegation(delegation, person)
    deed = partial(actions.cancel_of_group, row, by=request.user)
    said = _("%(name)s is taken out.") % {"name": row.name}
    return attempt(request, deed, said, "registration.delegation_people", code=delegation.code)
