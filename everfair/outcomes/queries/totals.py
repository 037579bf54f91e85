"""Totals at the desks: by class, sector, country, delegation against earlier editions, and values made safe to hand on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Case, When

from everfair.base.countries import country_name
from everfair.base.languages import pick
from everfair.deals.queries.rates import known_rates
from everfair.engines.money import find_rate
from everfair.engines.outcomes import TOTAL, Cell, Entry, Part, Place, Rate, suppress, totals
from everfair.engines.outcomes.suppress import with_totals
from everfair.fair.models import Delegation, Edition
from everfair.outcomes import access
from everfair.outcomes.models import EarlierTotal, Outcome, OutcomeParty
from everfair.outcomes.queries.public import delegation_key, entry_of, kept_at_desk

DIMENSIONS = ("class", "sector", "country", "delegation")
SEVERAL, NONE = "several", "none"  # columns of a table of values: joint outcomes, and those of no delegation
State = Outcome.State


@dataclass(frozen=True)
class Line:
    """One line of a table of counts: now, and in earlier editions by their label (None: not known)."""

    code: str
    name: str
    count: int
    before: tuple[int | None, ...]


@dataclass(frozen=True)
class ValueCell:
    """A sum in one currency, or held back; `count` outcomes with a value."""

    count: int
    amount: Decimal | None
    is_held: bool


@dataclass(frozen=True)
class ValueTable:
    """Values by class and delegation in one currency, with totals under ""; by the rates named, without those missing."""

    currency: str
    rows: list[tuple[str, list[ValueCell | None]]]
    columns: list[str]
    rates: tuple[Rate, ...]
    missing: tuple[str, ...]
    held: int


@dataclass(frozen=True)
class Counted:
    """An outcome as a desk counts it, held-back fields too; `is_hidden`: its value is not public."""

    entry: Entry
    is_hidden: bool
    names: Mapping[str, str]  # of its delegations, by their key
    holders: frozenset[str] = frozenset()  # its parties, who know its value


def desk_rows(edition: Edition, delegation: Delegation | None = None, lang: str = "en") -> list[Counted]:
    """What counts at a desk: published outcomes, of a delegation those it has part in. Kept until one of them changes."""
    key = (edition.pk, delegation.pk if delegation is not None else 0, lang)
    found: list[Counted] = kept_at_desk(key, lambda: _read(edition, delegation, lang))
    return found


def _read(edition: Edition, delegation: Delegation | None, lang: str) -> list[Counted]:
    """Five queries. Of an outcome that is being changed counts what is public; nothing of the change does."""
    rows = Outcome.objects.filter(edition=edition, state=State.PUBLISHED)
    if delegation is not None:
        rows = rows.filter(delegations=delegation)
    of_delegations: dict[int, dict[str, str]] = {}
    pairs = Outcome.delegations.through.objects.filter(outcome__in=rows)
    for pk, code, name in pairs.values_list("outcome_id", "delegation__code", "delegation__name"):
        key = delegation_key({"code": code, "name": name})
        of_delegations.setdefault(pk, {})[key] = pick(name, lang)
    sectors: dict[int, set[str]] = {}
    for pk, path in Outcome.sectors.through.objects.filter(outcome__in=rows).values_list(
        "outcome_id", "sector__path"
    ):
        sectors.setdefault(pk, set()).add(path.split("/")[0])
    holders: dict[int, set[str]] = {}
    parties = OutcomeParty.objects.filter(outcome__in=rows).exclude(key=access.ORGANISER).order_by()
    for pk, key in parties.values_list("outcome_id", "key"):
        holders.setdefault(pk, set()).add(key)
    shows = Case(
        When(public__content__has_key="value", then=True), default=False, output_field=BooleanField()
    )
    fields = ("pk", "code", "kind__code", "countries", "currency", "value_from", "value_to", "shows")
    found = [
        Counted(
            Entry(
                code, edition.slug, kind, tuple(sorted(sectors.get(pk, ()))), tuple(countries),
                tuple(sorted(of_delegations.get(pk, ()))), currency, low, high,
            ),
            not shown,
            of_delegations.get(pk, {}),
            frozenset(holders.get(pk, ())),
        )
        for pk, code, kind, countries, currency, low, high, shown in rows.annotate(shows=shows)
        .order_by("pk")
        .values_list(*fields)
    ]  # fmt: skip
    return found + _changing(edition, delegation, lang)


def _changing(edition: Edition, delegation: Delegation | None, lang: str) -> list[Counted]:
    rows = Outcome.objects.filter(edition=edition, public__isnull=False).exclude(
        state__in=[State.PUBLISHED, State.WITHDRAWN]
    )
    found = []
    for code, content in rows.order_by("pk").values_list("code", "public__content"):
        brought = content.get("delegations", ())
        if delegation is None or any(one["code"] == delegation.code for one in brought):
            names = {delegation_key(one): pick(one["name"], lang) for one in brought}
            found.append(Counted(entry_of(code, edition.slug, content), False, names))
    return found


def labels_of(edition: Edition, rows: Iterable[Counted], lang: str) -> dict[str, dict[str, str]]:
    """Dimension → code → name in the reader's language."""
    return {
        "class": {row.code: pick(row.name, lang) for row in edition.outcome_classes.all()},
        "sector": {row.code: pick(row.name, lang) for row in edition.sectors.filter(parent=None)},
        "delegation": {key: name for row in rows for key, name in row.names.items()},
    }


