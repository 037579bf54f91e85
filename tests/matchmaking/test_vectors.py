"""The file of vectors: grows, survives restarts, half rows and damage; what others add is seen; directions stay the same."""

from pathlib import Path

import numpy as np
import pytest

from everfair.matchmaking.bridge.vectors import DIGEST, HEAD, PIECE, VectorFile, VectorsError, digest_of


def rows(n: int, width: int = 8, seed: int = 1) -> np.ndarray:
    found = np.random.default_rng(seed).standard_normal((n, width)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def digests(*texts: str) -> list[bytes]:
    return [digest_of(text) for text in texts]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "matching" / "1-vectors-a.bin"


def test_what_is_kept_is_there_after_a_restart(path: Path) -> None:
    told = rows(3)
    VectorFile(path, "m").add(digests("one", "two", "three"), told)
    again = VectorFile(path, "m")
    assert len(again) == 3
    found = again.vectors(["three", "unknown", "one"], "en")
    np.testing.assert_allclose(found[[0, 2]], told[[2, 0]], atol=2e-3)
    assert not found[1].any()


def test_others_see_what_is_added(path: Path) -> None:
    writer, reader = VectorFile(path, "m"), VectorFile(path, "m")
    assert len(reader) == 0
    writer.add(digests("one"), rows(1))
    assert len(reader) == 1
    reader.add(digests("two"), rows(1, seed=2))
    assert writer.known() == set(digests("one", "two"))


def test_half_a_row_is_cut_off_and_asked_for_again(path: Path) -> None:
    VectorFile(path, "m").add(digests("one", "two"), rows(2))
    path.write_bytes(path.read_bytes()[:-5])
    again = VectorFile(path, "m")
    assert again.known() == set(digests("one"))
    again.add(digests("three"), rows(1, seed=3))
    assert VectorFile(path, "m").known() == set(digests("one", "three"))
    np.testing.assert_allclose(
        VectorFile(path, "m").vectors(["three"], "en")[0], rows(1, seed=3)[0], atol=2e-3
    )


def test_a_damaged_row_is_as_if_it_were_not_there(path: Path) -> None:
    VectorFile(path, "m").add(digests("one", "two"), rows(2))
    data = bytearray(path.read_bytes())
    data[HEAD + DIGEST : HEAD + DIGEST + 8] = b"\xff" * 8  # NaN
    path.write_bytes(data)
    assert VectorFile(path, "m").known() == set(digests("two"))


@pytest.mark.parametrize(
    "content", [b"", b"not ours", b"[1]" + b" " * HEAD, b'{"format": "other"}'.ljust(HEAD)]
)
def test_a_file_that_is_none_of_ours_is_made_anew(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    kept = VectorFile(path, "m")
    assert len(kept) == 0
    assert kept.vectors(["one"], "en").shape == (1, 0)
    kept.add(digests("one"), rows(1))
    assert len(VectorFile(path, "m")) == 1


def test_another_width_under_the_same_name_is_refused(path: Path) -> None:
    kept = VectorFile(path, "m")
    kept.add(digests("one"), rows(1))
    with pytest.raises(VectorsError, match="EVERFAIR_EMBEDDING_MODEL"):
        kept.add(digests("two"), rows(1, width=9))
    assert len(kept) == 1


def test_a_file_that_is_lost_serves_on_from_memory(path: Path) -> None:
    kept = VectorFile(path, "m")
    kept.add(digests("one"), rows(1))
    path.unlink()
    assert kept.vectors(["one"], "en").any()
    assert kept.known() == frozenset()  # asked for again
    kept.add(digests("two"), rows(1))
    assert kept.known() == VectorFile(path, "m").known() == set(digests("two"))


def test_texts_put_together_have_the_mean_of_theirs(path: Path) -> None:
    kept = VectorFile(path, "m")
    told = rows(2)
    kept.add(digests("one", "two"), told)
    found = kept.vectors([PIECE.join(["one", "two"]), PIECE.join(["private", "two"])], "en")
    mean = told.sum(axis=0) / np.linalg.norm(told.sum(axis=0))
    np.testing.assert_allclose(found[0], mean, atol=3e-3)
    np.testing.assert_allclose(found[1], told[1], atol=2e-3)


def test_texts_that_are_no_more_are_dropped_when_they_are_many(path: Path) -> None:
    kept, other = VectorFile(path, "m"), VectorFile(path, "m")
    names = [f"text {n}" for n in range(10)]
    told = rows(10)
    kept.add(digests(*names), told)
    assert len(other) == 10
    assert kept.keep_only(set(digests(*names[:6]))) == 0
    assert kept.keep_only(set(digests(*names[:3]))) == 7
    assert other.known() == kept.known() == set(digests(*names[:3]))
    np.testing.assert_allclose(other.vectors(names[:3], "en"), told[:3], atol=2e-3)


def test_a_text_that_says_nothing_is_known_and_near_to_nothing(path: Path) -> None:
    kept = VectorFile(path, "m")
    kept.add(digests("!?"), np.zeros((1, 8), np.float32))
    assert digest_of("!?") in kept.known()
    assert not kept.vectors(["!?"], "en").any()


def test_many_numbers_are_compared_in_the_directions_settled_on_once(path: Path) -> None:
    kept = VectorFile(path, "m")
    random = np.random.default_rng(4)
    told = (random.standard_normal((300, 20)) @ random.standard_normal((20, 400))).astype(np.float32)
    told /= np.linalg.norm(told, axis=1, keepdims=True)
    names = [f"text {n}" for n in range(300)]
    kept.add(digests(*names), told)
    assert kept.vectors(names[:2], "en").shape == (2, 400)
    kept.settle()
    found = kept.vectors(names, "en")
    assert found.shape == (300, 256)
    np.testing.assert_allclose(found @ found.T, told @ told.T, atol=0.01)
    kept.add(digests("later"), rows(1, width=400))
    kept.settle()
    np.testing.assert_array_equal(VectorFile(path, "m").vectors(names, "en"), found)
    np.testing.assert_array_equal(kept.turned(told[:1]).shape, (1, 256))
