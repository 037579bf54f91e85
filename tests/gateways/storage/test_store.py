import errno
import hashlib
import io
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from everfair.gateways.storage import MemoryStore, NotStored, StorageFull, Store, TooLarge, get_store

DAY = 24 * 3600


def _files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "media")


def _pieces() -> Iterator[bytes]:
    yield from (b"ab", b"c")


@pytest.mark.parametrize("kind", ["disk", "memory"])
def test_same_content_is_one_file(kind: str, tmp_path: Path) -> None:
    store = Store(tmp_path) if kind == "disk" else MemoryStore()
    digest = hashlib.sha256(b"abc").hexdigest()
    first = store.save(b"abc", ".webp")
    assert (first.digest, first.size) == (digest, 3)
    assert str(first.path) == f"{digest[:2]}/{digest[2:4]}/{digest}.webp"
    assert store.save(io.BytesIO(b"abc"), ".webp") == store.save(_pieces(), ".bin") == first
    assert store.open(digest).read() == b"abc"
    assert store.exists(digest)
    assert not store.exists("0" * 64)
    with pytest.raises(NotStored):
        store.open("0" * 64)


@given(st.binary(max_size=300_000))
def test_content_comes_back_as_it_was(content: bytes) -> None:
    store = MemoryStore()
    assert store.open(store.save(io.BytesIO(content)).digest).read() == content


def test_file_is_readable_for_the_web_server_and_nothing_else_is_left(store: Store) -> None:
    stored = store.save(b"abc", ".pdf")
    assert store.path(stored.digest).stat().st_mode & 0o777 == 0o644
    assert _files(store.root) == [str(stored.path)]


def test_kept_content_is_never_written_again(store: Store) -> None:
    path = store.path(store.save(b"abc").digest)
    before = path.stat().st_ino
    store.save(b"abc")
    assert path.stat().st_ino == before


def test_upload_past_the_limit_is_cut_early(store: Store) -> None:
    read = 0

    def gigabyte() -> Iterator[bytes]:
        nonlocal read
        for _ in range(16_384):
            read += 65_536
            yield b"\0" * 65_536

    with pytest.raises(TooLarge, match="larger than 1 MB"):
        store.save(gigabyte(), limit=1_048_576)
    assert read == 1_048_576 + 65_536
    assert _files(store.root) == []


def test_exactly_the_limit_is_taken(store: Store) -> None:
    assert store.save(b"x" * 1000, limit=1000).size == 1000


@pytest.mark.parametrize("call", ["fsync", "link"])
def test_full_disk_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, call, full)
        with pytest.raises(StorageFull, match="no room"):
            store.save(b"abc", ".webp")
    assert _files(store.root) == []
    assert store.save(b"abc").size == 3


def test_disk_that_fills_up_while_writing_leaves_nothing(tmp_path: Path) -> None:
    # a process of its own, with a real limit on the size of files
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from everfair.gateways.storage import Store, StorageFull\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: Store(Path(sys.argv[1])).save(b'x' for _ in range(300_000))\n"
        "except StorageFull: print('full')\n"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("full\n", 0), done.stderr
    assert _files(tmp_path) == []


def test_file_system_without_links(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_args: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", forbidden)
    stored = store.save(b"abc", ".gif")
    assert _files(store.root) == [str(stored.path)]


def test_source_that_breaks_off_leaves_nothing(store: Store) -> None:
    def broken() -> Iterator[bytes]:
        yield b"abc"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.save(broken())
    assert _files(store.root) == []


def test_many_at_once_make_one_file(store: Store) -> None:
    content = b"same" * 50_000
    threads = [threading.Thread(target=store.save, args=(content, ".webp")) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(_files(store.root)) == 1
    assert store.open(hashlib.sha256(content).hexdigest()).read() == content


@pytest.mark.parametrize(
    "digest", ["../../etc/passwd", "", "/etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"]
)
def test_no_way_out_of_the_folder(store: Store, digest: str) -> None:
    with pytest.raises(NotStored):
        store.open(digest)


@pytest.mark.parametrize("suffix", ["/../x", ".a/b", "png", ".PNG", ".tar.gz"])
def test_odd_suffixes_are_the_callers_mistake(store: Store, suffix: str) -> None:
    with pytest.raises(ValueError, match="not a file suffix"):
        store.save(b"abc", suffix)


def test_clean_up_spares_the_named_and_the_young(store: Store) -> None:
    kept, old, young, again = (
        store.save(text.encode(), ".webp") for text in ("kept", "old", "young", "again")
    )
    broken_off = store.root / "incoming" / "tmpabc"
    broken_off.write_bytes(b"half")
    stranger = store.root / "README.txt"
    stranger.write_text("not ours")
    for path in (*(store.path(file.digest) for file in (kept, old, again)), broken_off, stranger):
        os.utime(path, (0, 0))
    store.save(b"again", ".webp")  # uploaded a second time just now: its row may be on its way
    assert store.delete_unreferenced({kept.digest}, younger_than=DAY) == 2
    assert [store.exists(file.digest) for file in (kept, old, young, again)] == [True, False, True, True]
    assert stranger.exists()
    assert not broken_off.exists()
    assert store.delete_unreferenced([], younger_than=-1) == 3


def test_memory_store_cleans_up_too() -> None:
    store = MemoryStore()
    kept, gone = store.save(b"kept"), store.save(b"gone")
    assert store.delete_unreferenced([kept.digest]) == 0
    assert store.delete_unreferenced([kept.digest], younger_than=-1) == 1
    assert (store.exists(kept.digest), store.exists(gone.digest)) == (True, False)


def test_store_of_the_settings(tmp_path: Path) -> None:
    with override_settings(MEDIA_ROOT=str(tmp_path), FILE_UPLOAD_PERMISSIONS=0o600):
        stored = get_store().save(b"abc")
    assert (tmp_path / stored.path).stat().st_mode & 0o777 == 0o600
