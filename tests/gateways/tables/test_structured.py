"""JSON lines, landscapes and stand pages."""

import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from everfair.gateways.tables import Limits, TableError, read_rows


def _file(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_json_lines_flatten_and_keep_their_line_numbers(tmp_path: Path) -> None:
    lines = [{"name": {"en": "Acme", "zh": "顶点"}, "tags": ["a", "b"]}, {"name": {"en": "Beta"}, "size": 5}]
    path = _file(tmp_path, "list.jsonl", "\ufeff" + "\n\n".join(map(json.dumps, lines)))
    table = read_rows(path)
    assert (table.kind, table.columns) == ("jsonl", ("name.en", "name.zh", "tags", "size"))
    assert [(row.number, row.values) for row in table.rows()] == [
        (1, {"name.en": "Acme", "name.zh": "顶点", "tags": ["a", "b"], "size": None}),
        (3, {"name.en": "Beta", "name.zh": None, "tags": None, "size": 5}),
    ]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b'{"name": ', "Line 2 is not valid JSON"),
        (b'["a"]', "Line 2 is not an object"),
        (b'{"name": "\xff"}', "Line 2 is not UTF-8"),
        (b'{"a":' * 100_000, "Line 2 is nested too deeply"),
    ],
)
def test_bad_json_line_is_an_error_of_that_line_only(tmp_path: Path, bad: bytes, said: str) -> None:
    path = _file(tmp_path, "list.jsonl", b'{"name": "Acme"}\n' + bad + b'\n{"name": "Beta"}\n')
    errors: list[TableError] = []
    assert [row.number for row in read_rows(path).rows(errors.append)] == [1, 3]
    assert [error.row for error in errors] == [2]
    assert said in str(errors[0])
    with pytest.raises(TableError, match=said):
        list(read_rows(path).rows())


def test_json_array_says_how_to_write_it(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="one object per line"):
        read_rows(_file(tmp_path, "list.json", '[{"name": "Acme"}]'))


def test_too_many_keys_are_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, "list.jsonl", json.dumps({f"key{number}": 1 for number in range(30)}))
    with pytest.raises(TableError, match="more than 20 different keys"):
        read_rows(path, limits=Limits(max_columns=20))


LANDSCAPE = """landscape:
  - category:
    name: Advice
    subcategories:
      - subcategory:
        name: Law
        items:
          - item:
            name: Acme
            homepage_url: https://acme.example
            extra:
              accepted: '2021-09-14'
          - item:
            homepage_url: https://nameless.example
"""


def test_landscape_gives_one_row_per_item(tmp_path: Path) -> None:
    table = read_rows(_file(tmp_path, "list.txt", LANDSCAPE))
    errors: list[TableError] = []
    (row,) = table.rows(errors.append)
    assert (table.kind, row.number) == ("landscape", 8)
    assert row.values["category"] == "Advice"
    assert row.values["subcategory"] == "Law"
    assert row.values["extra.accepted"] == "2021-09-14"
    assert [(error.row, str(error)) for error in errors] == [
        (13, "The item on line 13 has no name. Add one.")
    ]


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("landscape:\n - &a {name: x}\n - *a\n", "uses references"),
        ("landscape:\n - " + "[" * 500, "nested more than"),
        ("landscape:\n  - name: [\n", "Line 3 of the YAML cannot be read"),
        ("landscape: !!python/object:os.system x\n", "no landscape"),
        ("landscape: text\n", "no landscape"),
        ("landscape:\n - \x00\n", "cannot be read"),
    ],
)
def test_hostile_and_broken_yaml_is_refused(tmp_path: Path, yaml: str, said: str) -> None:
    with pytest.raises(TableError, match=said):
        read_rows(_file(tmp_path, "list.yml", yaml))


def test_alias_bomb_is_refused_at_its_line(tmp_path: Path) -> None:
    levels = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    with pytest.raises(TableError, match="uses references") as refusal:
        read_rows(_file(tmp_path, "bomb.yml", "\n".join([*levels, "landscape:", " - *a29"])))
    assert refusal.value.row == 2


STAND = "---\nlayout: stand\ntitle: {title}\nthemes:\n- Law\ndescription: |\n  <p>Hello\n---\n"


def _stands(folder: Path) -> Path:
    folder.mkdir()
    (folder / "acme.md").write_text(STAND.format(title="Acme"))
    (folder / "acme__index.md").write_text(STAND.format(title="Acme") + "Long text")
    (folder / "acme_and_sons.md").write_text(STAND.format(title="Acme and Sons"))
    (folder / "acme_and_sons_prices.md").write_text("### Prices\nNone.")
    (folder / "broken.md").write_text("---\ntitle: [\n---\n")
    return folder


def test_stand_pages_belong_to_their_stand(tmp_path: Path) -> None:
    table = read_rows(_stands(tmp_path / "2025"))
    errors: list[TableError] = []
    acme, sons = table.rows(errors.append)
    assert (acme.values["stand"], acme.values["index.body"], acme.values["pages"]) == (
        "acme",
        "Long text",
        None,
    )
    assert acme.values["themes"] == ["Law"]
    assert sons.values["pages"] == [{"title": "prices", "body": "### Prices\nNone."}]
    assert [str(error) for error in errors] == [
        "The page broken.md cannot be read, line 3: "
        "Line 3 of the YAML cannot be read. Check its indentation and quotation marks."
    ]


def test_zip_of_stand_pages_reads_like_the_folder(tmp_path: Path) -> None:
    folder = _stands(tmp_path / "2025")
    with zipfile.ZipFile(tmp_path / "stands.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for page in folder.iterdir():
            packed.write(page, f"2025/{page.name}")
    rows = list(read_rows(tmp_path / "stands.zip").rows(lambda error: None))
    assert [(row.values["stand"], row.values["folder"]) for row in rows] == [
        ("acme", "2025"),
        ("acme_and_sons", "2025"),
    ]


def test_folder_without_stands_says_so(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="No stand pages"):
        read_rows(tmp_path)


@pytest.mark.realdata
def test_real_landscape_is_read_whole(shared_data: Path) -> None:
    table = read_rows(shared_data / "exhibitors/cncf-landscape.yml")
    rows = list(table.rows())
    assert len(rows) == 2413
    assert all(row.values["name"] and row.values["category"] and row.values["subcategory"] for row in rows)
    assert sum(row.values["description"] is not None for row in rows) > 1000


@pytest.mark.realdata
@pytest.mark.parametrize(("year", "count", "with_pages"), [("2021", 43, 2), ("2022", 35, 1)])
def test_real_stands_are_read_whole(shared_data: Path, year: str, count: int, with_pages: int) -> None:
    rows = list(read_rows(shared_data / "exhibitors/fosdem-stands" / year).rows())
    assert len(rows) == count
    assert all(row.values["title"] and row.values["website"] for row in rows)
    assert sum(row.values["pages"] is not None for row in rows) == with_pages
    assert sum(row.values.get("index.title") is not None for row in rows) >= 5


@pytest.mark.realdata
def test_real_bilingual_products_are_read_whole(shared_data: Path) -> None:
    rows = list(read_rows(shared_data / "exhibitors/ai-native-en-zh.jsonl").rows())
    assert Counter(type(row.values["description_zh"]) for row in rows) == {str: 504}
