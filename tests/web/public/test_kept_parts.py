"""Parts of public pages: kept until their row changes, also when it changes while they are being made."""

from collections.abc import Sequence

from everfair.base.models import Change
from everfair.web.public.kept_parts import KeptParts, Part


def _part(text: str, *, for_everybody: bool = True) -> Part[str]:
    return Part(1, 7, text, for_everybody)


def test_a_part_is_made_once_until_its_row_changes() -> None:
    kept: KeptParts[str] = KeptParts("topic")
    made = iter(["old", "new"])
    assert [kept.get("key", lambda: _part(next(made))) for _ in range(2)] == ["old", "old"]
    kept._note([Change(topic="topic", key=2, edition_id=7)])
    assert kept.get("key", lambda: _part(next(made))) == "old"
    kept._note([Change(topic="topic", key=1, edition_id=7)])
    assert kept.get("key", lambda: _part(next(made))) == "new"


def test_a_part_whose_row_changed_while_it_was_made_is_not_kept() -> None:
    kept: KeptParts[str] = KeptParts("topic")

    def make_slowly() -> Part[str]:
        kept._note([Change(topic="topic", key=1, edition_id=7)])  # saved after the row was read
        return _part("old")

    kept.get("key", make_slowly)
    assert kept.get("key", lambda: _part("new")) == "new"


def test_what_only_some_may_see_is_never_kept() -> None:
    kept: KeptParts[str] = KeptParts("topic")
    assert kept.get("key", lambda: _part("draft", for_everybody=False)) == "draft"
    assert kept.get("key", lambda: _part("public")) == "public"


def test_many_parts_are_asked_for_at_once_and_come_in_order() -> None:
    kept: KeptParts[str] = KeptParts("topic")
    asked: list[list[int]] = []

    def make(keys: Sequence[int]) -> dict[int, Part[str]]:
        asked.append(list(keys))
        return {key: Part(key, 7, f"part {key}") for key in keys if key != 9}

    assert kept.get_many([1, 2], make) == ["part 1", "part 2"]
    assert kept.get_many([3, 2, 9, 1], make) == ["part 3", "part 2", "part 1"]
    assert kept.get_many([1, 2, 3], make) == ["part 1", "part 2", "part 3"]
    assert asked == [[1, 2], [3, 9]]
    kept._note([Change(topic="topic", key=2, edition_id=7)])
    assert kept.get_many([1, 2], make) == ["part 1", "part 2"]
    assert asked[2:] == [[2]]


def test_many_parts_never_grow_beyond_what_may_be_kept() -> None:
    kept: KeptParts[str] = KeptParts("topic", most=3)
    many = kept.get_many(list(range(10)), lambda keys: {key: Part(key, 7, str(key)) for key in keys})
    assert many == [str(key) for key in range(10)]
    assert len(kept.parts) == 3
