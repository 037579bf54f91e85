"""A visitor's wishes: which firms and which other visitors they must meet, would like to meet or do not; how many meetings."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from everfair.base.refusals import Refused
from everfair.exhibition.forms.fields import add_refusal
from everfair.fair import access as fair_access
from everfair.meetings import access
from everfair.meetings.actions.people import participant_for
from everfair.meetings.actions.wishes import save_limits
from everfair.meetings.forms.wishes import LimitsForm, wish_filters
from everfair.meetings.queries import wishes as queries
from everfair.meetings.queries.ground import rules_of
from everfair.registration.access import registrations_of
from everfair.web import wishes as shared
from everfair.web.templatetags.figures import country_name, language_name


def _at(request: HttpRequest, edition: str) -> tuple[Any, Any, Any]:
    """The edition, the person's approved registration and their row in its meetings (each None where there is none)."""
    found = fair_access.get_edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    person = access.find_participant(request.user, found)
    own = registrations_of(request.user).filter(edition=found, state="approved")
    registration = person.registration if person is not None and person.registration else own.first()
    return found, registration, person


def _writer(request: HttpRequest, edition: Any) -> Any:
    """The person's row, made on first use; Http404 for those who may take part in no meetings."""
    person = participant_for(request.user, edition)
    if person is None:
        raise Http404
    return person


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wish_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Firms with four choices each; saving keeps those of the page."""
    found, registration, person = _at(request, edition)
    if person is not None and person.exhibitor is not None:
        return redirect("exhibitor:meetings.wish_list", code=person.exhibitor.code)
    if registration is None:
        if request.method == "POST":
            raise Http404
        return render(request, "visitor/meetings/wishes_none.html", {"doors_current": "mine"})
    if request.method == "POST":
        person = _writer(request, found)
        if person.exhibitor is not None:  # staff of a firm say what the firm wants
            return redirect("exhibitor:meetings.wish_list", code=person.exhibitor.code)
    filters = wish_filters(request.GET)
    language = getattr(request, "content_language", "en")
    rows = queries.listed_firms(found, registration, person, filters, language)
    page = Paginator(rows, shared.A_PAGE).get_page(request.GET.get("page"))
    base = reverse("visitor:meetings.wish_list", args=[found.slug])
    if request.method == "POST":
        return shared.take_wishes(request, person, shared.next_address(request, base, page))
    lines = queries.firm_lines(page.object_list, person)
    return _page(
        request, found, registration, person, shared.list_context(person, filters, page, lines, base)
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wish_people(request: HttpRequest, edition: str) -> HttpResponse:
    """Other visitors who agreed to be found, where the kinds of badge may meet; saving keeps those of the page."""
    found, registration, person = _at(request, edition)
    if registration is None or (person is not None and person.exhibitor is not None):
        raise Http404
    if request.method == "POST":
        person = _writer(request, found)
        if person.exhibitor is not None:
            raise Http404
    filters = wish_filters(request.GET)
    rows = queries.listed_visitors(registration, person, filters)
    page = Paginator(rows, shared.A_PAGE).get_page(request.GET.get("page"))
    base = reverse("visitor:meetings.wish_people", args=[found.slug])
    if request.method == "POST":
        back = shared.next_address(request, base, page)
        return shared.take_wishes(request, person, back, of_people=True)
    lines = queries.person_lines(page.object_list, person)
    everybody = queries.visitors_for(registration)
    rules = rules_of(found)
    countries = [(code, country_name(code)) for code in queries.countries_among(everybody)]
    context = {
        **shared.list_context(person, filters, page, lines, base, of_people=True),
        "of_people": True,
        "may_wish": queries.may_wish_for_people(registration),
        "groups": [(kind.code, kind.name) for kind in queries.kinds_among(everybody)],
        "countries": sorted(countries, key=lambda one: one[1]),
        "languages": [(code, language_name(code)) for code in (rules.languages if rules else ())],
        "has_firm_filter": True,
    }
    return _page(request, found, registration, person, context)


@login_required
@require_POST
def wish_limits(request: HttpRequest, edition: str) -> HttpResponse:
    """How many meetings the person wants, and whether firms may find them."""
    found, registration, _person = _at(request, edition)
    if registration is None:
        raise Http404
    person = _writer(request, found)
    base = reverse("visitor:meetings.wish_list", args=[found.slug])
    form = LimitsForm(request.POST, person=person)
    if form.is_valid():
        try:
            save_limits(person, **form.values(), by=request.user)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{base}#limits")
    filters = wish_filters({})
    rows = queries.listed_firms(
        found, registration, person, filters, getattr(request, "content_language", "en")
    )
    page = Paginator(rows, shared.A_PAGE).get_page(1)
    context = shared.list_context(person, filters, page, queries.firm_lines(page.object_list, person), base)
    return _page(request, found, registration, person, {**context, "form": form}, 422)


def _sectors(edition: Any) -> list[tuple[str, Any]]:
    return [(sector.code, sector.name) for sector in queries.sectors_of(edition)]


def _page(
    request: HttpRequest,
    edition: Any,
    registration: Any,
    person: Any,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    page = {
        "round": queries.round_of(edition, timezone.now()),
        "may_wish": queries.may_wish_for_firms(registration),
        "may_wish_for_people": queries.may_wish_for_people(registration),
        "is_out": person is not None and person.is_out,
        "groups": [] if "groups" in context else _sectors(edition),
        "most_musts": shared.most_musts(edition, "visitor"),
        "form": LimitsForm(person=person),
        "zone": edition.time_zone,
        "doors_current": "mine",
        **context,
    }
    return render(request, "visitor/meetings/wishes.html", page, status=status)
