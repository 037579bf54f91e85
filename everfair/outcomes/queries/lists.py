"""Outcomes as desks list them: filters, what each waits for, files for the press and for oneself."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from everfair.base.languages import pick
from everfair.fair.models import Delegation, Edition
from everfair.outcomes import access
from everfair.outcomes.models import Evidence, Outcome, OutcomeParty

State = Outcome.State
STATE_KINDS = {
    "prepared": "away", "confirmed": "wait", "verified": "here", "published": "won", "withdrawn": "stop",
}  # fmt: skip
STATES = [(str(value), label) for value, label in State.choices]
CHUNK = 500


@dataclass(frozen=True)
class Filters:
    """What narrows a list at a desk."""

    words: str = ""
    state: str = ""
    kind: str = ""
    delegation: str = ""

    @property
    def is_narrowed(self) -> bool:
        return any((self.words, self.state, self.kind, self.delegation))


def filters_of(data: Mapping[str, str]) -> Filters:
    """From an address; unknown states are dropped."""
    state = data.get("state", "")
    return Filters(
        data.get("q", "").strip()[:100], state if state in State.values else "", data.get("class", "")[:40],
        data.get("delegation", "")[:60],
    )  # fmt: skip


def narrowed(rows: QuerySet[Outcome], filters: Filters, *, is_desk: bool = False) -> QuerySet[Outcome]:
    """The rows that pass; those that changed last first. At a desk words find only what is told there (`is_told` of the rows)."""
    rows = _chosen(rows, filters)
    told = access.TOLD if is_desk else Q()
    for word in filters.words.split()[:6]:
        named = OutcomeParty.objects.filter(name__icontains=word).values("outcome_id")
        rows = rows.filter(Q(code=word.lower()) | (told & (Q(title__icontains=word) | Q(pk__in=named))))
    return rows.order_by("-changed_at", "-pk")


def narrowed_for_delegation(rows: QuerySet[Outcome], filters: Filters) -> QuerySet[Outcome]:
    """Those it is told. Words find titles and public names only: a party that holds its name back is not found by it."""
    rows = _chosen(rows.filter(access.TOLD), filters)
    words = filters.words.split()[:6]
    public = rows.filter(public__isnull=False).exclude(state=State.WITHDRAWN)
    names = dict(public.values_list("pk", "public__content__names")) if words else {}
    for word in words:
        named = [pk for pk, found in names.items() if _is_named(word, found or ())]
        rows = rows.filter(Q(title__icontains=word) | Q(code=word.lower()) | Q(pk__in=named))
    return rows.order_by("-changed_at", "-pk")


def _is_named(word: str, names: Iterable[Mapping[str, Any]]) -> bool:
    return any(word.casefold() in text.casefold() for one in names for text in one["name"].values())


def _chosen(rows: QuerySet[Outcome], filters: Filters) -> QuerySet[Outcome]:
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.kind:
        rows = rows.filter(kind__code=filters.kind)
    if filters.delegation:
        rows = rows.filter(delegations__code=filters.delegation)
    return rows


def those_told(rows: QuerySet[Outcome]) -> QuerySet[Outcome]:
    """Of a desk's rows those it may read."""
    return rows.filter(access.TOLD)


def untold_count(rows: QuerySet[Outcome]) -> int:
    """How many of a desk's rows are their parties' own still: not confirmed by all, never public."""
    return rows.exclude(access.TOLD).distinct().count()


def delegations_in(outcomes: Iterable[Outcome]) -> dict[int, list[Any]]:
    """Names of each outcome's delegations; one query."""
    found: dict[int, list[Any]] = {}
    pairs = Outcome.delegations.through.objects.filter(outcome__in=[row.pk for row in outcomes])
    for pk, name in pairs.order_by("delegation__position").values_list("outcome_id", "delegation__name"):
        found.setdefault(pk, []).append(name)
    return found


def evidence_counts(outcomes: Iterable[Outcome]) -> dict[int, int]:
    """How many pieces each outcome has; one query."""
    rows = Evidence.objects.filter(outcome__in=[row.pk for row in outcomes], removed_at=None).order_by()
    return dict(rows.values_list("outcome_id").annotate(n=Count("pk")))


def by_pk(keys: Iterable[int]) -> dict[int, Outcome]:
    """Outcomes by number."""
    return Outcome.objects.in_bulk(list(keys))


def state_counts(rows: QuerySet[Outcome]) -> dict[str, int]:
    """State → how many."""
    found = dict(rows.order_by().values_list("state").annotate(n=Count("pk", distinct=True)))
    return {str(state): found.get(state, 0) for state in State.values}


