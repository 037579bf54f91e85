"""Answers by mail: letters as mail programs write them, in Chinese charsets too, kept once, refused with a letter."""

import base64
import contextlib
import quopri
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError

from everfair.config.cli import mailing
from everfair.conversations.actions import by_mail
from everfair.conversations.actions.by_mail import NoSuchAddress, take_letter
from everfair.conversations.bridge import reply_token
from everfair.conversations.models import Block, Conversation, Message, MessageFile
from everfair.exhibition.models import Exhibitor
from everfair.gateways.mail.incoming import NoLetter, read_letter
from everfair.gateways.storage.errors import StorageFull
from everfair.people.models import Membership, User
from tests.factories.conversations import NOW, make_colleague, make_conversation, party_of
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<</Size 1>>\nstartxref\n9\n%%EOF\n"
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.INBOUND_ADDRESS = "talk@fair.example"


@pytest.fixture
def talk() -> Conversation:
    return make_conversation(make_exhibitor(state=Exhibitor.State.PUBLISHED))


@pytest.fixture
def reader(talk: Conversation) -> User:
    firm = party_of(talk, "b").exhibitor
    assert firm is not None
    return make_colleague(firm, email="otieno@firm.example", name="Otieno", language="zh")


def to(talk: Conversation, reader: User) -> str:
    return f"talk+{reply_token(party_of(talk, 'b'), reader)}@fair.example"


def raw(talk: Conversation, reader: User, body: bytes, *lines: str, **headers: str) -> bytes:
    """A letter as it comes over the wire; `lines` are its MIME headers."""
    told = {
        "From": f"Otieno <{reader.email}>",
        "To": to(talk, reader),
        "Subject": "Re: Wanjiru wrote to you",
        "Message-ID": "<one@firm.example>",
        "MIME-Version": "1.0",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = [*(f"{name}: {value}" for name, value in told.items()), *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


PLAIN = "Content-Type: text/plain; charset=utf-8"
QUOTED = (
    "好的，十天之内发货。\r\n\r\n展会 <talk@fair.example> 于2026年9月4日周五 10:00写道：\r\n> 发货吗？\r\n"
)


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        (
            ("Content-Type: text/plain; charset=GB18030", "Content-Transfer-Encoding: base64"),
            base64.encodebytes(QUOTED.encode("gb18030")),
        ),
        (
            ("Content-Type: text/plain; charset=gb2312", "Content-Transfer-Encoding: 8bit"),
            QUOTED.encode("gbk"),
        ),
        (
            ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"),
            quopri.encodestring(QUOTED.encode()),
        ),
        (("Content-Type: text/plain", "Content-Transfer-Encoding: 8bit"), QUOTED.encode("gb18030")),
        (
            ("Content-Type: text/html; charset=gb18030", "Content-Transfer-Encoding: base64"),
            base64.encodebytes(
                "<html><head><style>p{color:red}</style></head><body><p>好的，十天之内发货。</p>"
                "<blockquote><p>发货吗？</p></blockquote></body></html>".encode("gb18030")
            ),
        ),
        (
            ("Content-Type: text/html; charset=utf-8",),
            (
                "<div dir=ltr>好的，十天之内发货。</div><br><div class='gmail_quote'><div>展会 写道：</div>"
                "<div>发货吗？</div></div>"
            ).encode(),
        ),
    ],
    ids=["gb18030-base64", "gb2312-means-gbk", "utf-8-quoted-printable", "no-charset", "html-gb18030", "html-gmail"],
)  # fmt: skip
def test_chinese_answers_are_read_as_written(
    talk: Conversation, reader: User, lines: tuple[str, ...], body: bytes
) -> None:
    taken = take_letter(raw(talk, reader, body, *lines), now=LATER)
    assert taken.what == "kept"
    message = talk.messages.get(number=2)
    assert (message.text, message.side, message.by) == ("好的，十天之内发货。", "b", reader)
    assert message.language == "zh"


