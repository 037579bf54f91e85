"""An index as a file: the same answers after reading it back, changed like any other, refused when it is not whole."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from everfair.engines.matching import Interests, Licence, Offers, Profile, Seeks, Wish, prepare, rank, update
from everfair.engines.matching.index import Index
from everfair.engines.matching.kept import KeptError, read_index, read_stamp, write_index

STAMP = {"edition": 1, "position": 7}
HELD = (Licence("Broker / 经纪", ("DE", "FR")),)


def _firms() -> list[Profile]:
    return [
        Profile(
            f"exhibitor:{n}",
            f"exhibitor:{n // 2}" if n < 6 else "",
            Seeks({"en": f"insurance {n}"}, ("7/7.A",), 1, licences=HELD if n == 3 else (), hard=frozenset({Wish.SECTORS} if n == 5 else ())),
            Offers(
                {"en": f"cloud accounting {n}", "zh": "云记账"}, ("1/1.B",), 1, "DE", ("*",), ("en",), "small",
                HELD if n == 2 else (), (1.0, 2.5), (date(2026, 9, 1), date(2026, 9, 5)),
            ),
            is_new=n % 2 == 0,
            blocked=frozenset({"person:9"}) if n == 1 else frozenset(),
        )
        for n in range(8)
    ]  # fmt: skip


SEEKER = Profile(
    "person:1",
    seeks=Seeks({"en": "accounting"}, ("1/1.B",), licences=(Licence("", ("DE",)),)),
    offers=Offers({"en": "insurance"}, licences=HELD),
    interests=Interests({"1/1.B": 1.0}),
)


def _same(one: Index, other: Index) -> None:
    for seeker in (SEEKER, replace(SEEKER, key="person:9")):
        first, second = rank([seeker], one, top=8), rank([seeker], other, top=8)
        assert np.array_equal(first.index, second.index)
        assert np.array_equal(first.score, second.score)
        assert (first.index != -1).any()
    assert list(one.profiles) == list(other.profiles)
    for name in ("row_of", "rows_of_firm", "blocked_by", "licensed", "wanting", "firms"):
        assert getattr(one, name) == getattr(other, name), name


def test_an_index_read_back_gives_the_same_answers(tmp_path: Path) -> None:
    index = prepare(_firms())
    path = tmp_path / "index"
    write_index(index, path, STAMP)
    found, stamp = read_index(path, None)
    assert stamp == read_stamp(path) == STAMP
    _same(index, found)
    assert found.profiles[-1] == index.profiles[7]
    with pytest.raises(IndexError):
        found.profiles[8]
    assert [one.name for one in tmp_path.iterdir()] == ["index"]


def test_one_read_back_is_changed_like_any_other_and_written_again(tmp_path: Path) -> None:
    firms = _firms()
    changed = [
        replace(firms[1], blocked=frozenset(), firm="exhibitor:9"),
        replace(firms[0], key="exhibitor:20"),
    ]
    changed.append(replace(firms[3], seeks=Seeks({"en": "ports"})))
    path = tmp_path / "index"
    write_index(prepare(firms), path, STAMP)
    before, _stamp = read_index(path, None)
    first = update(update(prepare(firms), changed[:1]), changed[1:], ["exhibitor:4"])
    second = update(update(before, changed[:1]), changed[1:], ["exhibitor:4"])
    _same(first, second)
    assert before.profiles[1] == firms[1]  # the old one stays as it was
    assert second.blocked_by == {}
    assert second.wanting == ()
    write_index(second, path, STAMP)
    _same(first, read_index(path, None)[0])
    assert len(read_index(path, None)[0]) == 8


def test_an_empty_fair_can_be_kept(tmp_path: Path) -> None:
    write_index(prepare([]), tmp_path / "index", STAMP)
    assert len(read_index(tmp_path / "index", None)[0]) == 0


def test_what_is_not_whole_or_foreign_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index"
    with pytest.raises(KeptError, match="not there"):
        read_index(path, None)
    write_index(prepare(_firms()), path, STAMP)
    whole = path.read_bytes()
    for damaged in (
        b"",
        b"something else",
        whole[:100],
        whole[:-1],
        whole[:-9] + b"x" + whole[-8:],
        whole + b"x",
    ):
        path.write_bytes(damaged)
        with pytest.raises(KeptError):
            read_index(path, None)
    path.write_bytes(whole)
    monkeypatch.setattr("everfair.engines.matching.kept.VERSION", 2)
    with pytest.raises(KeptError, match="another version"):
        read_index(path, None)
