"""What came of matches that were shown, at the organiser's desk: narrowed, in tables, as a file."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from everfair.base.countries import country_name
from everfair.base.languages import pick
from everfair.matchmaking.queries import desk as desk_queries
from everfair.matchmaking.queries import outcomes as queries
from everfair.people.queries import size_names
from everfair.web.list_files import file_links
from everfair.web.match_lines import KIND_NAMES
from everfair.web.organiser.frame import address, desk
from everfair.web.organiser.matching import held_of
from everfair.web.organiser.meetings.tables import file_of
from everfair.web.templatetags.figures import number

DEED_NAMES = {
    "clicked": gettext_lazy("Followed"), "saved": gettext_lazy("Saved"), "dismissed": gettext_lazy("Set aside"),
    "asked": gettext_lazy("Asked for a meeting"), "met": gettext_lazy("Met"),
}  # fmt: skip
WHO = (("visitors", gettext_lazy("visitors")), ("firms", gettext_lazy("firms")))
Table = tuple[str, Sequence[queries.Line]]


@login_required
@never_cache
@require_safe
def figure_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Shown, followed, saved, set aside, asked and met, by rank, firm, country, delegation, version and arm."""
    held = held_of(request, edition)
    filters = filters_of(request.GET)
    rows = queries.shown_rows(held, filters)
    total, versions = queries.totals(rows), desk_queries.versions_of(held)
    query = request.GET.urlencode()
    context = {
        "title": _("What came of matches"),
        "lead": _("A match counts once a day for everybody who saw it, with the place it stood in. What few people did is not told."),
        "filters": filters,
        "total": total,
        "figures": _figures(total),
        "deeds": list(DEED_NAMES.values()),
        "tables": [
            (heading, [(line, list(zip(DEED_NAMES.values(), line.counts, strict=True))) for line in lines])
            for heading, lines in (_tables(held, rows, _language(request), versions) if total.shown else [])
        ],
        "duels": [(duel, duel_words(duel)) for duel in queries.duels(rows)] if total.shown else [],
        "kinds": list(KIND_NAMES.items()),
        "who": WHO,
        "versions": versions,
        "exports": file_links(lambda kind: address("matchmaking.figure_export", edition=held.slug, kind=kind), query),
    }  # fmt: skip
    return desk(request, "matchmaking/figure_list", held, context)


@login_required
@never_cache
@require_safe
def figure_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The same tables as a file."""
    held = held_of(request, edition)
    rows = queries.shown_rows(held, filters_of(request.GET))
    columns = {
        "table": str(_("Table")), "group": str(_("Group")), "shown": str(_("Shown")),
        **{deed: str(name) for deed, name in DEED_NAMES.items()},
    }  # fmt: skip
    tables = [
        (_("All"), [queries.totals(rows)]),
        *_tables(held, rows, _language(request), desk_queries.versions_of(held)),
    ]
    found = list(queries.export_rows(tables, _("fewer than 5")))
    return file_of(held, kind, "matches", _("What came of matches"), found, columns)


def filters_of(query: QueryDict) -> queries.Filters:
    """What stands in the address; what means nothing is left out."""
    version, who = query.get("version", ""), query.get("who", "")
    return queries.Filters(
        kind=kind if (kind := query.get("kind", "")) in queries.KINDS else "",
        who=who if who in dict(WHO) else "",
        version=int(version) if version.isdecimal() and len(version) < 9 else None,
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        words=query.get("q", "").replace("\x00", "").strip()[:100],
    )


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:  # the 31st of February
        return None


def _language(request: HttpRequest) -> str:
    return getattr(request, "content_language", "en")


def _figures(total: queries.Line) -> list[tuple[Any, str]]:
    words = {
        "clicked": _("were followed"), "saved": _("were saved"), "dismissed": _("were set aside"),
        "asked": _("led to a request for a meeting"), "met": _("led to a meeting held"),
    }  # fmt: skip
    told = zip(queries.DEEDS, total.counts, strict=True)
    return [
        (total.shown, _("matches shown")),
        *(("< 5" if count is None else count, words[deed]) for deed, count in told),
    ]


def _tables(held: Any, rows: Any, language: str, versions: Sequence[Any]) -> list[Table]:
    """(heading, lines with their groups in words)."""
    sizes = size_names()
    delegations = {one.code: pick(one.name, language) for one in held.delegations.all()}
    names = {str(one.number): str(one) for one in versions}
    made = [
        (_("By place in the list"), queries.by_rank(rows), lambda group: group),
        (_("By size of the firm"), queries.by_size(rows), lambda group: sizes.get(group, group)),
        (_("By country of the firm"), queries.by_country(rows), lambda group: country_name(group, language)),
        (_("By delegation"), queries.by_delegation(rows), lambda group: delegations.get(group, group)),
        (_("By version"), queries.by_version(rows), lambda group: _("version %(number)s") % {"number": names.get(group, group)}),
        (_("Where two versions take turns"), queries.by_arm(rows), lambda arm: _("the active one") if arm == "a" else _("the other")),
    ]  # fmt: skip
    return [(heading, [_named(line, name) for line in lines]) for heading, lines, name in made if lines]


def _named(line: queries.Line, name: Any) -> queries.Line:
    group = str(name(line.group)) if line.group else _("all others")
    return queries.Line(group, line.shown, line.counts)


def duel_words(duel: queries.Duel) -> str:
    """What a comparison says, and whether it says anything yet."""
    if not duel.is_told:
        return _("Too few lists are decided to tell.")
    numbers = {"better": _version(duel.better), "chance": number(max(1, round(100 * duel.chance)))}
    if duel.first_won == duel.second_won:
        return _("Both won as often: no difference is seen.")
    if duel.is_sure:
        return _("Version %(better)s is better: by chance alone so large a difference comes up in %(chance)s of 100 cases at most.") % numbers  # fmt: skip
    return _("Version %(better)s is ahead, but that may be chance: so large a difference comes up in %(chance)s of 100 cases where both are equally good. Let it run on.") % numbers  # fmt: skip


def _version(given: int | None) -> str:
    return str(given) if given is not None else _("without learning")
