"""For every test of pages: the clock that limits are counted by stands still."""

from types import SimpleNamespace

import pytest

from everfair.web import limits

IN_A_WINDOW = 1_800_000_000.0  # seconds; where a minute and an hour begin


@pytest.fixture(autouse=True)
def _limits_stay_in_one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a test that asks until it is refused is not, if a minute passes on the way."""
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: IN_A_WINDOW))
