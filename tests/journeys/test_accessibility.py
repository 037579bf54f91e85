"""Can everybody read and work the public pages: axe, narrow screens, right to left, keyboard alone."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import Places

pytestmark = [pytest.mark.journey]

PAGES = [
    "front", "halls", "hall", "booth", "offer", "search", "about", "sign_in",
    "programme", "programme_list", "programme_now", "session", "stage", "speakers", "outcomes", "outcome", "outcome_rules",
]  # fmt: skip
# Whose pages of matching, deals and outcomes, below the language; {slug} is the edition, {booth} and {delegation} are codes.
DESKS = {
    "visitor@demo.example": [
        "my/", "my/matches/{slug}/", "my/matches/{slug}/?kind=session", "my/matches/{slug}/?kind=need",
        "my/matches/{slug}/?kind=person", "my/matches/{slug}/saved/", "my/matches/{slug}/aside/",
        "my/matches/{slug}/interests/", "{slug}/search/?q=surtitle", "my/here/{slug}/",
    ],
    "exhibitor@demo.example": [
        "booth-desk/{booth}/", "booth-desk/{booth}/matches/", "booth-desk/{booth}/matches/interests/",
        "booth-desk/{booth}/now/",
        "booth-desk/{booth}/deals/", "booth-desk/{booth}/deals/?stage=talking", "booth-desk/{booth}/deals/?state=won",
        "booth-desk/{booth}/deals/?state=lost", "booth-desk/{booth}/deals/?q=zzzz", "my/outcomes/{slug}/",
        "my/outcomes/{slug}/new/", "my/deals/{slug}/agreements/",
        "my/deals/{slug}/quotations/",
    ],
    "organiser@demo.example": [
        "desk/{slug}/matching/", "desk/{slug}/matching/figures/", "desk/{slug}/matching/report/",
        "desk/{slug}/deals/", "desk/{slug}/deals/rates/", "desk/{slug}/deals/rates/import/", "desk/{slug}/deals/stages/",
        "desk/{slug}/deals/stages/talking/", "desk/{slug}/outcomes/", "desk/{slug}/outcomes/?state=verified",
        "desk/{slug}/outcomes/?q=zzzz", "desk/{slug}/outcomes/new/", "desk/{slug}/outcomes/totals/",
        "desk/{slug}/outcomes/press/", "desk/{slug}/outcomes/press/?q=zzzz", "desk/{slug}/outcomes/follow-ups/",
    ],
    "delegation@demo.example": ["desk/delegations/{delegation}/outcomes/", "desk/delegations/{delegation}/deals/"],
}  # fmt: skip
WIDTHS = [320, 390, 768, 1280]
TOO_WIDE = """() => {
  const room = innerWidth, found = [];
  for (const part of document.body.querySelectorAll("*")) {
    const box = part.getBoundingClientRect();
    if (box.width && (box.right > room + 1 || box.left < -1)) found.push(part.tagName + "." + part.className);
  }
  return found.slice(0, 5).join(" ");
}"""
# A mark of focus is an outline or a shadow on the element or on the card or search box around it, or the wall of
# an area drawn thicker. It has to be gone when the focus is: what is always there marks nothing.
MARKS = """(on) => {
  const wall = on.querySelector(".wall");
  const around = [on, on.closest(".card"), on.closest("form.find")].filter(Boolean);
  return [...around.map((part) => {
    const look = getComputedStyle(part);
    const outlined = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
    return (outlined ? look.outlineStyle + look.outlineWidth + look.outlineColor : "") +
      (look.boxShadow === "none" ? "" : look.boxShadow);
  }), wall ? parseFloat(getComputedStyle(wall).strokeWidth) : 0];
}"""
FOCUSED = f"""() => {{
  const on = document.activeElement, tag = on.tagName.toLowerCase();
  (window.stops ||= []).push(on);
  return {{
    tag, what: on.getAttribute("href") || on.id || on.textContent.slice(0, 40),
    skip: on.classList.contains("skip"),
    search: on.matches("input[type=search]"),
    plan: tag === "a" && Boolean(on.closest("figure svg")),
    marks: ({MARKS})(on),
  }};
}}"""
UNFOCUSED = f"() => {{ document.activeElement.blur(); return window.stops.map({MARKS}); }}"


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("zh", "dark")])
def test_axe_finds_nothing_serious(browser: Any, demo: str, places: Places, lang: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(
        base_url=demo,
        bypass_csp=True,  # axe is put into the page as a script, which the policy rightly refuses
        color_scheme=scheme,
        viewport={"width": 1280, "height": 900},
    )
    page = context.new_page()
    found: list[str] = []
    for name in PAGES:
        page.goto(f"/{lang}/{places.all()[name]}")
        result = Axe().run(page).response
        assert result["passes"], f"axe looked at nothing on {name}"
        for problem in result["violations"]:
            if problem["impact"] in ("serious", "critical"):
                node = problem["nodes"][0]
                found.append(
                    f"{name}: {problem['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
                )
    context.close()
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(("lang", "scheme", "width"), [("en", "light", 1280), ("zh", "dark", 320)])
@pytest.mark.parametrize("email", DESKS)
def test_pages_of_desks_are_sound_with_all_that_folds_open(
    browser: Any, demo: str, demo_passwords: dict[str, str], email: str, lang: str, scheme: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(
        base_url=demo, bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.goto(f"/{lang}/account/login/")
    page.locator('main input[name="login"]').fill(email)
    page.locator('main input[type="password"]').fill(demo_passwords[email])
    page.locator('main input[type="password"]').press("Enter")
    page.wait_for_url(f"**/{lang}/my/**")
    booth = re.search(r"/booth-desk/([a-z0-9]{8})/", page.content())
    page.goto(f"/{lang}/desk/")
    delegation = re.search(r"/desk/delegations/([a-z0-9]{8})/", page.content())
    found: list[str] = []
    for path in DESKS[email]:
        address = path.format(
            slug="harbourlight-2026", booth=booth.group(1) if booth else "",
            delegation=delegation.group(1) if delegation else "",
        )  # fmt: skip
        answer = page.goto(f"/{lang}/{address}")
        assert answer.status == 200, f"{address}: {answer.status}"
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true })")
        result = Axe().run(page).response
        assert result["passes"], f"axe looked at nothing on {address}"
        for problem in result["violations"]:
            if problem["impact"] != "minor":
                found.append(f"{address}: {problem['id']}: {problem['nodes'][0]['html'][:160]}")
        for direction in ("ltr", "rtl"):
            page.evaluate("(direction) => { document.documentElement.dir = direction }", direction)
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                found.append(f"{address} {direction}: {wide} px: {page.evaluate(TOO_WIDE)}")
    context.close()
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(visit: Callable[..., Any], places: Places, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800})
    found: list[str] = []
    for name in PAGES:
        for lang in ("en", "zh"):
            page.goto(f"/{lang}/{places.all()[name]}")
            for direction in ("ltr", "rtl"):
                page.evaluate("(direction) => { document.documentElement.dir = direction }", direction)
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > page.evaluate("innerWidth"):
                    found.append(f"{lang} {name} {direction}: {wide} px: {page.evaluate(TOO_WIDE)}")
    assert found == [], "\n".join(found)


def test_the_front_page_by_keyboard(visit: Callable[..., Any], places: Places) -> None:
    page = visit()
    page.goto(f"/en/{places.front}")
    areas = page.locator("figure svg a:visible").count()
    assert areas > 0, "the plan has no links"
    stops: list[dict[str, Any]] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
        if sum(stop["plan"] for stop in stops) == areas:
            break

    assert stops[0]["skip"], f"the first stop is {stops[0]}"
    search = next(i for i, stop in enumerate(stops) if stop["search"])
    plan = [i for i, stop in enumerate(stops) if stop["plan"]]
    assert len(plan) == areas, f"{len(plan)} of {areas} areas were reached"
    assert 0 < search < plan[0]
    after = page.evaluate(UNFOCUSED)
    unmarked = [
        f"{stop['tag']} {stop['what']}"
        for stop, left in zip(stops, after, strict=True)
        if not any(mark and mark != gone for mark, gone in zip(stop["marks"], left, strict=True))
    ]
    assert unmarked == [], f"nothing shows the focus on {unmarked}"


def test_the_skip_link_leads_to_the_content(visit: Callable[..., Any], places: Places) -> None:
    page = visit()
    page.goto(f"/en/{places.front}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('main'))")
