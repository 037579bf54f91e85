"""A firm asks a visitor for a meeting: whom it may ask, found and filtered, and the request itself."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from everfair.base.refusals import Refused
from everfair.meetings.actions import requests
from everfair.meetings.actions.people import participant_of
from everfair.meetings.forms.asking import AskForm, ask_filters
from everfair.meetings.queries import firm as queries
from everfair.meetings.queries import firm_asks, own
from everfair.meetings.queries.free import free_slots
from everfair.meetings.queries.ground import rules_of
from everfair.meetings.queries.limits import why_not_ask
from everfair.web.exhibitor.meetings_frame import address, at_meetings, show_page
from everfair.web.templatetags.figures import country_name, language_name

A_PAGE = 25


@login_required
@never_cache
@require_safe
def ask_list(request: HttpRequest, code: str) -> HttpResponse:
    """People the firm may ask: who agreed to be found, leads who share their contact, who asked or met it before."""
    exhibitor = at_meetings(request, code)
    filters = ask_filters(request.GET)
    page = Paginator(firm_asks.people_to_ask(exhibitor, filters), A_PAGE).get_page(request.GET.get("page"))
    rules, rule = rules_of(exhibitor.edition), firm_asks.firm_rule_of(exhibitor.edition)
    countries = [(one, country_name(one)) for one in firm_asks.countries_to_ask(exhibitor)]
    context = {
        "page": page,
        "rows": [
            (line, address("ask_person", exhibitor, person=line.code))
            for line in firm_asks.ask_lines(page.object_list, exhibitor)
        ],
        "filters": filters,
        "countries": sorted(countries, key=lambda one: one[1]),
        "languages": [(one, language_name(one)) for one in (rules.languages if rules else ())],
        "kinds": [(one.code, one.name) for one in firm_asks.kinds_to_ask(exhibitor)],
        "origins": [
            ("", _("all")),
            ("listed", _("who agreed to be found")),
            ("leads", _("our leads")),
            ("known", _("who asked or met us")),
        ],
        "is_nobody": rule.reach == "nobody",
        "most": rule.most_sent,
        "sent": firm_asks.sent_by_firm(exhibitor) if rule.most_sent is not None else 0,
        "all_url": address("ask_list", exhibitor),
        "list_url": address("request_list", exhibitor),
    }
    return show_page(request, "ask_list", exhibitor, context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_person(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Ask one of them. A limit that makes the request impossible is told before anybody types."""
    exhibitor = at_meetings(request, code)
    registration = firm_asks.find_to_ask(exhibitor, person)
    if registration is None:
        raise Http404
    target = participant_of(registration)
    staff = [one for one in queries.staff_of(exhibitor) if not one.is_out]
    asker = _asker(request, staff)
    why_not = why_not_ask(asker, target) if asker is not None else None
    places = own.places_for(asker, target) if asker is not None and not why_not else []
    wanted = request.POST.get("place") or request.GET.get("place") or ""
    where = wanted if wanted in places else places[0] if places else ""
    slots = free_slots([asker, target], place=where, exhibitor=exhibitor) if where else []
    form = _form(request, exhibitor, asker, slots) if asker is not None else None
    if form is not None and request.method == "POST" and where and form.is_valid():
        values = {**form.values(), "place": where}
        try:
            sent = requests.send_request(asker, asked=target, values=values, by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _sent(request, exhibitor, sent)
    here = address("ask_person", exhibitor, person=person)
    chosen = asker.code if asker is not None else ""
    names = {"table": _("At a table"), "stand": _("At our stand"), "online": _("On line")}
    context = {
        "target": target,
        "job_title": registration.job_title,
        "country": registration.country,
        "asker": asker,
        "staff": staff,
        "why_not": why_not,
        "places": [
            (names[one], f"{here}?{urlencode({'person': chosen, 'place': one})}", one == where)
            for one in places
        ],
        "place": where,
        "place_name": names.get(where, ""),
        "slots": slots,
        "form": form,
        "rules": rules_of(exhibitor.edition),
        "list_url": address("ask_list", exhibitor),
        "staff_url": address("staff_list", exhibitor),
    }
    return show_page(request, "ask", exhibitor, context, 422 if form is not None and form.errors else 200)


def _asker(request: HttpRequest, staff: list[Any]) -> Any:
    """Who of the firm asks: as chosen, else whoever looks, else the first; None while nobody takes part."""
    who = request.POST.get("person") or request.GET.get("person") or ""
    return min(staff, key=lambda one: (one.code != who, one.user_id != request.user.pk, one.pk), default=None)


def _form(request: HttpRequest, exhibitor: Any, asker: Any, slots: list[Any]) -> AskForm:
    rules = rules_of(exhibitor.edition)
    languages = list(rules.languages) if rules else []
    return AskForm(
        request.POST if request.method == "POST" else None,
        slots=slots,
        offers=own.shelf_of(exhibitor),
        languages=languages,
        colleagues=own.colleagues_of(asker),
        has_interpreters=own.has_interpreters(asker),
        initial={"language": next((one for one in asker.languages if one in languages), "")},
    )


def _sent(request: HttpRequest, exhibitor: Any, sent: Any) -> HttpResponse:
    if sent.state == "scheduled":
        messages.success(request, _("Agreed at once: the meeting is in your diary."))
        return redirect(address("diary_list", exhibitor))
    messages.success(
        request, _("Your request is on its way. You get a letter as soon as there is an answer.")
    )
    return redirect(address("request_show", exhibitor, request_code=sent.code))
