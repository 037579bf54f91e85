"""A real Janus and a real coturn from Debian's packages; without them these tests skip and say what to install."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from everfair.gateways.video.janus import JanusRooms
from tools.services_of_calls import Janus, NotHere, Turn, janus, turn


@pytest.fixture(scope="module")
def janus_server() -> Iterator[Janus]:
    try:
        with janus() as given:
            yield given
    except NotHere as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def turn_server() -> Iterator[Turn]:
    try:
        with turn() as given:
            yield given
    except NotHere as reason:
        pytest.skip(str(reason))


@pytest.fixture
def rooms(janus_server: Janus) -> JanusRooms:
    return JanusRooms(
        janus_server.url, janus_server.public_url, janus_server.token_secret, janus_server.admin_key
    )


@pytest.fixture
def now() -> datetime:
    """Janus and coturn look at the machine's clock, so these tests do too."""
    return datetime.now(UTC)


@pytest.fixture
def configured(settings: Any) -> Any:
    """Settings of calls, all empty to begin with, whatever the environment says."""
    settings.STUN_URLS, settings.TURN_URLS, settings.TURN_SECRET = [], [], ""
    for name in ("JANUS_URL", "JANUS_PUBLIC_URL", "JANUS_TOKEN_SECRET", "JANUS_ADMIN_KEY"):
        setattr(settings, name, "")
    for name in ("LIVEKIT_URL", "LIVEKIT_PUBLIC_URL", "LIVEKIT_KEY", "LIVEKIT_SECRET"):
        setattr(settings, name, "")
    return settings
