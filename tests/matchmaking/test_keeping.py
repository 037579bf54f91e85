"""Candidates in a file: made once, read by whoever comes, brought up to date, refused when they are of something else."""

from pathlib import Path
from typing import Any

import pytest

from everfair.base.changes import Change, followers, note_change
from everfair.fair.models import Edition
from everfair.matchmaking.bridge import keeping, making, matcher
from everfair.matchmaking.bridge.matcher import Matchers
from everfair.matchmaking.bridge.profiles import Tree
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_sector

pytestmark = pytest.mark.django_db
KIND = "exhibitor"


@pytest.fixture
def edition(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Edition:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(matcher, "QUICK", 0)
    edition: Edition = make_edition()
    sector = make_sector(edition, code="1.B")
    for n in range(3):
        firm = make_exhibitor(edition, state="published", sector=sector if n else None)
        make_offer(firm, title={"en": f"Ledger {n}"}, description={"en": "Accounts"})
    note_change("exhibition.exhibitor", firm.pk, edition.pk)
    return edition


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a file was made; here, as the process of its own would."""
    calls: list[int] = []

    def make(edition_id: int, version: int, kind: str) -> bool:
        calls.append(edition_id)
        making.main(edition_id, version, kind)
        return True

    monkeypatch.setattr(keeping, "made_apart", make)
    return calls


def _ready(edition: Edition) -> Any:
    return Matchers().index(edition, KIND, None, 0, wait=True)


def test_it_is_made_once_and_read_by_the_next_process(edition: Edition, made: list[int]) -> None:
    first, second = _ready(edition), _ready(edition)
    assert made == [edition.pk]
    assert list(first.profiles) == list(second.profiles)
    assert len(second) == 3


def test_what_changed_since_is_read_again(edition: Edition, made: list[int]) -> None:
    for _n in range(20):  # one of few would be much, and all made anew
        make_exhibitor(edition, state="published", sector=edition.sectors.first())
    _ready(edition)
    firm = make_exhibitor(
        edition, state="published", sector=edition.sectors.first(), headline={"en": "Brand new"}
    )
    note_change("exhibition.exhibitor", firm.pk, edition.pk)
    found = _ready(edition)
    assert f"exhibitor:{firm.pk}" in found.row_of
    assert len(found) == 24
    assert len(made) == 1


def test_one_of_something_else_is_made_anew(edition: Edition, made: list[int]) -> None:
    _ready(edition)
    path = keeping.path_of(edition.pk, 0, KIND)
    path.write_bytes(path.read_bytes()[:-1])  # damaged
    assert len(_ready(edition)) == 3
    make_sector(edition, code="9")  # another tree
    assert len(_ready(edition)) == 3
    note_change(keeping.WHOLE, edition.pk, edition.pk)  # all of it
    assert len(_ready(edition)) == 3
    Change.objects.filter(pk=keeping.read_stamp(path)["position"]).delete()  # of a feed that is no more
    note_change("exhibition.exhibitor", 1, edition.pk)
    assert len(_ready(edition)) == 3
    assert len(made) == 5


def test_a_model_that_is_lost_or_back_counts_as_another(edition: Edition) -> None:
    tree, anchor = Tree(edition.pk), keeping.anchor()
    assert anchor is not None
    stamps = [keeping.stamp_of(edition.pk, 1, KIND, tree, model, anchor) for model in (None, object())]  # type: ignore[arg-type]
    assert stamps[0] != stamps[1]


def test_where_no_file_can_be_made_they_are_made_in_memory(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "made_apart", lambda *_ask: False)
    assert len(_ready(edition)) == 3
    assert not keeping.path_of(edition.pk, 0, KIND).exists()


def test_a_renamed_sector_reads_nothing_again_and_a_moved_one_those_in_it(
    edition: Edition, made: list[int]
) -> None:
    ready = Matchers()
    ready.index(edition, KIND, None, 0, wait=True)
    (shelf,) = ready.shelves.values()
    sector = edition.sectors.get(code="1.B")
    sector.name = {"en": "Another name"}
    sector.save()
    followers.keep_up()
    note_change("fair.sector", sector.pk, edition.pk)
    changes = list(Change.objects.filter(topic="fair.sector"))
    ready.note(changes)
    assert not shelf.stale[KIND]
    assert shelf.tree.names["1.B"] == {"en": "Another name"}
    type(sector).objects.filter(pk=sector.pk).update(path="2.C/")
    ready.note(changes)
    inside = set(edition.exhibitors.filter(sector=sector).values_list("pk", flat=True))
    assert len(inside) == 2
    assert shelf.stale[KIND] == inside
    found = ready.index(edition, KIND, None, 0, wait=True)
    assert found is not None
    assert {found.profiles[found.row_of[f"exhibitor:{pk}"]].offers.sectors for pk in inside} == {("2.C",)}
    assert len(made) == 1


def test_after_a_whole_import_the_old_ones_stand_until_the_new_are_there(
    edition: Edition, made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = Matchers()
    old = ready.index(edition, KIND, None, 0, wait=True)
    note_change(keeping.WHOLE, edition.pk, edition.pk)
    ready.note(list(Change.objects.filter(topic=keeping.WHOLE)))
    aside: list[Any] = []
    monkeypatch.setattr(ready, "_aside", lambda *work: aside.append(work))
    assert ready.index(edition, KIND, None, 0) is old
    ((work, *ask),) = aside
    work(*ask)
    assert ready.index(edition, KIND, None, 0) is not old
    assert len(made) == 2
