"""Deals as numbers for whoever may count them and open none: the organiser's desk, a delegation's. Reads only.

A number is told from five negotiations of three firms on: fewer would tell of one firm. Where the sum would give hidden numbers
away, the next smallest is hidden too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.base.countries import country_name
from everfair.base.languages import for_reader
from everfair.deals.models import DealStage, Inquiry, Negotiation
from everfair.exhibition.forms.fields import reader_language
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


def of_edition(edition: Edition) -> tuple[Totals, list[Table]]:
    """Everything of an edition. Ten queries."""
    rows = Negotiation.objects.filter(edition=edition)
    sent = Inquiry.objects.filter(edition=edition).exclude(state=Inquiry.State.DRAFT).count()
    tables = [
        _by_state(rows),
        _by_stage(rows, edition),
        _by_sector(rows, edition),
        _by_country(rows),
        _by_delegation(rows, edition),
    ]
    total = _total(rows)
    return Totals(sent if total is not None else None, total), [one for one in tables if one.lines]


def of_delegation(rows: QuerySet[Negotiation], edition: Edition) -> tuple[Totals, list[Table]]:
    """Those of a delegation's firms, as `access.counted_for` gives them."""
    tables = [_by_state(rows), _by_stage(rows, edition)]
    return Totals(None, _total(rows)), [one for one in tables if one.lines]


def _total(rows: QuerySet[Negotiation]) -> int | None:
    told = rows.aggregate(n=Count("pk"), firms=Count("firm", distinct=True))
    return told["n"] if _is_told(told["n"], told["firms"]) else None


def _is_told(count: int, firms: int) -> bool:
    return count >= FEWEST and firms >= FEWEST_FIRMS


def _grouped(rows: QuerySet[Negotiation], group: Any) -> dict[Any, tuple[int, int]]:
    """Group → (negotiations, firms). One query."""
    found = rows.order_by().annotate(group=group).values("group")
    counted = found.annotate(n=Count("pk"), firms=Count("firm", distinct=True))
    return {one["group"]: (one["n"], one["firms"]) for one in counted}


def hide_small(cells: Iterable[tuple[str, tuple[int, int]]]) -> list[Line]:
    """Small numbers hidden, and the smallest others with them until the hidden ones are two and five together: for the sum tells."""
    held = list(cells)
    hidden = {at for at, (_name, (n, firms)) in enumerate(held) if n and not _is_told(n, firms)}
    others = sorted((n, at) for at, (_name, (n, _firms)) in enumerate(held) if n and at not in hidden)
    while hidden and others and (len(hidden) == 1 or sum(held[at][1][0] for at in hidden) < FEWEST):
        hidden.add(others.pop(0)[1])
    return [Line(name, None if at in hidden else n) for at, (name, (n, _firms)) in enumerate(held)]


def _by_state(rows: QuerySet[Negotiation]) -> Table:
    found = _grouped(rows, F("state"))
    cells = [(str(label), found.get(value, (0, 0))) for value, label in Negotiation.State.choices]
    return Table("state", _("By state"), hide_small(cells) if found else [])


def _by_stage(rows: QuerySet[Negotiation], edition: Edition) -> Table:
    found = _grouped(rows.filter(state=Negotiation.State.OPEN), F("stage"))
    stages: Sequence[DealStage] = list(DealStage.objects.filter(edition=edition))
    cells = [(for_reader(one.name) or one.code, found.get(one.pk, (0, 0))) for one in stages]
    if None in found:
        cells.append((_("in no stage yet"), found[None]))
    return Table("stage", _("Open ones by stage"), hide_small(cells) if found else [])


def _by_sector(rows: QuerySet[Negotiation], edition: Edition) -> Table:
    """By the inquiry's sector, else the firm's; branches count with their top."""
    found = _grouped(rows, Coalesce("inquiry__sector__path", "firm__sector__path", Value("")))
    names = {one.code: one.name for one in Sector.objects.filter(edition=edition)}
    tops: dict[str, tuple[int, int]] = {}
    for path, (n, firms) in found.items():
        top = path.strip("/").split("/")[0]
        held = tops.get(top, (0, 0))
        tops[top] = (held[0] + n, max(held[1], firms))  # firms of branches may be the same: never counted up
    cells = [
        (for_reader(names.get(code)) or code or _("none named"), one) for code, one in sorted(tops.items())
    ]
    return Table("sector", _("By sector"), hide_small(cells))


def _by_country(rows: QuerySet[Negotiation]) -> Table:
    found = _grouped(rows, F("firm__organisation__country"))
    ordered = sorted(found.items(), key=lambda one: (-one[1][0], str(one[0])))
    language = reader_language()
    cells = [(country_name(code, language) if code else _("none named"), one) for code, one in ordered]
    return Table("country", _("By country of the firm"), hide_small(cells))


def _by_delegation(rows: QuerySet[Negotiation], edition: Edition) -> Table:
    found = _grouped(rows, F("firm__delegation"))
    names = {one.pk: one.name for one in Delegation.objects.filter(edition=edition)}
    if not names:
        return Table("delegation", "", [])
    ordered = sorted(found.items(), key=lambda one: -one[1][0])
    cells = [(for_reader(names.get(pk)) if pk else _("without a delegation"), one) for pk, one in ordered]
    return Table("delegation", _("By delegation"), hide_small(cells))


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
