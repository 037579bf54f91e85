"""A visitor walks the sample fair in a real browser: both languages, with and without script, on a thin line, by keyboard."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.demo import Demo, serve_demo

pytestmark = pytest.mark.journey
PAGES = ("front", "halls", "hall", "booth", "offer", "search", "about", "sign-in")
MOST_BYTES, MOST_REQUESTS = 100_000, 12


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with serve_demo(tmp_path_factory.mktemp("demo")) as found:
        yield found


@pytest.fixture(scope="module")
def paths(demo: Demo, browser: Any) -> dict[str, str]:
    """Addresses below the language of one page of each kind."""
    page = browser.new_page()
    page.goto(f"{demo.address}/en/{demo.edition}/halls/2/")
    booth = page.locator(".card h3 a").first.get_attribute("href")
    page.goto(demo.address + booth)
    offer = page.locator(".service h3 a").first.get_attribute("href")
    page.close()
    base = f"/{demo.edition}/"
    return {
        "front": base,
        "halls": f"{base}halls/",
        "hall": f"{base}halls/c/",
        "booth": booth.removeprefix("/en"),
        "offer": offer.removeprefix("/en"),
        "search": f"{base}search/?q=water",
        "about": f"{base}about/",
        "sign-in": "/account/login/",
    }


@pytest.fixture
def open_page(browser: Any, demo: Demo) -> Iterator[Any]:
    """Opens pages of a fresh profile; errors of scripts and of the security policy fail the journey."""
    contexts, wrong = [], []

    def open_(**options: Any) -> Any:
        context = browser.new_context(base_url=demo.address, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def test_a_visitor_in_chinese_finds_a_booth_and_reads_it_in_english(open_page: Any, demo: Demo) -> None:
    page = open_page(locale="zh-CN", viewport={"width": 1280, "height": 900})
    page.goto("/")
    assert page.url.endswith(f"/zh/{demo.edition}/")
    page.locator(".plan a[href$='/halls/2/']:visible").first.click()
    page.wait_for_url("**/halls/2/")
    assert page.locator("h1").inner_text() == "通信与云服务"
    before = page.locator(".card").count()
    page.locator("input[name=mode][value='2']").check()
    page.wait_for_url("**mode=2**")
    assert 0 < page.locator(".card").count() < before
    page.locator(".card h3 a").first.click()
    page.wait_for_url("**/booths/**")
    there = page.url
    page.get_by_role("link", name="English").click()
    page.wait_for_url(there.replace("/zh/", "/en/"))
    assert page.locator("html").get_attribute("lang") == "en"


def test_search_by_keyboard_in_two_languages_and_with_a_typing_error(open_page: Any, demo: Demo) -> None:
    page = open_page(viewport={"width": 1280, "height": 900})
    found = {}
    for lang, words in (("zh", "口译"), ("en", "interpreters"), ("en", "interpretters")):
        page.goto(f"/{lang}/{demo.edition}/search/?q={words}")
        addresses = page.locator(".hits h3 a").evaluate_all(
            "links => links.map(link => link.pathname.slice(3))"
        )
        found[words] = {address for address in addresses if "/booths/" in address or "/offers/" in address}
    assert found["口译"] & found["interpreters"]
    assert found["interpreters"] & found["interpretters"]
    page.goto(f"/en/{demo.edition}/")
    box = page.locator("#find-q")
    box.focus()
    page.keyboard.type("interp", delay=20)
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/booths/" in url or "/offers/" in url)


def test_everything_reads_and_submits_without_script(open_page: Any, demo: Demo) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.goto(f"/en/{demo.edition}/halls/c/")
    page.locator("input[name=mode][value='2']").check()
    page.get_by_role("button", name="Show results").click()
    assert "mode=2" in page.url
    page.locator(".card h3 a").first.click()
    assert "/booths/" in page.url
    page.locator("#find-q").fill("water")
    page.locator("form.find button").click()
    assert page.locator(".hits li").count() > 0


@pytest.mark.parametrize("name", [name for name in PAGES if name != "sign-in"])
def test_a_first_visit_is_light_and_asks_nobody_else(
    open_page: Any, demo: Demo, paths: dict[str, str], name: str
) -> None:
    page = open_page()
    session = page.context.new_cdp_session(page)
    sizes: list[float] = []
    asked: list[str] = []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/en{paths[name]}", wait_until="networkidle")
    outside = [url for url in asked if not url.startswith((demo.address, "data:"))]
    print(f"{name}: {sum(sizes) / 1000:.1f} kB, {len(sizes)} requests")
    assert outside == []
    assert 0 < sum(sizes) <= MOST_BYTES
    assert len(sizes) <= MOST_REQUESTS


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("zh", "dark")])
def test_axe_finds_nothing_serious(
    browser: Any, demo: Demo, paths: dict[str, str], lang: str, scheme: str
) -> None:
    context = browser.new_context(
        base_url=demo.address, color_scheme=scheme, bypass_csp=True
    )  # axe brings its own script
    page, wrong = context.new_page(), []
    for name, path in paths.items():
        page.goto(f"/{lang}{path}")
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                wrong.append((name, violation["id"], [node["target"] for node in violation["nodes"][:3]]))
    context.close()
    assert wrong == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_scrolls_sideways_in_either_direction(
    open_page: Any, paths: dict[str, str], width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    too_wide = []
    for name, path in paths.items():
        page.goto(f"/zh{path}")
        for direction in ("ltr", "rtl"):
            page.evaluate("direction => { document.documentElement.dir = direction }", direction)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                too_wide.append((name, direction))
    assert too_wide == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(open_page: Any, demo: Demo) -> None:
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto(f"/en/{demo.edition}/")
    reached, unseen = [], []
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => { const it = document.activeElement, own = getComputedStyle(it);
            const marks = [it, it.closest('.card'), it.closest('.find'), ...it.querySelectorAll('.wall')].filter(Boolean);
            const seen = marks.some(one => { const s = getComputedStyle(one); return s.outlineStyle !== 'none' || s.boxShadow !== 'none'
              || parseFloat(s.strokeWidth) > 4 });
            return [it.className.baseVal ?? it.className, it.getAttribute('href') || it.name || it.tagName, seen] }"""
        )
        reached.append(here[1])
        if not here[2] and here[1] != "BODY":  # past the last link the browser starts again
            unseen.append(here)
    assert reached[0] == "#main", "the skip link comes first"
    assert "q" in reached
    assert any(str(one).endswith("/halls/2/") for one in reached)
    assert unseen == [], unseen[:4]


