"""Installations for the tests of the process: an empty folder each, and one with the sample fair for all."""

import shutil
from pathlib import Path

import pytest

from tests.config.demonstration import sample_fair
from tests.config.installation import Installation


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    """Nothing made yet."""
    return Installation(tmp_path / "data")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The sample fair on SQLite, a copy of what `everfair demo` made; tests only read it, and make its tasks young."""
    folder = shutil.copytree(sample_fair(), tmp_path_factory.mktemp("sample"), dirs_exist_ok=True)
    made = Installation(Path(folder), {"EVERFAIR_DEMO": "true"})
    made.do("reindex")
    return made
