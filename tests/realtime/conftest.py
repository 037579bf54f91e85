"""A real server with a session and its audience, once for all tests of this folder."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.config.installation import Installation, Server

MAKE = "import json; from tests.programme.live_world import make; print(json.dumps(make()))"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Tables and people, no server."""
    made = Installation(
        tmp_path_factory.mktemp("live"),
        {
            "EVERFAIR_SEARCH_ENGINE": "null",
            "EVERFAIR_LIVE_PER_ADDRESS": "8",
            "EVERFAIR_WORKER_IN_PROCESS": "false",
        },
    )
    return made.with_tables()


@pytest.fixture(scope="module")
def world(installation: Installation) -> dict[str, Any]:
    """What tests.programme.live_world.make made."""
    found: dict[str, Any] = json.loads(installation.python(MAKE))
    return found


@pytest.fixture(scope="module")
def server(installation: Installation, world: dict[str, Any]) -> Iterator[Server]:
    """The server."""
    with installation.serving() as started:
        yield started
