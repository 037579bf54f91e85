"""The catalogue as bit sets: item i is bit i of every value it carries. A set of 20,000 items is 2.5 kB."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Catalogue:
    """Items in a fixed order, one bit set per facet value, and orders to list them in."""

    keys: tuple[int, ...]  # item i → the caller's key (a row's id)
    everything: int
    facets: Mapping[str, Mapping[Hashable, int]]
    orders: Mapping[str, tuple[int, ...]]  # name → item numbers, first to last

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True)
class Browse:
    """What a list page shows: exact total, the keys of one page, counts per facet value with the other filters on."""

    total: int
    keys: tuple[int, ...]
    counts: Mapping[str, Mapping[Hashable, int]]


@dataclass
class CatalogueBuilder:
    """Collects items, then freezes them. `facet_names` are counted even when no item carries a value."""

    facet_names: Sequence[str]
    _keys: list[int] = field(default_factory=list)
    _members: dict[str, dict[Hashable, list[int]]] = field(default_factory=dict)
    _sort_keys: dict[str, list[tuple[object, int]]] = field(default_factory=dict)

    def add(
        self, key: int, values: Mapping[str, Iterable[Hashable]], sort_keys: Mapping[str, object]
    ) -> None:
        """Add an item. Every item gives the same names in `sort_keys`; smaller comes first."""
        number = len(self._keys)
        self._keys.append(key)
        for name, found in values.items():
            column = self._members.setdefault(name, {})
            for value in set(found):
                column.setdefault(value, []).append(number)
        for name, sort_key in sort_keys.items():
            self._sort_keys.setdefault(name, []).append((sort_key, number))

    def freeze(self) -> Catalogue:
        """The catalogue; the builder is not used afterwards."""
        size = (len(self._keys) + 7) // 8
        facets = {
            name: {value: _bits(members, size) for value, members in self._members.get(name, {}).items()}
            for name in self.facet_names
        }
        orders = {
            name: tuple(number for _key, number in sorted(pairs, key=lambda pair: pair[0]))  # type: ignore[arg-type,return-value]
            for name, pairs in self._sort_keys.items()
        }
        return Catalogue(tuple(self._keys), (1 << len(self._keys)) - 1, facets, orders)


def _bits(members: Sequence[int], size: int) -> int:
    """A bit set from item numbers, in one pass over bytes: setting bits of a big int one by one is quadratic."""
    data = bytearray(size)
    for number in members:
        data[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(data, "little")
