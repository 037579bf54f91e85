"""What a hostile form sends into a conversation: a megabyte, controls, a program called offer.pdf, another's address."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from everfair.base.models import MediaFile
from tests.factories.conversations import make_conversation, party_of

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<</Size 1>>\nstartxref\n9\n%%EOF\n"


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def send(client: Client, talk: Any, **fields: Any) -> Any:
    address = reverse("visitor:conversations.message_send", args=[talk.edition.slug, talk.code])
    return client.post(address, fields)


def test_a_megabyte_is_refused_with_a_sentence(signed_in: Callable[..., Client]) -> None:
    talk = make_conversation()
    answer = send(signed_in(party_of(talk, "a").user), talk, text="x" * 1_000_000)
    assert answer.status_code == 422
    assert "1000000 characters" in answer.content.decode()
    assert talk.messages.count() == 1


def test_controls_and_overrides_are_not_kept(signed_in: Callable[..., Client]) -> None:
    talk = make_conversation()
    assert (
        send(signed_in(party_of(talk, "a").user), talk, text="pay\x00 \u202e001\u202c\x07 now").status_code
        == 302
    )
    assert talk.messages.get(number=2).text == "pay 001 now"


def test_a_file_that_is_not_what_it_says_leaves_the_words_on_the_page(
    signed_in: Callable[..., Client],
) -> None:
    talk = make_conversation()
    client = signed_in(party_of(talk, "a").user)
    files = [
        SimpleUploadedFile("fine.pdf", PDF),
        SimpleUploadedFile("offer.pdf", b"MZ" + b"\0" * 99, "application/pdf"),
    ]
    answer = send(client, talk, text="Our offer", files=files)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This is a program" in page
    assert "offer.pdf" in page
    assert "Our offer" in page
    assert talk.messages.count() == 1
    assert not MediaFile.objects.exists()
    fine = SimpleUploadedFile("fine.pdf", PDF)
    assert send(client, talk, text="Our offer", files=[fine]).status_code == 302
    assert MediaFile.objects.get().name == "fine.pdf"


def test_another_conversations_address_takes_no_message(signed_in: Callable[..., Client]) -> None:
    talk, other = make_conversation(), make_conversation()
    stranger = signed_in(party_of(other, "a").user)
    assert send(stranger, talk, text="Let me in").status_code == 404
    assert talk.messages.count() == 1
