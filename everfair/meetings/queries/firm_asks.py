"""Whom a firm may ask for a meeting from its own desk, as the organiser's rule says; found, filtered. Reads only.

Rows are registrations: somebody who never opened the meetings can be asked too, and gets their row with the request.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Concat

from everfair.base.languages import Words
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import BadgeKind, Edition
from everfair.leads.access import standing_leads
from everfair.leads.queries.shown import with_agreement
from everfair.meetings.models import FirmRule, KindRule, MeetingPerson, Participant, Request
from everfair.registration.models import Registration

Reach = FirmRule.Reach
ORIGINS = ("listed", "leads", "known")


@dataclass(frozen=True)
class AskFilters:
    """What the list is narrowed by. `origin`: one of ORIGINS; `kind`: a kind of badge's code."""

    words: str = ""
    country: str = ""
    language: str = ""
    firm: str = ""
    kind: str = ""
    origin: str = ""

    @property
    def is_narrowed(self) -> bool:
        return any((self.words, self.country, self.language, self.firm, self.kind, self.origin))


@dataclass(frozen=True)
class AskLine:
    """Somebody a firm may ask. `is_lead`, `is_known`: why, beside having agreed to be found."""

    code: str
    name: str
    organisation_name: str
    job_title: str
    country: str
    kind: Words
    languages: list[str]
    is_lead: bool
    is_open: bool  # a request either way is open


def firm_rule_of(edition: Edition) -> FirmRule:
    """The organiser's rule; without one, firms ask whom they know, without a limit."""
    return FirmRule.objects.filter(edition=edition).first() or FirmRule(edition=edition)


def sent_by_firm(exhibitor: Exhibitor) -> int:
    """Requests of all its people that are open or became a meeting."""
    rows = Participant.objects.filter(exhibitor=exhibitor)
    return int(rows.aggregate(n=Sum("asked_counted"))["n"] or 0)


def people_to_ask(exhibitor: Exhibitor, filters: AskFilters | None = None) -> QuerySet[Registration]:
    """Registered visitors within the rule's reach who meet exhibitors and did not leave the meetings, by firm and name."""
    reach = firm_rule_of(exhibitor.edition).reach
    found = Registration.objects.filter(
        edition=exhibitor.edition_id, state=Registration.State.APPROVED, merged_into=None
    )
    if reach == Reach.NOBODY:
        return found.none()
    rows = Participant.objects.filter(registration=OuterRef("pk"))
    barred = KindRule.objects.filter(kind=OuterRef("kind"), may_ask_exhibitors=False)
    found = found.filter(~Exists(rows.filter(Q(is_out=True) | Q(exhibitor__isnull=False))), ~Exists(barred))
    found = found.exclude(organisation_id=exhibitor.organisation_id)
    found = found.annotate(is_listed=Exists(rows.filter(is_listed=True)), is_lead=_is_lead(exhibitor))
    if reach == Reach.LISTED:
        found = found.filter(Q(is_listed=True))
    elif reach == Reach.KNOWN:
        found = found.filter(Q(is_listed=True) | Q(is_lead=True) | Q(_is_known(exhibitor)))
    found = _narrowed(found, exhibitor, filters or AskFilters())
    return found.order_by(Concat("organisation_name", Value(" "), "name"), "pk")


def may_firm_ask(exhibitor: Exhibitor, person: Participant) -> bool:
    """Whether this visitor is within the firm's reach."""
    if person.registration_id is None:  # an account without a badge, such as a speaker's
        return person.is_listed and firm_rule_of(exhibitor.edition).reach != Reach.NOBODY
    return people_to_ask(exhibitor).filter(pk=person.registration_id).exists()


def _is_lead(exhibitor: Exhibitor) -> Exists:
    """A lead of the firm who shares name and contact with it: of the others it knows a badge and no name."""
    leads = standing_leads().filter(exhibitor=exhibitor, registration=OuterRef("pk"))
    return Exists(with_agreement(leads).filter(Q(shows_contact=True)))


def _is_known(exhibitor: Exhibitor) -> Any:
    """They asked the firm, or somebody of the firm sat with them: its people read the name then."""
    asked = Request.objects.filter(exhibitor=exhibitor, asker__registration=OuterRef("pk"))
    met = MeetingPerson.objects.filter(
        participant__registration=OuterRef("pk"), meeting__people__participant__exhibitor=exhibitor
    )
    return Exists(asked) | Exists(met)


def _narrowed(
    found: QuerySet[Registration], exhibitor: Exhibitor, filters: AskFilters
) -> QuerySet[Registration]:
    for word in filters.words.split()[:8]:
        found = found.filter(
            Q(name__icontains=word)
            | Q(second_name__icontains=word)
            | Q(organisation_name__icontains=word)
            | Q(job_title__icontains=word)
        )
    if filters.firm:
        found = found.filter(organisation_name__icontains=filters.firm)
    if filters.country:
        found = found.filter(country=filters.country)
    if filters.kind:
        found = found.filter(kind__code=filters.kind)
    if filters.language:
        rows = Participant.objects.filter(registration=OuterRef("pk"))
        speaks = rows.filter(languages__icontains=f'"{filters.language}"')
        found = found.filter(Exists(speaks) | (~Exists(rows) & Q(language=filters.language)))
    if filters.origin == "listed":
        return found.filter(Q(is_listed=True))
    if filters.origin == "leads":
        return found.filter(Q(is_lead=True))
    if filters.origin == "known":
        return found.filter(_is_known(exhibitor))
    return found.none() if filters.origin else found


def ask_lines(page: Any, exhibitor: Exhibitor) -> list[AskLine]:
    """A page (a queryset) of people, each with whether a request is open either way. Two queries, however many."""
    rows = list(page.select_related("kind", "participant"))
    ids = [row.pk for row in rows]
    ours = Q(asker__exhibitor=exhibitor, asked__registration__in=ids, exhibitor=None)
    theirs = Q(exhibitor=exhibitor, asker__registration__in=ids)
    open_ones = Request.objects.filter(ours | theirs, state__in=Request.OPEN)
    pairs = open_ones.values_list("asker__registration_id", "asked__registration_id")
    busy = {one for pair in pairs for one in pair}
    return [
        AskLine(
            row.code, row.name, row.organisation_name, row.job_title, row.country, row.kind.name,
            list(row.participant.languages) if hasattr(row, "participant") else [row.language],
            row.is_lead, row.pk in busy,
        )
        for row in rows
    ]  # fmt: skip


def countries_to_ask(exhibitor: Exhibitor) -> list[str]:
    """Countries of the people a firm may ask."""
    rows = people_to_ask(exhibitor).exclude(country="").order_by("country")
    return list(rows.values_list("country", flat=True).distinct())


def kinds_to_ask(exhibitor: Exhibitor) -> Sequence[BadgeKind]:
    """Kinds of badge of the people a firm may ask."""
    kinds = people_to_ask(exhibitor).order_by().values("kind")
    return list(BadgeKind.objects.filter(pk__in=kinds).order_by("position", "pk"))


def find_to_ask(exhibitor: Exhibitor, code: str) -> Registration | None:
    """One of the people a firm may ask, by their code."""
    return people_to_ask(exhibitor).select_related("edition__fair", "user").filter(code=code).first()


def askable_codes(exhibitor: Exhibitor, registrations: Sequence[int]) -> dict[int, str]:
    """Of these registrations (numbers), whom the firm may ask: number → code. One query, and one for the rule."""
    return dict(people_to_ask(exhibitor).filter(pk__in=registrations).values_list("pk", "code"))
