"""A backup is not read by others while it is written and leads nowhere else when it is restored."""

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from everfair.config import backup


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_for_its_owner_only_from_its_first_byte(
    tmp_path: Path, monkeypatch: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    modes: list[int] = []

    def look(archive: tarfile.TarFile) -> int:
        modes.extend(path.stat().st_mode & 0o077 for path in tmp_path.glob("*.part"))
        return 0

    monkeypatch.setattr(backup, "_write_media", look)
    made = backup.write_backup(tmp_path / "a.tar.gz")
    assert modes == [0]
    assert made.stat().st_mode & 0o077 == 0


def test_a_link_in_a_backup_never_reaches_the_media_folder(tmp_path: Path, settings: Any) -> None:
    """It would be served under its digest: the secret key, or any file the server may read."""
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret-key").write_text("secret")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        key = tarfile.TarInfo("secret-key")
        archive.addfile(key, io.BytesIO())
        link = tarfile.TarInfo("media/ab/cd/" + "ab" * 32 + ".pdf")
        link.type, link.linkname = tarfile.SYMTYPE, "../../../secret-key"
        archive.addfile(link)
    packed.seek(0)
    unpacked = tmp_path / "data" / "unpacked"
    with tarfile.open(fileobj=packed) as archive:
        archive.extractall(
            unpacked
        )  # all of it, as a careless unpacking would: the folder's check is on trial
    backup._move_media(unpacked / "media")
    assert [path for path in (tmp_path / "data" / "media").rglob("*") if not path.is_dir()] == []
