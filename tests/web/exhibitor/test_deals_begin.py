"""Pages on which a firm begins a negotiation: whom it may choose, the form, buttons where one knows people, the value."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from everfair.conversations.actions.manners import block
from everfair.conversations.models import Message
from everfair.deals.models import Negotiation
from everfair.exhibition.models import Exhibitor
from tests.factories.conversations import make_colleague, make_conversation, stand_of
from tests.factories.deals import make_begun
from tests.factories.exhibition import make_exhibitor
from tests.factories.leads import make_booth, make_lead
from tests.factories.meetings import make_meeting, make_participant, make_rules, make_slots
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
TYPED = {
    "title": "Cold storage", "text": "As we said at our booth.", "expected": "120,000.50", "currency": "CNY",
    "step": "Send a quotation", "on": "",
}  # fmt: skip


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(firm: Exhibitor, name: str = "source_list", **more: Any) -> str:
    return reverse(f"exhibitor:deals.{name}", kwargs={"code": firm.code, **more})


def form_of(firm: Exhibitor, kind: str, source: str) -> str:
    return at(firm, "negotiation_begin", kind=kind, source=source)


def lead_of(firm: Exhibitor, **extra: Any) -> Any:
    return make_lead(firm, agrees=True, user=make_user(), **extra)


def with_leads(count: int = 1) -> tuple[Exhibitor, list[Any], Client]:
    firm = make_booth()
    return firm, [lead_of(firm) for _ in range(count)], signed_in(make_colleague(firm))


def meeting_of(firm: Exhibitor, hours: int = -2, buyer_firm: Exhibitor | None = None, **extra: Any) -> Any:
    make_rules(firm.edition)
    (slot,) = make_slots(firm.edition, 1, starts_at=timezone.now() + timedelta(hours=hours))
    mine = make_participant(firm.edition, user=make_user(), exhibitor=buyer_firm, name="Amina Odhiambo")
    return make_meeting(slot, mine, make_participant(firm.edition, exhibitor=firm), **extra)


# The list -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["meeting", "lead", "talk"])
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many(
    kind: str, count: int, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    firm, leads, client = with_leads(count)
    for number in range(count):
        meeting_of(firm, hours=-2 - number, state="held")
        make_conversation(firm, make_user())
        make_begun(firm, source="lead", source_code=leads[number].code)
    client.get(at(firm))
    with django_assert_max_num_queries(15):
        body = client.get(at(firm) + f"?kind={kind}").content.decode()
    assert body.count("<tr><th") == count + 1


def test_only_people_one_knows_stand_in_it() -> None:
    firm, (lead,), client = with_leads()
    hidden = make_lead(firm, user=make_user(), name="Nobody Shared")
    body = client.get(at(firm)).content.decode()
    assert form_of(firm, "lead", lead.code) in body
    assert hidden.code not in body
    assert "Nobody Shared" not in body
    make_lead(make_exhibitor(firm.edition), agrees=True, user=make_user(), name="Strange Stranger")
    assert "Stranger" not in client.get(at(firm) + "?kind=lead&q=Strange").content.decode()


def test_nobody_to_begin_with_yet() -> None:
    firm = make_booth()
    client = signed_in(make_colleague(firm))
    assert "Nobody to begin with yet" in client.get(at(firm)).content.decode()
    make_conversation(firm)
    body = client.get(at(firm) + "?kind=lead").content.decode()
    assert "once they share their contact" in body
    assert "Nobody like this" in client.get(at(firm) + "?kind=talk&q=zzz").content.decode()
    assert client.get(at(firm) + "?kind=planet&page=x").status_code == 200


def test_the_board_leads_there() -> None:
    firm = make_booth()
    client = signed_in(make_colleague(firm))
    assert at(firm) in client.get(at(firm, "pipeline_show")).content.decode()
    make_begun(firm, expected=5, expected_currency="CNY")
    body = client.get(at(firm, "pipeline_show")).content.decode()
    assert at(firm) in body
    assert "CNY\u00a05.00" in body


# The form -----------------------------------------------------------------------------------------------------
def test_from_a_lead_to_the_negotiation() -> None:
    firm, (lead,), client = with_leads()
    page = client.get(form_of(firm, "lead", lead.code)).content.decode()
    assert lead.registration.name in page
    answer = client.post(form_of(firm, "lead", lead.code), TYPED)
    made = Negotiation.objects.get()
    assert answer.headers["Location"].endswith(f"/{firm.edition.slug}/{made.code}/")
    assert (str(made.expected), made.expected_currency, made.stage.code if made.stage else "") == (
        "120000.5000", "CNY", "new"
    )  # fmt: skip
    body = client.get(answer.headers["Location"]).content.decode()
    assert "after a badge was scanned" in body
    assert "CNY\u00a0120,000.50" in body
    assert "Send a quotation" in body
    # pressed again, by a colleague too, it leads to the same
    again = signed_in(make_colleague(firm)).post(form_of(firm, "lead", lead.code), TYPED)
    assert again.headers["Location"] == answer.headers["Location"]
    assert client.get(form_of(firm, "lead", lead.code)).headers["Location"] == answer.headers["Location"]
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "  "), ("title", "x" * 151), ("text", ""), ("text", "x" * 4001), ("expected", "-1"),
        ("expected", "much"), ("currency", "ZZZ"), ("currency", ""), ("on", "2020-01-01"), ("on", "tomorrow"),
        ("step", "x" * 301),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(field: str, value: str) -> None:
    firm, (lead,), client = with_leads()
    answer = client.post(form_of(firm, "lead", lead.code), {**TYPED, field: value})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in body
    if field != "text":
        assert "As we said at our booth." in body
    assert not Negotiation.objects.exists()


def test_a_day_without_a_step_is_refused() -> None:
    firm, (lead,), client = with_leads()
    day = (timezone.now() + timedelta(days=9)).date().isoformat()
    answer = client.post(form_of(firm, "lead", lead.code), {**TYPED, "step": " ", "on": day})
    assert 'id="id_step_error"' in answer.content.decode()


def test_why_it_cannot_begin_is_said_instead_of_a_form() -> None:
    firm = make_booth()
    client = signed_in(make_colleague(firm))
    nameless = make_lead(firm, user=make_user(), name="Nobody Shared")
    body = client.get(form_of(firm, "lead", nameless.code)).content.decode()
    assert "does not share their contact" in body
    assert "Nobody Shared" not in body
    assert 'name="text"' not in body
    answer = client.post(form_of(firm, "lead", nameless.code), TYPED)
    assert answer.status_code == 422
    assert "does not share their contact" in answer.content.decode()
    assert not Negotiation.objects.exists()


def test_who_blocked_the_firm_is_not_written_to() -> None:
    firm, (lead,), client = with_leads()
    buyer = lead.registration.user
    block(stand_of(buyer, make_conversation(firm, buyer)), by=buyer)
    answer = client.post(form_of(firm, "lead", lead.code), TYPED)
    assert answer.status_code == 422
    assert "No messages can be exchanged" in answer.content.decode()
    assert "As we said at our booth." in answer.content.decode()


@pytest.mark.parametrize("kind", ["lead", "meeting", "talk", "planet"])
def test_what_is_not_there_is_not_found(kind: str) -> None:
    firm, (lead,), _client = with_leads()
    rival = make_exhibitor(firm.edition)
    client = signed_in(make_colleague(rival))
    for code in (lead.code, "nope"):
        assert client.get(form_of(rival, kind, code)).status_code == 404
        assert client.post(form_of(rival, kind, code), TYPED).status_code == 404
        assert client.get(form_of(firm, kind, code)).status_code == 404


def test_a_member_for_leads_only_begins_none() -> None:
    firm, (lead,), _client = with_leads()
    client = signed_in(make_colleague(firm, role="lead_only"))
    for url in (at(firm), form_of(firm, "lead", lead.code)):
        assert client.get(url).status_code == 404
    assert client.post(form_of(firm, "lead", lead.code), TYPED).status_code == 404
    page = reverse("exhibitor:leads.lead_edit", kwargs={"code": firm.code, "lead": lead.code})
    assert "Begin a negotiation" not in client.get(page).content.decode()


# Buttons ------------------------------------------------------------------------------------------------------
def test_the_button_stands_on_a_lead_that_shares_its_contact() -> None:
    firm, (lead,), client = with_leads()
    nameless = make_lead(firm, user=make_user())

    def page(one: Any) -> str:
        url = reverse("exhibitor:leads.lead_edit", kwargs={"code": firm.code, "lead": one.code})
        return client.get(url).content.decode()

    assert form_of(firm, "lead", lead.code) in page(lead)
    assert "Begin a negotiation" not in page(nameless)


@pytest.mark.parametrize(
    ("hours", "state", "there"), [(-2, "held", True), (-2, "no_show", False), (3, "scheduled", False)]
)
def test_the_button_stands_on_a_meeting_that_took_place(hours: int, state: str, there: bool) -> None:
    firm = make_booth()
    meeting = meeting_of(firm, hours=hours, state=state)
    url = reverse("exhibitor:meetings.meeting_show", kwargs={"code": firm.code, "meeting": meeting.code})
    body = signed_in(make_colleague(firm)).get(url).content.decode()
    assert (form_of(firm, "meeting", meeting.code) in body) is there
    assert "Ask for a quotation" not in body  # a person offers nothing


def test_a_firm_that_met_a_firm_asks_it_as_that_firm() -> None:
    firm = make_booth()
    other = make_exhibitor(firm.edition)
    meeting = meeting_of(firm, buyer_firm=other, state="held")
    client = signed_in(make_colleague(other))
    url = reverse("exhibitor:meetings.meeting_show", kwargs={"code": other.code, "meeting": meeting.code})
    ask = reverse("visitor:deals.inquiry_create", args=[firm.edition.slug]) + f"?about=meeting:{meeting.code}"
    assert ask in client.get(url).content.decode()
    body = client.get(ask).content.decode()
    assert f'value="firm:{other.pk}" selected' in body
    assert firm.organisation.name["en"] in body


def test_the_button_stands_in_the_firms_conversation() -> None:
    talk = make_conversation()
    firm = talk.parties.get(side="b").exhibitor
    assert firm is not None
    page = reverse("visitor:conversations.conversation_show", args=[firm.edition.slug, talk.code])
    url = form_of(firm, "talk", talk.code)
    assert url in signed_in(make_colleague(firm)).get(page).content.decode()
    assert url not in signed_in(talk.parties.get(side="a").user).get(page).content.decode()


# The value ----------------------------------------------------------------------------------------------------
def test_the_value_is_changed_and_an_older_page_is_told() -> None:
    firm = make_booth()
    row = make_begun(firm)
    client, url = signed_in(make_colleague(firm)), at(firm, "expected_edit", deal=row.code)
    assert client.get(url).status_code == 200
    assert client.post(url, {"expected": "5", "currency": "USD", "version": "1"}).status_code == 302
    late = client.post(url, {"expected": "7", "currency": "USD", "version": "1"})
    assert late.status_code == 422
    body = late.content.decode()
    assert "nothing was overwritten" in body
    assert 'value="7"' in body
    assert 'name="version" value="2"' in body
    wrong = client.post(url, {"expected": "-1", "currency": "USD", "version": "2"})
    assert "below zero" in wrong.content.decode()
    row.refresh_from_db()
    assert (str(row.expected), row.expected_currency) == ("5.0000", "USD")
    client.post(url, {"expected": "", "currency": "USD", "version": "2"})
    row.refresh_from_db()
    assert (row.expected, row.expected_currency) == (None, "")


def test_the_file_holds_where_from_and_how_much() -> None:
    firm = make_booth()
    make_begun(firm, expected=5, expected_currency="USD")
    file = signed_in(make_colleague(firm)).get(at(firm, "pipeline_export", kind="csv"))
    text = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert "after a badge was scanned" in text
    assert "USD" in text
