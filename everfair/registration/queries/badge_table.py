"""The organiser's table of badges and the batches printed from it: the same filters for both. Reads only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from everfair.engines import passes
from everfair.fair.models import Edition
from everfair.registration.models import Badge, BadgeBatch, Registration, SigningKey
from everfair.registration.queries.badges import clean_code

PRINTED = {
    "printed": _("printed"),
    "unprinted": _("not printed"),
    "none": _("without a badge"),
    "reissued": _("issued again"),
}
SORTS = {"name": ("name", "id"), "firm": ("organisation_name", "name", "id"), "-new": ("-id",)}


MULTIPLE = {
    "kind": "kind__code__in",
    "country": "country__in",
    "delegation": "delegation__code__in",
    "source": "source__in",
    "watch": "watch__in",
}


@dataclass(frozen=True)
class BadgeFilters:
    """What the address asks for, under the names of the list of registrations; empty means any."""

    q: str = ""
    kind: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    delegation: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()
    list_name: str = ""
    badge: str = ""  # one of PRINTED

    @property
    def count(self) -> int:
        """How many are on, the words aside."""
        return sum(len(getattr(self, name)) for name in MULTIPLE) + bool(self.badge) + bool(self.list_name)

    def kept(self) -> dict[str, Any]:
        """As a batch keeps them."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)}


def badge_filters_of(query: QueryDict) -> BadgeFilters:
    """What an address asks for; values nobody has simply find nothing."""
    many = {
        name: tuple(dict.fromkeys(_plain(value)[:40] for value in query.getlist(name)[:20] if value))
        for name in MULTIPLE
    }
    badge = query.get("badge", "")
    return BadgeFilters(
        q=_plain(query.get("q", "")).strip()[:200],
        list_name=_plain(query.get("list", ""))[:60],
        badge=badge if badge in PRINTED else "",
        **many,
    )


def _plain(text: str) -> str:
    """Without the one character PostgreSQL takes in no text."""
    return text.replace("\0", "")


def badge_table(edition: Edition, filters: BadgeFilters, sort: str = "name") -> QuerySet[Registration]:
    """Everybody who may hold a badge, with `shown_badges`: the valid one, if there is one. Two queries a page."""
    return (
        _filtered(holders(edition), filters)
        .select_related("kind", "delegation", "edition__fair")
        .prefetch_related(Prefetch("badges", queryset=_valid(), to_attr="shown_badges"))
        .order_by(*SORTS.get(sort, SORTS["name"]))
    )


def chosen_ids(edition: Edition, filters: BadgeFilters, sort: str = "kind") -> list[int]:
    """Registrations' ids for a batch, kind by kind, then by name: as a desk hands them out."""
    order = SORTS.get(sort) or ("kind__position", "kind_id", "name", "id")
    return list(_filtered(holders(edition), filters).order_by(*order).values_list("id", flat=True))


def holders(edition: Edition) -> QuerySet[Registration]:
    """Approved, and not joined into another."""
    return Registration.objects.filter(edition=edition, state=Registration.State.APPROVED, merged_into=None)


def _valid() -> QuerySet[Badge]:
    return Badge.objects.filter(state=Badge.State.VALID, key__distrusted_at=None)


def _filtered(rows: QuerySet[Registration], filters: BadgeFilters) -> QuerySet[Registration]:
    if filters.q:
        rows = rows.filter(_matches(filters.q))
    for name, lookup in MULTIPLE.items():
        if chosen := getattr(filters, name):
            rows = rows.filter(**{lookup: chosen})
    if filters.list_name:
        rows = rows.filter(list_name=filters.list_name)
    own = _valid().filter(registration=OuterRef("pk"))
    if filters.badge == "none":
        return rows.filter(~Exists(own))
    if filters.badge == "printed":
        return rows.filter(Exists(own.filter(printed_at__isnull=False)))
    if filters.badge == "unprinted":
        return rows.filter(~Exists(own.filter(printed_at__isnull=False)))
    if filters.badge == "reissued":
        return rows.filter(Exists(own.filter(issue__gt=1)))
    return rows


def _matches(words: str) -> Q:
    """Every word in a name, firm or address; or the badge itself under a hand scanner, or its number."""
    scanned = passes.read(clean_code(words))
    if scanned is not None:
        return Q(badges__code=clean_code(words))
    found = Q()
    for word in words[:100].split():
        one = (
            Q(name__icontains=word)
            | Q(second_name__icontains=word)
            | Q(organisation_name__icontains=word)
            | Q(email__icontains=word)
            | Q(code=word)
        )
        if word.isdecimal() and len(word) <= 10:
            one |= Q(pk__in=Badge.objects.filter(serial=int(word)).values("registration"))
        found &= one
    return found


def badge_figures(edition: Edition) -> dict[str, int]:
    """People who may hold a badge, who hold one, whose is printed. One query."""
    valid = Q(badges__state=Badge.State.VALID, badges__key__distrusted_at=None)
    return holders(edition).aggregate(
        people=Count("id", distinct=True),
        issued=Count("badges", filter=valid),
        printed=Count("badges", filter=valid & Q(badges__printed_at__isnull=False)),
    )


def countries_of_holders(edition: Edition) -> list[str]:
    """Codes of countries in the table."""
    found = holders(edition).exclude(country="").order_by("country").values_list("country", flat=True)
    return list(found.distinct())


def issues_of(registration: Registration) -> list[Badge]:
    """Every badge the person ever had, newest first."""
    return list(registration.badges.select_related("key").order_by("-issue"))


def keys_with_counts(edition: Edition) -> QuerySet[SigningKey]:
    """Keys of the edition, newest first, with `valid_badges`."""
    valid = Count("badges", filter=Q(badges__state=Badge.State.VALID))
    return SigningKey.objects.filter(edition=edition).annotate(valid_badges=valid).order_by("-number")


def batches_of(edition: Edition) -> QuerySet[BadgeBatch]:
    """Batches, newest first, without the long list of people."""
    return (
        BadgeBatch.objects.filter(edition=edition)
        .select_related("by", "file")
        .defer("people", "parts")
        .order_by("-id")
    )


COLUMNS: Mapping[str, Any] = {
    "code": _("Code"),
    "name": pgettext_lazy("person", "Name"),
    "second_name": _("Name in the other script"),
    "organisation_name": _("Firm"),
    "job_title": _("Job title"),
    "country": _("Country or region"),
    "kind": _("Kind of badge"),
    "delegation": _("Delegation"),
    "serial": _("Number of the badge"),
    "issue": _("Issue"),
    "issued_at": _("Issued"),
    "valid_until": _("Valid until"),
    "printed_at": _("Printed"),
}


def table_rows(rows: QuerySet[Registration]) -> Iterator[dict[str, Any]]:
    """The table as flat rows for a file, times in the person's zone. The codes stay inside."""
    for row in rows.iterator(chunk_size=500):
        badge = next(iter(row.shown_badges), None)  # type: ignore[attr-defined]
        yield {
            "code": row.code,
            "name": row.name,
            "second_name": row.second_name,
            "organisation_name": row.organisation_name,
            "job_title": row.job_title,
            "country": row.country,
            "kind": str(row.kind),
            "delegation": str(row.delegation or ""),
            "serial": badge.serial if badge else None,
            "issue": badge.issue if badge else None,
            "issued_at": _local(badge.issued_at) if badge else None,
            "valid_until": badge.valid_until if badge else None,
            "printed_at": _local(badge.printed_at) if badge else None,
        }


def _local(at: datetime | None) -> datetime | None:
    return timezone.localtime(at) if at else None
