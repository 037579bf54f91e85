"""A real server with a session and its audience, once for all tests of this folder."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.realtime.talking import live_installation, live_world


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Tables and people, no server."""
    return live_installation(tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def world(installation: Installation) -> dict[str, Any]:
    """What tests.programme.live_world.make made."""
    return live_world(installation)


@pytest.fixture(scope="module")
def server(installation: Installation, world: dict[str, Any]) -> Iterator[Server]:
    """The server."""
    with installation.serving() as started:
        yield started
