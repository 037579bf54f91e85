"""What every search engine must do, asked of each of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from everfair.engines.text import synonym_table
from everfair.gateways.search import Document, Query, SearchEngine
from everfair.gateways.search.tantivy_engine import TantivyEngine


def offer(number: int, en: str = "", zh: str = "", edition: int = 1, **extra: Any) -> Document:
    titles = {language: text for language, text in (("en", en), ("zh", zh)) if text}
    values: dict[str, Any] = {"kind": "offer", "titles": titles, "published_at": number, **extra}
    return Document(key=f"{values['kind']}:{number}", edition=edition, **values)


DOCUMENTS = [
    offer(1, "Crop spraying drone", "植保无人机", facets={"country": ("CN",), "sector": ("1", "1.F"), "mode": ("1", "4")}),
    offer(2, "Drones for surveys", "测绘无人机", facets={"country": ("DE",), "sector": ("1", "1.F"), "mode": ("4",)}),
    offer(3, "Customs clearance", "清关代理", facets={"country": ("CN",), "sector": ("11",), "mode": ("1",)}),
    offer(4, "Cold chain logistics", "冷鏈物流", facets={"country": ("SG",), "sector": ("11",), "mode": ("1", "3")}),
    offer(5, "", "DeepSeek大模型平台", facets={"country": ("CN",), "sector": ("1",), "mode": ("1",)}),
    offer(6, "Fair organiser", "服贸会上的展览服务", bodies={"zh": "我们在服贸会上布置展台。"}),
    offer(7, "IT support", "技术支持", bodies={"en": "Helpdesk around the clock."}, names=("Qinglan Cloud Ltd",)),
    offer(8, kind="exhibitor", titles={"de": "Übersetzungen"}),
    offer(9, "Drone in another edition", edition=2),
    Document("offer:10", "offer", 1, {"de": "Zolldienstleistungen", "ar": "خدمات النقل"}, {"de": "Überwachung der Häfen"}),
]  # fmt: skip


@pytest.fixture(
    params=["tantivy", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.django_db])]
)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    made: SearchEngine
    if request.param == "tantivy":
        made = TantivyEngine(tmp_path / "index")
    else:
        from everfair.gateways.search.postgres_engine import PostgresEngine

        made = PostgresEngine()
    made.rebuild(DOCUMENTS, 5)
    yield made
    made.close()


def keys(engine: SearchEngine, text: str, **extra: Any) -> list[int]:
    return [int(hit.key.partition(":")[2]) for hit in engine.search(Query(1, text, **extra)).hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drone", {1, 2}),
        ("DRONES", {1, 2}),
        ("ｄｒｏｎｅｓ", {1, 2}),
        ("无人机", {1, 2}),
        ("無人機", {1, 2}),
        ("植保 drone", {1}),
        ("冷链", {4}),
        ("deepseek", {5}),
        ("大模型", {5}),
        ("服贸会", {6}),
        ("it", {7}),
        ("qinglan", {7}),
        ("ubersetzung", {8}),
        ("Übersetzungen", {8}),
        ("Zolldienstleistung", {10}),
        ("uberwachung", {10}),
        ("النقل", {10}),
        ("drone AND survey", {2}),
        ("nothing-like-this-here", set()),
    ],
)
def test_forms_scripts_and_names_are_found(engine: SearchEngine, text: str, expected: set[int]) -> None:
    assert set(keys(engine, text)) == expected


@pytest.mark.parametrize(
    "text", ["dron logistcs", "logistcs", "lgoistics", "logisticss", "clearence", "customz"]
)
def test_one_typing_error_is_forgiven_in_words_of_five_letters(engine: SearchEngine, text: str) -> None:
    found = engine.search(Query(1, text))
    assert found.hits
    assert found.mode in ("forgiving", "any")


def test_an_exact_word_comes_before_a_forgiven_one(engine: SearchEngine) -> None:
    engine.apply([offer(20, "Cargo"), offer(21, "Carga")], [], 6)
    assert keys(engine, "cargo") == [20]
    assert set(keys(engine, "cargp")) == {20, 21}
    assert set(keys(engine, "carg")) == set()  # four letters: no forgiving


def test_synonyms_reach_the_other_language(engine: SearchEngine) -> None:
    table = synonym_table([["cold chain", "冷链"], ["customs clearance", "报关"]])
    engine.apply([offer(30, "", "报关服务")], [], 6)
    assert set(keys(engine, "customs clearance")) == {3}
    assert set(keys(engine, "customs clearance", synonyms=table)) == {3, 30}
    assert set(keys(engine, "報關", synonyms=table)) == {3, 30}


def test_facets_are_exact_and_leave_their_own_filter_out(engine: SearchEngine) -> None:
    found = engine.search(Query(1, filters={"country": ("CN",), "mode": ("4",)}))
    counts = {name: {one.value: one.count for one in values} for name, values in found.facets.items()}
    assert found.total == 1
    assert counts["country"] == {"CN": 1, "DE": 1}
    assert counts["mode"] == {"1": 3, "4": 1}
    assert counts["sector"] == {"1": 1, "1.F": 1}


def test_a_chosen_value_with_nothing_is_reported(engine: SearchEngine) -> None:
    found = engine.search(Query(1, "drone", filters={"country": ("FR",)}))
    assert found.total == 0
    assert {one.value: (one.count, one.is_chosen) for one in found.facets["country"]} == {
        "FR": (0, True),
        "CN": (1, False),
        "DE": (1, False),
    }


def test_filters_do_not_change_how_words_are_taken(engine: SearchEngine) -> None:
    assert engine.search(Query(1, "customs", filters={"country": ("SG",)})).mode == "all"


def test_kinds_are_counted_and_filtered(engine: SearchEngine) -> None:
    found = engine.search(Query(1, kinds=("exhibitor",)))
    assert found.total == 1
    assert {one.value: one.count for one in found.facets["kind"]} == {"offer": 8, "exhibitor": 1}


def test_sorting_and_paging(engine: SearchEngine) -> None:
    newest = keys(engine, "", sort="newest")
    assert newest[:3] == [8, 7, 6]
    assert keys(engine, "", sort="newest", offset=2, limit=2) == newest[2:4]
    names = keys(engine, "无人机", sort="name", language="zh")
    assert names == [2, 1]  # cèhuì before zhíbǎo
    assert keys(engine, "drone", sort="name", language="en") == [1, 2]
    assert keys(engine, "", offset=1000) == []


def test_editions_do_not_mix(engine: SearchEngine) -> None:
    assert [hit.key for hit in engine.search(Query(2, "drone")).hits] == ["offer:9"]
    assert engine.search(Query(3, "drone")).total == 0


def test_upserts_replace_and_deletes_remove(engine: SearchEngine) -> None:
    engine.apply([offer(1, "Sprayer"), offer(1, "Crop sprayer")], ["offer:2", "offer:77"], 9)
    assert keys(engine, "drone") == []
    assert keys(engine, "sprayer") == [1]
    assert engine.search(Query(1, "sprayer")).total == 1
    assert engine.position() == 9
    assert engine.count() == len(DOCUMENTS) - 1


def test_the_old_index_serves_while_a_new_one_is_built(engine: SearchEngine) -> None:
    seen = []

    def documents() -> Iterator[Document]:
        yield offer(50, "Brand new")
        seen.extend(keys(engine, "drone"))
        engine.apply([offer(51, "Came meanwhile")], [], 6)
        seen.extend(keys(engine, "meanwhile"))

    assert engine.rebuild(documents(), 5) == 1
    assert set(seen) == {1, 2, 51}
    assert keys(engine, "drone") == []
    assert keys(engine, "brand") == [50]
    assert engine.position() == 5  # what came meanwhile is followed again


def test_operators_and_long_queries_do_no_harm(engine: SearchEngine) -> None:
    for text in (
        '"',
        "(((",
        "*",
        "+-",
        'title:[* TO *] AND "',
        "~1^5",
        "\\",
        "a/b:c",
        "\x00",
        "'; --",
        "😀",
        "%_",
    ):
        engine.search(Query(1, text))
        engine.suggest(1, text)
    found = engine.search(Query(1, "drone " * 2000))
    assert found.was_shortened
    assert {hit.key for hit in found.hits} == {"offer:1", "offer:2"}
    assert engine.search(Query(1, "+-&|!(){}[]")).total == 0


def test_a_sentence_finds_what_it_describes(engine: SearchEngine) -> None:
    found = engine.search(
        Query(1, "Which company could do customs clearance for our fresh fish exports next week?")
    )
    assert found.mode == "any"
    assert found.hits[0].key == "offer:3"


def test_suggestions_continue_what_is_typed(engine: SearchEngine) -> None:
    assert [one.text for one in engine.suggest(1, "cust")] == ["Customs clearance"]
    assert [one.text for one in engine.suggest(1, "无人", "zh")] != []
    assert "冷鏈物流" in [one.text for one in engine.suggest(1, "冷链", "zh")]
    assert [one.text for one in engine.suggest(1, "cold lo")] == ["Cold chain logistics"]
    assert engine.suggest(1, "") == ()
    assert engine.suggest(1, "clearanse") != ()


def test_hits_bring_their_texts(engine: SearchEngine) -> None:
    (hit,) = engine.search(Query(1, "helpdesk")).hits
    assert hit.titles == {"en": "IT support", "zh": "技术支持"}
    assert hit.bodies == {"en": "Helpdesk around the clock."}
    assert engine.health().is_ready
