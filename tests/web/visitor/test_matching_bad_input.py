"""A visitor's matches where the fair or what was said is odd: nobody there, one firm, all alike, all set aside, a lost model."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from everfair.matchmaking.actions import refreshing
from everfair.matchmaking.bridge import learning
from everfair.matchmaking.bridge.matcher import matchers
from everfair.matchmaking.models import Dismissal, ModelVersion, Seeker
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_sector
from tests.factories.matchmaking import make_need
from tests.factories.people import make_organisation, make_user
from tests.web.matching_pages import fair_of_two_languages, names_on

pytestmark = pytest.mark.django_db
ASIDE = "You have set aside everything there is. Bring something back to see it again."
NOTHING = {
    "exhibitor": "There is no open booth to suggest yet.",
    "offer": "There is no offer to suggest yet.",
    "need": "No needs are on the board for you yet.",
    "session": "There is no session to suggest yet.",
    "person": "There is nobody to suggest yet",
}
BY_SECTOR = "across languages, matches are by sector"


def _base(edition: Any) -> str:
    return f"/en/my/matches/{edition.slug}/"


def _visitor(edition: Any, looks_for: str = "") -> Client:
    user, client = make_user(), Client()
    Seeker.objects.create(edition=edition, user=user, answers={"looks_for": looks_for} if looks_for else {})
    client.force_login(user)
    return client


def _page(client: Client, edition: Any, **query: str) -> str:
    answer = client.get(_base(edition), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("kind", ["exhibitor", "offer", "need", "session", "person"])
@pytest.mark.parametrize(
    "looks_for", ["", "accounting", "🦊", "the of and", "hello " * 3000, "محاسبة سحابية"]
)
def test_an_empty_fair_says_so_each_time_it_is_looked_at(kind: str, looks_for: str) -> None:
    edition = make_edition(phase="live")
    client = _visitor(edition, looks_for)
    for _look in range(2):
        page = _page(client, edition, kind=kind)
        assert NOTHING[kind] in page
        assert '<article class="match"' not in page


@pytest.mark.parametrize("looks_for", ["", "cloud accounting", "🦊", "the of and", "marine insurance"])
def test_the_one_exhibitor_there_is_is_shown(looks_for: str) -> None:
    edition = make_edition(phase="live")
    organisation = make_organisation(name={"en": "Only One"}, country="KE")
    make_offer(
        make_exhibitor(edition, organisation=organisation, state="published"),
        title={"en": "Cloud accounting"},
    )
    client = _visitor(edition, looks_for)
    assert names_on(_page(client, edition)) == ["Only One"]
    assert names_on(_page(client, edition, kind="offer")) == ["Cloud accounting"]


def test_firms_that_are_all_alike_stand_in_a_steady_order_and_each_gets_its_turn() -> None:
    edition = make_edition(phase="live")
    sector = make_sector(edition, code="1")
    for number in range(20):
        organisation = make_organisation(name={"en": f"Alike {number:02}"}, country="KE", size_class="small")
        firm = make_exhibitor(edition, organisation=organisation, state="published", sector=sector,
                              headline={"en": "Cloud accounting"}, about={})  # fmt: skip
        make_offer(firm, sector=sector, title={"en": "Cloud accounting"}, description={})
    seen: Counter[str] = Counter()
    first: Counter[str] = Counter()
    for _n in range(40):
        client = _visitor(edition, "cloud accounting")
        names = names_on(_page(client, edition))
        assert len(names) == len(set(names)) == 20
        matchers.clear()
        Seeker.objects.update(changed_at="2030-01-01T00:00:00Z")  # ranked anew, from candidates read anew
        assert names_on(_page(client, edition)) == names
        seen.update(names[:10])
        first[names[0]] += 1
    assert len(seen) == 20  # 400 places among the first ten: 20 for each on average, by lot
    assert min(seen.values()) >= 10
    assert max(seen.values()) <= 30
    assert max(first.values()) <= 8


@pytest.mark.parametrize("why", ["", "never"])
def test_who_set_everybody_aside_reads_so_and_finds_the_way_back(why: str) -> None:
    edition = make_edition(phase="live")
    firms = [make_exhibitor(edition, state="published") for _n in range(3)]
    client = _visitor(edition)
    for firm in firms:
        client.post(f"{_base(edition)}dismiss/exhibitor/{firm.code}/", {"why": why})
    for _look in range(3):
        page = _page(client, edition)
        assert ASIDE in page
        assert f'<a href="{_base(edition)}aside/">Bring something back</a>' in page
    aside = client.get(f"{_base(edition)}aside/").content.decode()
    assert all(str(firm.organisation) in aside for firm in firms)
    row = Dismissal.objects.first()
    assert row is not None
    client.post(f"{_base(edition)}aside/{row.pk}/back/")
    assert len(names_on(_page(client, edition))) == 1


def test_offers_of_firms_that_were_all_set_aside_are_not_said_to_be_missing() -> None:
    edition = make_edition(phase="live")
    firm = make_offer(make_exhibitor(edition, state="published")).exhibitor
    client = _visitor(edition)
    client.post(f"{_base(edition)}dismiss/exhibitor/{firm.code}/", {"why": "never"})
    for _look in range(2):
        page = _page(client, edition, kind="offer")
        assert ASIDE in page
        assert NOTHING["offer"] not in page


def test_needs_that_are_kept_for_others_are_not_said_to_be_set_aside() -> None:
    edition = make_edition(phase="live")
    make_need(edition, state="open", audience="chosen", firms=[make_exhibitor(edition)])
    page = _page(_visitor(edition), edition, kind="need")
    assert NOTHING["need"] in page
    assert ASIDE not in page


def test_what_fits_no_hard_condition_says_which_door_to_open() -> None:
    edition = make_edition(phase="live")
    make_exhibitor(edition, organisation=make_organisation(country="KE"), state="published")
    client = _visitor(edition)
    make_need(edition, seeker=Seeker.objects.get(), state="open", countries=["CN"], musts=["countries"])
    for _look in range(2):
        page = _page(client, edition)
        assert "Nothing fits all your conditions." in page
        assert f'<a href="/en/my/needs/{edition.slug}/">To your needs</a>' in page


def test_conditions_of_others_are_not_said_to_be_ones_own() -> None:
    edition = make_edition(phase="live")
    make_need(edition, state="open", countries=["CN"], musts=["countries"])
    page = _page(_visitor(edition, "accounting"), edition, kind="need")
    assert "What there is has conditions that you do not meet." in page


@pytest.mark.parametrize("damage", ["missing", "empty", "rubbish", "cut", "foreign"])
def test_a_model_that_cannot_be_read_leaves_the_page_with_matches_by_sector(
    damage: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    edition = fair_of_two_languages()
    client = _visitor(edition, "cloud accounting")
    refreshing.carry_out(refreshing.start_refresh(edition, by=None))
    assert BY_SECTOR not in _page(client, edition).lower()
    path = learning.file_of(ModelVersion.objects.get())
    if damage == "missing":
        path.unlink()
    elif damage == "foreign":
        monkeypatch.setattr("everfair.engines.matching.languages.store.VERSION", 99)
    else:
        whole = path.read_bytes()
        path.write_bytes({"empty": b"", "rubbish": b"no model", "cut": whole[: len(whole) // 2]}[damage])
    learning.forget_versions()
    matchers.clear()
    page = _page(client, edition)
    assert names_on(page)
    assert BY_SECTOR in page.lower()
    assert "too few texts" not in page  # it has enough: what was learned cannot be read


def test_a_fair_with_too_few_texts_says_that_this_is_why() -> None:
    edition = make_edition(phase="live")
    make_exhibitor(edition, state="published")
    page = _page(_visitor(edition), edition)
    assert BY_SECTOR in page
    assert "too few texts" in page
