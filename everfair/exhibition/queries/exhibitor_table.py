"""The organiser's table of exhibitors:

filters, sorting, counts, the vetting queue, rows for CSV and XLSX. Reads only.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, Count, F, Max, Min, Q, QuerySet, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.exhibition import access
from everfair.exhibition.models import Exhibitor, Offer
from everfair.fair import access as fair_access
from everfair.fair.models import Delegation, Edition, Sector

SORTS = ("name", "-since", "since", "-applied", "area", "country", "state")
NO_DELEGATION = "none"
STATE_LABELS = tuple(Exhibitor.State.choices)
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class TableFilters:
    """What the organiser chose; every value stands in the address. Unknown values simply find nothing."""

    q: str = ""
    states: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()  # codes
    sectors: tuple[str, ...] = ()  # codes, each with all below it
    countries: tuple[str, ...] = ()
    delegations: tuple[str, ...] = ()  # codes, or NO_DELEGATION
    complete: str = ""  # "yes", "no" or ""

    @property
    def count(self) -> int:
        """How many options are chosen."""
        chosen = (self.states, self.areas, self.sectors, self.countries, self.delegations)
        return sum(map(len, chosen)) + bool(self.complete)


def is_complete(edition: Edition) -> Q:
    """The rule of `completeness.is_publishable`, for the database."""
    languages = edition.languages or ["en", "zh"]
    named, said = Q(), Q()
    for code in languages:
        named |= Q(organisation__name__has_key=code)
        said |= Q(headline__has_key=code) | Q(about__has_key=code)
    return named & said & Q(sector__isnull=False, area__isnull=False)


def exhibitor_table(
    user: Any, edition: Edition, filters: TableFilters, sort: str, lang: str
) -> QuerySet[Exhibitor]:
    """Exhibitors the person may see at the desk, filtered and sorted, with `complete`.

    One query for a page.
    """
    return _sorted(_filtered(_at_desk(user, edition), edition, filters), sort, lang)


def chosen_exhibitors(user: Any, edition: Edition, codes: Iterable[str]) -> QuerySet[Exhibitor]:
    """Those of the codes that the person may decide about, in a steady order."""
    found = Exhibitor.objects.filter(edition=edition, code__in=list(codes))
    if not fair_access.may(user, "review", edition):
        return found.none()
    areas = fair_access.reviewed_areas(user, edition)
    found = found if areas is None else found.filter(area_id__in=areas)
    return found.select_related("organisation", "edition__fair").order_by("id")


def _at_desk(user: Any, edition: Edition) -> QuerySet[Exhibitor]:
    rows = access.exhibitors_at_desk(user, edition).select_related(
        "organisation", "area", "place", "sector", "delegation"
    )
    complete = Case(When(is_complete(edition), then=True), default=False, output_field=BooleanField())
    return rows.defer("about", "organisation__description").annotate(complete=complete)


def _filtered(rows: QuerySet[Exhibitor], edition: Edition, filters: TableFilters) -> QuerySet[Exhibitor]:
    if filters.q:
        rows = rows.filter(_matches(edition, filters.q))
    if filters.states:
        rows = rows.filter(state__in=filters.states)
    if filters.areas:
        rows = rows.filter(area__code__in=filters.areas)
    if filters.sectors:
        rows = rows.filter(_within(edition, filters.sectors))
    if filters.countries:
        rows = rows.filter(organisation__country__in=filters.countries)
    if filters.delegations:
        wanted = Q(delegation__code__in=filters.delegations)
        rows = rows.filter(wanted | Q(delegation=None) if NO_DELEGATION in filters.delegations else wanted)
    if filters.complete in ("yes", "no"):
        rows = rows.filter(complete=filters.complete == "yes")  # type: ignore[misc]  # an annotation
    return rows


def _matches(edition: Edition, words: str) -> Q:
    """Every word somewhere in a name, the booth's place, the code or the list's own number."""
    found = Q()
    for word in words[:_LONGEST_SEARCH].split():
        one = Q(code__iexact=word) | Q(place__number__icontains=word) | Q(external_id__iexact=word)
        for code in {*edition.languages, "en", "zh"}:
            one |= Q(**{f"organisation__name__{code.replace('-', '_')}__icontains": word})
        found &= one
    return found


def _within(edition: Edition, codes: Iterable[str]) -> Q:
    found = Q(pk=None)
    for path in Sector.objects.filter(edition=edition, code__in=list(codes)).values_list("path", flat=True):
        found |= Q(sector__path__startswith=path)
    return found


def _sorted(rows: QuerySet[Exhibitor], sort: str, lang: str) -> QuerySet[Exhibitor]:
    name = Lower(KeyTextTransform(lang, "organisation__name"))
    orders: dict[str, tuple[Any, ...]] = {
        "name": (name.asc(nulls_last=True),),
        "since": ("state_since",),
        "-since": ("-state_since",),
        "-applied": (F("applied_at").desc(nulls_last=True),),
        "area": (F("area__position").asc(nulls_last=True), "area_id", "place__number"),
        "country": ("organisation__country",),
        "state": ("state", "-state_since"),
    }
    return rows.order_by(*orders.get(sort, orders["-since"]), "id")


def state_counts(user: Any, edition: Edition) -> dict[str, int]:
    """State → how many the person may see, every state listed. One query."""
    counted = access.exhibitors_at_desk(user, edition).order_by().values("state").annotate(n=Count("pk"))
    held = dict(counted.values_list("state", "n"))
    return {state: held.get(state, 0) for state in Exhibitor.State.values}


def countries_of(user: Any, edition: Edition) -> dict[str, int]:
    """ISO code → exhibitors, most first. One query."""
    rows = access.exhibitors_at_desk(user, edition).exclude(organisation__country="").order_by()
    counted = rows.values("organisation__country").annotate(n=Count("pk")).order_by("-n")
    return dict(counted.values_list("organisation__country", "n"))


@dataclass(frozen=True)
class Queue:
    """What waits for a decision: how many, and since when the longest."""

    count: int
    oldest: datetime | None


def vetting_queue(user: Any, edition: Edition) -> QuerySet[Exhibitor]:
    """Applications nobody has decided about, in the person's areas, longest waiting first."""
    rows = _at_desk(user, edition).filter(state=Exhibitor.State.APPLIED)
    return rows.order_by("state_since", "id")


