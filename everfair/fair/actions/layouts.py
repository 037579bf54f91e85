"""Layouts that come with everfair: the W/120 tree of sectors and the services fair (1 + 8 + N).

Rows in, tables filled.
"""

import csv
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from everfair.base.languages import clean_words
from everfair.fair.models import ActivityKind, Area, BadgeKind, Edition, OutcomeClass, Sector

DATA = Path(__file__).resolve().parent.parent / "data"
TEMPLATES = ("services",)
KIND_TABLES: dict[str, Any] = {
    "activity_kinds": ActivityKind,
    "outcome_classes": OutcomeClass,
    "badge_kinds": BadgeKind,
}


@lru_cache(maxsize=4)
def template_layout(name: str) -> Mapping[str, Any]:
    """The template's rows by part: areas, activity_kinds, outcome_classes, badge_kinds, task_kinds."""
    if name not in TEMPLATES:
        raise ValueError(f"no template {name!r}; there is {', '.join(TEMPLATES)}")
    rows: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return rows


@lru_cache(maxsize=1)
def w120_rows() -> Sequence[Mapping[str, str]]:
    """The W/120 classification, parents before children:

    code, name_en, name_zh, cpc, motif (top level only).
    """
    with (DATA / "w120.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def corners(left: float, top: float, right: float, bottom: float) -> list[list[float]]:
    """A rectangle as a polygon, clockwise from the upper left corner."""
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


def lay_out_services(edition: Edition) -> None:
    """Areas, kinds and the W/120 sectors of the services fair, into an edition that has none yet."""
    layout = template_layout("services")
    Area.objects.bulk_create(
        Area(
            edition=edition,
            code=row["code"],
            name=row["name"],
            blurb=row["blurb"],
            kind=row["kind"],
            motif=row["motif"],
            position=position,
            shape=corners(*row["shape"]),
        )
        for position, row in enumerate(layout["areas"])
    )
    for part, table in KIND_TABLES.items():
        table._default_manager.bulk_create(
            table(edition=edition, code=row["code"], name=row["name"], position=position)
            for position, row in enumerate(layout[part])
        )
    lay_out_w120(edition)


def lay_out_w120(edition: Edition) -> None:
    """The W/120 tree, into an edition without sectors: one insert for each level."""
    made: dict[str, Sector] = {}
    rows = w120_rows()
    for level in range(3):
        wanted = [(position, row) for position, row in enumerate(rows) if row["code"].count(".") == level]
        sectors = [_sector(edition, row, position, made) for position, row in wanted]
        made |= {sector.code: sector for sector in Sector.objects.bulk_create(sectors)}


def _sector(edition: Edition, row: Mapping[str, str], position: int, made: Mapping[str, Sector]) -> Sector:
    parent = made.get(row["code"].rpartition(".")[0])
    return Sector(
        edition=edition,
        parent=parent,
        code=row["code"],
        name=clean_words({"en": row["name_en"], "zh": row["name_zh"]}),
        cpc=row["cpc"],
        motif=parent.motif if parent else int(row["motif"]),
        position=position,
        path=f"{parent.path if parent else ''}{row['code']}/",
    )
