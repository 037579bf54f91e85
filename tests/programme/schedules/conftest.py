"""An edition to bring schedules into, with a folder of its own for the files."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from everfair.fair.models import Edition
from tests.factories.fair import make_edition


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, settings: Any) -> None:
    """Kept files of one test are not another's."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition(
        starts_on=date(2025, 2, 1),
        ends_on=date(2025, 2, 2),
        time_zone="Europe/Brussels",
        slug="brussels-2025",
    )
