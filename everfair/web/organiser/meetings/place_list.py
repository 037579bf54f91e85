"""All places of meetings in one table, with its files."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from everfair.base.languages import for_reader
from everfair.fair.access import get_edition_at_desk
from everfair.meetings import access
from everfair.meetings.queries import place_list as queries
from everfair.web.meeting_words import place_words
from everfair.web.organiser.frame import address, desk
from everfair.web.organiser.meetings.tables import Choice, file_of, given, table

RIGHT = access.RIGHT
USES = (
    ("in", gettext_lazy("can be booked")),
    ("out", gettext_lazy("out of use")),
    ("stuck", gettext_lazy("out of use, with meetings")),
)


@login_required
@require_safe
def place_table(request: HttpRequest, edition: str) -> HttpResponse:
    """Every table, place at a stand, line, room and interpreter."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    halls = [(area.code, _hall(area)) for area in held.areas.all()]
    asked: list[Choice] = [
        ("kind", _("Kind"), list(queries.KINDS)),
        ("hall", _("Hall"), halls),
        ("use", _("State"), list(USES)),
    ]
    places_url = address("meetings.place_list", edition=held.slug)
    context = table(request, queries.place_table(held, **_filters(request.GET)), None, asked)
    context |= {
        "title": _("All places"),
        "rows": [(one, place_words(one), queries.is_out(one)) for one in context["page"]],
        "places_url": places_url,
        "crumbs": [(_("Tables, lines, interpreters"), places_url), (_("All places"), "")],
    }
    return desk(request, "meetings/place_table", held, context)


@login_required
@require_safe
def place_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The filtered places as CSV or a workbook."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    places = queries.place_table(held, **_filters(request.GET))
    rows = queries.place_rows(places, place_words, _state, _hall)
    return file_of(held, kind, "places", _("Places"), rows, queries.COLUMNS)


def _filters(query: QueryDict) -> dict[str, str]:
    return {key: given(query, key) for key in ("q", "kind", "hall", "use")}


def _hall(area: Any) -> str:
    return f"{area.sign} {for_reader(area.name)}"


def _state(place: Any) -> str:
    return str(USES[queries.is_out(place)][1])