def test_the_same_letter_twice_is_kept_once(talk: Conversation, reader: User) -> None:
    letter = raw(talk, reader, b"Yes.", PLAIN)
    first = take_letter(letter, now=LATER)
    again = take_letter(b"Received: by another way\r\n" + letter, now=LATER)
    assert first.message == again.message
    assert talk.messages.count() == 2
    unnamed = letter.replace(b"Message-ID: <one@firm.example>\r\n", b"")
    assert take_letter(unnamed, now=LATER).message == take_letter(unnamed, now=LATER).message
    assert talk.messages.count() == 3


@pytest.mark.parametrize("name", ["Delivered-To", "X-Original-To", "Cc", "Envelope-To"])
def test_the_address_is_found_where_mail_servers_put_it(talk: Conversation, reader: User, name: str) -> None:
    letter = raw(talk, reader, b"Yes.", PLAIN, To="Fair <fair@fair.example>", **{name.replace("-", "_"): to(talk, reader).upper()})  # fmt: skip
    assert take_letter(letter, now=LATER).what == "kept"


def test_the_address_may_come_from_the_command_line(talk: Conversation, reader: User) -> None:
    letter = raw(talk, reader, b"Yes.", PLAIN, To="undisclosed-recipients:;")
    with pytest.raises(NoSuchAddress):
        take_letter(letter)
    assert take_letter(letter, recipients=[to(talk, reader)], now=LATER).what == "kept"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (holiday)"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<all.firm.example>"},
    ],
)
def test_what_no_person_wrote_is_ignored(talk: Conversation, reader: User, headers: dict[str, str]) -> None:
    assert take_letter(raw(talk, reader, b"I am away.", PLAIN, **headers)).what == "ignored"
    assert talk.messages.count() == 1
    assert mail.outbox == []


def test_a_person_who_says_so_is_heard(talk: Conversation, reader: User) -> None:
    letter = raw(talk, reader, b"Yes.", PLAIN, Auto_Submitted="no", Return_Path=f"<{reader.email}>")
    assert take_letter(letter, now=LATER).what == "kept"


def test_forged_and_foreign_addresses_are_nobodys(talk: Conversation, reader: User) -> None:
    good = to(talk, reader)
    wrong = good.replace("@", "0@") if not good.split("@")[0].endswith("0") else good.replace("0@", "1@")
    for address in (
        wrong,
        good.replace("fair.example", "other.example"),
        "talk@fair.example",
        "talk+@fair.example",
    ):
        with pytest.raises(NoSuchAddress):
            take_letter(raw(talk, reader, b"Yes.", PLAIN, To=address))
    assert talk.messages.count() == 1


def test_files_come_with_the_answer(talk: Conversation, reader: User) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Message-ID"] = reader.email, to(talk, reader), "<two@firm.example>"
    letter.set_content("See the list.")
    letter.add_alternative("<p>See the <b>list</b>.</p>", subtype="html")
    letter.add_attachment(PDF, maintype="application", subtype="octet-stream", filename="报价单.pdf")
    take_letter(letter.as_bytes(), now=LATER)
    row = MessageFile.objects.get()
    assert (row.name, row.file.content_type, row.message.text) == (
        "报价单.pdf",
        "application/pdf",
        "See the list.",
    )


def test_names_of_files_as_chinese_programs_write_them() -> None:
    named = "=?gb18030?B?" + base64.b64encode("报价单.pdf".encode("gb18030")).decode() + "?="
    body = (
        b"--x\r\nContent-Type: text/plain\r\n\r\nHi\r\n--x\r\nContent-Type: application/pdf\r\n"
        b'Content-Disposition: attachment; filename="' + named.encode() + b'"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(PDF) + b"\r\n--x--\r\n"
    )
    head = b'From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
    [file] = read_letter(head + body).attachments
    assert (file.name, file.data) == ("报价单.pdf", PDF)


