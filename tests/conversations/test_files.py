"""Files with messages: told by content, for the two parties alone, gone with their message."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from PIL import Image

from everfair.base.models import MediaFile
from everfair.base.refusals import Refused
from everfair.conversations.access import get_file_for
from everfair.conversations.actions import files
from everfair.conversations.actions.silence import forget_old
from everfair.conversations.actions.writing import Upload, say, take_back
from everfair.conversations.models import Block, MessageFile
from everfair.exhibition.access import get_media_for
from everfair.gateways.storage.store import get_store
from tests.factories.conversations import NOW, make_colleague, make_conversation, party_of
from tests.factories.fair import make_team_member
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<</Size 1>>\nstartxref\n9\n%%EOF\n"


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAM"
    Image.new("RGB", (2000, 1000), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def kept(*sources: tuple[str, bytes], by: Any) -> list[Upload]:
    return files.keep_files([(name, io.BytesIO(data)) for name, data in sources], by=by)


def test_pictures_are_encoded_anew_and_documents_kept_whole() -> None:
    talk = make_conversation()
    wanjiru = party_of(talk, "a").user
    uploads = kept(("照片.jpg", picture()), ("price list.pdf", PDF), by=wanjiru)
    assert MediaFile.objects.count() == 0  # rows come with the message: a refused one leaves none
    message = say(talk, "a", "", by=wanjiru, files=uploads, now=NOW)
    photo, document = message.files.select_related("file")
    assert (photo.name, photo.file.content_type, photo.file.kind) == ("照片.jpg", "image/webp", "document")
    assert (photo.file.width, photo.file.height) == (1600, 800)
    assert b"SECRETCAM" not in get_store().open(photo.file.digest).read()
    assert (document.name, document.file.content_type) == ("price list.pdf", "application/pdf")
    assert get_store().open(document.file.digest).read() == PDF
    assert {one.file.uploaded_by for one in (photo, document)} == {wanjiru}


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("invoice.pdf", b"MZ\x90\x00" + b"\0" * 200, "This is a program"),
        ("photo.jpg", b"<script>alert(1)</script>", "This is a web page"),
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG drawings are not taken"),
        ("offer.pdf", b"PK\x03\x04" + b"\0" * 100, "Office files and archives"),
        ("offer.pdf", PDF[:40], "not complete"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "damaged"),
        ("empty.pdf", b"", "empty"),
    ],
)
def test_what_is_not_what_it_says_is_refused_with_its_name(name: str, data: bytes, told: str) -> None:
    with pytest.raises(Refused, match=told) as refusal:
        kept(("fine.pdf", PDF), (name, data), by=make_user())
    assert refusal.value.field == "files"
    assert name in str(refusal.value)


def test_at_most_five_go_with_a_message() -> None:
    with pytest.raises(Refused, match="At most 5 files"):
        kept(*[(f"{number}.pdf", PDF) for number in range(6)], by=make_user())


def test_a_day_has_room_for_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = make_conversation()
    wanjiru = party_of(talk, "a").user
    monkeypatch.setattr(files, "MOST_A_DAY", len(PDF) * 2)
    say(talk, "a", "", by=wanjiru, files=kept(("a.pdf", PDF), ("b.pdf", PDF), by=wanjiru))
    with pytest.raises(Refused, match="within a day"):
        kept(("c.pdf", PDF), by=wanjiru)
    assert kept(("c.pdf", PDF), by=make_user())  # another person's day is their own
    MediaFile.objects.update(uploaded_at=NOW - timedelta(days=400))
    assert kept(("c.pdf", PDF), by=wanjiru)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\offer.pdf", "offer.pdf"),
        ("evil\u202efdp.exe", "evilfdp.exe"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "a b Set-Cookie: x.pdf"),
        ("报价单.pdf", "报价单.pdf"),
        ("x" * 400 + ".pdf", "x" * 120),
    ],
)
def test_a_name_is_one_line_without_a_path(given: str, shown: str) -> None:
    assert files.file_name(given) == shown


def test_the_two_parties_alone_read_it() -> None:
    talk = make_conversation()
    wanjiru, firm = party_of(talk, "a").user, party_of(talk, "b").exhibitor
    assert firm is not None
    say(talk, "a", "", by=wanjiru, files=kept(("a.jpg", picture()), by=wanjiru))
    row = MessageFile.objects.get()
    colleague = make_colleague(firm)
    administrator = make_user()
    make_team_member(talk.edition, administrator, "administrator")
    assert get_file_for(wanjiru, talk.edition, talk.code, row.pk) == row
    assert get_file_for(colleague, talk.edition, talk.code, row.pk) == row
    for stranger in (administrator, make_user()):
        with pytest.raises(Http404):
            get_file_for(stranger, talk.edition, talk.code, row.pk)
        with pytest.raises(Http404):
            get_media_for(stranger, row.file.digest)


def test_another_conversations_file_is_not_had_by_forging_its_number() -> None:
    talk, other = make_conversation(), make_conversation()
    mine = party_of(other, "a").user
    wanjiru = party_of(talk, "a").user
    say(talk, "a", "", by=wanjiru, files=kept(("a.pdf", PDF), by=wanjiru))
    row = MessageFile.objects.get()
    with pytest.raises(Http404):
        get_file_for(mine, other.edition, other.code, row.pk)
    with pytest.raises(Http404):
        get_file_for(mine, talk.edition, talk.code, row.pk)
    with pytest.raises(Http404):
        get_file_for(mine, other.edition, other.code, 10**30)


@pytest.mark.django_db(transaction=True)
def test_taken_back_its_files_leave_the_disk_unless_another_message_has_them() -> None:
    talk = make_conversation()
    wanjiru = party_of(talk, "a").user
    first = say(talk, "a", "", by=wanjiru, files=kept(("a.pdf", PDF), by=wanjiru), now=NOW)
    second = say(talk, "a", "", by=wanjiru, files=kept(("b.pdf", PDF), by=wanjiru), now=NOW)
    digest = MediaFile.objects.first().digest  # type: ignore[union-attr]
    take_back(first, by=wanjiru, now=NOW)
    assert get_store().exists(digest)
    take_back(second, by=wanjiru, now=NOW)
    assert not get_store().exists(digest)
    assert not MediaFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_conversation_that_is_forgotten_leaves_no_file() -> None:
    talk = make_conversation()
    wanjiru = party_of(talk, "a").user
    say(talk, "a", "", by=wanjiru, files=kept(("a.pdf", PDF), by=wanjiru), now=NOW)
    digest = MediaFile.objects.get().digest
    assert forget_old(NOW + timedelta(days=3000)) == 1
    assert not MediaFile.objects.exists()
    assert not get_store().exists(digest)
    assert connection.in_atomic_block is False


def test_a_refused_message_keeps_no_row() -> None:
    talk = make_conversation()
    wanjiru = party_of(talk, "a").user
    Block.objects.create(edition=talk.edition, own=party_of(talk, "b").key, other=party_of(talk, "a").key)
    with pytest.raises(Refused):
        say(talk, "a", "Hello", by=wanjiru, files=kept(("a.pdf", PDF), by=wanjiru))
    assert not MediaFile.objects.exists()
