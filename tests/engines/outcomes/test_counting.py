"""Counting outcomes: figures of real editions, what counts once, ranges, currencies, the way back from the open data."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everfair.engines.outcomes import (
    BadRow,
    Entry,
    Rate,
    figures,
    in_currency,
    read_rows,
    totals,
)
from everfair.engines.outcomes.check import problems

IN_2022 = {
    "deal": 513, "investment": 175, "first-launch": 173, "strategic": 128, "release": 82, "alliance": 26, "award": 242,
}  # fmt: skip
IN_2020 = {"agreement": 240, "release": 97, "alliance": 19, "first-launch": 99, "award": 263}


def _edition(year: str, classes: dict[str, int]) -> list[Entry]:
    return [Entry(f"{year}-{kind}-{n}", year, kind) for kind, count in classes.items() for n in range(count)]


def test_2022_by_class_makes_1339() -> None:
    found = totals(_edition("2022", IN_2022))
    assert found.all.count == 1339
    assert {kind: cell.count for kind, cell in found.by["class"].items()} == IN_2022


def test_two_editions_keep_their_own_classes() -> None:
    found = totals(_edition("2020", IN_2020) + _edition("2022", IN_2022))
    assert {year: cell.count for year, cell in found.by["year"].items()} == {"2022": 1339, "2020": 718}
    assert found.by["class"]["first-launch"].count == 99 + 173
    assert found.by["class"]["agreement"].count == 240


def test_a_joint_outcome_counts_once_in_all_and_once_for_each_delegation() -> None:
    joint = Entry(
        "a", "2026", "deal", delegations=("north", "coast"), currency="CNY", low=Decimal(5), high=Decimal(5)
    )
    own = Entry("b", "2026", "deal", delegations=("north",), currency="CNY", low=Decimal(1), high=Decimal(2))
    found = totals([joint, own])
    assert found.all.count == 2
    assert {name: cell.count for name, cell in found.by["delegation"].items()} == {"north": 2, "coast": 1}
    assert (
        sum(cell.count for cell in found.by["delegation"].values()) == 3
    )  # more than the whole, as the rules say
    assert found.by["delegation"]["coast"].sums["CNY"].low == 5


def test_ranges_add_their_ends_and_currencies_stay_apart() -> None:
    found = totals(
        [
            Entry("a", "2026", "deal", currency="USD", low=Decimal("0.5"), high=Decimal(1)),
            Entry("b", "2026", "deal", currency="USD", low=Decimal(2), high=Decimal(2)),
            Entry("c", "2026", "deal", currency="CNY", low=Decimal(10), high=Decimal(10)),
            Entry("d", "2026", "deal"),
        ]
    )
    dollars = found.all.sums["USD"]
    assert (dollars.low, dollars.high, dollars.count) == (Decimal("2.5"), Decimal(3), 2)
    assert found.all.sums["CNY"].count == 1
    assert found.all.unvalued == 1


def test_without_a_rate_a_currency_stays_out_and_is_named() -> None:
    from datetime import date

    found = totals(
        [
            Entry("a", "2026", "deal", currency="USD", low=Decimal(2), high=Decimal(3)),
            Entry("b", "2026", "deal", currency="CNY", low=Decimal(10), high=Decimal(10)),
            Entry("c", "2026", "deal", currency="KES", low=Decimal(10), high=Decimal(10)),
        ]
    )
    rate = Rate("USD", Decimal("7.105"), date(2026, 9, 4), "central bank")
    one = in_currency(found.all, "CNY", {"USD": rate})
    assert (one.low, one.high, one.count) == (Decimal("24.21"), Decimal("31.32"), 2)  # half to even
    assert one.rates == (rate,)
    assert one.missing == ("KES",)


def test_withdrawn_entries_and_doubles_count_nowhere() -> None:
    entry = Entry("a", "2026", "deal", sectors=("1",))
    found = totals([entry, entry, Entry("b", "2026", "deal", is_withdrawn=True)])
    assert found.all.count == found.by["sector"]["1"].count == 1


def test_two_entries_of_one_code_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="different things"):
        totals([Entry("a", "2026", "deal"), Entry("a", "2026", "award")])


_entries = st.lists(
    st.builds(
        Entry,
        code=st.uuids().map(str),
        year=st.sampled_from(["2025", "2026"]),
        kind=st.sampled_from(["deal", "award", "release"]),
        sectors=st.lists(st.sampled_from("123"), max_size=3).map(tuple),
        countries=st.lists(st.sampled_from(["KE", "CN"]), max_size=2).map(tuple),
        delegations=st.lists(st.sampled_from(["n", "s"]), max_size=2).map(tuple),
        is_withdrawn=st.booleans(),
    ).flatmap(
        lambda entry: st.tuples(
            st.sampled_from(["", "CNY", "USD"]),
            st.decimals(0, 10**9, places=2),
            st.decimals(0, 10**6, places=2),
        ).map(
            lambda value: (
                entry
                if not value[0]
                else Entry(
                    entry.code, entry.year, entry.kind, entry.sectors, entry.countries, entry.delegations, value[0],
                    value[1], value[1] + value[2], entry.is_withdrawn,
                )
            )
        )
    ),
    max_size=40,
)  # fmt: skip


@given(_entries)
def test_an_independent_count_agrees(entries: list[Entry]) -> None:
    assert problems(entries, totals(entries)) == []


@given(_entries)
def test_classes_and_years_add_to_the_whole(entries: list[Entry]) -> None:
    found = totals(entries)
    for name in ("class", "year"):
        assert sum(cell.count for cell in found.by[name].values()) == found.all.count


@given(_entries, st.randoms())
def test_the_order_of_entries_changes_nothing(entries: list[Entry], chance: object) -> None:
    mixed = list(entries)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert figures(totals(mixed)) == figures(totals(entries))


def test_the_judge_sees_a_wrong_total() -> None:
    right = totals([Entry("a", "2026", "deal")])
    assert problems([Entry("a", "2026", "deal"), Entry("b", "2026", "deal")], right)


def test_rows_of_the_open_data_become_entries() -> None:
    row = {
        "code": "abc", "state": "published", "year": "f-2026", "class": "deal", "sectors": "1;7", "countries": "KE; CN",
        "delegations": "", "currency": "USD", "value_from": "500000", "value_to": "1000000.50",
    }  # fmt: skip
    (entry,) = read_rows([row])
    assert entry.sectors == ("1", "7")
    assert entry.countries == ("KE", "CN")
    assert (entry.low, entry.high) == (Decimal(500000), Decimal("1000000.50"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": ""}, "no code"),
        ({"class": ""}, "year or class"),
        ({"value_from": "-1"}, "not in order"),
        ({"value_from": "9"}, "not in order"),
        ({"value_to": ""}, "needs its lower end"),
        ({"currency": ""}, "needs its lower end"),
        ({"value_to": "NaN"}, "no amount"),
        ({"value_to": "1,5"}, "no amount"),
    ],
)
def test_rows_that_cannot_be_counted_say_why(wrong: dict[str, str], said: str) -> None:
    row = {"code": "a", "year": "y", "class": "deal", "currency": "USD", "value_from": "1", "value_to": "2"}
    with pytest.raises(BadRow, match=said):
        read_rows([row | wrong])
