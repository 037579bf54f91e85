"""From wishes to a timetable with the real worker, in a real browser: a veto, a run, two clocks, a cancelling, a repair; and a crash."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.config.installation import Client, Installation, Server
from tests.programme.live_world import cookies_of

pytestmark = [pytest.mark.journey]
PATIENCE = 120.0  # seconds; never decides more than that a run has an end
SETTINGS = {"EVERFAIR_SEARCH_ENGINE": "null", "EVERFAIR_RATE_LIMITS": "false"}


@pytest.fixture
def place(tmp_path: Path) -> Installation:
    """Tables, nobody yet."""
    return Installation(tmp_path, dict(SETTINGS)).with_tables()


def told(place: Installation, call: str) -> Any:
    """What a function of tests.journeys.timetable_stage says inside the installation."""
    return json.loads(
        place.python(
            f"import json; from tests.journeys import timetable_stage as s; print(json.dumps(s.{call}))"
        )
    )


def wait_for(what: Callable[[], Any], sentence: str) -> Any:
    """The first true answer."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if found := what():
            return found
        time.sleep(0.3)
    raise AssertionError(sentence)


@pytest.fixture
def seat(browser: Any) -> Iterator[Callable[..., Any]]:
    """A page in which the holder of a session is signed in; what goes wrong in it fails the journey."""
    contexts, wrong = [], []

    def open_page(server: Server, key: str, **options: Any) -> Any:
        context = browser.new_context(
            base_url=server.base, locale="en-GB", viewport={"width": 1280, "height": 900}, **options
        )
        context.add_cookies([{"name": "everfair_session", "value": key, "url": server.base}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == [], f"the browser complained: {wrong}"


def wish(page: Any, address: str, code: str, level: str) -> None:
    """Choose a level in the list; the page says that it is kept."""
    page.goto(address)
    page.locator(f'input[name="w-{code}"][value="{level}"]').check(force=True)
    page.locator(f'[data-said="w-{code}"]').get_by_text("Saved.").wait_for()


def make_and_publish(desk: Any, runs: str, number: int, kind: str = "") -> str:
    """A run by the organiser's button, watched until the worker is done, then published. The page before publishing."""
    desk.goto(runs)
    if kind:
        desk.get_by_label(kind).check()
    desk.get_by_label("Seconds", exact=False).first.fill("2")
    desk.get_by_role("button", name="Make a timetable").click()
    desk.wait_for_url(f"**/runs/{number}/")
    publish = desk.get_by_role("button", name="Publish this timetable")
    publish.wait_for(timeout=PATIENCE * 1000)  # the page follows the run by itself
    seen = str(desk.content())
    publish.click()
    desk.get_by_text("Published", exact=False).first.wait_for(timeout=PATIENCE * 1000)
    return seen


def test_from_wishes_to_a_meeting_and_on_to_the_next(place: Installation, seat: Callable[..., Any]) -> None:
    stage = told(place, "make()")
    with place.serving() as server:
        edition = stage["edition"]
        guests = {
            who: seat(server, key, timezone_id="Africa/Nairobi") for who, key in stage["guests"].items()
        }
        firm = seat(server, stage["owner"], timezone_id="Asia/Shanghai")
        desk = seat(server, stage["organiser"])
        urls = told(place, f"addresses({edition!r}, {stage['firm']!r})")
        wishes, diary, runs = urls["wishes"], urls["diary"], urls["runs"]

        # three guests wish for the firm and agree to be found; the firm says no to one of them
        for who, level in (("Amina", "must"), ("Berta", "want"), ("Carlos", "must")):
            page = guests[who]
            wish(page, wishes, stage["firm"], level)
            page.locator("#limits summary").click()
            page.locator('#limits input[name="is_listed"]').check()
            page.locator("#limits").get_by_role("button", name="Save").click()
            page.get_by_text("Saved.").first.wait_for()
        wish(firm, urls["firm_wishes"], told(place, "people_codes()")["Carlos"], "never")

        # the organiser's button, the worker's run, nothing on the way betrays the veto
        seen = make_and_publish(desk, runs, 1).lower()
        assert "veto" not in seen
        assert "no, thank you" not in seen
        (first,) = wait_for(lambda: told(place, "meetings_told()"), "the meeting was not made")
        assert first["names"] == ["Amina", "Li Wen"]

        # both see it, each on their own clock with the fair's beside it
        amina = guests["Amina"]
        amina.goto(diary)
        for text in ("Tidewater Surveys", "14:00", stage["in_nairobi"]):
            assert text in amina.content()
        firm.goto(urls["firm_diary"])
        assert "Amina" in firm.content()
        assert "14:00" in firm.content()

        # the first cannot come; a repair from the desk gives the slot to the next, not to who was refused
        amina.goto(urls["meeting"].replace("CODE", first["code"]))
        amina.get_by_text("I cannot come").click()
        with amina.expect_navigation():
            amina.get_by_role("button", name="Cancel the meeting").click()
        make_and_publish(desk, runs, 2, "mend what broke")
        rows = wait_for(
            lambda: len(found := told(place, "meetings_told()")) == 2 and found, "the repair made no meeting"
        )
        assert [(one["state"], one["run"], one["names"], one["bookings"]) for one in rows] == [
            ("cancelled", 1, ["Amina", "Li Wen"], 0),
            ("scheduled", 2, ["Berta", "Li Wen"], 3),
        ]
        berta, carlos = guests["Berta"], guests["Carlos"]
        berta.goto(diary)
        assert "Tidewater Surveys" in berta.content()
        assert stage["in_nairobi"] in berta.content()
        carlos.goto(diary)
        assert "Tidewater Surveys" not in carlos.locator("main").inner_text()


def test_a_run_outlives_its_worker_killed_in_the_middle(place: Installation) -> None:
    """kill -9 of the server and of the process that makes the timetable; the next server's worker takes the run up."""
    stage = told(place, "make_large()")
    runs = f"/en/desk/{stage['edition']}/meetings/runs/"
    typed = {"kind": "all", "limit": "6", "breaks": "1", "walking": "1", "seed": "1"}
    with place.serving() as server:
        desk = Client(server.base, cookies_of(stage["organiser"]))
        started = desk.post(runs, typed)
        assert started.status == 302, started.text
        again = desk.post(runs, typed)
        assert again.status == 422
        assert "under way" in again.text
        running = told(place, f"kill_as_it_runs({server.process.pid}, {PATIENCE})")
        assert running["state"] == "running"
        server.process.wait(timeout=20)
    left = told(place, "run_told()")
    assert (left["state"], left["rows"]) == ("running", 0), "nothing half done"
    with place.serving() as server:
        done = wait_for(
            lambda: (found := told(place, "run_told()"))["state"] == "done" and found,
            "nobody took the run up again",
        )
        assert (done["tries"], done["error"]) == (2, "")
        assert done["process"] != running["process"]
        assert done["placed"] > 0
        assert done["rows"] == stage["wishes"]
        page = Client(server.base, cookies_of(stage["organiser"])).get(f"{runs}1/")
        assert "Publish this timetable" in page.text
