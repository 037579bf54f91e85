"""A refresh learns, ranks for everybody, goes on after a crash, stops when asked; versions live in files that may be lost."""

from pathlib import Path
from typing import Any

import pytest

from everfair.base.refusals import Refused
from everfair.matchmaking.actions import refreshing
from everfair.matchmaking.actions.recommending import recommend
from everfair.matchmaking.bridge import learning
from everfair.matchmaking.bridge.learning import versions_of
from everfair.matchmaking.bridge.ranking import rules_of
from everfair.matchmaking.models import ModelVersion, Recommendation, Refresh, Seeker
from everfair.matchmaking.queries.recommendations import lines
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
WORDS = [
    ("cloud accounting for cafés", "咖啡馆的云记账"), ("marine insurance for ships", "船舶海上保险"),
    ("translation of contracts", "合同翻译"), ("cold chain transport", "冷链运输"), ("web pages for hotels", "酒店网页"),
]  # fmt: skip


@pytest.fixture
def edition(tmp_path: Path, settings: Any) -> Any:
    settings.DATA_DIR = tmp_path
    edition = make_edition()
    for n in range(70):
        english, chinese = WORDS[n % len(WORDS)]
        firm = make_exhibitor(edition, state="published")
        make_offer(
            firm,
            title={"en": english, "zh": chinese},
            description={"en": f"We do {english}.", "zh": f"我们做{chinese}。"},
        )
    for n in range(5):
        Seeker.objects.create(edition=edition, user=make_user(), answers={"looks_for": WORDS[n][1]})
    return edition


def test_everybody_is_ranked_and_the_report_says_what_fairness_did(edition: Any) -> None:
    done = refreshing.carry_out(refreshing.start_refresh(edition, by=None))
    assert done.state == Refresh.State.DONE
    assert (done.done, done.total) == (5, 5)
    assert Recommendation.objects.filter(kind="exhibitor").count() == 5
    assert done.facts["learned"] == 1
    assert done.facts["fairness"]["lists"] == 5
    version = ModelVersion.objects.get()
    assert version.is_active
    assert version.facts["records"] >= 70
    assert learning.file_of(version).exists()


def test_people_are_kept_too_and_only_those_who_agreed(edition: Any) -> None:
    shown, other = Seeker.objects.filter(exhibitor=None).order_by("pk")[:2]
    Seeker.objects.filter(pk=shown.pk).update(is_shown=True)
    firm = Seeker.objects.create(edition=edition, exhibitor=make_exhibitor(edition, state="published"))
    refreshing.carry_out(refreshing.start_refresh(edition, learns=False, by=None))
    kept = dict(Recommendation.objects.filter(kind="person").values_list("seeker_id", "rows"))
    assert len(kept) == 6
    assert [row[0] for row in kept[firm.pk]] == [shown.pk]
    assert [row[0] for row in kept[other.pk]] == [shown.pk]
    assert kept[shown.pk] == []
    Seeker.objects.filter(pk=shown.pk).update(is_shown=False)
    assert lines(edition, firm, "person", kept[firm.pk]) == []


def test_one_at_a_time_and_none_where_suggestions_are_off(edition: Any) -> None:
    first = refreshing.start_refresh(edition, by=None)
    with pytest.raises(Refused):
        refreshing.start_refresh(edition, by=None)
    refreshing.carry_out(first)
    rules = rules_of(edition)
    rules.is_open = False
    rules.save()
    with pytest.raises(Refused):
        refreshing.start_refresh(edition, by=None)


def test_it_goes_on_where_it_stood(edition: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "PART", 2)
    refresh = refreshing.start_refresh(edition, learns=False, by=None)
    calls: list[int] = []
    real = refreshing.keep_many

    def dies_at_the_second(*arguments: Any) -> None:
        calls.append(len(calls))
        if len(calls) == 3:  # two lists for each part
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(refreshing, "keep_many", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        refreshing.carry_out(refresh)
    left = Refresh.objects.get()
    assert left.state == Refresh.State.RUNNING
    assert left.done == 2
    monkeypatch.setattr(refreshing, "keep_many", real)
    done = refreshing.carry_out(left)
    assert done.state == Refresh.State.DONE
    assert done.done == 5
    assert done.facts["fairness"]["lists"] == 5


def test_it_stops_when_asked_and_keeps_what_it_has(edition: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "PART", 2)
    refresh = refreshing.start_refresh(edition, learns=False, by=None)
    refreshing.stop_refresh(refresh, by=None)
    done = refreshing.carry_out(refresh)
    assert done.state == Refresh.State.STOPPED
    assert done.done < 5
    with pytest.raises(Refused):
        refreshing.stop_refresh(done, by=None)


def test_a_failure_is_kept_with_its_sentence(edition: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh = refreshing.start_refresh(edition, learns=False, by=None)
    monkeypatch.setattr(refreshing, "ranked", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        refreshing.carry_out(refresh)
    assert Refresh.objects.get().state == Refresh.State.FAILED
    assert Refresh.objects.get().error


def test_a_lost_or_foreign_file_leaves_matching_by_sector(edition: Any) -> None:
    refreshing.carry_out(refreshing.start_refresh(edition, by=None))
    path = learning.file_of(ModelVersion.objects.get())
    assert versions_of(edition, rules_of(edition))[0].model is not None
    for damage in (b"", b"not a model", path.read_bytes()[:-40]):
        path.write_bytes(damage)
        learning.forget_versions()
        assert versions_of(edition, rules_of(edition))[0].is_by_sector
    path.unlink()
    learning.forget_versions()
    assert versions_of(edition, rules_of(edition))[0].is_by_sector


def test_too_few_records_are_not_learned_from() -> None:
    edition = make_edition()
    make_offer(make_exhibitor(edition, state="published"), title={"en": "One", "zh": "一"})
    assert refreshing.learn_version(edition, by=None) is None
    assert not ModelVersion.objects.exists()


def test_a_fair_is_learned_from_by_itself_once_and_again_when_it_grew(edition: Any) -> None:
    edition.phase = "live"
    edition.save()
    (first,) = refreshing.start_due()
    assert refreshing.start_due() == []
    refreshing.carry_out(first)
    later = first.made_at + 2 * refreshing.RESTS
    assert refreshing.start_due(later) == []
    for _n in range(40):
        make_offer(make_exhibitor(edition, state="published"), title={"en": "New", "zh": "新"})
    assert [one.edition for one in refreshing.start_due(later)] == [edition]


def test_editions_that_nobody_sees_are_left_alone(edition: Any) -> None:
    edition.phase = "archived"
    edition.save()
    assert refreshing.start_due() == []


@pytest.mark.parametrize(
    ("need", "title", "place"),
    [
        ("船舶冷链运输", "cold chain transport for ships", 10),  # nobody tells all of it in Chinese
        ("船舶海上保险", "marine insurance for ships", 15),  # fourteen tell just this in both languages
    ],
)
def test_chinese_words_find_firms_that_write_english_once_it_learned(
    edition: Any, need: str, title: str, place: int
) -> None:
    seeker = Seeker.objects.create(edition=edition, user=make_user(), answers={"looks_for": need})
    firm = make_exhibitor(edition, state="published", headline={"en": "A firm"}, about={"en": "Ask."})
    make_offer(firm, title={"en": title}, description={"en": f"We do {title}."})
    refreshing.carry_out(refreshing.start_refresh(edition, by=None))
    seeker.refresh_from_db()
    assert firm.pk in [row[0] for row in recommend(seeker, "exhibitor").rows[:place]]
