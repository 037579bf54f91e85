"""People who stand twice: found by address, name and firm, near names; joined by a person, undone, never silently."""

from typing import Any

import pytest

from everfair.base.refusals import Refused
from everfair.registration.actions.consents import give_consent, withdraw_consent
from everfair.registration.actions.duplicates import (
    find_duplicates,
    join_duplicates,
    keep_apart,
    reopen_pair,
)
from everfair.registration.models import Badge, DuplicatePair
from everfair.registration.queries.duplicates import find_alike, folded, open_pairs
from everfair.registration.queries.registrations import has_consent
from tests.factories.fair import make_edition
from tests.factories.registration import make_kind, make_registration


def test_folding_forgets_width_case_accents_and_script_form() -> None:
    assert folded("Ｌin　Wéi") == folded("LIN wei")
    assert folded("張偉") == folded("张伟")
    assert folded("Wei Lin") != folded("Lin Wei")


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (("Ada", "", "a@x.org", ""), ("Bea", "", "A@x.org", ""), "same_email"),
        (("Lin Wei", "", "a@x.org", "Jade Co."), ("lin wei", "", "b@x.org", "JADE CO"), "same_name_firm"),
        (("Lin Wei", "林伟", "a@x.org", "Jade"), ("林偉", "", "b@x.org", "jade"), "same_name_firm"),
        (("Wei Lin", "", "a@x.org", "Jade"), ("Lin Wei", "", "b@x.org", "Jade"), "near_name"),
        (("Jonathan", "", "a@x.org", "Jade"), ("Jonathon", "", "b@x.org", "Jade"), "near_name"),
        (("Li Na", "", "a@x.org", "Jade"), ("Li Ma", "", "b@x.org", "Jade"), None),
        (("Lin Wei", "", "a@x.org", "Jade"), ("Lin Wei", "", "b@x.org", "Opal"), None),
        (("Lin Wei", "", "", ""), ("Lin Wei", "", "", ""), None),
    ],
)
def test_what_looks_alike(first: Any, second: Any, reason: str | None) -> None:
    assert find_alike([(1, *first), (2, *second)]) == ({(1, 2): reason} if reason else {})


def test_a_large_group_is_not_paired_each_with_each() -> None:
    people = [(n, "Info", "", "info@x.org", "") for n in range(1, 501)]
    assert len(find_alike(people)) == 499


@pytest.fixture
def pair(db: None) -> DuplicatePair:
    edition = make_edition()
    buyer, press = make_kind(edition, capacity=1), make_kind(edition)
    kept = make_registration(press, name="Lin Wei", email="lin@x.org")
    gone = make_registration(buyer, name="Lin W.", email="lin@x.org", job_title="Editor", country="KE")
    make_registration(buyer, name="Wu", email="wu@x.org")  # waits
    assert find_duplicates(edition) == 1
    found = DuplicatePair.objects.get()
    assert {found.first, found.second} == {kept, gone}
    assert found.reason == "same_email"
    return found


def test_joining_keeps_one_fills_it_and_frees_the_place(pair: DuplicatePair) -> None:
    kept, gone = pair.first, pair.second
    give_consent(gone, "news", by=None)
    give_consent(gone, "contact", by=None)
    give_consent(kept, "contact", by=None)
    withdraw_consent(kept, "contact", by=None)
    join_duplicates(pair, kept, by=None)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.job_title, kept.country, gone.merged_into, gone.state) == ("Editor", "KE", kept, "cancelled")
    assert has_consent(kept, "news")
    assert not has_consent(kept, "contact")
    assert not Badge.objects.filter(registration=gone, state="valid").exists()
    waiting = gone.kind.registrations.get(name="Wu")
    assert waiting.state == "approved"
    gone.kind.refresh_from_db()
    assert gone.kind.expected == 1
    with pytest.raises(Refused, match="already"):
        join_duplicates(pair, kept, by=None)


def test_parting_again_puts_the_other_back_where_there_is_room(pair: DuplicatePair) -> None:
    kept, gone = pair.first, pair.second
    join_duplicates(pair, kept, by=None)
    reopen_pair(pair, by=None)
    gone.refresh_from_db()
    pair.refresh_from_db()
    assert (gone.merged_into, gone.state, pair.verdict) == (None, "waiting", "open")  # the place was given on


def test_two_people_are_not_asked_about_again(pair: DuplicatePair) -> None:
    keep_apart(pair, by=None)
    assert not open_pairs(pair.edition).exists()
    assert find_duplicates(pair.edition) == 0
    reopen_pair(pair, by=None)
    assert open_pairs(pair.edition).get() == pair


def test_only_one_of_the_two_can_be_kept(pair: DuplicatePair) -> None:
    with pytest.raises(Refused, match="one of the two"):
        join_duplicates(pair, make_registration(pair.first.kind), by=None)
