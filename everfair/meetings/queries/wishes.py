"""Reads of the round of wishes: whether it is open, whom one may wish for, what one side said. Nobody else's wishes come out of here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from everfair.base.languages import Words
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import BadgeKind, Edition, Sector
from everfair.meetings.models import KindRule, MeetingRules, Participant, Slot, Wish
from everfair.registration.models import Registration

LEVELS = tuple(Wish.Level.choices)
WISHED = "any"  # a filter: whatever was said
UNSAID = "none"  # a filter: nothing was said


@dataclass(frozen=True)
class Round:
    """When wishes are taken. `state`: "none" (no round), "ahead", "open" or "closed"."""

    state: str
    opens_at: datetime | None = None
    closes_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state == "open"


@dataclass(frozen=True)
class WishFilters:
    """What a list is narrowed by. `level`: a level, WISHED or UNSAID; `group`: a sector's or a kind of badge's code.

    `country`, `language` and `firm` (words of its name) narrow lists of people only.
    """

    words: str = ""
    level: str = ""
    group: str = ""
    country: str = ""
    language: str = ""
    firm: str = ""

    @property
    def is_narrowed(self) -> bool:
        return any((self.words, self.level, self.group, self.country, self.language, self.firm))


@dataclass(frozen=True)
class FirmLine:
    """A firm one may wish for."""

    code: str
    name: Words
    headline: Words
    country: str
    address: str
    sector: Words
    level: str
    meets: bool  # somebody of the firm takes part already


@dataclass(frozen=True)
class PersonLine:
    """A person one may wish for, who agreed to be listed."""

    code: str
    name: str
    organisation_name: str
    job_title: str
    country: str
    kind: Words
    languages: list[str]
    is_on_site: bool
    level: str


def round_of(edition: Edition, now: datetime) -> Round:
    """The edition's round of wishes. Without a date in the rules there is none."""
    rules = MeetingRules.objects.filter(edition=edition).first()
    if rules is None or not (rules.wishes_open_at or rules.wishes_close_at):
        return Round("none")
    opens, closes = rules.wishes_open_at, rules.wishes_close_at
    if closes is not None and closes <= now:
        return Round("closed", opens, closes)
    return Round("ahead" if opens is not None and opens > now else "open", opens, closes)


def may_wish_for_firms(registration: Registration | None) -> bool:
    """Whether holders of this kind of badge may meet exhibitors at all. No rule: they may."""
    if registration is None:
        return True
    return not KindRule.objects.filter(kind_id=registration.kind_id, may_ask_exhibitors=False).exists()


def firms_for(edition: Edition, registration: Registration | None) -> QuerySet[Exhibitor]:
    """Firms a visitor may wish for: the published ones of the edition, not their own."""
    found = Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED)
    if not may_wish_for_firms(registration):
        return found.none()
    if registration is not None and registration.organisation_id is not None:
        found = found.exclude(organisation_id=registration.organisation_id)
    return found


def people_for(exhibitor: Exhibitor) -> QuerySet[Participant]:
    """People a firm may wish for: visitors who take part, agreed to be listed and may meet exhibitors."""
    barred = KindRule.objects.filter(kind=OuterRef("registration__kind"), may_ask_exhibitors=False)
    return (
        Participant.objects.filter(
            edition_id=exhibitor.edition_id, exhibitor=None, registration__isnull=False, is_listed=True,
            is_out=False, registration__state=Registration.State.APPROVED, registration__merged_into=None,
        )
        .exclude(registration__organisation_id=exhibitor.organisation_id)
        .exclude(Exists(barred))
    )  # fmt: skip


def may_wish_for_people(registration: Registration | None) -> bool:
    """Whether holders of this kind of badge may ask any other visitors. No rule: they may not."""
    if registration is None:
        return False
    return KindRule.objects.filter(kind_id=registration.kind_id, may_ask__isnull=False).exists()


def visitors_for(registration: Registration) -> QuerySet[Participant]:
    """Visitors another one may wish for: of the kinds the rule names, who take part and agreed to be listed, not of their firm."""
    asked = KindRule.objects.filter(kind_id=registration.kind_id).values("may_ask")
    found = Participant.objects.filter(
        edition_id=registration.edition_id, exhibitor=None, is_listed=True, is_out=False,
        registration__kind__in=asked, registration__state=Registration.State.APPROVED,
        registration__merged_into=None,
    ).exclude(registration=registration)  # fmt: skip
    if registration.organisation_id is not None:
        found = found.exclude(registration__organisation_id=registration.organisation_id)
    return found


def wishes_of(side: Participant | Exhibitor, *, of_people: bool = False) -> QuerySet[Wish]:
    """What one side said: a visitor of firms (`of_people`: of other visitors), or a firm of visitors."""
    if isinstance(side, Participant):
        return Wish.objects.filter(participant=side, exhibitor__isnull=of_people)
    return Wish.objects.filter(by_exhibitor=side)


def counts_of(side: Participant | Exhibitor | None, *, of_people: bool = False) -> dict[str, int]:
    """Level → how many wishes of the side have it; every level is there."""
    counts = dict.fromkeys((str(level) for level, _label in LEVELS), 0)
    if side is not None:
        counts |= dict(
            wishes_of(side, of_people=of_people).values_list("level").annotate(n=Count("pk")).order_by()
        )
    return counts


