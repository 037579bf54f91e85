"""Two processes on PostgreSQL and Redis: facts, signals, sign-out and lost rights cross over; one is killed and nothing is lost."""

import contextlib
import json
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.config.installation import Client, Installation, Server
from tests.programme.live_world import cookies_of
from tests.realtime.talking import MAKE, Talk, serving, shared_installation, talking
from tests.realtime.test_sse import listening

FIND = "from everfair.people.models import User\nimport sys\nwho = User.objects.get(pk=sys.argv[1])\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One database, one Redis, one data folder."""
    with shared_installation(tmp_path_factory.mktemp("two")) as made:
        yield made


@pytest.fixture(scope="module")
def world(shared: Installation) -> dict[str, Any]:
    """People and a session."""
    found: dict[str, Any] = json.loads(shared.python(MAKE.replace("make()", "make(8)")))
    return found


@pytest.fixture(scope="module")
def two(shared: Installation, world: dict[str, Any]) -> Iterator[tuple[Server, Server]]:
    """Both processes."""
    with serving(shared) as one, serving(shared) as other:
        yield one, other


def until_carried(said: Talk, heard: Talk, topic: str) -> None:
    """Both processes are on Redis: what one says reaches the other."""
    for n in range(100):
        said.ask(do="say", topic=topic, kind="warm", number=f"{topic}-{n}")
        with contextlib.suppress(TimeoutError):
            heard.facts(timeout=0.3)
            return
    raise AssertionError("nothing is carried from process to process")


def test_facts_go_both_ways_and_both_doors_number_them_alike(
    two: tuple[Server, Server], world: dict[str, Any]
) -> None:
    one, other = two
    topic, key = "hall:both", world["visitors"][0]
    with talking(one, key) as here, talking(other, world["visitors"][1]) as there:
        numbers = {talk.ask(do="subscribe", topic=topic)["number"] for talk in (here, there)}
        assert len(numbers) == 1
        with listening(other, topic) as events:
            until_carried(here, there, topic)
            there.tell(do="say", topic=topic, kind="word", number="back", data={"text": "回"})
            while (got := here.until("facts"))["facts"][-1]["kind"] != "word":
                pass
            number = ""
            while not number:
                number, _kind, facts = events.next()
                number = number if facts[-1]["kind"] == "word" else ""
            assert got["number"] == int(number)


def test_signals_reach_one_person_in_the_other_process_and_are_not_kept(
    two: tuple[Server, Server], world: dict[str, Any]
) -> None:
    one, other = two
    topic = "hall:call"
    caller, called, third = world["visitors"][:3]
    with talking(one, caller) as here, talking(other, called) as there, talking(other, third) as stranger:
        start = there.ask(do="subscribe", topic=topic)["number"]
        stranger.ask(do="subscribe", topic=topic)
        until_carried(here, there, topic)
        stranger.facts()
        assert (
            here.ask(do="say", topic=topic, kind="ring", number="r", data={"to": there.person})["ok"] == "r"
        )
        assert there.facts() == [{"kind": "ring", "by": here.person}]
        here.ask(do="say", topic=topic, kind="word", number="after")
        assert [fact["kind"] for fact in stranger.facts()] == ["word"]
        assert [fact["kind"] for fact in there.facts()] == ["word"]
        with talking(other, called) as again:
            again.tell(do="subscribe", topic=topic, after=start)
            kinds = []
            while "word" not in kinds:
                kinds += [fact["kind"] for fact in again.facts()]
            assert "ring" not in kinds


def test_signing_out_closes_that_session_in_every_process_at_once_and_no_other(
    two: tuple[Server, Server], world: dict[str, Any]
) -> None:
    one, other = two
    key = world["visitors"][3]
    with (
        talking(one, key) as here,
        talking(other, key) as there,
        listening(other, f"session:{world['session']}", key) as events,
        talking(other, world["visitors"][4]) as stranger,
    ):
        assert there.ask(do="subscribe", topic=f"cell:{there.person}")["on"]
        assert Client(one.base, cookies_of(key)).post("/en/account/logout/", {}).status == 302
        for talk in (here, there):
            assert talk.until("bye") == {"bye": "signed-out"}
            assert talk.close_code() == 4401
        assert events.next()[1] == "end"
        assert stranger.is_quiet()
    with talking(other, key) as nobody:
        assert nobody.person is None


