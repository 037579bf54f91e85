"""Two serving processes on one database and Redis: one person in both counts once; one is killed, and its people go with the lease."""

import contextlib
import json
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.config.installation import Installation, Server
from tests.realtime.talking import Talk, serving, shared_installation, talking

MAKE = "import json; from tests.journeys.talk_world import make; print(json.dumps(make()))"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One database, one Redis, one data folder."""
    with shared_installation(tmp_path_factory.mktemp("here")) as made:
        yield made


def count(server: Server, world: dict[str, Any]) -> int:
    """Visitors at the booth, as a page that is loaded now reads."""
    answer = server.get(f"/en/{world['edition']}/here/booth-{world['firm']}/")
    assert answer.status == 200
    found: int = json.loads(answer.text)["fact"]["visitors"]
    return found


def told(talk: Talk, wanted: int, seconds: float) -> None:
    """Waits until a page that is open has been told this number."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with contextlib.suppress(TimeoutError):
            if talk.facts(timeout=2)[-1].get("visitors") == wanted:
                return
    raise AssertionError(f"nobody said {wanted}")


def test_one_is_killed_and_its_people_are_gone_after_the_lease(shared: Installation) -> None:
    world: dict[str, Any] = json.loads(shared.python(MAKE))
    topic = f"here:{world['edition']}:booth-{world['firm']}"
    with serving(shared) as one, talking(one, world["visitor"]) as stays:
        assert stays.ask(do="subscribe", topic=topic)["on"] == topic
        told(stays, 1, 10)
        with (
            serving(shared) as doomed,
            talking(doomed, world["visitor"]) as twice,
            talking(doomed) as stranger,
        ):
            for talk in (twice, stranger):
                assert talk.ask(do="subscribe", topic=topic)["on"] == topic
            told(stays, 2, 10)
            assert count(one, world) == 2, "the visitor in two processes is one"
            doomed.process.send_signal(signal.SIGKILL)
            doomed.process.wait(timeout=10)
            assert count(one, world) == 2, "for the time of the lease nobody can know"
            told(stays, 1, 40)
        assert count(one, world) == 1
        with serving(shared) as ended, talking(ended) as stranger:
            stranger.ask(do="subscribe", topic=topic)
            told(stays, 2, 10)
            ended.process.send_signal(signal.SIGTERM)
            told(stays, 1, 15)
