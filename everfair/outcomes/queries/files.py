"""The open data: one line an outcome, only what is public; the lines `everfair outcomes recompute` reads."""

from collections.abc import Iterable, Iterator
from typing import Any

from everfair.base.countries import country_name
from everfair.base.languages import Words, pick
from everfair.engines.outcomes import COLUMNS, Figure, figures, read_rows, totals
from everfair.engines.outcomes.recompute import BETWEEN
from everfair.outcomes.queries.public import Record, delegation_key

OPEN_COLUMNS = {name: name for name in COLUMNS}
"""Headings are not translated: programs read them."""


def open_rows(records: Iterable[Record], base: str) -> Iterator[dict[str, str]]:
    """Lines of the open data; `base`: the site's address, "https://fair.example"."""
    for record in records:
        yield _withdrawn(record, base) if record.is_withdrawn else _line(record, base)


def _withdrawn(record: Record, base: str) -> dict[str, str]:
    return {
        "code": record.code, "state": "withdrawn", "year": record.edition, "version": str(record.version),
        "address": f"{base}/o/{record.code}",
    }  # fmt: skip


def _line(record: Record, base: str) -> dict[str, str]:
    content = record.content
    value = content.get("value") or {}
    worth = value.get("worth") or ("held_back" if "value" in content["held"] else "none")
    return {
        "code": record.code,
        "state": "published",
        "year": record.edition,
        "class": content["class"]["code"],
        "title_en": content["title"].get("en", ""),
        "title_zh": content["title"].get("zh", ""),
        "parties": BETWEEN.join(_plain(one["name"]) for one in content.get("names", ())),
        "sectors": BETWEEN.join(dict.fromkeys(one["top"] for one in content.get("sectors", ()))),
        "countries": BETWEEN.join(content.get("countries", ())),
        "delegations": BETWEEN.join(
            dict.fromkeys(delegation_key(one) for one in content.get("delegations", ()))
        ),
        "value": worth,
        "currency": value.get("currency", ""),
        "value_from": value.get("from", ""),
        "value_to": value.get("to", ""),
        "agreed_on": content.get("day", ""),
        "published_on": record.published_on.isoformat(),
        "version": str(record.version),
        "digest": record.digest,
        "address": f"{base}/o/{record.code}",
    }


def _plain(words: Words) -> str:
    """A name in one line, with nothing in it that separates names."""
    return pick(words, "en").replace(BETWEEN, ",")


def figures_of(rows: Iterable[dict[str, str]]) -> list[Figure]:
    """The published figures from lines of the open data."""
    return figures(totals(read_rows(rows)))


def told(figure: Figure) -> str:
    """One figure as a line: "class deal: 513", "class deal USD: 2.5 to 3 from 2"."""
    head = " ".join(filter(None, [figure.dimension, figure.value, figure.currency]))
    if not figure.currency:
        return f"{head}: {figure.count}"
    ends = f"{figure.low:f}" if figure.low == figure.high else f"{figure.low:f} to {figure.high:f}"
    return f"{head}: {ends} from {figure.count}"


def country_label(code: str, language: str) -> str:
    """A country's name in the reader's language."""
    return country_name(code, language)


def json_record(record: Record, base: str) -> dict[str, Any]:
    """One outcome for programs: the public record, or that it was withdrawn."""
    head = {
        "code": record.code, "address": f"{base}/o/{record.code}", "edition": record.edition, "version": record.version,
        "state": "withdrawn" if record.is_withdrawn else "published",
    }  # fmt: skip
    if record.is_withdrawn:
        return head
    return {
        **head,
        "published_at": record.published_at.isoformat(),
        "digest": record.digest,
        "record": dict(record.content),
    }
