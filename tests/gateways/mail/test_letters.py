"""Letters: rendering, both languages, and that none is ever lost."""

import os
import re
import time
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.conf import settings as configured
from django.core import mail as django_mail
from django.db import transaction
from django.utils import timezone, translation

from everfair.gateways import mail
from everfair.gateways.mail import letter as letters
from everfair.gateways.mail import outbox

TEMPLATES = configured.PACKAGE_DIR / "web" / "templates" / "mail"
OURS = ("account", "mfa", "people")
NAMES = sorted(
    str(path.relative_to(TEMPLATES)).removesuffix(".subject.txt")
    for area in OURS
    for path in (TEMPLATES / area).glob("*.subject.txt")
)
CONTEXT: dict[str, object] = {
    "name": "Amina",
    "email": "amina@example.org",
    "code": "K3M9X2",
    "timestamp": timezone.now(),
    "ip": "192.0.2.7",
    "user_agent": "a browser",
    "from_email": "old@example.org",
    "to_email": "new@example.org",
    "deleted_email": "old@example.org",
    "password_reset_url": "https://fair.example/reset/1/",
    "signup_url": "https://fair.example/signup/",
    "url": "https://fair.example/invitation/1/",
    "organisation": "Tea & Sons",
    "inviter": "Wei",
    "role": "editor",
    "duty": "edits",
    "ends_at": timezone.now(),
    "member": "Wei",
    "member_email": "wei@example.org",
    "invited_email": "wei@example.org",
    "before": "owner",
    "after": "editor",
    "by": "Wei",
    "by_email": "wei@example.org",
}


def write(template: str = "account/login_code", language: str = "en") -> mail.Letter:
    return mail.render("amina@example.org", template, CONTEXT, language)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_every_letter_is_whole_in_both_languages(name: str, language: str) -> None:
    written = write(name, language)
    assert written.subject
    assert "\n" not in written.subject
    assert f'lang="{ {"en": "en", "zh": "zh-Hans"}[language] }"' in written.html
    assert "{{" not in written.text + written.html + written.subject
    assert not re.search(r"&\w+;", written.text + written.subject), "a plain text is not escaped"
    assert "  " not in written.text.replace("\n", "")
    for line in written.text.splitlines():
        assert line.strip() == "" or line in written.html.replace("&amp;", "&").replace(
            "&#x27;", "'"
        ).replace("<br>", "\n"), "the HTML says what the text says"


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_is_chinese_for_a_chinese_reader(name: str) -> None:
    with translation.override("zh-hans"):
        if translation.gettext("Good day,") == "Good day,":
            pytest.skip("the Chinese catalogue is not compiled, or has no letters yet")
    written = write(name, "zh")
    assert re.search(r"[\u4e00-\u9fff]", written.subject)
    assert len(re.findall(r"[\u4e00-\u9fff]", written.text)) >= 15


def test_every_letter_of_allauth_has_ours() -> None:
    import allauth

    sources = [
        path.read_text(encoding="utf-8")
        for area in ("account", "mfa")
        for path in (Path(allauth.__file__).parent / area).rglob("*.py")
        if "tests" not in path.parts
    ]
    sent = {found for text in sources for found in re.findall(r'"((?:account|mfa)/email/\w+)"', text)}
    ours = {f"{area}/email/{name}" for area, name in (one.split("/") for one in NAMES if one[:2] != "pe")}
    assert sent - ours == {"account/email/password_reset_code"}, "this one is sent only with reset by code"
    assert ours - sent == set()


def test_the_sign_in_letter_says_the_code_and_nothing_else_to_click() -> None:
    written = write()
    assert written.subject == "K3M9X2 is your code to sign in"
    assert "\nK3M9X2\n" in written.text
    assert written.text.startswith("Dear Amina,")
    assert "<a href" not in written.html


def test_an_invitation_says_who_what_and_until_when() -> None:
    written = write("people/invitation")
    assert written.subject == "Wei invites you to Tea & Sons"
    assert "as editor: edits." in written.text
    assert '<a href="https://fair.example/invitation/1/"' in written.html
    assert "Tea &amp; Sons" in written.html


def test_names_of_strangers_become_no_links() -> None:
    context = {**CONTEXT, "inviter": "see https://evil.example now", "organisation": "<b>x</b>"}
    written = mail.render("a@example.org", "people/invitation", context, "en")
    assert 'href="https://evil.example' not in written.html
    assert "<b>x</b>" not in written.html


def test_an_unknown_language_is_written_in_english() -> None:
    with translation.override("zh-hans"):
        assert 'lang="en"' in write(language="sw").html


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        ("K3M-9X2", "code"),
        ("https://a.example/x/?y=1", "link"),
        ("Dear Amina,", "text"),
        ("everfair\nhttps://a.example", "text"),
    ],
)
def test_paragraphs_know_what_they_are(block: str, kind: str) -> None:
    assert letters.paragraphs(f"first\n\n{block}\n")[1] == letters.Paragraph(kind, block)


