"""The bit-set counts against a judge that counts item by item."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everfair.engines.facets import Browse, CatalogueBuilder, browse

NAMES = ("country", "mode")
Item = dict[str, set[str]]
items = st.lists(
    st.fixed_dictionaries({name: st.sets(st.sampled_from("abcde")) for name in NAMES}), max_size=60
)
filters = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from("abcdef"), max_size=3, unique=True) for name in NAMES}
)


def judge(rows: list[Item], wanted: dict[str, list[str]], offset: int, limit: int) -> Browse:
    """Plain loops: no bit sets, no shared code."""

    def passes(row: Item, but: str = "") -> bool:
        return all(row[name] & set(values) for name, values in wanted.items() if values and name != but)

    kept = [n for n, row in enumerate(rows) if passes(row)]
    counts: dict[str, dict[Any, int]] = {}
    for name in NAMES:
        counts[name] = dict.fromkeys(wanted.get(name, []), 0)
        for row in rows:
            if passes(row, name):
                for value in row[name]:
                    counts[name][value] = counts[name].get(value, 0) + 1
    ordered = sorted(kept, key=lambda n: -n)[offset : offset + limit]
    return Browse(len(kept), tuple(n + 100 for n in ordered), counts)


@given(items, filters, st.integers(0, 70), st.integers(1, 30))
def test_agrees_with_the_judge(
    rows: list[Item], wanted: dict[str, list[str]], offset: int, limit: int
) -> None:
    builder = CatalogueBuilder(NAMES)
    for n, row in enumerate(rows):
        builder.add(n + 100, row, {"newest": -n})
    if not rows:
        return
    found = browse(builder.freeze(), wanted, order="newest", offset=offset, limit=limit)
    assert found == judge(rows, wanted, offset, limit)


def test_a_chosen_value_with_nothing_left_is_still_reported() -> None:
    builder = CatalogueBuilder(NAMES)
    builder.add(1, {"country": ["KE"], "mode": [1]}, {"name": "a"})
    found = browse(builder.freeze(), {"country": ["NO"], "mode": [1]}, order="name")
    assert found.total == 0
    assert found.counts["country"] == {"NO": 0, "KE": 1}
    assert found.counts["mode"] == {1: 0}


def test_an_unknown_order_is_an_error() -> None:
    builder = CatalogueBuilder(NAMES)
    builder.add(1, {}, {"name": "a"})
    with pytest.raises(KeyError):
        browse(builder.freeze(), {}, order="price")
