"""The organiser's table of registrations: filters, order, counts, rows for CSV and XLSX. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from everfair.base.countries import country_name
from everfair.base.languages import pick
from everfair.fair.models import Delegation, Edition
from everfair.registration import access
from everfair.registration.models import Consent, Registration, RegistrationList

SORTS = ("-registered", "registered", "name", "firm")
MULTIPLE = {
    "state": "states", "kind": "kinds", "source": "sources", "delegation": "delegations", "country": "countries",
    "watch": "watches",
}  # fmt: skip
STATE_LABELS = tuple(Registration.State.choices)
SOURCE_LABELS = tuple(Registration.Source.choices)
WATCH_LABELS = tuple(Registration.Watch.choices)
_ORDER = {
    "-registered": ("-registered_at", "-pk"),
    "registered": ("registered_at", "pk"),
    "name": ("name", "pk"),
    "firm": ("organisation_name", "name", "pk"),
}
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Filters:
    """What the organiser chose; every value stands in the address. Unknown values simply find nothing."""

    q: str = ""
    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()  # codes
    sources: tuple[str, ...] = ()
    delegations: tuple[str, ...] = ()  # codes
    countries: tuple[str, ...] = ()
    watches: tuple[str, ...] = ()
    list_name: str = ""

    @property
    def count(self) -> int:
        """How many options are chosen."""
        return sum(len(getattr(self, name)) for name in MULTIPLE.values()) + bool(self.list_name)


def filters_of(query: QueryDict) -> Filters:
    """What the address asks for."""
    many = {
        name: tuple(dict.fromkeys(value[:40] for value in query.getlist(key)[:20] if value))
        for key, name in MULTIPLE.items()
    }
    return Filters(
        q=query.get("q", "").strip()[:_LONGEST_SEARCH], list_name=query.get("list", "")[:60], **many
    )


def registration_table(
    user: Any, edition: Edition, filters: Filters, sort: str = "-registered"
) -> QuerySet[Registration]:
    """Registrations at the desk, filtered and sorted, with kind, delegation and firm. Http404 without the right to read."""
    found = access.registrations_at_desk(user, edition).select_related("kind", "delegation", "organisation")
    for word in filters.q.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(second_name__icontains=word)
            | Q(email__icontains=word)
            | Q(organisation_name__icontains=word)
            | Q(code=word.lower())
        )
    chosen: dict[str, Any] = {
        "state__in": filters.states,
        "kind__code__in": filters.kinds,
        "source__in": filters.sources,
        "delegation__code__in": filters.delegations,
        "country__in": filters.countries,
        "watch__in": filters.watches,
        "list_name": filters.list_name,
    }
    found = found.filter(**{key: value for key, value in chosen.items() if value})
    return found.order_by(*_ORDER.get(sort, _ORDER["-registered"]))


def state_counts(user: Any, edition: Edition) -> dict[str, int]:
    """State → registrations in it. One query."""
    counted = (
        access.registrations_at_desk(user, edition).order_by().values("state").annotate(count=Count("pk"))
    )
    return {value: 0 for value, _label in STATE_LABELS} | dict(counted.values_list("state", "count"))


def countries_of(user: Any, edition: Edition) -> list[str]:
    """Countries somebody registered from."""
    found = access.registrations_at_desk(user, edition).exclude(country="").order_by("country")
    return list(found.values_list("country", flat=True).distinct())


def delegations_with_people(edition: Edition) -> QuerySet[Delegation]:
    """Delegations in the organiser's order."""
    return edition.delegations.order_by("position", "id")


def lists_of(edition: Edition) -> QuerySet[RegistrationList]:
    """Every list that came in, newest first."""
    return RegistrationList.objects.filter(edition=edition).select_related("by", "kind", "delegation")


COLUMNS: dict[str, "str | Promise"] = {
    "code": _("Code"),
    "kind": _("Kind of badge"),
    "state": _("State"),
    "name": pgettext_lazy("person", "Name"),
    "second_name": _("Name in the other script"),
    "email": _("E-mail address"),
    "organisation_name": _("Firm or body"),
    "job_title": _("Job title"),
    "country": _("Country or region"),
    "delegation": _("Delegation"),
    "language": _("Language"),
    "source": _("How they came"),
    "list_name": _("List"),
    "external_id": _("Number in the list"),
    "consents": _("Agrees to"),
    "watch": _("Notice at the gate"),
    "registered_at": _("Registered"),
    "decided_at": _("Decided"),
}


def columns_for(edition: Edition, lang: str) -> dict[str, "str | Promise"]:
    """COLUMNS, then one for each question any kind asks."""
    asked: dict[str, str | Promise] = {}
    for kind in edition.badge_kinds.order_by("position", "id"):
        for question in kind.questions:
            asked.setdefault(f"q_{question['code']}", pick(question["label"], lang) or question["code"])
    return {**COLUMNS, **asked}


def table_rows(rows: QuerySet[Registration], lang: str) -> Iterator[dict[str, object]]:
    """Rows for export, keyed as `columns_for`. Consents by their code, current ones only."""
    current = Prefetch(
        "consents", queryset=Consent.objects.filter(withdrawn_at=None).order_by("purpose"), to_attr="current"
    )
    for row in rows.prefetch_related(current).iterator(chunk_size=1000):
        yield {
            "code": row.code,
            "kind": pick(row.kind.name, lang),
            "state": str(row.get_state_display()),
            "name": row.name,
            "second_name": row.second_name,
            "email": row.email,
            "organisation_name": row.organisation_name,
            "job_title": row.job_title,
            "country": country_name(row.country, lang) if row.country else "",
            "delegation": pick(row.delegation.name, lang) if row.delegation else "",
            "language": row.language,
            "source": str(row.get_source_display()),
            "list_name": row.list_name,
            "external_id": row.external_id,
            "consents": [consent.purpose for consent in row.current],
            "watch": str(row.get_watch_display()) if row.watch else "",
            "registered_at": row.registered_at,
            "decided_at": row.decided_at,
            **_answers(row, lang),
        }


def _answers(row: Registration, lang: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for question in row.kind.questions:
        value = row.answers.get(question["code"])
        if value is None:
            continue
        labels = {one["code"]: pick(one["label"], lang) for one in question.get("options", ())}
        found[f"q_{question['code']}"] = (
            [labels.get(one, one) for one in value] if isinstance(value, list) else labels.get(str(value), value)
        )  # fmt: skip
    return found


def queue_count(edition: Edition) -> int:
    """How many wait for approval."""
    return Registration.objects.filter(
        edition=edition, state=Registration.State.REQUESTED, merged_into=None
    ).count()
