"""One's own blocks and notes of absence: of a person and of the firms they answer for."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from everfair.conversations.access import Who
from everfair.conversations.actions.manners import block
from everfair.conversations.actions.writing import begin, say
from everfair.conversations.models import AwayNote, Block, Conversation
from everfair.exhibition.models import Exhibitor
from tests.factories.conversations import make_colleague, make_conversation, party_of, stand_of
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
ROOM = "visitor:conversations."
QUERIES = 11


def at(name: str, edition: Any, *args: Any) -> str:
    return reverse(ROOM + name, args=[edition.slug, *args])


def test_blocks_of_all_own_parties_stand_in_one_list(signed_in: Callable[..., Client]) -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    talk = make_conversation(firm)
    colleague = make_colleague(firm, name="Otieno")
    block(stand_of(colleague, talk), by=colleague)
    client = signed_in(colleague)
    page = client.get(at("block_list", firm.edition)).content.decode()
    assert "Wanjiru Kamau" in page
    other = signed_in(party_of(talk, "a").user)
    assert "Nobody is blocked" in other.get(at("block_list", firm.edition)).content.decode()
    row = Block.objects.get()
    assert other.post(at("block_remove", firm.edition, row.pk)).status_code == 404
    assert client.post(at("block_remove", firm.edition, row.pk)).status_code == 302
    assert not Block.objects.exists()
    assert client.post(at("block_remove", firm.edition, row.pk)).status_code == 404


def test_a_blocked_buyer_who_is_not_named_stays_so(signed_in: Callable[..., Client]) -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    buyer, colleague = make_user(name="Wanjiru Kamau"), make_colleague(firm)
    said = begin(firm.edition, Who.person(buyer, is_hidden=True), Who.firm(firm), "How much?", by=buyer)
    block(stand_of(colleague, said.conversation), by=colleague)
    client = signed_in(colleague)
    page = client.get(at("block_list", firm.edition)).content.decode()
    assert "A buyer, not named" in page
    assert "Wanjiru" not in page
    Conversation.objects.all().delete()
    page = client.get(at("block_list", firm.edition)).content.decode()
    assert "Somebody of an earlier conversation" in page
    assert "Wanjiru" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_however_long(signed_in: Callable[..., Client], count: int) -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    colleague = make_colleague(firm)
    for _ in range(count):
        block(stand_of(colleague, make_conversation(firm)), by=colleague)
    client = signed_in(colleague)
    client.get(at("block_list", firm.edition))
    with CaptureQueriesContext(connection) as found:
        client.get(at("block_list", firm.edition))
    assert len(found) == QUERIES


def test_a_person_and_a_firm_say_that_they_are_away(signed_in: Callable[..., Client]) -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    colleague = make_colleague(firm)
    client, address = signed_in(colleague), at("away_edit", firm.edition)
    assert client.post(address, {"text_en": "Back on Monday"}).status_code == 302
    assert client.post(f"{address}?as=firm:{firm.pk}", {"text_zh": "周一回来"}).status_code == 302
    assert AwayNote.objects.get(user=colleague).text == {"en": "Back on Monday"}
    assert AwayNote.objects.get(exhibitor=firm).text == {"zh": "周一回来"}
    assert "shown now" in client.get(address).content.decode()
    talk = make_conversation(firm, now=timezone.now())
    assert talk.messages.get(note="away").note_facts == {"zh": "周一回来"}
    assert client.post(f"{at('away_end', firm.edition)}?as=firm:{firm.pk}").status_code == 302
    assert list(AwayNote.objects.values_list("user", flat=True)) == [colleague.pk]


def test_what_was_typed_stays_beside_its_error(signed_in: Callable[..., Client]) -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    client, address = signed_in(make_user()), at("away_edit", firm.edition)
    assert client.post(address, {"text_en": ""}).status_code == 422
    times = {"starts_at": "2026-09-09T08:00", "ends_at": "2026-09-04T08:00"}
    wrong = client.post(address, {"text_en": "Back on Monday", **times})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "The end must come after the beginning." in page
    assert "Back on Monday" in page
    assert client.post(address, {"text_en": "x" * 501}).status_code == 422
    assert not AwayNote.objects.exists()


def test_nobody_sets_the_note_of_another_firm(signed_in: Callable[..., Client]) -> None:
    firm = make_exhibitor(state=Exhibitor.State.PUBLISHED)
    client = signed_in(make_user())
    for name in ("away_edit", "away_end"):
        address = f"{at(name, firm.edition)}?as=firm:{firm.pk}"
        assert client.post(address, {"text_en": "We are bankrupt"}).status_code == 404
    assert not AwayNote.objects.exists()


def test_the_list_of_conversations_leads_here(signed_in: Callable[..., Client]) -> None:
    talk = make_conversation()
    say(talk, "a", "And?", by=party_of(talk, "a").user)
    listed = signed_in(party_of(talk, "a").user).get(at("conversation_list", talk.edition)).content.decode()
    assert at("away_edit", talk.edition).removeprefix("/en") in listed
    assert at("block_list", talk.edition).removeprefix("/en") in listed