def earlier_editions(edition: Edition) -> list[Edition]:
    """Editions of the fair before this one, the newest first."""
    rows = Edition.objects.filter(fair=edition.fair_id, starts_on__lt=edition.starts_on)
    return list(rows.exclude(phase=Edition.Phase.DRAFT).order_by("-starts_on")[:4])


def against_earlier(
    edition: Edition,
    rows: Iterable[Counted],
    lang: str,
    labels: Mapping[str, Mapping[str, str]],
    brought: Iterable[EarlierTotal] | None,
) -> tuple[list[str], dict[str, list[Line]], tuple[int | None, ...]]:
    """Labels of the earlier editions, each dimension's lines, and the wholes before. Public ones here, imported ones else.

    `labels` of `labels_of`, `brought` of `earlier_of`; `brought` None: no earlier editions.
    """
    now = totals(row.entry for row in rows)
    before = _before(edition, lang, brought) if brought is not None else []
    tables = {}
    for name in DIMENSIONS:
        cells: Mapping[str, Cell] = now.by[name]
        codes = list(
            dict.fromkeys([*cells, *(code for _l, found, _n in before for d, code in found if d == name)])
        )
        tables[name] = [
            Line(
                code,
                country_name(code, lang) if name == "country" else _named(code, name, labels, before),
                cells[code].count if code in cells else 0,
                tuple(found.get((name, code)) for _label, found, _names in before),
            )
            for code in codes
        ]
    wholes = tuple(found.get(("all", "")) for _label, found, _names in before)
    return [label for label, _found, _names in before], tables, wholes


Counts = dict[tuple[str, str], int]


def _before(
    edition: Edition, lang: str, totals_brought: Iterable[EarlierTotal]
) -> list[tuple[str, Counts, dict[tuple[str, str], str]]]:
    """(label, (dimension, code) → count, names) of each earlier edition, the newest first."""
    found: list[tuple[int, str, Counts, dict[tuple[str, str], str]]] = []
    for one in earlier_editions(edition):
        rows = desk_rows(one, lang=lang)
        if not rows:
            continue
        then = totals(row.entry for row in rows)
        counts: Counts = {("all", ""): then.all.count}
        counts |= {(name, code): cell.count for name in DIMENSIONS for code, cell in then.by[name].items()}
        names = {
            (name, code): label
            for name, column in labels_of(one, rows, lang).items()
            for code, label in column.items()
        }
        found.append((one.starts_on.year, pick(one.name, lang), counts, names))
    brought: dict[int, list[EarlierTotal]] = {}
    for total in totals_brought:
        brought.setdefault(total.year, []).append(total)
    for year, rows_of_year in brought.items():
        if year in {one[0] for one in found}:
            continue
        counts = {(row.dimension, row.code): row.count for row in rows_of_year}
        counts.setdefault(("all", ""), sum(row.count for row in rows_of_year if row.dimension == "class"))
        names = {(row.dimension, row.code): pick(row.name, lang) for row in rows_of_year}
        found.append((year, str(year), counts, names))
    return [one[1:] for one in sorted(found, key=lambda one: -one[0])]


def _named(code: str, name: str, labels: Mapping[str, Mapping[str, str]], before: Iterable[Any]) -> str:
    own = labels.get(name, {}).get(code)
    return own or next((names[name, code] for _l, _f, names in before if names.get((name, code))), code)


