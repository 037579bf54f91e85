"""An embedded index of its own for every test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from everfair.gateways.search import close_engine
from everfair.search.queries.synonyms import forget_synonyms


@pytest.fixture(autouse=True)
def _own_index(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.SEARCH_ENGINE = "tantivy"
    settings.SEARCH_DIR = tmp_path / "search"
    forget_synonyms()
    yield
    close_engine()
    forget_synonyms()