def test_a_refused_answer_comes_back_whole_in_the_readers_language(talk: Conversation, reader: User) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Message-ID"] = (
        reader.email,
        to(talk, reader),
        "<three@firm.example>",
    )
    letter.set_content("My words\nin two lines")
    letter.add_attachment(b"MZ" + b"\0" * 50, maintype="application", subtype="pdf", filename="offer.pdf")
    assert take_letter(letter.as_bytes(), now=LATER).what == "refused"
    assert talk.messages.count() == 1
    assert not MessageFile.objects.exists()
    [back] = mail.outbox
    assert back.to == [reader.email]
    for part in (
        "My words\nin two lines",
        "offer.pdf",
        f"/zh/my/conversations/{talk.edition.slug}/{talk.code}/",
    ):
        assert part in back.body
    assert back.extra_headers["Auto-Submitted"] == "auto-generated"


def test_blocked_is_told_and_who_left_the_team_is_heard_no_more(talk: Conversation, reader: User) -> None:
    Block.objects.create(edition=talk.edition, own=party_of(talk, "a").key, other=party_of(talk, "b").key)
    assert take_letter(raw(talk, reader, b"Yes.", PLAIN)).what == "refused"
    Block.objects.all().delete()
    Membership.objects.filter(user=reader).delete()
    assert take_letter(raw(talk, reader, b"Yes.", PLAIN)).what == "refused"
    assert len(mail.outbox) == 2
    assert talk.messages.count() == 1


def test_somebody_else_who_answers_to_all_does_not_speak_for_the_reader(
    talk: Conversation, reader: User
) -> None:
    other = make_user(email="other@firm.example")
    letter = raw(talk, reader, b"Do not give them a discount.", PLAIN, From=f"Other <{other.email}>")
    assert take_letter(letter).what == "refused"
    assert [one.to for one in mail.outbox] == [[reader.email]]
    assert talk.messages.count() == 1


@pytest.mark.parametrize("given", [b"", b"\0\xff\xfe" * 50, b"no header at all"])
def test_what_is_no_letter_is_said_so(given: bytes) -> None:
    with pytest.raises(NoLetter):
        read_letter(given)
    assert mailing.receive(given, [])[0] == 65


def test_damaged_letters_are_read_as_far_as_they_go() -> None:
    body = b"--x\r\nContent-Type: text/plain; charset=klingon\r\nContent-Transfer-Encoding: base64\r\n\r\n5L2g5aW9!!!\r\n"
    head = b'From: =?utf-8?B?broken\r\nTo: <<@@>>\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
    assert read_letter(head + body).text == "你好"
    deep = b"From: a@b.example\r\nContent-Type: message/rfc822\r\n\r\n" * 300 + b"Hello"
    with contextlib.suppress(NoLetter):
        read_letter(deep)


def test_the_mail_server_is_told_what_to_do(
    talk: Conversation, reader: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    letter = raw(talk, reader, b"Yes.", PLAIN)
    assert (
        mailing.receive(raw(talk, reader, b"x", PLAIN, To="talk+1-1-0123456789abcdef@fair.example"), [])[0]
        == 67
    )
    assert mailing.receive(b"x" * (mailing.MOST_BYTES + 1), [])[0] == 65

    def away(*_args: Any, **_more: Any) -> None:
        raise OperationalError("the database system is shutting down")

    def full(*_args: Any, **_more: Any) -> None:
        raise StorageFull

    for fault in (away, full):
        with monkeypatch.context() as patched:
            patched.setattr(by_mail, "keep_files", fault)
            code, said = mailing.receive(letter, [])
            assert code == 75, said
            assert "shutting down" not in said
    assert talk.messages.count() == 1
    assert mail.outbox == []
    assert mailing.receive(letter, []) == (0, "")
    assert mailing.receive(letter, []) == (0, "")
    assert Message.objects.filter(conversation=talk).count() == 2
    settings.INBOUND_ADDRESS = ""
    assert mailing.receive(letter, [])[0] == 78