def queue_facts(user: Any, edition: Edition) -> Queue:
    """How many wait and since when. One query."""
    rows = access.exhibitors_at_desk(user, edition).filter(state=Exhibitor.State.APPLIED)
    facts = rows.aggregate(count=Count("pk"), oldest=Min("state_since"))
    return Queue(facts["count"], facts["oldest"])


def accepted_but_incomplete(user: Any, edition: Edition) -> int:
    """Accepted booths that cannot go public yet."""
    return (
        _at_desk(user, edition).filter(state=Exhibitor.State.ACCEPTED).exclude(is_complete(edition)).count()
    )


@dataclass(frozen=True)
class EditionFigures:
    """Counts for the cockpit: all of them facts of now."""

    booths: int
    exhibitors: int
    offers: int
    countries: int
    newest: datetime | None


def edition_figures(edition: Edition) -> EditionFigures:
    """Published booths, all exhibitors, offers on published booths' shelves, countries. Two queries."""
    public = Q(state=Exhibitor.State.PUBLISHED)
    facts = Exhibitor.objects.filter(edition=edition).aggregate(
        booths=Count("pk", filter=public),
        exhibitors=Count("pk"),
        countries=Count("organisation__country", filter=public & ~Q(organisation__country=""), distinct=True),
        newest=Max("published_at", filter=public),
    )
    shelf = Offer.objects.filter(exhibitor__edition=edition, exhibitor__state="published", is_on_shelf=True)
    return EditionFigures(
        facts["booths"], facts["exhibitors"], shelf.count(), facts["countries"], facts["newest"]
    )


def firms_of_delegation(
    delegation: Delegation, filters: TableFilters, sort: str, lang: str
) -> QuerySet[Exhibitor]:
    """The firms a delegation brought, with `complete`, filtered and sorted."""
    complete = Case(
        When(is_complete(delegation.edition), then=True), default=False, output_field=BooleanField()
    )
    rows = delegation.exhibitors.select_related("organisation", "area", "place", "sector", "delegation")
    rows = rows.defer("about", "organisation__description").annotate(complete=complete)
    return _sorted(_filtered(rows, delegation.edition, filters), sort, lang)


def delegation_counts(delegation: Delegation) -> dict[str, int]:
    """State → how many of its firms, every state listed. One query."""
    held = dict(
        delegation.exhibitors.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n")
    )
    return {state: held.get(state, 0) for state in Exhibitor.State.values}


COLUMNS: Mapping[str, Any] = {
    "code": _("Code"),
    "name_en": _("Name (English)"),
    "name_zh": _("Name (Chinese)"),
    "country": _("Country or region"),
    "state": _("State"),
    "since": _("Since"),
    "area": _("Area"),
    "place": _("Place"),
    "sector": _("Sector"),
    "delegation": _("Delegation"),
    "complete": _("Complete"),
    "headline_en": _("Headline (English)"),
    "headline_zh": _("Headline (Chinese)"),
    "website": _("Website"),
    "applied": _("Applied"),
    "published": _("Published"),
    "external_id": _("Number in the list"),
}


def table_rows(rows: QuerySet[Exhibitor]) -> Iterator[dict[str, Any]]:
    """The table as flat rows for a file, times in the person's zone. Memory for some hundred rows only."""
    for exhibitor in rows.iterator(chunk_size=500):
        firm = exhibitor.organisation
        yield {
            "code": exhibitor.code,
            "name_en": firm.name.get("en", ""),
            "name_zh": firm.name.get("zh", ""),
            "country": firm.country,
            "state": exhibitor.get_state_display(),
            "since": _local(exhibitor.state_since),
            "area": exhibitor.area.code if exhibitor.area else "",
            "place": exhibitor.place.number if exhibitor.place else "",
            "sector": exhibitor.sector.code if exhibitor.sector else "",
            "delegation": str(exhibitor.delegation or ""),
            "complete": exhibitor.complete,  # type: ignore[attr-defined]
            "headline_en": exhibitor.headline.get("en", ""),
            "headline_zh": exhibitor.headline.get("zh", ""),
            "website": firm.website,
            "applied": _local(exhibitor.applied_at),
            "published": _local(exhibitor.published_at),
            "external_id": exhibitor.external_id,
        }


def _local(at: datetime | None) -> datetime | None:
    return timezone.localtime(at) if at else None
