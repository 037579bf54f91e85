"""A firm's wishes: which visitors its people must meet, would like to meet or do not; how many meetings each of its people wants.

For the firm's own people only: what they say no to is not for the organiser.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from everfair.base.refusals import Refused
from everfair.exhibition.forms.fields import add_refusal
from everfair.meetings import access
from everfair.meetings.actions.wishes import save_limits
from everfair.meetings.forms.wishes import LimitsForm, wish_filters
from everfair.meetings.queries import wishes as queries
from everfair.meetings.queries.ground import rules_of
from everfair.web import wishes as shared
from everfair.web.exhibitor.exhibition.frame import at_desk, show
from everfair.web.templatetags.figures import country_name, language_name

HERE = "meetings.wish_list"


def _at(request: HttpRequest, code: str) -> Any:
    """The exhibitor, for the people at its booth and nobody else."""
    exhibitor = at_desk(request, code, to="see")
    if not access.can_answer_for(request.user, exhibitor):
        raise Http404
    return exhibitor


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wish_list(request: HttpRequest, code: str) -> HttpResponse:
    """People with four choices each; saving keeps those of the page."""
    exhibitor = _at(request, code)
    filters = wish_filters(request.GET)
    page = Paginator(queries.listed_people(exhibitor, filters), shared.A_PAGE).get_page(
        request.GET.get("page")
    )
    base = reverse("exhibitor:meetings.wish_list", args=[code])
    if request.method == "POST":
        return shared.take_wishes(request, exhibitor, shared.next_address(request, base, page))
    return _page(request, exhibitor, filters, page)


@login_required
@require_POST
def wish_limits(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """How many meetings one of the firm's people wants."""
    exhibitor = _at(request, code)
    row = access.get_participant_of_firm(exhibitor, person)
    form = LimitsForm(request.POST, person=row, is_visitor=False, prefix=row.code)
    if form.is_valid():
        try:
            save_limits(row, **form.values(), by=request.user)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved: %(name)s.") % {"name": row.name})
            return redirect(reverse("exhibitor:meetings.wish_list", args=[code]) + "#limits")
    filters = wish_filters({})
    page = Paginator(queries.listed_people(exhibitor, filters), shared.A_PAGE).get_page(1)
    return _page(request, exhibitor, filters, page, form, 422)


def _page(
    request: HttpRequest, exhibitor: Any, filters: Any, page: Any, typed: Any = None, status: int = 200
) -> HttpResponse:
    base = reverse("exhibitor:meetings.wish_list", args=[exhibitor.code])
    staff = []
    for person in queries.staff_of(exhibitor)[:100]:
        fresh = LimitsForm(person=person, is_visitor=False, prefix=person.code)
        staff.append((person, typed if typed is not None and typed.prefix == person.code else fresh))
    lines = queries.person_lines(page.object_list, exhibitor)
    rules = rules_of(exhibitor.edition)
    context = {
        **shared.list_context(exhibitor, filters, page, lines, base),
        "round": queries.round_of(exhibitor.edition, timezone.now()),
        "groups": [(kind.code, kind.name) for kind in queries.kinds_of(exhibitor)],
        "countries": sorted(
            ((code, country_name(code)) for code in queries.countries_among(queries.people_for(exhibitor))),
            key=lambda one: one[1],
        ),
        "languages": [(code, language_name(code)) for code in (rules.languages if rules else ())],
        "has_firm_filter": True,
        "most_musts": shared.most_musts(exhibitor.edition, "firm"),
        "staff": staff,
        "zone": exhibitor.edition.time_zone,
    }
    return show(request, "wishes", exhibitor, HERE, context, status, room="meetings")
