"""Export → import says: all unchanged. In every format, with texts that spreadsheets like to spoil."""

import io
from pathlib import Path

import pytest

from everfair.exhibition.models import Exhibitor, Offer
from everfair.exhibition.queries.exporting import COLUMNS, export_rows, write_export
from everfair.fair.models import Edition
from everfair.gateways.tables import read_rows
from tests.exhibition.importing.conftest import applied, checked
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_delegation, make_edition, make_sector
from tests.factories.people import make_organisation

SPOILED = [
    "=1+1",
    "+49 30 123",
    "-5 %",
    "@everyone",
    "'quoted'",
    "'=already",
    "007",
    "1e5",
    "a, b; c|d",
    '“x” "y"',
]


@pytest.fixture
def full_edition(edition: Edition) -> Edition:
    """Exhibitors made by hand and imported ones, with and without offers."""
    delegation = make_delegation(edition)
    area, sector = edition.areas.get(code="2"), edition.sectors.get(code="1.A")
    for place, text in enumerate(SPOILED):
        firm = make_organisation(
            name={"en": text, "zh": f"公司 {place}"},
            size_class="small",
            website="https://a.example",
            email="a@b.example",
        )
        exhibitor = make_exhibitor(
            edition, organisation=firm, headline={"en": text, "zh": text}, area=area, sector=sector,
            about={"en": f"{text}\n\n- list\n- <code>\n\n| a | b |\n| --- | --- |",
            "zh": f"第一段\n\n{text}"},
            video_url="https://v.example/x", delegation=delegation if place % 2 else None,
            languages=["en", "zh", "sw"],
            source="hand" if place % 3 else "", external_id=f"h{place}" if place % 3 else "",
        )  # fmt: skip
        for number in range(place % 4):
            make_offer(
                exhibitor,
                title={"en": text},
                modes=number + 1,
                sector=sector,
                external_id=f"o{number}" if place % 2 else "",
            )
    make_exhibitor(edition, headline={}, about={}, languages=[], state="draft")
    return edition


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize("source", ["hand", "another"])
def test_all_unchanged(full_edition: Edition, tmp_path: Path, file_format: str, source: str) -> None:
    path = tmp_path / f"fair.{file_format}"
    with path.open("wb") as out:
        count = write_export(full_edition, file_format, out)
    run = checked(full_edition, path, source=source)
    assert list(run.problems.values_list("row_number", "column", "message", "value")) == []
    assert list(run.rows.exclude(changes={}).values_list("changes", flat=True)) == []
    assert (run.rows_total, run.counts["unchanged"], run.counts["new"], run.counts["changed"]) == (
        count,
        11,
        0,
        0,
    )
    assert run.counts["missing"] == 0


def test_export_into_an_empty_edition_and_back(full_edition: Edition, tmp_path: Path) -> None:
    other = make_edition()
    for area in full_edition.areas.all():
        area.pk = None
        area.edition = other
        area.save()
    for sector in full_edition.sectors.order_by("path"):
        make_sector(other, code=sector.code, name=sector.name, path=sector.path)
    for delegation in full_edition.delegations.all():
        delegation.pk = None
        delegation.edition = other
        delegation.save()
    for exhibitor in full_edition.exhibitors.filter(sector=None):
        exhibitor.delete()
    path = tmp_path / "fair.xlsx"
    with path.open("wb") as out:
        write_export(full_edition, "xlsx", out)
    # areas made by factories in passing do not matter: only those of the list are looked up
    run = applied(other, path, source="moved")
    assert (run.state, run.counts["new"]) == ("done", 11)
    left = [
        {key: one[key] for key in COLUMNS if key in one and "id" not in key and key != "code"}
        for one in export_rows(full_edition)
    ]
    right = [
        {key: one[key] for key in COLUMNS if key in one and "id" not in key and key != "code"}
        for one in export_rows(other)
    ]
    assert left == right


def test_formulas_are_neutral_in_the_file(edition: Edition) -> None:
    firm = make_organisation(name={"en": '=HYPERLINK("https://evil.example")'})
    make_exhibitor(edition, organisation=firm)
    out = io.BytesIO()
    write_export(edition, "csv", out)
    assert "'=HYPERLINK" in out.getvalue().decode("utf-8-sig")
    assert '\n"=' not in out.getvalue().decode("utf-8-sig")


def test_xlsx_holds_texts_not_formulas(edition: Edition, tmp_path: Path) -> None:
    make_exhibitor(edition, organisation=make_organisation(name={"en": "=1+1"}))
    path = tmp_path / "x.xlsx"
    with path.open("wb") as out:
        write_export(edition, "xlsx", out)
    assert [found.values["name_en"] for found in read_rows(path).rows()] == ["=1+1"]


def test_export_costs_two_queries(edition: Edition, django_assert_num_queries: object) -> None:
    for _number in range(3):
        make_offer(make_exhibitor(edition))
    assert (Exhibitor.objects.count(), Offer.objects.count()) == (3, 3)
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert len(list(export_rows(edition))) == 3
