"""A person's matches in pages: suggested with reasons, saved, set aside and brought back, interests and the switch."""

from typing import Any

import pytest
from django.test import Client

from everfair.matchmaking.models import Act, Dismissal, Interest, Saved, Seeker, Shown
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_sector
from tests.factories.matchmaking import make_firm, make_need
from tests.factories.people import make_organisation, make_user

pytestmark = pytest.mark.django_db
BASE = "/en/my/matches/"


@pytest.fixture
def world(client: Client) -> dict[str, Any]:
    edition = make_edition(phase="live")
    sector = make_sector(edition, code="1.B", name={"en": "Computer services", "zh": "计算机服务"})
    firms = []
    for name, title in (("Cloud Ledger", "Cloud accounting"), ("Plain Code", "Web pages")):
        organisation = make_organisation(name={"en": name}, country="KE")
        firm = make_exhibitor(edition, organisation=organisation, state="published", sector=sector)
        make_offer(firm, sector=sector, title={"en": title})
        firms.append(firm)
    user = make_user()
    client.force_login(user)
    return {
        "edition": edition,
        "firms": firms,
        "user": user,
        "client": client,
        "base": f"{BASE}{edition.slug}/",
    }


def _post(world: dict[str, Any], path: str, **data: Any) -> Any:
    return world["client"].post(world["base"] + path, data)


def test_who_said_nothing_is_asked_three_questions_and_shown_the_fair(world: dict[str, Any]) -> None:
    page = world["client"].get(world["base"])
    assert page.status_code == 200
    assert b"Three questions" in page.content
    assert b"Cloud Ledger" in page.content


def test_answers_lead_to_matches_with_reasons(world: dict[str, Any]) -> None:
    answer = _post(world, "interests/", looks_for="accounting in the cloud", languages="English, 中文")
    assert answer.status_code == 302
    page = world["client"].get(world["base"]).content.decode()
    assert page.index("Cloud Ledger") < page.index("Plain Code")
    assert "Offers what you ask for: accounting, cloud" in page
    assert "Three questions" not in page
    assert Shown.objects.count() == 2


def test_a_language_nobody_knows_is_said_beside_the_field_and_the_text_stays(world: dict[str, Any]) -> None:
    page = _post(world, "interests/", looks_for="accounting", languages="Klingonish")
    assert page.status_code == 422
    assert b"Klingonish" in page.content
    assert b">accounting</textarea>" in page.content.replace(b"\r", b"").replace(b"\n", b"")


def test_set_aside_it_stays_away_until_it_is_brought_back(world: dict[str, Any]) -> None:
    firm = world["firms"][0]
    done = _post(world, f"dismiss/exhibitor/{firm.code}/", why="place")
    assert done.status_code == 302
    row = Dismissal.objects.get()
    assert row.why == "place"
    assert b"Cloud Ledger" not in world["client"].get(world["base"]).content.partition(b"toasts")[0]
    assert b"Cloud Ledger" in world["client"].get(world["base"] + "aside/").content
    _post(world, f"aside/{row.pk}/back/")
    assert not Dismissal.objects.exists()


def test_saved_things_stand_in_a_list_and_in_files(world: dict[str, Any]) -> None:
    offer = world["firms"][0].offers.get()
    _post(world, f"save/offer/{offer.code}/")
    _post(world, f"save/exhibitor/{world['firms'][1].code}/")
    assert Saved.objects.count() == 2
    page = world["client"].get(world["base"] + "saved/", {"kind": "offer"}).content
    assert b"Cloud accounting" in page
    assert b"Plain Code" not in page
    csv = b"".join(world["client"].get(world["base"] + "saved.csv").streaming_content).decode("utf-8-sig")
    assert [line.split(",")[1] for line in csv.splitlines()[1:]] == ["Plain Code", "Cloud accounting"]
    assert world["client"].get(world["base"] + "saved.xlsx").status_code == 200
    assert world["client"].get(world["base"] + "saved.pdf").status_code == 404
    _post(world, f"dismiss/exhibitor/{world['firms'][1].code}/", why="sector")
    aside = b"".join(world["client"].get(world["base"] + "aside.csv").streaming_content).decode("utf-8-sig")
    assert [line.split(",")[1::4] for line in aside.splitlines()[1:]] == [
        ["Plain Code", "not what I look for"]
    ]
    world["firms"][1].state = "withdrawn"
    world["firms"][1].save()
    assert b"no longer in the fair" in world["client"].get(world["base"] + "saved/").content
    _post(world, f"saved/{Saved.objects.get(exhibitor=world['firms'][1]).pk}/remove/")
    assert Saved.objects.count() == 1


def test_a_script_gets_json(world: dict[str, Any]) -> None:
    code = world["firms"][0].code
    path = f"{world['base']}looked/exhibitor/{code}/"
    answer = world["client"].post(path, headers={"Accept": "application/json"})
    assert answer.json() == {"text": ""}
    assert Act.objects.get().act == "viewed"