def waiting_for(keys: Iterable[str], edition: Edition) -> QuerySet[Outcome]:
    """What these parties are asked to confirm now."""
    mine = OutcomeParty.objects.filter(key__in=keys, confirmed_at=None, refused_at=None)
    rows = Outcome.objects.filter(edition=edition, state=State.PREPARED, pk__in=mine.values("outcome_id"))
    return rows.select_related(*access.RELATED)


def editions_with_outcomes(user: Any) -> list[Edition]:
    """Editions in which the person is asked for or may prepare outcomes: of their firms, delegations and letters."""
    firms = Q(exhibitors__organisation__memberships__user=user)
    teams = Q(delegations__members__user=user)
    mails = Q(outcomes__parties__email__iexact=user.email)
    found = Edition.objects.filter(firms | teams | mails).exclude(phase=Edition.Phase.DRAFT)
    return list(found.select_related("fair").distinct())


def named_in(outcomes: Iterable[Outcome]) -> dict[int, list[OutcomeParty]]:
    """Parties of each outcome, in order; one query."""
    rows = list(outcomes)
    found: dict[int, list[OutcomeParty]] = {row.pk: [] for row in rows}
    pks = list(found)
    for party in OutcomeParty.objects.filter(outcome__in=pks).order_by("position", "pk") if pks else ():
        found[party.outcome_id].append(party)
    return found


def delegations_of(edition: Edition) -> list[Delegation]:
    """For a filter."""
    return list(edition.delegations.order_by("position", "pk"))


def firms_at(edition: Edition, user: Any) -> list[Any]:
    """Firms of the edition in whose name the person may prepare an outcome."""
    return list(access.firms_signed_for(user, edition))


def by_code(rows: QuerySet[Outcome], codes: Iterable[str]) -> list[Outcome]:
    """Of the rows, those with these codes."""
    return list(rows.filter(code__in=list(codes)).order_by("pk"))


def next_waiting(rows: QuerySet[Outcome], code: str) -> str:
    """The code of another one that waits to be verified, the oldest; "" when there is none."""
    found = rows.filter(state=State.CONFIRMED).exclude(code=code).order_by("confirmed_at", "pk")
    return found.values_list("code", flat=True).first() or ""


# Files --------------------------------------------------------------------------------------------------------
COLUMNS: Mapping[str, "str | Promise"] = {
    "code": gettext_lazy("Code"),
    "state": gettext_lazy("State"),
    "class": gettext_lazy("Class"),
    "title_en": gettext_lazy("Title (English)"),
    "title_zh": gettext_lazy("Title (Chinese)"),
    "parties": gettext_lazy("Parties"),
    "confirmed": gettext_lazy("Confirmed by"),
    "value": gettext_lazy("Value"),
    "currency": gettext_lazy("Currency"),
    "value_from": gettext_lazy("Value from"),
    "value_to": gettext_lazy("Value to"),
    "agreed_on": gettext_lazy("Day"),
    "sectors": gettext_lazy("Sectors"),
    "countries": gettext_lazy("Countries"),
    "delegations": gettext_lazy("Delegations"),
    "prepared_at": gettext_lazy("Prepared on"),
    "published_at": gettext_lazy("Published"),
}  # fmt: skip


def export_rows(rows: QuerySet[Outcome], language: str, *, is_desk: bool = False) -> Iterator[dict[str, Any]]:
    """Lines of a list's file, read in pieces: all facts, at a desk (`is_desk`) only numbers of what is not told there."""
    keys = list(rows.values_list("pk", flat=True))
    read = set(those_told(rows).values_list("pk", flat=True)) if is_desk else set(keys)
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        held = Outcome.objects.filter(pk__in=part).select_related(*access.RELATED)
        by_id = {row.pk: row for row in held.prefetch_related("parties", "sectors", "delegations")}
        for pk in part:
            line = _numbers(by_id[pk], language)
            yield line | _facts(by_id[pk], language) if pk in read else line


def _numbers(row: Outcome, language: str) -> dict[str, Any]:
    return {
        "code": row.code, "state": row.state, "class": pick(row.kind.name, language),
        "confirmed": sum(party.confirmed_at is not None for party in row.parties.all()),
        "delegations": [pick(one.name, language) for one in row.delegations.all()], "prepared_at": row.made_at,
    }  # fmt: skip


def _facts(row: Outcome, language: str) -> dict[str, Any]:
    return {
        "title_en": row.title.get("en", ""), "title_zh": row.title.get("zh", ""),
        "parties": [pick(party.name, language) for party in row.parties.all()],
        "value": row.worth, "currency": row.currency, "value_from": row.value_from, "value_to": row.value_to,
        "agreed_on": row.agreed_on, "sectors": [sector.code for sector in row.sectors.all()],
        "countries": row.countries, "published_at": row.published_at,
    }  # fmt: skip
