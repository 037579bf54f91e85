"""A badge in real Chromium: the phone's page without a network, and QR codes read back from pictures of screen and print."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders

from everfair.gateways.printing import set_badges
from everfair.registration.access import digest_of, secret_of
from everfair.registration.actions.badges import issue_badge, reissue_badge
from everfair.registration.bridge import face_of
from everfair.registration.models import Registration
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.fair import make_edition
from tests.gateways.printing.reading import READ_PICTURE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def person() -> Registration:
    edition = make_edition(venue={"en": "Harbour halls", "zh": "港湾展馆"})
    kind = make_badge_kind(edition, name={"en": "Professional visitor", "zh": "专业观众"}, motif=1)
    found = make_badge_holder(
        kind, name="欧阳若兰", second_name="Ouyang Ruolan", organisation_name="青岚云计算（北京）有限公司",
        job_title="市场总监", country="CN",
    )  # fmt: skip
    found.secret_digest = digest_of(secret_of(found))
    found.save()
    return found


def address(person: Registration, lang: str = "en") -> str:
    return f"/{lang}/{person.edition.slug}/registration/{secret_of(person)}/badge/"


def read_code(page: Any, picture: bytes) -> str:
    """What jsQR, the gate's own reader, makes of a picture."""
    script = finders.find("vendor/jsqr-1.4.0/jsQR.js")
    reader = page.context.new_page()
    reader.add_script_tag(path=script)
    found = reader.evaluate(READ_PICTURE, base64.b64encode(picture).decode())
    reader.close()
    return str(found)


def kept_by_worker(page: Any) -> None:
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.wait_for_function(
        "() => document.querySelector('[data-kept]').textContent.includes('without a network')"
    )


def test_the_badge_opens_again_without_a_network(page: Any, person: Registration) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address(person))
    kept_by_worker(page)
    badge = person.badges.get()
    assert read_code(page, page.screenshot()) == badge.code
    page.context.set_offline(True)
    page.reload()
    assert page.locator("h1").inner_text() == "欧阳若兰"
    assert "Off line" in page.locator("[data-line]").inner_text()
    assert page.locator("[data-needs-line]").first.get_attribute("class").endswith("is-off")
    assert read_code(page, page.screenshot()) == badge.code
    page.context.set_offline(False)
    new = reissue_badge(person, by=None, reason="Lost.")
    page.reload()
    assert read_code(page, page.screenshot()) == new.code
    page.context.set_offline(True)
    page.reload()
    assert read_code(page, page.screenshot()) == new.code  # what the phone keeps is the new one


def test_a_cancelled_person_does_not_go_on_showing_the_badge(page: Any, person: Registration) -> None:
    page.goto(address(person))
    kept_by_worker(page)
    Registration.objects.filter(pk=person.pk).update(state="cancelled")
    page.reload()
    assert page.locator(".badge-code").count() == 0
    page.context.set_offline(True)
    page.reload()
    assert page.locator(".badge-code").count() == 0


def test_the_worker_touches_its_own_page_only(page: Any, person: Registration, live: str) -> None:
    page.goto(address(person))
    kept_by_worker(page)
    scopes = page.evaluate(
        "async () => (await navigator.serviceWorker.getRegistrations()).map((one) => one.scope)"
    )
    assert scopes == [f"{live}{address(person)}"]
    page.goto("/en/editions/")
    assert page.evaluate("() => navigator.serviceWorker.controller") is None


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_cut_off(page: Any, person: Registration, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    person.name, person.organisation_name = "Wolfeschlegelsteinhausenbergerdorff-Hubertusthal", "Firm " * 30
    person.save()
    for lang in ("en", "zh"):
        page.goto(address(person, lang))
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        assert read_code(page, page.screenshot(full_page=True)) == person.badges.get().code


@pytest.mark.parametrize("paper", ["a6", "a4"])
def test_the_printed_code_is_read_from_a_picture_of_the_page(
    page: Any, person: Registration, paper: str, tmp_path: Path
) -> None:
    face = face_of(person, issue_badge(person, by=None))
    picture = set_badges([face], paper, now=datetime(2026, 9, 1, tzinfo=UTC), picture_dots=110)
    assert read_code(page, picture) == person.badges.get().code


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Any, live: str, person: Registration, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(
        base_url=live, bypass_csp=True, color_scheme=scheme, service_workers="block"
    )
    page = context.new_page()
    found = []
    for state in ("approved", "cancelled"):
        Registration.objects.filter(pk=person.pk).update(state=state)
        for lang in ("en", "zh"):
            page.goto(address(person, lang))
            result = Axe().run(page).response
            assert result["passes"]
            found += [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in result["violations"]]
    context.close()
    assert found == []
