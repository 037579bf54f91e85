"""A real browser against a real server. Needs Chromium; without one the journeys skip and say so."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # Playwright's loop runs in this thread; the ORM may too


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, once for all journeys."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine: install chromium to run the journeys")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def locale() -> str:
    """The browser's language; parametrize to change it."""
    return "en-GB"


@pytest.fixture
def live(live_server: Any) -> str:
    """The address of the running server, by the name localhost: passkeys need a name."""
    return str(live_server.url)


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
