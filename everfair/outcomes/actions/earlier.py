"""Totals of editions before everfair: brought in as a list, all or nothing; taken out again by year."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.languages import clean_words
from everfair.base.refusals import Refused
from everfair.base.texts import read_whole
from everfair.fair.models import Edition
from everfair.gateways.tables.read import read_rows
from everfair.outcomes.models import EarlierTotal

COLUMNS = ("year", "dimension", "code", "name_en", "name_zh", "count", "source")
MOST = 5000


def import_totals(edition: Edition, path: Path, *, by: Any) -> int:
    """CSV or XLSX with COLUMNS; a line of the same year, dimension and code is brought up to date. How many lines.

    Raises Refused with every line that is wrong; then nothing is written.
    """
    rows: list[dict[str, Any]] = []
    wrong: list[str] = []
    for row in read_rows(path).rows(on_error=lambda error: wrong.append(str(error))):
        try:
            rows.append(_line({str(k).strip().lower(): v for k, v in row.values.items()}))
        except Refused as error:
            wrong.append(_("Row %(row)d: %(why)s") % {"row": row.number, "why": error})
    if wrong:
        raise Refused(" ".join(wrong[:10]), field="file")
    if not rows or len(rows) > MOST:
        raise Refused(_("The list has no line, or too many."), field="file")
    with transaction.atomic():
        for line in rows:
            key = {name: line.pop(name) for name in ("year", "dimension", "code")}
            EarlierTotal.objects.update_or_create(fair=edition.fair, **key, defaults=line)
        audit.record(
            "outcomes.earlier.imported", edition, by=by, edition_id=edition.pk, after={"lines": len(rows)}
        )
    return len(rows)


def remove_year(edition: Edition, year: int, *, by: Any) -> int:
    """Take a year's figures out; how many."""
    with transaction.atomic():
        count, _by_model = EarlierTotal.objects.filter(fair=edition.fair_id, year=year).delete()
        if count:
            audit.record(
                "outcomes.earlier.removed", edition, by=by, edition_id=edition.pk, before={"year": year}
            )
    return count


def _line(values: Mapping[str, Any]) -> dict[str, Any]:
    dimension = _text(values, "dimension").lower() or "class"
    if dimension not in EarlierTotal.Dimension.values:
        raise Refused(_("“dimension” is all, class, sector, country or delegation."))
    code = _text(values, "code")[:60]
    if not code and dimension != "all":
        raise Refused(_("“code” is missing."))
    year, count = _whole(values, "year"), _whole(values, "count")
    if not 1900 <= year <= 2200:
        raise Refused(_("“year” is no year."))
    name = clean_words({language: _text(values, f"name_{language}")[:200] for language in ("en", "zh")})
    return {
        "year": year, "dimension": dimension, "code": "" if dimension == "all" else code, "name": name, "count": count,
        "source": _text(values, "source")[:300],
    }  # fmt: skip


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return "" if value is None else str(value).strip()


def _whole(values: Mapping[str, Any], name: str) -> int:
    text = _text(values, name).removesuffix(".0").replace(",", "")
    number = read_whole(text)
    if number is None or number > 10_000_000:
        raise Refused(_("“%(column)s” is no whole number.") % {"column": name})
    return number


def known_years(rows: Iterable[EarlierTotal]) -> list[int]:
    """Years brought in, the newest first."""
    return sorted({row.year for row in rows}, reverse=True)
