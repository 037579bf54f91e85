"""Rows become profiles: what is public of a firm, what a buyer hides, what a seeker said, did and waved away."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everfair.engines.matching import Seeks, Wish
from everfair.matchmaking.actions import interests as actions
from everfair.matchmaking.bridge import profiles, seeking
from everfair.matchmaking.models import Need, NeedSector, Seeker
from everfair.matchmaking.queries import apart
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_sector
from tests.factories.people import make_organisation, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def edition() -> Any:
    return make_edition()


@pytest.fixture
def firm(edition: Any) -> Any:
    top = make_sector(edition, code="1", name={"en": "Business services"})
    make_sector(edition, top, code="1.B", name={"en": "Computer services"})
    organisation = make_organisation(country="KE", size_class="micro", name={"en": "Savanna Ledger"})
    return make_exhibitor(edition, organisation=organisation, state="published", languages=["en"], sector=top)


def _sector(edition: Any, code: str) -> Any:
    return edition.sectors.get(code=code)


def test_a_firm_brings_what_its_offers_on_the_shelf_come_to(edition: Any, firm: Any) -> None:
    make_offer(
        firm,
        sector=_sector(edition, "1.B"),
        modes=1,
        languages=["sw"],
        delivers_to=["DE"],
        title={"en": "Books"},
    )
    make_offer(firm, modes=8, delivers_to=["*"], title={"zh": "记账"})
    make_offer(firm, modes=2, title={"en": "Hidden"}, is_on_shelf=False)
    tree = profiles.Tree(edition.pk)
    (one,) = profiles.exhibitor_profiles(edition, tree)
    assert one.key == one.firm == f"exhibitor:{firm.pk}"
    assert one.offers.modes == 1 | 8
    assert one.offers.country == "KE"
    assert one.offers.size == "micro"
    assert one.offers.delivers_to == ("*", "DE")
    assert one.offers.languages[:2] == ("en", "sw")
    assert one.offers.sectors[:2] == ("1", "1/1.B")
    assert "Savanna Ledger" in one.offers.texts["en"]
    assert "Hidden" not in one.offers.texts["en"]
    assert "记账" in one.offers.texts["zh"]
    assert one.seeks == Seeks()


def test_firms_that_are_not_published_are_no_candidates(edition: Any, firm: Any) -> None:
    firm.state = "accepted"
    firm.save()
    tree = profiles.Tree(edition.pk)
    make_offer(firm)
    assert list(profiles.exhibitor_profiles(edition, tree)) == []
    assert list(profiles.offer_profiles(edition, tree)) == []


def test_a_need_keeps_its_conditions_and_a_hidden_buyer_its_name(edition: Any, firm: Any) -> None:
    buyer = make_exhibitor(
        edition,
        organisation=make_organisation(country="DE", size_class="large", name={"en": "Secret Buyers"}),
        state="published",
    )
    seeker = Seeker.objects.create(edition=edition, exhibitor=buyer)
    need = Need.objects.create(
        edition=edition, seeker=seeker, state="open", audience="hidden", title={"en": "Accounting wanted"},
        sector=_sector(edition, "1.B"), modes=1, deliver_to="DE", licence_in=["DE"], musts=["deliver_to", "modes", "nonsense"],
    )  # fmt: skip
    NeedSector.objects.create(need=need, sector=_sector(edition, "1"))
    (one,) = profiles.need_profiles(edition, profiles.Tree(edition.pk))
    assert one.seeks.hard == {Wish.DELIVERY, Wish.MODES}
    assert one.seeks.sectors == ("1/1.B", "1")
    assert one.seeks.deliver_to == ("DE",)
    assert one.seeks.licences[0].valid_in == ("DE",)
    assert (one.offers.country, one.offers.size) == ("DE", "large")
    assert "Secret" not in repr(one)


def test_several_needs_side_by_side_set_no_conditions(edition: Any) -> None:
    first = Seeks(texts={"en": "a"}, modes=1, countries=("DE",), hard=frozenset({Wish.COUNTRIES}))
    second = Seeks(texts={"en": "b", "zh": "丙"}, modes=4, sizes=("micro",))
    both = profiles.joined([first, second])
    assert both.hard == frozenset()
    assert both.modes == 5
    assert both.countries == ()
    assert both.sizes == ()
    assert {code: text.split() for code, text in both.texts.items()} == {"en": ["a", "b"], "zh": ["丙"]}
    assert profiles.joined([first]) is first


def test_a_seeker_brings_answers_interests_and_what_it_waved_away(edition: Any, firm: Any) -> None:
    user = make_user()
    offer = make_offer(firm, sector=_sector(edition, "1.B"), title={"en": "Ledger"})
    other = make_exhibitor(edition, state="published")
    seeker = Seeker.objects.create(
        edition=edition,
        user=user,
        answers={"looks_for": "云记账", "sectors": ["1.B", "gone"], "languages": ["zh"]},
    )
    actions.note_act(seeker, offer, "met", now=NOW)
    actions.dismiss(seeker, firm, "known", by=user, now=NOW)
    actions.dismiss(seeker, other, "never", by=user, now=NOW)
    tree = profiles.Tree(edition.pk)
    (one,) = seeking.seeker_profiles(edition, tree, [seeker], NOW)
    assert one.seeks.texts == {"zh": "云记账"}
    assert one.seeks.sectors == ("1/1.B",)
    assert one.interests.sectors == {"1/1.B": 1.0}
    assert one.interests.firms == {f"exhibitor:{firm.pk}": 1.0}
    assert one.dismissed == {f"exhibitor:{firm.pk}"}
    assert one.blocked == {f"exhibitor:{other.pk}"}
    assert one.met == {f"offer:{offer.pk}"}
    seeker.is_learning = False
    (silent,) = seeking.seeker_profiles(edition, tree, [seeker], NOW)
    assert not silent.interests.sectors
    assert not silent.interests.words


def test_only_people_who_agreed_are_candidates(edition: Any) -> None:
    Seeker.objects.create(edition=edition, user=make_user())
    shown = Seeker.objects.create(edition=edition, user=make_user(), is_shown=True)
    found = profiles.person_profiles(edition, profiles.Tree(edition.pk))
    assert [one.key for one in found] == [f"person:{shown.pk}"]


@pytest.mark.parametrize("count", [1, 3])
def test_profiles_take_the_same_number_of_queries(edition: Any, count: int) -> None:
    for _n in range(count):
        firm = make_exhibitor(edition, state="published")
        make_offer(firm)
        Seeker.objects.create(edition=edition, exhibitor=firm)
    seekers = list(Seeker.objects.order_by("pk"))
    tree = profiles.Tree(edition.pk)
    with CaptureQueriesContext(connection) as caught:
        assert len(list(profiles.exhibitor_profiles(edition, tree))) == count
    assert len(caught) == 6
    with CaptureQueriesContext(connection) as caught:
        assert len(seeking.seeker_profiles(edition, tree, seekers, NOW)) == count
    assert len(caught) == 12
    with CaptureQueriesContext(connection) as caught:
        seeking.seeker_profiles(edition, tree, seekers, NOW, ranks=False)
    assert len(caught) == 7


@pytest.mark.parametrize(
    ("text", "language"), [("云 cloud", "en"), ("云服务 AI", "zh"), ("", "en"), ("🎉", "en")]
)
def test_the_language_of_a_short_text(text: str, language: str) -> None:
    assert profiles.language_of(text) == language


def test_whoever_says_never_is_kept_apart_both_ways_and_rooms_above_add_theirs(
    edition: Any, firm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user()
    seeker = Seeker.objects.create(edition=edition, user=user)
    actions.dismiss(seeker, firm, "never", by=user, now=NOW)
    pairs = [("exhibitor:9999", f"person:{seeker.pk}"), ("exhibitor:9998", "person:9997")]
    monkeypatch.setattr(apart, "sources", [lambda _edition, _keys: pairs])
    found = apart.kept_apart(edition)
    assert found[f"person:{seeker.pk}"] == {f"exhibitor:{firm.pk}", "exhibitor:9999"}
    assert found[f"exhibitor:{firm.pk}"] == {f"person:{seeker.pk}"}
    for key in (f"person:{seeker.pk}", f"exhibitor:{firm.pk}"):
        assert apart.kept_apart(edition, {key}) == {key: found[key]}
    (one,) = seeking.seeker_profiles(edition, profiles.Tree(edition.pk), [seeker], NOW)
    assert one.blocked == found[f"person:{seeker.pk}"]
