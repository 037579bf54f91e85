"""A real browser against a real server. Needs Chromium; without one the journeys skip and say so."""

import json
import os
import re
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.config.demonstration import demonstration, sample_fair
from tests.journeys.chromium import FLAGS
from tests.journeys.connections import Connections

os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # Playwright's loop runs in this thread; the ORM may too


PATIENCE = 60_000  # ms that a page is waited for, everywhere alike: other suites run beside the journeys


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, once for all journeys."""
    from playwright.sync_api import expect, sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine: install chromium to run the journeys")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*FLAGS])
        plain = started.new_context

        def new_context(**options: Any) -> Any:
            context = plain(**options)
            context.set_default_timeout(PATIENCE)
            return context

        started.new_context = new_context  # type: ignore[method-assign]
        yield started
        started.close()


@pytest.fixture
def locale() -> str:
    """The browser's language; parametrize to change it."""
    return "en-GB"


@pytest.fixture(scope="session")
def connections(live_server: Any) -> Connections:
    """The browsers' connections to the running server."""
    return Connections(live_server.thread.httpd)


@pytest.fixture
def live(live_server: Any, connections: Connections) -> Iterator[str]:
    """The address of the running server, by the name localhost: passkeys need a name.

    Browsers close before this does; what they had asked for last is answered before the tables are cleared.
    """
    yield str(live_server.url)
    connections.wait_until_none(str(live_server.url))


@pytest.fixture
def page(browser: Any, live: str, locale: str) -> Iterator[Any]:
    """A page of a fresh browser profile. Errors of scripts and of the security policy fail the journey."""
    context = browser.new_context(base_url=live, locale=locale, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on(
        "console",
        lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield opened
    context.close()
    assert wrong == [], f"the browser complained: {wrong}"


@dataclass(frozen=True)
class Places:
    """Addresses of one page of each sort in the sample fair, below the language: "harbourlight-2026/halls/c/"."""

    front: str
    halls: str
    hall: str
    booth: str
    offer: str
    search: str
    about: str
    programme: str
    programme_list: str
    programme_now: str
    session: str
    stage: str
    speakers: str
    outcomes: str
    outcome: str
    outcome_rules: str
    sign_in: str = "account/login/"

    def all(self) -> dict[str, str]:
        """Name of the page to its address."""
        return dict(vars(self))


def fetched(url: str) -> str:
    """The text at an address, read without a browser."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return str(answer.read().decode())


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the sample fair: a copy of what `everfair demo` made from nothing."""
    return Path(shutil.copytree(sample_fair(), tmp_path_factory.mktemp("demo"), dirs_exist_ok=True))


@pytest.fixture(scope="session")
def demo(demo_data: Path) -> Iterator[str]:
    """The sample fair, served by the command itself with the real search engine. Yields its address."""
    with demonstration(demo_data) as url:
        yield url


@pytest.fixture(scope="session")
def demo_passwords(demo: str, demo_data: Path) -> dict[str, str]:
    """E-mail address to password of the sample people."""
    accounts = json.loads((demo_data / "demo-accounts.json").read_text())
    return {account["email"]: account["password"] for account in accounts}


@pytest.fixture(scope="session")
def places(demo: str) -> Places:
    """The fullest hall with its first booth and the newest offer, so that pages are as heavy as they get."""
    with urllib.request.urlopen(f"{demo}/en/", timeout=30) as answer:
        front = answer.url.removeprefix(f"{demo}/en/")
        newest = answer.read().decode()
    rows = re.findall(
        r'area-row[^>]*><a href="/en/([^"]+)".*?(\d+) booths?<', fetched(f"{demo}/en/{front}halls/")
    )
    hall = max(rows, key=lambda row: int(row[1]))[0]
    booth = re.search(rf'href="/en/({front}booths/[^"]+)"', fetched(f"{demo}/en/{hall}"))
    offer = re.search(rf'href="/en/({front}offers/[^"]+)"', newest)
    session = re.search(rf'href="/en/({front}sessions/[^"]+)"', fetched(f"{demo}/en/{front}programme/"))
    stage = re.search(rf'href="/en/({front}stages/[^"]+)"', fetched(f"{demo}/en/{front}programme/"))
    outcome = re.search(
        rf'href="/en/({front}outcomes/[a-z0-9]{{8}}/)"', fetched(f"{demo}/en/{front}outcomes/")
    )
    assert outcome, "no outcome in the registry"
    assert booth, f"no booth in {hall}"
    assert session, "no session in the programme"
    assert stage, "no stage in the programme"
    assert offer, "no offer on the front page"
    return Places(
        front=front,
        halls=f"{front}halls/",
        hall=hall,
        booth=booth.group(1),
        offer=offer.group(1),
        search=f"{front}search/?q=interpreters",
        about=f"{front}about/",
        programme=f"{front}programme/",
        programme_list=f"{front}programme/list/",
        programme_now=f"{front}programme/now/",
        session=session.group(1),
        stage=stage.group(1),
        speakers=f"{front}speakers/",
        outcomes=f"{front}outcomes/",
        outcome=outcome.group(1),
        outcome_rules=f"{front}outcomes/rules/",
    )


@pytest.fixture
def visit(browser: Any, demo: str) -> Iterator[Callable[..., Any]]:
    """Opens a page of a fresh profile at the sample fair; takes what `new_context` takes.

    Whatever any of these pages says on the console as an error, and every refusal of the security policy,
    fails the test at its end.
    """
    contexts: list[Any] = []
    wrong: list[str] = []

    def listen(said: Any) -> None:
        if said.type == "error" or "Content Security Policy" in said.text:
            wrong.append(f"{said.text} ({said.location.get('url', '')})")

    def open_page(**options: Any) -> Any:
        context = browser.new_context(
            **{"base_url": demo, "locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **options}
        )
        contexts.append(context)
        opened = context.new_page()
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("console", listen)
        return opened

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == [], f"the browser complained: {wrong}"
