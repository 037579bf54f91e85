"""Installations for the tests of the process: an empty folder each, and one with the sample fair for all."""

from pathlib import Path

import pytest

from tests.config.installation import Installation


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    """Nothing made yet."""
    return Installation(tmp_path / "data")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The sample fair on SQLite, loaded once; tests only read it."""
    made = Installation(tmp_path_factory.mktemp("sample"), {"EVERFAIR_DEMO": "true"})
    made.do("sample")
    made.do("reindex")
    return made