def test_interests_are_seen_removed_and_switched_off(world: dict[str, Any]) -> None:
    _post(world, f"save/offer/{world['firms'][0].offers.get().code}/")
    page = world["client"].get(world["base"] + "interests/").content
    assert b"Computer services" in page
    _post(world, f"interests/{Interest.objects.get(kind='sector').pk}/remove/")
    left = world["client"].get(world["base"] + "interests/").content
    assert (
        left.count(b"Computer services") == page.count(b"Computer services") - 2
    )  # its line, and the name of its button
    _post(world, "interests/switch/", on="0")
    assert not Act.objects.exists()
    assert b"Learning is off" in world["client"].get(world["base"] + "interests/").content


def test_others_rows_cannot_be_reached(world: dict[str, Any]) -> None:
    other = Seeker.objects.create(edition=world["edition"], user=make_user())
    row = Dismissal.objects.create(seeker=other, exhibitor=world["firms"][0])
    kept = Saved.objects.create(seeker=other, exhibitor=world["firms"][0])
    liked = Interest.objects.create(seeker=other, kind="sector", value="1.B", weight=1)
    assert _post(world, f"aside/{row.pk}/back/").status_code == 404
    assert _post(world, f"saved/{kept.pk}/remove/").status_code == 404
    assert _post(world, f"interests/{liked.pk}/remove/").status_code == 404
    assert _post(world, "save/exhibitor/nonsense/").status_code == 404
    assert world["client"].get(world["base"], {"kind": "nonsense"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_matches_takes_the_same_number_of_queries(
    client: Client, count: int, django_assert_num_queries: Any
) -> None:
    edition = make_edition(phase="live")
    for _n in range(count):
        make_offer(make_exhibitor(edition, state="published"))
    client.force_login(make_user())
    client.get(f"{BASE}{edition.slug}/")
    with django_assert_num_queries(15):
        assert client.get(f"{BASE}{edition.slug}/").status_code == 200


def test_a_match_that_is_followed_is_noted_once_and_leads_to_its_page(world: dict[str, Any]) -> None:
    world["client"].get(world["base"])
    firm = world["firms"][0]
    path = f"{world['base']}open/exhibitor/{firm.code}/"
    assert path.encode() in world["client"].get(world["base"]).content
    world["client"].head(path)
    assert not Shown.objects.exclude(clicked_at=None).exists()  # a look ahead is no click
    answer = world["client"].get(path)
    assert answer.status_code == 302
    assert firm.address in answer["Location"]
    first = Shown.objects.get(exhibitor=firm).clicked_at
    world["client"].get(path)
    assert Shown.objects.get(exhibitor=firm).clicked_at == first
    assert Shown.objects.exclude(clicked_at=None).count() == 1


def test_what_cannot_be_seen_cannot_be_followed(world: dict[str, Any]) -> None:
    world["client"].get(world["base"])
    for path in ("open/exhibitor/nowhere/", "open/nothing/x/", f"open/person/{Seeker.objects.get().code}/"):
        assert world["client"].get(world["base"] + path).status_code == 404


def test_my_fair_shows_the_best_three_with_reasons_or_the_questions(world: dict[str, Any]) -> None:
    client = world["client"]
    page = client.get("/en/my/").content.decode()
    assert "Answer three questions" in page
    assert not Seeker.objects.exists()
    _post(world, "interests/", looks_for="accounting in the cloud")
    page = client.get("/en/my/").content.decode()
    assert "Cloud Ledger" in page
    assert "Offers what you ask for: accounting, cloud" in page
    assert page.count('<article class="match"') <= 3
    code = world["firms"][0].code
    answer = client.post(f"{world['base']}dismiss/exhibitor/{code}/", {"next": "/en/my/"})
    assert answer["Location"] == "/en/my/"
    assert "Cloud Ledger</a>" not in client.get("/en/my/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_my_fair_with_matches_takes_the_same_number_of_queries(
    client: Client, count: int, django_assert_num_queries: Any
) -> None:
    edition = make_edition(phase="live")
    for _n in range(count):
        make_offer(make_exhibitor(edition, state="published"))
    user = make_user()
    Seeker.objects.create(edition=edition, user=user, answers={"languages": ["en"]})
    client.force_login(user)
    client.get("/en/my/")
    with django_assert_num_queries(28):
        assert client.get("/en/my/").status_code == 200


def test_a_firms_overview_shows_needs_that_suit_it_to_its_people_only(client: Client) -> None:
    edition = make_edition(phase="live")
    firm, owner = make_firm(edition)
    sector = make_sector(edition, code="9")
    make_offer(firm, title={"en": "Cloud accounting"}, sector=sector)
    make_need(edition, title={"en": "Accounting in the cloud wanted"}, sector=sector, state="open")
    client.force_login(owner)
    page = client.get(f"/en/booth-desk/{firm.code}/").content.decode()
    assert "Accounting in the cloud wanted" in page
    assert "Answer it" in page
    client.force_login(make_user(is_superuser=True, is_staff=True))
    organisers = client.get(f"/en/booth-desk/{firm.code}/")
    assert organisers.status_code == 200
    assert b"Accounting in the cloud wanted" not in organisers.content
