"""Files and exports of conversations through their pages: to the two parties alone, inert, and with nothing hidden told."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from everfair.base.refusals import Refused
from everfair.conversations.access import Who
from everfair.conversations.actions.files import keep_files
from everfair.conversations.actions.turns import close
from everfair.conversations.actions.writing import begin, say, take_back
from everfair.conversations.models import MessageFile
from everfair.exhibition.models import Exhibitor
from everfair.web import talk_files
from tests.factories.conversations import make_colleague, make_conversation, party_of, stand_of
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_team_member
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<</Size 1>>\nstartxref\n9\n%%EOF\n"
ROOM = "visitor:conversations."


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def with_file(talk: Any, name: str = "报价单.pdf", data: bytes = PDF) -> MessageFile:
    person = party_of(talk, "a").user
    uploads = keep_files([(name, io.BytesIO(data))], by=person)
    return say(talk, "a", "Our prices", by=person, files=uploads).files.get()


def file_address(talk: Any, pk: int) -> str:
    return reverse(ROOM + "file_show", args=[talk.edition.slug, talk.code, pk])


def export_address(talk: Any, kind: str) -> str:
    return reverse(ROOM + "conversation_export", args=[talk.edition.slug, talk.code, kind])


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_file_comes_inert_and_is_asked_for_each_time(signed_in: Callable[..., Client]) -> None:
    talk = make_conversation()
    row = with_file(talk)
    client = signed_in(party_of(talk, "a").user)
    answer = client.get(file_address(talk, row.pk))
    assert body_of(answer) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6%8A%A5")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-cache"
    assert (
        client.get(file_address(talk, row.pk), headers={"If-None-Match": answer["ETag"]}).status_code == 304
    )
    take_back(row.message, by=party_of(talk, "a").user)
    assert client.get(file_address(talk, row.pk)).status_code == 404
    assert (
        client.get(file_address(talk, row.pk), headers={"If-None-Match": answer["ETag"]}).status_code == 404
    )


def test_a_forged_address_leads_nowhere(signed_in: Callable[..., Client]) -> None:
    talk, other = make_conversation(), make_conversation()
    row = with_file(talk)
    stranger, administrator = party_of(other, "a").user, make_user()
    make_team_member(talk.edition, administrator, "administrator")
    for person in (stranger, administrator):
        assert signed_in(person).get(file_address(talk, row.pk)).status_code == 404
    mixed = reverse(ROOM + "file_show", args=[other.edition.slug, other.code, row.pk])
    assert signed_in(stranger).get(mixed).status_code == 404
    assert signed_in(stranger).get(f"/media/{row.file.digest}/a.pdf").status_code == 404
    assert Client().get(file_address(talk, row.pk)).status_code == 302


def test_text_and_json_tell_what_both_sides_read(signed_in: Callable[..., Client]) -> None:
    talk = make_conversation(text="Do you ship to 内罗毕?")
    wanjiru, firm = party_of(talk, "a").user, party_of(talk, "b").exhibitor
    assert firm is not None
    colleague = make_colleague(firm, name="Otieno")
    say(talk, "b", "Yes.\nWithin ten days.", by=colleague)
    gone = say(talk, "a", "A secret", by=wanjiru)
    with_file(talk)
    take_back(gone, by=wanjiru)
    close(stand_of(wanjiru, talk), by=wanjiru)
    client = signed_in(wanjiru)
    answer = client.get(export_address(talk, "txt"))
    text = body_of(answer).decode()
    assert answer["Content-Disposition"] == f'attachment; filename="conversation-{talk.code}.txt"'
    assert "Do you ship to 内罗毕?" in text
    assert "Otieno · " in text
    assert "Within ten days." in text
    assert "File: 报价单.pdf" in text
    assert "(taken back by its writer)" in text
    assert "Closed by your side." in text
    assert "A secret" not in text
    told = json.loads(body_of(client.get(export_address(talk, "json"))))
    assert [one["number"] for one in told["messages"]] == [1, 2, 3, 4, 5]
    assert told["messages"][2]["removed"] == "writer"
    assert told["sides"]["a"]["name"] == "Wanjiru Kamau"
    assert client.get(export_address(talk, "docx")).status_code == 404


def test_a_buyer_who_is_not_named_is_named_in_no_file(signed_in: Callable[..., Client]) -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    buyer = make_user(name="Wanjiru Kamau")
    colleague = make_colleague(firm, name="Otieno")
    talk = begin(
        firm.edition, Who.person(buyer, is_hidden=True), Who.firm(firm), "How much?", by=buyer
    ).conversation
    for reader in (buyer, colleague):
        for kind in ("txt", "json"):
            said = body_of(signed_in(reader).get(export_address(talk, kind))).decode()
            assert "How much?" in said
            assert "Wanjiru" not in said
            assert buyer.email not in said
            assert "not named" in said


def test_the_archive_holds_text_and_files(signed_in: Callable[..., Client]) -> None:
    talk = make_conversation()
    with_file(talk, name="../../evil\u202efdp.pdf")
    packed = body_of(signed_in(party_of(talk, "a").user).get(export_address(talk, "zip")))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["conversation.txt", "conversation.json", "files/2-1-evilfdp.pdf"]
        assert archive.read("files/2-1-evilfdp.pdf") == PDF
        assert b"Our prices" in archive.read("conversation.txt")


def test_all_of_ones_own_and_nobody_elses(signed_in: Callable[..., Client]) -> None:
    first = make_conversation()
    wanjiru, edition = party_of(first, "a").user, first.edition
    second = make_conversation(make_exhibitor(edition, state=Exhibitor.State.PUBLISHED), wanjiru, "你好")
    make_conversation(make_exhibitor(edition, state=Exhibitor.State.PUBLISHED), text="Not hers")
    address = reverse(ROOM + "conversations_export", args=[edition.slug])
    with zipfile.ZipFile(io.BytesIO(body_of(signed_in(wanjiru).get(address)))) as archive:
        folders = {name.split("/")[0] for name in archive.namelist()}
        assert folders == {first.code, second.code, "index.txt"}
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "你好" in everything
    assert "Not hers" not in everything
    forged = body_of(signed_in(wanjiru).get(address, {"as": "firm:1"}))
    with zipfile.ZipFile(io.BytesIO(forged)) as archive:
        assert archive.namelist() == ["index.txt"]


def test_a_long_conversation_goes_out_page_by_page(
    signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from everfair.conversations.queries import export

    talk = make_conversation()
    for number in range(7):
        say(talk, "a", f"Word {number}", by=party_of(talk, "a").user)
    monkeypatch.setattr(export, "AT_A_TIME", 3)
    told = json.loads(body_of(signed_in(party_of(talk, "a").user).get(export_address(talk, "json"))))
    assert [one["number"] for one in told["messages"]] == list(range(1, 9))


def _post(person: Any, files: list[SimpleUploadedFile], most: int | None = None) -> tuple[Any, str]:
    """What a view reads of a form with files, and the refusal's sentence."""
    request = RequestFactory(enforce_csrf_checks=False).post("/", {"text": "My words", "files": files})
    request.user = person
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    read: list[Any] = []

    def view(request: HttpRequest) -> HttpResponse:
        read.append(request.POST.get("text"))
        try:
            read.append(talk_files.take_files(request))
        except Refused as error:
            read.append(f"{error.field}: {error}")
        return HttpResponse()

    talk_files.takes_files(view)(request)
    return read[0], read[1]


def test_a_form_gives_words_and_files() -> None:
    words, uploads = _post(make_user(), [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.pdf", PDF)])
    assert words == "My words"
    assert [one.name for one in uploads] == ["a.pdf", "b.pdf"]  # type: ignore[attr-defined]


def test_what_is_too_large_is_cut_off_and_the_words_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk_files, "most_bytes", lambda: 200_000)
    words, refusal = _post(make_user(), [SimpleUploadedFile("a.pdf", PDF + b"\0" * 400_000)])
    assert words == "My words"
    assert refusal.startswith("files: The file is larger than")