def test_sessions_ended_elsewhere_and_a_new_password_close_connections(
    shared: Installation, two: tuple[Server, Server], world: dict[str, Any]
) -> None:
    one, other = two
    ended, changed = world["visitors"][5], world["visitors"][6]
    with talking(one, ended) as here, talking(other, changed) as there:
        for talk in (here, there):
            talk.ask(do="subscribe", topic="hall:a")
        shared.python(
            f"{FIND}from allauth.usersessions.models import UserSession\n"
            "UserSession.objects.create(user=who, ip='127.0.0.1', user_agent='a', session_key=sys.argv[2]).end()",
            str(here.person),
            ended,
        )
        assert here.close_code() == 4401
        shared.python(
            f"{FIND}from allauth.account.signals import password_reset\n"
            "who.set_password('an altogether new one'); who.save()\n"
            "password_reset.send(type(who), request=None, user=who)",
            str(there.person),
        )
        assert there.close_code() == 4401


def test_a_role_that_is_taken_away_ends_its_topics_in_every_process(
    shared: Installation, two: tuple[Server, Server], world: dict[str, Any]
) -> None:
    one, other = two
    desk, room = f"desk:{world['session']}", f"session:{world['session']}"
    key = world["moderator"]
    with talking(one, key) as here, talking(other, key) as there, listening(other, desk, key) as events:
        for talk in (here, there):
            assert talk.ask(do="subscribe", topic=desk)["on"] == desk
            assert talk.ask(do="subscribe", topic=room)["on"] == room
        shared.python(
            f"{FIND}from everfair.fair.actions import team\nfrom everfair.fair.models import TeamMember\n"
            "from tests.factories.people import make_user\nfrom tests.factories.fair import make_team_member\n"
            "mine = TeamMember.objects.get(user=who)\n"
            "make_team_member(mine.edition, make_user('second@team.example'), 'administrator')\n"
            "team.remove_team_member(mine, by=who)",
            str(here.person),
        )
        for talk in (here, there):
            gone = talk.until("error")
            assert (gone["error"], gone["topic"]) == ("not_found", desk)
            assert talk.ask(do="subscribe", topic=desk)["error"] == "not_found"
            assert talk.is_quiet()
        assert events.next()[1] == "end"


def to_the_end(reader: Talk, got: list[str], number: int) -> int:
    """Read what still comes; the last number."""
    try:
        while True:
            frame = reader.until("facts", timeout=5)
            number = frame["number"]
            got += [fact["id"] for fact in frame["facts"]]
    except (ConnectionClosed, TimeoutError):
        return number


def test_one_is_killed_and_its_readers_go_on_at_the_other_with_nothing_lost(
    shared: Installation, two: tuple[Server, Server], world: dict[str, Any]
) -> None:
    other = two[1]
    topic, key = "hall:killed", world["visitors"][0]
    with talking(other, world["visitors"][1]) as speaker:
        got: list[str] = []
        with serving(shared) as doomed, talking(doomed, key) as reader:
            start = reader.ask(do="subscribe", topic=topic)["number"]
            speaker.ask(do="subscribe", topic=topic)
            until_carried(speaker, reader, topic)
            number = start
            for n in range(10):
                assert speaker.until("ok") if n else True
                speaker.tell(do="say", topic=topic, kind="word", number=f"k-{n}")
                if n == 4:
                    while "k-3" not in got:
                        frame = reader.until("facts")
                        number = frame["number"]
                        got += [fact["id"] for fact in frame["facts"]]
                    doomed.process.send_signal(signal.SIGKILL)
                    doomed.process.wait(timeout=10)
                    number = to_the_end(reader, got, number)
        with talking(other, key) as back:
            back.tell(do="subscribe", topic=topic, after=number)
            ends = time.monotonic() + 15
            while "k-9" not in got and time.monotonic() < ends:
                got += [fact["id"] for fact in back.facts()]
        assert [one for one in got if one.startswith("k-")] == [f"k-{n}" for n in range(10)]