def test_an_exhibitor_changes_the_headline_and_visitors_read_it(open_page: Any, demo: Demo) -> None:
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto("/en/account/login/")
    page.locator("input[name=login]").fill("exhibitor@demo.example")
    page.locator("input[name=password]").fill(demo.passwords["exhibitor@demo.example"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/my/**")
    page.goto("/en/booth-desk/")
    page.locator("main a[href^='/en/booth-desk/']").first.click()
    code = page.url.rstrip("/").rpartition("/")[2]
    page.goto(f"/en/booth-desk/{code}/booth/")
    page.locator("[name=headline_en]").fill("Read aloud on a Tuesday.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.wait_for_load_state()
    visitor = open_page()
    for _ in range(25):
        visitor.goto(f"/en/{demo.edition}/booths/{code}/")
        if "Read aloud on a Tuesday." in visitor.locator("main").inner_text():
            break
        visitor.wait_for_timeout(400)
    assert "Read aloud on a Tuesday." in visitor.locator("main").inner_text()


def test_an_organiser_accepts_a_firm_and_finds_it_in_the_log(open_page: Any, demo: Demo) -> None:
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto("/en/account/login/")
    page.locator("input[name=login]").fill("organiser@demo.example")
    page.locator("input[name=password]").fill(demo.passwords["organiser@demo.example"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/my/**")
    page.goto(f"/en/desk/{demo.edition}/queue/")
    page.get_by_role("link", name="Open").first.click()
    firm = page.locator("h1").inner_text().split("\n")[0]
    page.get_by_role("button", name="Accept").first.click()
    page.wait_for_load_state()
    page.goto(f"/en/desk/{demo.edition}/log/")
    assert firm in page.locator("main").inner_text()
