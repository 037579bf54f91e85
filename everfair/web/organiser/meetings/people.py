"""The organiser's tables of meetings and of people; one person; files of the filtered rows."""

from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from everfair.base.languages import pick
from everfair.fair.access import get_edition_at_desk, may
from everfair.meetings import access
from everfair.meetings.queries import floor, lists
from everfair.meetings.queries.lists import MeetingFilters, PersonFilters
from everfair.web.meeting_words import sides, where_words
from everfair.web.organiser.frame import address, desk
from everfair.web.organiser.meetings.tables import ROWS_ON_A_PAGE, Choice, file_of, given, table

RIGHT = access.RIGHT
LOOKS = (
    ("stuck", gettext_lazy("without a usable place")),
    ("unconfirmed", gettext_lazy("not confirmed by all")),
)
SIDES = (("visitor", gettext_lazy("visitors")), ("staff", gettext_lazy("exhibitors' staff")))
MEETS = (
    ("none", gettext_lazy("without a meeting")),
    ("some", gettext_lazy("with meetings")),
    ("absent", gettext_lazy("did not come to one")),
)
WAYS = (("on_site", gettext_lazy("on site")), ("online", gettext_lazy("on line")))
WORDS = {
    "visitor": gettext_lazy("visitor"),
    "staff": gettext_lazy("exhibitor's staff"),
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
}


@login_required
@require_safe
def meeting_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every meeting in order of time; filters stand in the address."""
    held = get_edition_at_desk(request.user, edition)
    with timezone.override(ZoneInfo(held.time_zone)):
        filters = _meeting_filters(request.GET)
        lang: str = request.content_language  # type: ignore[attr-defined]
        halls = [(area.code, f"{area.sign} {pick(area.name, lang)}") for area in held.areas.all()]
        asked: list[Choice] = [
            ("state", _("State"), list(lists.MEETING_STATES)),
            ("place", _("Where"), list(lists.PLACES)),
            ("hall", _("Hall"), halls),
            ("look", _("Look at"), list(LOOKS)),
        ]
        context = table(request, lists.meeting_table(held, filters), filters, asked, ("day",))
        context |= {
            "title": _("Meetings"),
            "may_run": may(request.user, RIGHT, held),
            "rows": [
                (one, floor.STATE_KINDS[one.state], where_words(one), *sides(one)) for one in context["page"]
            ],
        }
        return desk(request, "meetings/meeting_list", held, context)


@login_required
@require_safe
def meeting_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The filtered meetings as CSV or a workbook, in the fair's time."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    rows = lists.meeting_rows(lists.meeting_table(held, _meeting_filters(request.GET)), where_words)
    return file_of(held, kind, "meetings", _("Meetings"), rows, lists.MEETING_COLUMNS)


@login_required
@require_safe
def person_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Who takes part in meetings."""
    held = get_edition_at_desk(request.user, edition)
    filters = _person_filters(request.GET)
    asked: list[Choice] = [
        ("side", _("Side"), list(SIDES)),
        ("meets", _("Meetings"), list(MEETS)),
        ("way", _("How they take part"), list(WAYS)),
    ]
    context = table(request, lists.person_table(held, filters), filters, asked)
    context |= {
        "title": _("People who meet"),
        "may_run": may(request.user, RIGHT, held),
        "rows": [(one, lists.firm_of(one)) for one in context["page"]],
    }
    return desk(request, "meetings/person_list", held, context)


@login_required
@require_safe
def person_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The filtered people as CSV or a workbook."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    people = lists.person_table(held, _person_filters(request.GET)).select_related(
        "exhibitor__organisation", "edition"
    )
    rows = lists.person_rows(people, lambda key: str(WORDS[key]))
    return file_of(held, kind, "people-who-meet", _("People"), rows, lists.PERSON_COLUMNS)


@login_required
@require_safe
def person_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One person: meetings, requests, what they said about themselves."""
    held = get_edition_at_desk(request.user, edition)
    person = access.get_participant_at_desk(request.user, held, code)
    with timezone.override(ZoneInfo(held.time_zone)):
        page = Paginator(lists.requests_of(person), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "title": person.name,
            "person": person,
            "firm": lists.firm_of(person),
            "meetings": [
                (one, floor.STATE_KINDS[one.state], where_words(one), *sides(one))
                for one in lists.meetings_of(person)[:200]
            ],
            "page": page,
            "requests": [(one, floor.REQUEST_KINDS[one.state]) for one in page],
            "free_times": list(person.free_times.all()[:100]),
            "may_run": may(request.user, RIGHT, held),
            "crumbs": [
                (_("People who meet"), address("meetings.person_list", edition=held.slug)),
                (person.name, ""),
            ],
        }
        return desk(request, "meetings/person_show", held, context)


def _meeting_filters(query: QueryDict) -> MeetingFilters:
    return MeetingFilters(
        **{key: given(query, key) for key in ("q", "state", "place", "hall", "day", "look")}
    )


def _person_filters(query: QueryDict) -> PersonFilters:
    return PersonFilters(**{key: given(query, key) for key in ("q", "side", "meets", "way")})
