"""An edition to bring schedules into, with a folder of its own for the files."""

from pathlib import Path
from typing import Any

import pytest

from everfair.fair.models import Edition
from tests.factories.schedules import make_brussels


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, settings: Any) -> None:
    """Kept files of one test are not another's."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def edition(db: None) -> Edition:
    return make_brussels()
