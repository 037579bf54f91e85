"""Deals as numbers for whoever may count them and open none: the organiser's desk, a delegation's. Reads only.

A number is told from five negotiations of three firms on: fewer would tell of one firm. Where the sum would give hidden numbers
away, the next smallest is hidden too; so where how many are open is hidden, a stage is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.base.countries import country_name
from everfair.base.languages import for_reader
from everfair.deals.models import DealStage, Inquiry, Negotiation
from everfair.exhibition.forms.fields import reader_language
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Delegation, Edition, Sector

FEWEST = 5  # negotiations
FEWEST_FIRMS = 3


@dataclass(frozen=True)
class Line:
    """One group and how many; None: too few to tell."""

    group: str
    count: int | None


@dataclass(frozen=True)
class Table:
    """Groups under a heading."""

    code: str
    heading: str
    lines: list[Line]


@dataclass(frozen=True)
class Totals:
    """All inquiries that went out, all negotiations; None: too few to tell."""

    inquiries: int | None
    negotiations: int | None


class _Cell(NamedTuple):  # thousands for a page: twice as quick as a dataclass
    """Negotiations of one firm in one state and stage whose inquiries name one sector, or none."""

    firm: int
    state: str
    stage: int | None
    sector: int | None
    number: int


@dataclass(frozen=True)
class _Firm:
    country: str
    delegation: int | None
    sector: str


_GONE = _Firm("", None, "")  # deleted meanwhile
Groups = dict[Any, tuple[int, int]]  # group → negotiations, firms


def of_edition(edition: Edition) -> tuple[Totals, list[Table]]:
    """Everything of an edition. Six queries, however many groups."""
    cells, firms = _cells(Negotiation.objects.filter(edition=edition)), _firms(edition)
    sent = Inquiry.objects.filter(edition=edition).exclude(state=Inquiry.State.DRAFT).count()
    states, of_firms = _by_state(cells), _of_firms(cells)
    tables = [
        states,
        _by_stage(cells, edition, is_sum_hidden=_hides_open(states)),
        _by_sector(cells, firms, edition),
        _by_country(of_firms, firms),
        _by_delegation(of_firms, firms, edition),
    ]
    total = _total(of_firms)
    return Totals(sent if total is not None else None, total), [one for one in tables if one.lines]


def of_delegation(rows: QuerySet[Negotiation], edition: Edition) -> tuple[Totals, list[Table]]:
    """Those of a delegation's firms, as `access.counted_for` gives them."""
    cells = _cells(rows)
    states = _by_state(cells)
    tables = [states, _by_stage(cells, edition, is_sum_hidden=_hides_open(states))]
    return Totals(None, _total(cells)), [one for one in tables if one.lines]


def _cells(rows: QuerySet[Negotiation]) -> list[_Cell]:
    """Counted once for all tables: as many rows as firms have states, stages and sectors."""
    groups = ("firm", "state", "stage", "inquiry__sector")
    return [_Cell(*row) for row in rows.order_by().values_list(*groups).annotate(n=Count("pk"))]


def _of_firms(cells: Iterable[_Cell]) -> list[_Cell]:
    """One cell a firm, for what asks for the firm alone."""
    counts: dict[int, int] = {}
    for cell in cells:
        counts[cell.firm] = counts.get(cell.firm, 0) + cell.number
    return [_Cell(firm, "", None, None, number) for firm, number in counts.items()]


def _firms(edition: Edition) -> dict[int, _Firm]:
    asked = Negotiation.objects.filter(edition=edition).values("firm")
    rows = Exhibitor.objects.filter(pk__in=asked).order_by()
    found = rows.values_list("pk", "organisation__country", "delegation", "sector__path")
    return {pk: _Firm(country, delegation, path or "") for pk, country, delegation, path in found}


def _grouped(cells: Iterable[_Cell], group: Callable[[_Cell], Any]) -> Groups:
    counts: dict[Any, int] = {}
    firms: dict[Any, set[int]] = {}
    for cell in cells:
        key = group(cell)
        counts[key] = counts.get(key, 0) + cell.number
        firms.setdefault(key, set()).add(cell.firm)
    return {key: (count, len(firms[key])) for key, count in counts.items()}


def _total(cells: Sequence[_Cell]) -> int | None:
    count = sum(cell.number for cell in cells)
    return count if _is_told(count, len({cell.firm for cell in cells})) else None


def _is_told(count: int, firms: int) -> bool:
    return count >= FEWEST and firms >= FEWEST_FIRMS


