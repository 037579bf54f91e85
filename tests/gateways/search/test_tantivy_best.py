"""Looking at the best scored documents first must give what scoring every match gives."""

import random
from pathlib import Path

import pytest

from everfair.engines.text import synonym_table
from everfair.gateways.search import Document, Query, Result
from everfair.gateways.search.tantivy_engine import TantivyEngine

WORDS = "cold chain logistics customs clearance drone survey port 冷链 物流 报关 无人机 平台".split()  # noqa: SIM905
SYNONYMS = synonym_table([["customs clearance", "报关"], ["logistics", "物流"]])


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> TantivyEngine:
    draw = random.Random(5)
    made = TantivyEngine(Path(tmp_path_factory.mktemp("best")))
    made.rebuild(
        (
            Document(
                f"offer:{i}",
                "offer",
                1 + i % 2,
                {"en": " ".join(draw.choices(WORDS[:8], k=3)), "zh": "".join(draw.choices(WORDS[8:], k=2))},
                {"en": " ".join(draw.choices([*WORDS[:8], "a", f"x{i % 7}"], k=draw.randint(3, 30)))},
                facets={"country": (draw.choice(["CN", "DE", "KE"]),)},
                published_at=i,
            )
            for i in range(600)
        ),
        0,
    )
    return made


def asked(engine: TantivyEngine, query: Query, monkeypatch: pytest.MonkeyPatch, many: int) -> Result:
    monkeypatch.setattr("everfair.gateways.search.tantivy_best.MANY", many)
    monkeypatch.setattr("everfair.gateways.search.tantivy_best.LIKELY", 0)
    return engine.search(query)


@pytest.mark.parametrize(
    "text",
    [
        "cold",
        "cold chain",
        "冷链 物流",
        "customs clearance",
        "port cold drone",
        "We need cold chain logistics and customs clearance at a port for drone survey",
    ],
)
@pytest.mark.parametrize("filters", [{}, {"country": ("CN",)}, {"country": ("CN", "DE")}])
def test_both_ways_give_the_same_page(
    engine: TantivyEngine, monkeypatch: pytest.MonkeyPatch, text: str, filters: dict[str, tuple[str, ...]]
) -> None:
    query = Query(1, text, filters=filters, synonyms=SYNONYMS)
    quick, full = (asked(engine, query, monkeypatch, many) for many in (1, 10_000))
    assert quick.hits
    assert [round(hit.score, 3) for hit in quick.hits] == [round(hit.score, 3) for hit in full.hits]
    assert (quick.total, quick.facets) == (full.total, full.facets)


def test_pages_join_without_gaps_or_repeats(engine: TantivyEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [
        asked(engine, Query(1, "cold chain", offset=offset, limit=24), monkeypatch, 1).hits
        for offset in (0, 24, 48, 72)
    ]
    keys = [hit.key for page in pages for hit in page]
    whole = asked(engine, Query(1, "cold chain", limit=96), monkeypatch, 1)
    assert set(keys) == {hit.key for hit in whole.hits}
    assert len(set(keys)) == len(keys) == min(96, whole.total)


def test_the_total_is_counted_without_facets_too(engine: TantivyEngine) -> None:
    for kinds in (("offer",), ("exhibitor",), ("exhibitor", "offer")):
        with_facets = engine.search(Query(1, "drone", kinds=kinds))
        without = engine.search(Query(1, "drone", kinds=kinds, facets=()))
        assert with_facets.total == without.total
        assert without.facets == {}
