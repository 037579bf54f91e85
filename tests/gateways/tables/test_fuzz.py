"""Damaged and random files: a table or a sentence, never anything else."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everfair.gateways.tables import KINDS, TableError, read_rows, write_xlsx


def _read_all(path: Path, kind: str | None = None) -> None:
    refusals: list[TableError] = []
    try:
        rows = list(read_rows(path, kind=kind).rows(refusals.append))
    except TableError as error:
        rows = []
        refusals.append(error)
    assert all(isinstance(row.number, int) and row.values for row in rows)
    assert all("%(" not in str(error) for error in refusals)  # every placeholder was filled


def _workbook_parts() -> dict[str, bytes]:
    out = io.BytesIO()
    write_xlsx([{"name": "智联", "size": n} for n in range(5)], {"name": "Name", "size": "Size"}, out)
    with zipfile.ZipFile(out) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


PARTS = _workbook_parts()
changes = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=8)


def _changed(content: bytes, where: list[tuple[int, int]]) -> bytes:
    data = bytearray(content)
    for place, value in where:
        data[place % len(data)] = value
    return bytes(data)


@settings(max_examples=150, deadline=None)
@given(part=st.sampled_from(sorted(PARTS)), where=changes)
def test_workbook_with_damaged_parts(
    tmp_path_factory: pytest.TempPathFactory, part: str, where: list
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "list.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in PARTS.items():
            packed.writestr(name, _changed(content, where) if name == part else content)
    _read_all(path)


@settings(max_examples=100, deadline=None)
@given(where=changes)
def test_damaged_zip(tmp_path_factory: pytest.TempPathFactory, where: list) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "list.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in PARTS.items():
            packed.writestr(name, content)
    path.write_bytes(_changed(path.read_bytes(), where))
    _read_all(path)
    _read_all(path, "xlsx")


pieces = st.sampled_from(
    [
        b"landscape:\n",
        b"- item:\n",
        b"  name: x\n",
        b"---\nlayout: stand\n",
        b'{"a": 1}\n',
        b"a,b\n",
        b'"',
        b"\xff",
        b"\0",
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    content=st.lists(pieces | st.binary(max_size=20), max_size=12).map(b"".join),
    kind=st.sampled_from([None, *KINDS]),
)
def test_random_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes, kind: str | None) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "list.md"
    path.write_bytes(content)
    _read_all(path, kind)
    _read_all(path.rename(path.with_suffix(".csv")), kind)