def hide_small(cells: Iterable[tuple[str, tuple[int, int]]], *, is_sum_hidden: bool = False) -> list[Line]:
    """Small numbers hidden, and the smallest others with them until the hidden ones are two and five together: for the sum tells.

    `is_sum_hidden`: the sum itself is hidden elsewhere, so one line is hidden in any case.
    """
    held = list(cells)
    hidden = {at for at, (_name, (n, firms)) in enumerate(held) if n and not _is_told(n, firms)}
    others = sorted((n, at) for at, (_name, (n, _firms)) in enumerate(held) if n and at not in hidden)
    while hidden and others and (len(hidden) == 1 or sum(held[at][1][0] for at in hidden) < FEWEST):
        hidden.add(others.pop(0)[1])
    if is_sum_hidden and not hidden and others:
        hidden.add(others[0][1])
    return [Line(name, None if at in hidden else n) for at, (name, (n, _firms)) in enumerate(held)]


def _by_state(cells: Sequence[_Cell]) -> Table:
    found = _grouped(cells, lambda cell: cell.state)
    lines = [(str(label), found.get(value, (0, 0))) for value, label in Negotiation.State.choices]
    return Table("state", _("By state"), hide_small(lines) if found else [])


def _hides_open(states: Table) -> bool:
    label = str(Negotiation.State.OPEN.label)
    return any(line.group == label and line.count is None for line in states.lines)


def _by_stage(cells: Sequence[_Cell], edition: Edition, *, is_sum_hidden: bool) -> Table:
    is_open = [cell for cell in cells if cell.state == Negotiation.State.OPEN]
    found = _grouped(is_open, lambda cell: cell.stage)
    stages: Sequence[DealStage] = list(DealStage.objects.filter(edition=edition))
    lines = [(for_reader(one.name) or one.code, found.get(one.pk, (0, 0))) for one in stages]
    if None in found:
        lines.append((_("in no stage yet"), found[None]))
    return Table(
        "stage", _("Open ones by stage"), hide_small(lines, is_sum_hidden=is_sum_hidden) if found else []
    )


def _by_sector(cells: Sequence[_Cell], firms: Mapping[int, _Firm], edition: Edition) -> Table:
    """By the inquiry's sector, else the firm's; branches count with their top."""
    sectors = list(Sector.objects.filter(edition=edition))
    tops: dict[int | None, str] = {one.pk: _top(one.path) for one in sectors}
    own = {pk: _top(firm.sector) for pk, firm in firms.items()}
    found = _grouped(cells, lambda cell: tops.get(cell.sector, "") or own.get(cell.firm, ""))
    names = {one.code: one.name for one in sectors}
    lines = [
        (for_reader(names.get(code)) or code or _("none named"), one) for code, one in sorted(found.items())
    ]
    return Table("sector", _("By sector"), hide_small(lines))


def _top(path: str) -> str:
    """The code of the branch's top; "" of no path."""
    return path.strip("/").split("/")[0]


def _by_country(cells: Sequence[_Cell], firms: Mapping[int, _Firm]) -> Table:
    found = _grouped(cells, lambda cell: firms.get(cell.firm, _GONE).country)
    ordered = sorted(found.items(), key=lambda one: (-one[1][0], str(one[0])))
    language = reader_language()
    lines = [(country_name(code, language) if code else _("none named"), one) for code, one in ordered]
    return Table("country", _("By country of the firm"), hide_small(lines))


def _by_delegation(cells: Sequence[_Cell], firms: Mapping[int, _Firm], edition: Edition) -> Table:
    found = _grouped(cells, lambda cell: firms.get(cell.firm, _GONE).delegation)
    names = {one.pk: one.name for one in Delegation.objects.filter(edition=edition)}
    if not names:
        return Table("delegation", "", [])
    ordered = sorted(found.items(), key=lambda one: -one[1][0])
    lines = [(for_reader(names.get(pk)) if pk else _("without a delegation"), one) for pk, one in ordered]
    return Table("delegation", _("By delegation"), hide_small(lines))


COLUMNS = {
    "table": gettext_lazy("Table"),
    "group": gettext_lazy("Group"),
    "count": gettext_lazy("Negotiations"),
}


def export_rows(totals: Totals, tables: Sequence[Table]) -> Iterator[dict[str, Any]]:
    """The same as lines of a file."""
    yield {"table": _("All"), "group": _("Negotiations"), "count": _shown(totals.negotiations)}
    for table in tables:
        for line in table.lines:
            yield {"table": table.heading, "group": line.group, "count": _shown(line.count)}


def _shown(count: int | None) -> int | str:
    return "–" if count is None else count
