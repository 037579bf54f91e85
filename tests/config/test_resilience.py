"""What readers meet when the database or the index fails beside a running server, and how soon changes are seen.

Real processes. Deadlines are generous; measured seconds are printed, they decide nothing.
"""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.config.database_server import database_server
from tests.config.databases import fill_with_tables
from tests.config.installation import Answer, Client, Installation

EDITION = "harbourlight-2026"
FRONT = f"/en/{EDITION}/"
HALL = f"/en/{EDITION}/halls/5/"
SEARCH = f"/en/{EDITION}/search/?q="
DEADLINE = 10.0  # seconds until a change must be seen
UNAVAILABLE = "Search is being put in order"


def seconds_until(condition: Callable[[], object], most: float) -> float:
    """Poll until it is so; how long it took. Too long is a failure."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < most, f"it did not happen within {most} s"
        time.sleep(0.1)
    return time.monotonic() - started


# The database is away ---------------------------------------------------------------------------------


def test_a_database_that_is_away_for_some_seconds(empty: Installation) -> None:
    try:
        with database_server() as database:
            empty.settings.update(
                EVERFAIR_DATABASE_URL=database.address,
                EVERFAIR_SEARCH_ENGINE="null",
                EVERFAIR_RATE_LIMITS="false",
                EVERFAIR_PAGE_CACHE_SECONDS="1",
            )
            fill_with_tables(database.address)
            empty.do("sample", "--scale", "small", "--slug", EDITION)
            with empty.serving() as server:
                assert server.get(FRONT).status == 200
                person = server.client()
                assert person.get("/en/account/login/").status == 200
                database.stop()
                time.sleep(
                    1.5
                )  # the kept page is no longer fresh: it is shown because nothing newer can be had

                kept = server.get(FRONT)
                assert kept.status == 200
                refused = server.get(f"/en/{EDITION}/about/")
                assert refused.status == 503
                assert int(refused.headers["retry-after"]) > 0
                assert "The database does not answer right now." in refused.text
                assert "Traceback" not in refused.text

                waiting = _begin_to_sign_in(person)
                time.sleep(3)
                assert not waiting.answers  # it waits
                database.start()
                waiting.join(timeout=30)
                assert [answer.status for answer in waiting.answers] == [200]
                assert "wrong@example.org" in waiting.answers[0].text  # the form again: no such person
                again = seconds_until(lambda: server.get(f"/en/{EDITION}/about/").status == 200, DEADLINE)
                assert server.get("/en/editions/").status == 200
                assert server.process.poll() is None
    except FileNotFoundError as error:
        pytest.skip(str(error))
    print(
        f"database away: kept page {kept.seconds:.2f} s, refusal {refused.seconds:.2f} s, "
        f"writing waited {waiting.answers[0].seconds:.2f} s, reading again after {again:.2f} s"
    )


class Waiting(threading.Thread):
    """A form that is being sent."""

    def __init__(self, person: Client) -> None:
        super().__init__(daemon=True)
        self.person = person
        self.answers: list[Answer] = []

    def run(self) -> None:
        fields = {"login": "wrong@example.org", "password": "not-the-right-one"}
        self.answers.append(self.person.post("/en/account/login/", fields))


def _begin_to_sign_in(person: Client) -> Waiting:
    waiting = Waiting(person)
    waiting.start()
    return waiting


# The index is broken ----------------------------------------------------------------------------------


@pytest.fixture
def own(sample: Installation, tmp_path: Path) -> Installation:
    """A copy of the sample fair, to be broken."""
    shutil.copytree(sample.folder, tmp_path / "own")
    return Installation(tmp_path / "own", {**sample.settings, "EVERFAIR_RATE_LIMITS": "false"})


def delete_all(folder: Path) -> None:
    shutil.rmtree(folder)


def delete_generations(folder: Path) -> None:
    for path in folder.glob("generation-*"):
        shutil.rmtree(path)


def spoil_all(folder: Path) -> None:
    for path in list(folder.rglob("*")):
        if path.is_file() and not path.name.endswith("lock"):
            new = path.with_name(path.name + ".spoilt")  # another file: one that is mapped is not cut short
            new.write_bytes(b"\xff\xfe\x00 not an index")
            new.replace(path)


def spoil_segments(folder: Path) -> None:
    """What tantivy wrote, but not our own state: nobody notices until somebody searches."""
    for path in list(folder.glob("generation-*/*")):
        if path.name != "state.json" and not path.name.endswith("lock"):
            path.unlink()


BREAKS = pytest.mark.parametrize("spoil", [delete_all, delete_generations, spoil_all, spoil_segments])


def finds(answer: Answer) -> bool:
    return answer.status == 200 and "/offers/" in answer.text


def answers_plainly(answer: Answer) -> bool:
    """Search works, or says in a sentence that it does not."""
    return finds(answer) or (answer.status == 503 and UNAVAILABLE in answer.text)


def numbers() -> Iterator[str]:
    """Addresses no kept page answers."""
    number = 0
    while True:
        number += 1
        yield f"{SEARCH}translation&page=1&n={number}"


@BREAKS
def test_an_index_that_breaks_while_the_server_runs(own: Installation, spoil: Callable[[Path], None]) -> None:
    asked = numbers()
    with own.serving() as server:
        assert finds(server.get(next(asked)))
        own.python(RENAME, "Zyxwvutser")  # the server's follower writes: it has the index open for writing
        seconds_until(lambda: finds(server.get(f"{SEARCH}Zyxwvutser&n={time.monotonic()}")), DEADLINE)
        spoil(own.folder / "search")
        for _ in range(3):
            assert answers_plainly(server.get(next(asked)))
        assert server.get(HALL + "?n=1").status == 200
        assert server.get(f"/en/{EDITION}/suggest/?q=tran").status == 200
        if not finds(server.get(next(asked))):
            time.sleep(1)
        done = own.run("reindex")  # refused while the server is already at it
        if done.returncode:
            assert "Traceback" not in done.stderr
        mended = seconds_until(lambda: finds(server.get(next(asked))), DEADLINE)
        own.python(RENAME, "Qwertzuiop")
        seconds_until(lambda: finds(server.get(f"{SEARCH}Qwertzuiop&n={time.monotonic()}")), DEADLINE)
        assert finds(server.get(next(asked)))  # the other documents are still there
        assert server.process.poll() is None
    print(f"index broken ({spoil.__name__}): found again {mended:.2f} s after `reindex`")


@BREAKS
def test_an_index_that_is_broken_at_the_start(own: Installation, spoil: Callable[[Path], None]) -> None:
    spoil(own.folder / "search")
    asked = numbers()
    with own.serving() as server:
        assert answers_plainly(server.get(next(asked)))
        assert server.get(HALL).status == 200
        if not finds(server.get(next(asked))):
            time.sleep(1)
        own.run("reindex")
        mended = seconds_until(lambda: finds(server.get(next(asked))), DEADLINE)
        assert server.process.poll() is None
    print(f"index broken before the start ({spoil.__name__}): found after {mended:.2f} s")


@BREAKS
def test_reindexing_mends_an_index_without_a_server(own: Installation, spoil: Callable[[Path], None]) -> None:
    spoil(own.folder / "search")
    own.do("reindex")
    assert not own.do("search", "translation", "--edition", EDITION).startswith("0 found")


# Freshness --------------------------------------------------------------------------------------------

RENAME = """
import sys
from everfair.exhibition.actions.offers import save_offer
from everfair.exhibition.models import Offer
offer = Offer.objects.filter(
    exhibitor__edition__slug="harbourlight-2026", exhibitor__state="published", is_on_shelf=True
).order_by("pk").first()
save_offer(offer.exhibitor, offer, {"title": {"en": sys.argv[1]}}, by=None)
"""
WITHDRAW = """
from everfair.exhibition.actions.state import withdraw
from everfair.exhibition.models import Exhibitor
booth = Exhibitor.objects.filter(
    edition__slug="harbourlight-2026", state="published", area__code="5"
).order_by("pk").first()
withdraw(booth, by=None, reason="a test")
print(booth.pk, booth.code)
"""
PUBLISH = """
import sys
from everfair.exhibition.actions.state import publish
from everfair.exhibition.models import Exhibitor
publish(Exhibitor.objects.get(pk=sys.argv[1]), by=None)
"""


def test_changes_of_another_process_are_seen_within_seconds(own: Installation) -> None:
    key, code = own.python(WITHDRAW).split()
    with own.serving() as server:
        address = f"{SEARCH}Zyxwvutser"
        assert "/offers/" not in server.get(address).text
        own.python(RENAME, "Zyxwvutser")
        found = seconds_until(lambda: finds(server.get(address)), DEADLINE)

        assert code not in server.get(HALL).text
        assert server.get(HALL).seconds < DEADLINE  # kept from now on
        own.python(PUBLISH, key)
        shown = seconds_until(lambda: code in server.get(HALL).text, DEADLINE)
    print(
        f"fresh: a new word found after {found:.2f} s, a published booth in its kept hall after {shown:.2f} s"
    )
