"""The embedded index: missing, damaged, foreign, locked; never a crash."""

import json
import shutil
from pathlib import Path

import pytest

from everfair.gateways.search import Document, Query, SearchUnavailable
from everfair.gateways.search.tantivy_engine import TantivyEngine


def documents(number: int) -> list[Document]:
    return [Document(f"offer:{i}", "offer", 1, {"en": f"Drone {i}"}, published_at=i) for i in range(number)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_no_index_yet_says_what_to_do(folder: Path) -> None:
    engine = TantivyEngine(folder)
    assert engine.position() is None
    assert not engine.health().is_ready
    with pytest.raises(SearchUnavailable, match="everfair reindex"):
        engine.search(Query(1, "drone"))
    with pytest.raises(SearchUnavailable, match="everfair reindex"):
        engine.apply([], ["offer:1"], 3)


def test_a_damaged_index_is_unavailable_and_can_be_rebuilt(folder: Path) -> None:
    TantivyEngine(folder).rebuild(documents(50), 1)
    generation = folder / (folder / "current").read_text()
    for path in generation.iterdir():
        if path.suffix in {".term", ".idx", ".fast", ".store", ".pos"}:
            path.write_bytes(b"rubbish")
    engine = TantivyEngine(folder)
    with pytest.raises(SearchUnavailable, match="everfair reindex"):
        engine.search(Query(1, "drone"))
    assert not engine.health().is_ready
    assert engine.rebuild(documents(3), 2) == 3
    assert engine.search(Query(1, "drone")).total == 3


def test_a_vanished_folder_is_unavailable(folder: Path) -> None:
    TantivyEngine(folder).rebuild(documents(2), 1)
    (folder / "current").write_text("generation-000099")
    with pytest.raises(SearchUnavailable):
        TantivyEngine(folder).search(Query(1, "drone"))


def test_an_index_of_another_version_is_rebuilt_not_read(folder: Path) -> None:
    engine = TantivyEngine(folder)
    engine.rebuild(documents(2), 7)
    state = folder / (folder / "current").read_text() / "state.json"
    state.write_text(json.dumps({"schema": "0", "position": 7}))
    assert engine.position() is None
    with pytest.raises(SearchUnavailable, match="another version"):
        TantivyEngine(folder).search(Query(1, "drone"))


def test_other_processes_see_a_change_and_may_not_write(folder: Path) -> None:
    writer, reader = TantivyEngine(folder), TantivyEngine(folder)
    writer.rebuild(documents(2), 1)
    assert reader.search(Query(1, "drone")).total == 2
    writer.apply(documents(3), [], 2)
    assert reader.search(Query(1, "drone")).total == 3
    assert reader.position() == 2
    with pytest.raises(SearchUnavailable, match="Another process"):
        reader.apply(documents(4), [], 3)
    writer.close()
    reader.apply(documents(4), [], 3)
    assert writer.search(Query(1, "drone")).total == 4


def test_readers_move_to_a_rebuilt_index(folder: Path) -> None:
    reader, other = TantivyEngine(folder), TantivyEngine(folder)
    reader.rebuild(documents(2), 1)
    assert reader.search(Query(1, "drone")).total == 2
    other.rebuild(documents(5), 4)
    assert reader.search(Query(1, "drone")).total == 5
    other.rebuild(documents(6), 5)
    assert len(list(folder.glob("generation-*"))) == 2


def test_a_rebuild_that_fails_changes_nothing(folder: Path) -> None:
    engine = TantivyEngine(folder)
    engine.rebuild(documents(2), 1)

    def broken() -> object:
        yield from documents(1)
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        engine.rebuild(broken(), 9)  # type: ignore[arg-type]
    assert engine.search(Query(1, "drone")).total == 2
    assert engine.position() == 1
    assert engine.rebuild(documents(4), 2) == 4


def test_many_different_sets_of_values_are_still_counted_exactly(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("everfair.gateways.search.tantivy_engine.MOST_VALUES", 3)
    engine = TantivyEngine(folder)
    modes = [("1",), ("2",), ("1", "2"), ("3",), ("1", "3")]
    engine.rebuild(
        [
            Document(f"offer:{i}", "offer", 1, {"en": "Drone"}, facets={"mode": modes[i % 5]})
            for i in range(20)
        ],
        0,
    )
    counts = {one.value: one.count for one in engine.search(Query(1, "drone")).facets["mode"]}
    assert counts == {"1": 12, "2": 8, "3": 8}


def test_a_folder_deleted_while_the_writer_has_it_open_is_made_anew(folder: Path) -> None:
    engine = TantivyEngine(folder)
    engine.rebuild(documents(50), 1)
    engine.apply(documents(60), [], 2)
    assert engine.search(Query(1, "drone")).total == 60
    shutil.rmtree(folder)
    assert engine.position() is None
    engine.rebuild(documents(60), 2)
    engine.apply(documents(61)[1:], ["offer:0"], 3)  # not by the writer of the folder that is gone
    assert engine.search(Query(1, "drone")).total == 60
    assert TantivyEngine(folder).search(Query(1, "drone")).total == 60


@pytest.mark.parametrize("pointer", [b"", b"\xff\xfe\x00", b"../elsewhere"])
def test_a_spoilt_pointer_is_no_index_and_can_be_rebuilt(folder: Path, pointer: bytes) -> None:
    engine = TantivyEngine(folder)
    engine.rebuild(documents(2), 1)
    (folder / "current").write_bytes(pointer)
    assert engine.position() is None
    with pytest.raises(SearchUnavailable, match="everfair reindex"):
        engine.search(Query(1, "drone"))
    assert engine.rebuild(documents(3), 2) == 3
    assert engine.search(Query(1, "drone")).total == 3
