"""A host greets a visitor at the booth: once, agreed, shown; everything else is refused in words."""

from datetime import timedelta
from typing import Any

import pytest

from everfair.base.refusals import Refused
from everfair.conversations.actions.greeting import greet
from everfair.conversations.models import Block, Message, Party, TalkRules
from everfair.exhibition.models import Exhibitor
from everfair.presence.models import Greeting, Showing, Stay
from tests.factories.calls import make_stay
from tests.factories.conversations import NOW, make_colleague
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def a_visit(**showing: Any) -> tuple[Exhibitor, Any, Stay]:
    """A booth, a host, a visitor at it who may be greeted."""
    firm, visitor = make_exhibitor(state=Exhibitor.State.PUBLISHED), make_user(name="Wanjiru")
    values: dict[str, Any] = {"level": "name", "may_greet": True, **showing}
    Showing.objects.create(edition=firm.edition, user=visitor, **values)
    return firm, make_colleague(firm, name="Otieno"), make_stay(visitor, firm)


def test_the_visitor_reads_it_and_a_second_is_refused() -> None:
    firm, host, stay = a_visit()
    said = greet(firm, stay.code, "Welcome. Ask me anything.", by=host, now=NOW)
    assert said.is_greeting
    assert said.conversation.about_code == firm.code
    assert {one.key for one in said.conversation.parties.all()} == {
        f"firm:{firm.pk}",
        f"person:{stay.user_id}",
    }
    for colleague in (host, make_colleague(firm)):
        with pytest.raises(Refused, match="greeted this visitor already"):
            greet(firm, stay.code, "And again.", by=colleague, now=NOW + timedelta(minutes=5))
    assert Message.objects.count() == 1


def test_who_shows_a_firm_is_written_to_without_a_name() -> None:
    firm, host, stay = a_visit(level="firm")
    said = greet(firm, stay.code, "Welcome.", by=host, now=NOW)
    assert Party.objects.get(conversation=said.conversation, kind="person").is_hidden


@pytest.mark.parametrize(
    "showing",
    [{"may_greet": False}, {"quiet_until": NOW + timedelta(minutes=1)}],
)
def test_who_did_not_agree_is_not_greeted(showing: dict[str, Any]) -> None:
    firm, host, stay = a_visit(**showing)
    with pytest.raises(Refused, match="does not want to be greeted"):
        greet(firm, stay.code, "Welcome.", by=host, now=NOW)


@pytest.mark.parametrize("level", ["count", "nothing"])
def test_a_number_is_not_greeted(level: str) -> None:
    firm, host, stay = a_visit(level=level)
    with pytest.raises(Refused, match="has left the booth"):
        greet(firm, stay.code, "Welcome.", by=host, now=NOW)


def test_nobody_is_greeted_who_left_is_elsewhere_or_blocked() -> None:
    firm, host, stay = a_visit()
    other = make_exhibitor(firm.edition, state=Exhibitor.State.PUBLISHED)
    for booth, at in ((firm, NOW + timedelta(hours=2)), (other, NOW)):
        with pytest.raises(Refused, match="has left the booth"):
            greet(booth, stay.code, "Welcome.", by=host, now=at)
    Block.objects.create(edition=firm.edition, own=f"person:{stay.user_id}", other=f"firm:{firm.pk}")
    with pytest.raises(Refused, match="does not want to be greeted"):
        greet(firm, stay.code, "Welcome.", by=host, now=NOW)
    assert not Greeting.objects.exists()


def test_a_refused_text_does_not_use_the_greeting_up() -> None:
    firm, host, stay = a_visit()
    for text in ("", "x" * 501):
        with pytest.raises(Refused):
            greet(firm, stay.code, text, by=host, now=NOW)
    TalkRules.objects.create(edition=firm.edition, is_open=False)
    with pytest.raises(Refused, match="closed"):
        greet(firm, stay.code, "Welcome.", by=host, now=NOW)
    TalkRules.objects.update(is_open=True)
    assert not Greeting.objects.exists()
    greet(firm, stay.code, "Welcome.", by=host, now=NOW)