# Values -------------------------------------------------------------------------------------------------------
def rates_into(edition: Edition, currencies: Iterable[str], target: str, on: date) -> dict[str, Rate]:
    """What is known of each currency's worth in `target` on or before a day, directly or over one other."""
    named = set(currencies) - {target}
    known = known_rates(edition, named | {target}, on) if named else []
    found: dict[str, Rate] = {}
    for code in named:
        rate = find_rate(known, code, target, on)
        if rate is not None:
            value = Decimal(rate.factor.numerator) / Decimal(rate.factor.denominator)
            found[code] = Rate(code, value, rate.on or on, ", ".join(rate.sources))
    return found


def value_table(
    rows: Iterable[Counted], target: str, rates: Mapping[str, Rate], labels: Mapping[str, Mapping[str, str]]
) -> ValueTable:
    """Upper ends of values by class and delegation, safe to hand on: what would tell a held-back value is not in it.

    A joint outcome stands in a column of its own, so that lines and columns add to their totals. What is held back depends
    on no rate and no target: tables by other rates or in other currencies leave nothing when one is taken off another.
    """
    cells: dict[tuple[str, str], list[Part]] = {}
    missing: set[str] = set()
    valued = [row for row in rows if row.entry.high is not None]
    for row in valued:
        entry = row.entry
        assert entry.high is not None
        if entry.currency != target and entry.currency not in rates:
            missing.add(entry.currency)
            continue
        factor = Decimal(1) if entry.currency == target else rates[entry.currency].value
        part = Part(entry.high * factor, row.is_hidden)
        cells.setdefault((entry.kind, _column(entry)), []).append(part)
    held, table = held_places(valued), with_totals(cells)
    kinds = [*(code for code in labels["class"] if any(code == r for r, _c in cells)), TOTAL]
    columns = [
        *sorted({column for _r, column in cells}, key=lambda one: (one in (SEVERAL, NONE), one)),
        TOTAL,
    ]
    return ValueTable(
        target,
        [
            (
                labels["class"].get(kind, ""),
                [_value_cell((kind, column), table, held) for column in columns],
            )
            for kind in kinds
        ],
        [labels["delegation"].get(column, column) for column in columns],
        tuple(rates[code] for code in sorted(rates)),
        tuple(sorted(missing)),
        len(held & table.keys()),
    )


def held_places(rows: Iterable[Counted]) -> frozenset[Place]:
    """Cells that are held back: in each currency by itself, as other rates let anybody reckon each currency's sum."""
    by_currency: dict[str, dict[Place, list[Part]]] = {}
    for row in rows:
        entry = row.entry
        if entry.high is not None:
            cells = by_currency.setdefault(entry.currency, {})
            part = Part(entry.high, row.is_hidden, row.holders)
            cells.setdefault((entry.kind, _column(entry)), []).append(part)
    return frozenset().union(*(suppress(cells).all for cells in by_currency.values()))


def _column(entry: Entry) -> str:
    found = entry.delegations
    return NONE if not found else found[0] if len(found) == 1 else SEVERAL


def _value_cell(
    place: tuple[str, str], table: Mapping[tuple[str, str], tuple[Part, ...]], held: Iterable[tuple[str, str]]
) -> ValueCell | None:
    parts = table.get(place)
    if not parts:
        return None
    is_held = place in set(held)
    amount = sum((part.amount for part in parts), Decimal(0)).quantize(Decimal(1))
    return ValueCell(len(parts), None if is_held else amount, is_held)


# Files --------------------------------------------------------------------------------------------------------
def total_rows(
    edition: Edition, rows: Iterable[Counted], lang: str
) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """Columns and lines of the totals as a file: counts now and before."""
    found_rows = list(rows)
    labels, tables, wholes = against_earlier(
        edition, found_rows, lang, labels_of(edition, found_rows, lang), earlier_of(edition)
    )
    columns = {"dimension": "dimension", "code": "code", "name": "name", "count": pick(edition.name, lang)}
    columns |= {f"before{n}": label for n, label in enumerate(labels)}

    def lines() -> Iterator[dict[str, Any]]:
        before = {f"before{n}": count for n, count in enumerate(wholes)}
        yield {"dimension": "all", "count": len(found_rows), **before}
        for name, found in tables.items():
            for line in found:
                before = {f"before{n}": count for n, count in enumerate(line.before)}
                yield {"dimension": name, "code": line.code, "name": line.name, "count": line.count, **before}

    return columns, lines()


def earlier_of(edition: Edition) -> list[EarlierTotal]:
    """Figures of editions before everfair, as they were brought in."""
    return list(EarlierTotal.objects.filter(fair=edition.fair_id))