@pytest.mark.django_db
def test_a_sent_letter_carries_text_html_and_who_to_answer() -> None:
    mail.send("amina@example.org", "account/login_code", CONTEXT, "en", reply_to="wei@example.org")
    (sent,) = django_mail.outbox
    assert (sent.to, sent.reply_to) == (["amina@example.org"], ["wei@example.org"])
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert [kind for _content, kind in sent.alternatives] == ["text/html"]


class NoServer:
    """A mail server that is away."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, *args: object, **kwargs: object) -> None:
        raise self.error


@pytest.fixture
def mailbox(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "mail" / "unsent"


@pytest.mark.django_db
def test_a_letter_nobody_takes_is_kept_and_leaves_later(
    mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(outbox.EmailMultiAlternatives, "send", NoServer(OSError("no route to host")))
        mail.send("amina@example.org", "account/login_code", CONTEXT, "en")  # breaks nothing here
        assert mail.unsent_count() == 1
        assert mail.send_unsent() == (0, 1)
    assert next(mailbox.glob("*.json")).stat().st_mode & 0o077 == 0, "only the owner may read it"
    assert mail.send_unsent() == (1, 0)
    assert mail.unsent_count() == 0
    assert "K3M9X2" in django_mail.outbox[0].body


QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def queue(settings: Any) -> Any:
    """The real queue of a running installation."""
    settings.TASKS = QUEUE
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects


def run_next(queue: Any) -> None:
    row = queue.filter(status="READY").order_by("-enqueued_at").first()
    outbox.deliver.func(*row.args_kwargs["args"])
    queue.filter(pk=row.pk).update(status="SUCCESSFUL")


@pytest.mark.django_db
def test_a_rolled_back_transaction_takes_its_letter_back(queue: Any) -> None:
    with transaction.atomic():
        mail.send("amina@example.org", "account/login_code", CONTEXT, "en")
        assert queue.count() == 1
        transaction.set_rollback(True)
    assert queue.count() == 0


@pytest.mark.django_db
def test_a_waiting_letter_is_sealed(queue: Any) -> None:
    mail.send("amina@example.org", "account/login_code", CONTEXT, "en")
    row = str(queue.get().args_kwargs)
    assert "K3M9X2" not in row
    assert "amina" not in row


@pytest.mark.django_db
def test_failed_letters_wait_longer_each_time_and_end_as_files(
    queue: Any, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox.EmailMultiAlternatives, "send", NoServer(OSError("away")))
    mail.send("amina@example.org", "account/login_code", CONTEXT, "en")
    for _ in outbox.PAUSES:
        run_next(queue)
    waits = list(
        queue.filter(run_after__year__lt=9999).order_by("enqueued_at").values_list("run_after", flat=True)
    )
    assert waits == sorted(waits)
    assert len(waits) == len(outbox.PAUSES)
    assert mail.unsent_count() == 0
    run_next(queue)
    assert mail.unsent_count() == 1


@pytest.mark.django_db
def test_a_refusal_for_good_is_not_tried_again(
    queue: Any, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = SMTPRecipientsRefused({"amina@example.org": (550, b"no such user")})
    monkeypatch.setattr(outbox.EmailMultiAlternatives, "send", NoServer(refusal))
    mail.send("amina@example.org", "account/login_code", CONTEXT, "en")
    run_next(queue)
    assert mail.unsent_count() == 1
    assert not queue.filter(status="READY").exists()


@pytest.mark.django_db
def test_rounds_leave_refused_letters_alone_and_do_not_hammer_a_server_that_is_away(
    queue: Any, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The round comes every ten minutes: a refusal for good would be repeated for ever."""
    tried: list[str] = []

    def send(message: Any, *args: object, **kwargs: object) -> None:
        tried.append(message.to[0])
        raise OSError("away")

    refusal = SMTPRecipientsRefused({"amina@example.org": (550, b"no such user")})
    monkeypatch.setattr(outbox.EmailMultiAlternatives, "send", NoServer(refusal))
    mail.send("amina@example.org", "account/login_code", CONTEXT, "en")
    run_next(queue)
    monkeypatch.setattr(outbox.EmailMultiAlternatives, "send", send)
    waiting = outbox._keep(mail.render("wei@example.org", "account/login_code", CONTEXT, "en"))
    assert mail.send_unsent(everything=False) == (0, 2)
    assert tried == []
    long_ago = time.time() - outbox.REST.total_seconds() - 1
    for path in mailbox.glob("*.json"):
        os.utime(path, (long_ago, long_ago))
    mail.send_unsent(everything=False)
    mail.send_unsent(everything=False)
    assert tried == ["wei@example.org"]
    assert waiting.exists()
    assert mail.send_unsent() == (0, 2)  # by hand: all of them
    dropped = waiting.rename(waiting.with_suffix(".sending"))  # a process died while it was sending
    os.utime(dropped, (long_ago, long_ago))
    assert mail.send_unsent() == (0, 2)
