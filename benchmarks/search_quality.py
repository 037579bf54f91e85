"""Search quality on 504 bilingual products, measured through the product's own search.

    python benchmarks/search_quality.py [tantivy|postgres]

A query is a product's one-line description with its name taken out; the document is its body text. Printed is
the share of queries whose product comes first and among the first ten, beside the bound, then the
cross-language figures as they are. "postgres" needs EVERFAIR_DATABASE_URL.
"""

# ruff: noqa: E402 - the checkout is put on the path first

import json
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from everfair.engines.text import SynonymTable, synonym_table
from everfair.gateways.search.engine import SearchEngine
from everfair.gateways.search.tantivy_engine import TantivyEngine
from everfair.gateways.search.types import Document, Query

SHARED = Path(os.environ.get("EVERFAIR_SHARED", ROOT.parent / "shared"))
DATA = SHARED / "data" / "exhibitors" / "ai-native-en-zh.jsonl"
SYNONYMS = ROOT / "everfair" / "search" / "data" / "synonyms.csv"
FIRST_BOUND, TEN_BOUND = 0.945, 0.99
BM25_CROSS = {("en", "zh"): 0.296, ("zh", "en"): 0.379}

Product = dict[str, str]


def products() -> list[Product]:
    """The 504 products."""
    with DATA.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def description(product: Product, language: str) -> str:
    """The one line about a product, its name taken out."""
    return re.sub(re.escape(product["name"]), " ", product[f"description_{language}"], flags=re.IGNORECASE)


def built_in_synonyms() -> SynonymTable:
    """The groups that come with the product."""
    lines = SYNONYMS.read_text(encoding="utf-8").splitlines()[1:]
    groups = [line.split(",", 1)[1].replace(",", ";").split(";") for line in lines if line.strip()]
    return synonym_table([[term.strip() for term in group] for group in groups])


def shares(
    engine: SearchEngine,
    rows: Sequence[Product],
    of: Sequence[str],
    asked: str,
    synonyms: SynonymTable,
) -> tuple[float, float]:
    """Index the bodies in the languages `of`, ask in `asked`: (right one first, in the first ten)."""
    engine.rebuild(
        (
            Document(f"offer:{i}", "offer", 1, {}, {language: row[f"body_{language}"] for language in of})
            for i, row in enumerate(rows)
        ),
        0,
    )
    first = ten = 0
    for i, row in enumerate(rows):
        query = Query(1, description(row, asked), limit=10, facets=(), synonyms=synonyms)
        keys = [hit.key for hit in engine.search(query).hits]
        first += keys[:1] == [f"offer:{i}"]
        ten += f"offer:{i}" in keys
    return first / len(rows), ten / len(rows)


def engine_named(name: str, folder: str) -> SearchEngine:
    """The engine to measure."""
    if name == "tantivy":
        return TantivyEngine(Path(folder))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everfair.config.settings")
    import django  # only this engine needs it

    django.setup()
    from everfair.gateways.search.postgres_engine import PostgresEngine  # after Django is ready

    return PostgresEngine()


def main() -> int:
    """Print the figures; 1 if a bound is missed."""
    if not DATA.is_file():
        print("The shared real data is not beside the checkout: nothing measured.")
        return 0
    name = sys.argv[1] if len(sys.argv) > 1 else "tantivy"
    rows = products()
    synonyms = built_in_synonyms()
    missed = False
    with tempfile.TemporaryDirectory(prefix="search-quality-") as folder:
        engine = engine_named(name, folder)
        print(f"{name}, {len(rows)} products             first   / bound  in ten  / bound")
        for of, asked in ((("en",), "en"), (("zh",), "zh"), (("en", "zh"), "en"), (("en", "zh"), "zh")):
            first, ten = shares(engine, rows, of, asked, synonyms)
            missed |= first < FIRST_BOUND or ten < TEN_BOUND
            label = f"{asked} query, {' and '.join(of)} texts"
            print(f"{label:32} {first:.4f}   {first / FIRST_BOUND:.3f}  {ten:.4f}   {ten / TEN_BOUND:.3f}")
        for (asked, of_one), peer in BM25_CROSS.items():
            first, ten = shares(engine, rows, (of_one,), asked, synonyms)
            label = f"{asked} query, {of_one} texts"
            print(f"{label:32} {first:.4f}   plain BM25 {peer:.3f}  {ten:.4f} in the first ten")
    return int(missed and name == "tantivy")


if __name__ == "__main__":
    raise SystemExit(main())