def listed_firms(
    edition: Edition, registration: Any, side: Participant | None, filters: WishFilters, language: str
) -> QuerySet[Exhibitor]:
    """The firms of a visitor's list, by name; give a page of them to `firm_lines`."""
    found = firms_for(edition, registration)
    for word in filters.words.split()[:8]:
        found = found.filter(Q(organisation__name__icontains=word) | Q(headline__icontains=word))
    if filters.group:
        own = Q(sector__code=filters.group) | Q(sector__code__startswith=f"{filters.group}.")
        found = found.filter(own)
    found = _by_level(found, filters.level, wishes_of(side) if side else Wish.objects.none(), "exhibitor")
    return found.order_by("entry__name_zh" if language == "zh" else "entry__name_en", "pk")


def listed_people(exhibitor: Exhibitor, filters: WishFilters) -> QuerySet[Participant]:
    """The people of a firm's list, by firm and name; give a page of them to `person_lines`."""
    return _listed(people_for(exhibitor), filters, wishes_of(exhibitor))


def listed_visitors(
    registration: Registration, side: Participant | None, filters: WishFilters
) -> QuerySet[Participant]:
    """The people of a visitor's list, by firm and name; give a page of them to `person_lines`."""
    own = wishes_of(side, of_people=True) if side is not None else Wish.objects.none()
    return _listed(visitors_for(registration), filters, own)


def _listed(
    found: QuerySet[Participant], filters: WishFilters, wishes: QuerySet[Wish]
) -> QuerySet[Participant]:
    for word in filters.words.split()[:8]:
        found = found.filter(
            Q(name__icontains=word)
            | Q(organisation_name__icontains=word)
            | Q(registration__second_name__icontains=word)
            | Q(registration__job_title__icontains=word)
        )
    if filters.group:
        found = found.filter(registration__kind__code=filters.group)
    if filters.country:
        found = found.filter(registration__country=filters.country)
    if filters.language:
        found = found.filter(languages__icontains=f'"{filters.language}"')
    if filters.firm:
        found = found.filter(organisation_name__icontains=filters.firm)
    found = _by_level(found, filters.level, wishes, "other")
    return found.order_by(Concat("organisation_name", Value(" "), "name"), "pk")


def _by_level(found: QuerySet[Any], level: str, wishes: QuerySet[Wish], side: str) -> QuerySet[Any]:
    if not level:
        return found
    own = wishes.filter(**{f"{side}_id": OuterRef("pk")})
    if level == UNSAID:
        return found.exclude(Exists(own))
    return found.filter(Exists(own if level == WISHED else own.filter(level=level)))


def firm_lines(page: Any, side: Participant | None) -> list[FirmLine]:
    """A page (a queryset) of firms with what the visitor said of each. Two queries."""
    staff = Participant.objects.filter(exhibitor=OuterRef("pk"), is_out=False)
    rows = list(page.select_related("organisation", "sector").annotate(meets=Exists(staff)))
    said = _said(side, "exhibitor_id", (row.pk for row in rows))
    return [
        FirmLine(
            row.code, row.organisation.name, row.headline, row.organisation.country, row.address,
            row.sector.name if row.sector else {}, said.get(row.pk, ""), row.meets,
        )
        for row in rows
    ]  # fmt: skip


def person_lines(page: Any, side: Participant | Exhibitor | None) -> list[PersonLine]:
    """A page (a queryset) of people with what the firm, or the visitor, said of each. Two queries."""
    rows = list(page.select_related("registration__kind"))
    said = _said(side, "other_id", (row.pk for row in rows))
    lines = []
    for row in rows:
        registration: Any = row.registration
        lines.append(
            PersonLine(
                row.code, row.name, row.organisation_name, registration.job_title, registration.country,
                registration.kind.name, list(row.languages), row.is_on_site, said.get(row.pk, ""),
            )
        )  # fmt: skip
    return lines


def _said(side: Participant | Exhibitor | None, key: str, wanted: Iterable[int]) -> dict[int, str]:
    if side is None:
        return {}
    own = wishes_of(side, of_people=key == "other_id")
    return dict(own.filter(**{f"{key}__in": list(wanted)}).values_list(key, "level"))


def sectors_of(edition: Edition) -> list[Sector]:
    """The highest sectors, for narrowing the list of firms."""
    return [sector for sector in edition.sectors.order_by("path") if sector.path.strip("/").count("/") == 0]


def kinds_of(exhibitor: Exhibitor) -> list[BadgeKind]:
    """Kinds of badge of the people a firm may wish for."""
    return kinds_among(people_for(exhibitor))


def kinds_among(people: QuerySet[Participant]) -> list[BadgeKind]:
    """Kinds of badge of these people, for narrowing their list."""
    return list(
        BadgeKind.objects.filter(pk__in=people.order_by().values("registration__kind")).order_by(
            "position", "pk"
        )
    )


def countries_among(people: QuerySet[Participant]) -> list[str]:
    """Countries of these people, for narrowing their list."""
    codes = people.exclude(registration__country="").order_by("registration__country")
    return list(codes.values_list("registration__country", flat=True).distinct())


def staff_of(exhibitor: Exhibitor) -> QuerySet[Participant]:
    """The firm's people who take part in meetings."""
    return Participant.objects.filter(exhibitor=exhibitor, is_out=False).order_by("name", "pk")


def count_slots(edition: Edition) -> int:
    """How many meetings a person could have at most: slots of the edition."""
    return Slot.objects.filter(edition=edition).count()
