"""Filters a catalogue and counts its facets. Values of one facet are joined by "or", facets by "and"."""

from collections.abc import Hashable, Iterator, Mapping, Sequence

from everfair.engines.facets.types import Browse, Catalogue


def browse(
    catalogue: Catalogue,
    filters: Mapping[str, Sequence[Hashable]],
    *,
    order: str,
    offset: int = 0,
    limit: int = 24,
) -> Browse:
    """One page of the items that pass `filters`, and exact counts.

    A facet's counts are computed with the filters of the *other* facets on, so that they say what one more click would
    give; a chosen value is reported even when its count is zero. Unknown values match nothing; unknown facets are ignored.
    """
    passed = {
        name: _joined(catalogue, name, values)
        for name, values in filters.items()
        if values and name in catalogue.facets
    }
    chosen = catalogue.everything
    for bits in passed.values():
        chosen &= bits
    counts = {}
    for name, column in catalogue.facets.items():
        others = catalogue.everything
        for other, bits in passed.items():
            if other != name:
                others &= bits
        found = {value: n for value, bits in column.items() if (n := (bits & others).bit_count())}
        counts[name] = {**dict.fromkeys(filters.get(name, ()), 0), **found}
    numbers = _page(catalogue, chosen, catalogue.orders[order], offset, limit) if catalogue.keys else []
    return Browse(chosen.bit_count(), tuple(catalogue.keys[number] for number in numbers), counts)


def _joined(catalogue: Catalogue, name: str, values: Sequence[Hashable]) -> int:
    column, bits = catalogue.facets[name], 0
    for value in values:
        bits |= column.get(value, 0)
    return bits


def _page(catalogue: Catalogue, chosen: int, order: Sequence[int], offset: int, limit: int) -> list[int]:
    if chosen == catalogue.everything:
        return list(order[offset : offset + limit])
    data = chosen.to_bytes((len(catalogue) + 7) // 8 or 1, "little")
    return list(_slice((n for n in order if data[n >> 3] >> (n & 7) & 1), offset, limit))


def _slice(numbers: Iterator[int], offset: int, limit: int) -> Iterator[int]:
    for index, number in enumerate(numbers):
        if index >= offset + limit:
            return
        if index >= offset:
            yield number
