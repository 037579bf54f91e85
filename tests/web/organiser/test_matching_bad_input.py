"""The organiser's desk of matching where something is odd: firms that state everything, a lost model, nobody there."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from everfair.matchmaking import tasks
from everfair.matchmaking.bridge import learning
from everfair.matchmaking.bridge.matcher import matchers
from everfair.matchmaking.models import ModelVersion, Refresh, Seeker
from everfair.matchmaking.models.matches import MatchRules
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_sector
from tests.factories.people import make_organisation, make_user
from tests.web.matching_pages import fair_of_two_languages, names_on

pytestmark = pytest.mark.django_db
KEYWORDS = "cloud accounting insurance translation transport hotel legal audit tourism film design storage "


@pytest.fixture(autouse=True)
def _queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(tasks.carry_out_refresh), "enqueue", lambda _task, _pk: None)


def _refresh(desk: Any, learns: bool = False) -> None:
    desk.post("matching/refresh/", {"learns": "1"} if learns else {})
    assert tasks.carry_out_refresh.func(Refresh.objects.order_by("-pk")[0].pk) == "done"


def _firm(desk: Any, name: str, sector: Any, title: str) -> Any:
    organisation = make_organisation(name={"en": name}, country="KE", size_class="small")
    firm = make_exhibitor(desk.edition, organisation=organisation, state="published", sector=sector,
                          headline={"en": title}, about={"en": f"We do {title.lower()}."})  # fmt: skip
    make_offer(firm, sector=sector, title={"en": title}, description={"en": f"{title} for small firms."})
    return firm


def _visitor(desk: Any, **answers: Any) -> Client:
    user, client = make_user(), Client()
    Seeker.objects.create(edition=desk.edition, user=user, answers=answers)
    client.force_login(user)
    return client


def _names(client: Client, desk: Any) -> list[str]:
    return names_on(client.get(f"/en/my/matches/{desk.edition.slug}/").content.decode())


@pytest.mark.parametrize("times", [1, 60])
def test_who_states_every_sector_and_keyword_does_not_rise_and_stands_in_the_report(
    desk: Any, times: int
) -> None:
    sectors = [make_sector(desk.edition, code=f"{n}") for n in range(40)]
    for n, sector in enumerate(sectors):
        for title in ("Cloud accounting", "Marine insurance", "Film design"):
            _firm(desk, f"Honest {n} {title}", sector, title)
    stuffer = _firm(desk, "Everything Ltd", sectors[0], "Everything")
    for sector in sectors:
        make_offer(stuffer, sector=sector, title={"en": KEYWORDS}, description={"en": KEYWORDS * times})
    _refresh(desk)
    for n in (3, 17, 39):
        for looked in ("cloud accounting", "marine insurance", ""):
            answers = {"looks_for": looked, "sectors": [str(n)], "languages": []}
            names = _names(_visitor(desk, **answers), desk)
            honest = [name for name in names if name.startswith(f"Honest {n} ")]
            fitting = [name for name in honest if looked.title().split(" ")[0] in name] if looked else honest
            assert fitting
            if "Everything Ltd" in names:
                assert all(names.index(name) < names.index("Everything Ltd") for name in fitting), names
    report = desk.get("matching/report/").content.decode()
    assert f"/{stuffer.address}/" in report
    assert "It names 40 sectors." in report
    assert "times as long as usual" in report
    assert "Each of its sectors counts" in report
    assert "Honest" not in report


def test_one_word_again_and_again_stands_in_the_report(desk: Any) -> None:
    sector = make_sector(desk.edition, code="1")
    for n in range(12):
        _firm(desk, f"Honest {n}", sector, "Marine insurance")
    loud = _firm(desk, "Loud", sector, "Accounting")
    make_offer(loud, sector=sector, title={"en": "Accounting"}, description={"en": "accounting " * 300})
    honest = _firm(desk, "Ledger", sector, "Accounting")
    _refresh(desk)
    names = _names(_visitor(desk, looks_for="accounting"), desk)
    assert set(names[:2]) == {"Loud", "Ledger"}
    report = desk.get("matching/report/").content.decode()
    assert "It repeats “account" in report
    assert f"/{loud.address}/" in report
    assert f"/{honest.address}/" not in report


def test_a_refresh_of_an_empty_fair_ends_well_and_the_report_says_so(desk: Any) -> None:
    _refresh(desk, learns=True)
    assert Refresh.objects.get().state == "done"
    page = desk.get("matching/").content.decode()
    assert "Nothing was learned yet: the fair has too few texts in both languages." in page
    assert "No report yet" in desk.get("matching/report/").content.decode()
    assert "Nothing was shown yet" in desk.get("matching/figures/").content.decode()


def test_a_fair_of_one_firm_and_one_visitor_makes_a_report(desk: Any) -> None:
    _firm(desk, "Only One", make_sector(desk.edition, code="1"), "Cloud accounting")
    assert _names(_visitor(desk, looks_for="accounting"), desk) == ["Only One"]
    _refresh(desk)
    report = desk.get("matching/report/").content.decode()
    assert "1 of 1 firms are small or new." in report
    assert "No firm overstates." in report


@pytest.mark.parametrize("damage", ["missing", "cut", "foreign"])
def test_a_model_that_cannot_be_read_is_said_with_what_to_do_and_learning_mends_it(
    desk: Any, damage: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    desk.edition.phase = "live"
    desk.edition.save()
    fair_of_two_languages(desk.edition)
    _refresh(desk, learns=True)
    assert "cannot be read" not in desk.get("matching/").content.decode()
    path = learning.file_of(ModelVersion.objects.get())
    with monkeypatch.context() as patched:
        if damage == "missing":
            path.unlink()
        elif damage == "cut":
            path.write_bytes(path.read_bytes()[:-60])
        else:
            patched.setattr("everfair.engines.matching.languages.store.VERSION", 99)
        learning.forget_versions()
        matchers.clear()
        page = desk.get("matching/").content.decode()
    assert "The active version cannot be read" in page
    assert (
        "Its file is missing." if damage == "missing" else "Its file is damaged, or was written by"
    ) in page
    _refresh(desk, learns=True)
    page = desk.get("matching/").content.decode()
    assert "The active version cannot be read" not in page
    assert ModelVersion.objects.get(is_active=True).number == 2
    visitors = _visitor(desk, looks_for="云记账").get(f"/en/my/matches/{desk.edition.slug}/").content.decode()
    assert "matches are by sector" not in visitors


def test_a_lost_version_that_is_compared_leaves_lists_whole(desk: Any, tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    desk.edition.phase = "live"
    desk.edition.save()
    fair_of_two_languages(desk.edition)
    _refresh(desk, learns=True)
    _refresh(desk, learns=True)
    lost = ModelVersion.objects.get(number=1)
    learning.file_of(lost).unlink()
    MatchRules.objects.create(edition=desk.edition, compares=lost)
    learning.forget_versions()
    page = desk.get("matching/").content.decode()
    assert "Its file is missing." in page
    assert "The active version cannot be read" not in page
    assert len(_names(_visitor(desk, looks_for="云记账"), desk)) >= 10
