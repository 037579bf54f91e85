"""Rendered parts: kept until their row changes, also when it changes while they are being made."""

from everfair.base.models import Change
from everfair.web.public.kept_parts import KeptParts


def test_a_part_is_made_once_until_its_row_changes() -> None:
    kept, made = KeptParts("topic"), iter(["old", "new"])
    assert [kept.get(1, "en", 7, lambda: (next(made),)) for _ in range(2)] == [("old",), ("old",)]
    kept._note([Change(topic="topic", key=2, edition_id=7)])
    assert kept.get(1, "en", 7, lambda: (next(made),)) == ("old",)
    kept._note([Change(topic="topic", key=1, edition_id=7)])
    assert kept.get(1, "en", 7, lambda: (next(made),)) == ("new",)


def test_a_part_whose_row_changed_while_it_was_made_is_not_kept() -> None:
    kept = KeptParts("topic")

    def make_slowly() -> tuple[str, ...]:
        kept._note([Change(topic="topic", key=1, edition_id=7)])  # saved after the row was read
        return ("old",)

    kept.get(1, "en", 7, make_slowly)
    assert kept.get(1, "en", 7, lambda: ("new",)) == ("new",)
