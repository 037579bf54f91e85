"""Pages of inquiries and negotiations: from the first word to the end, and who never gets in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from everfair.deals.actions.inquiries import choose_firms
from everfair.deals.models import Inquiry, Negotiation, NegotiationNote
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.matchmaking.models import Need
from tests.factories.conversations import make_colleague
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_team_member
from tests.factories.matchmaking import make_answer, make_need, make_seeker
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n160\n%%EOF"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name: str, edition: Edition, *args: Any) -> str:
    return reverse(f"visitor:deals.{name}", args=[edition.slug, *args])


TYPED = {"title": "Cold storage", "text": "Near the port.", "questions": "How much?\n\nSince when?"}


def typed(user: Any, **more: Any) -> dict[str, Any]:
    return {"buyer": f"person:{user.pk}", **TYPED, **more}


# Writing and sending ------------------------------------------------------------------------------------------
def test_from_an_offer_to_a_sent_inquiry() -> None:
    offer, user = make_offer(), make_user()
    edition, client = offer.exhibitor.edition, signed_in(user)
    form = page("inquiry_create", edition) + f"?about=offer:{offer.code}"
    body = client.get(form).content.decode()
    assert f'value="{offer.title["en"]}"' in body
    answer = client.post(form, typed(user))
    inquiry = Inquiry.objects.get()
    assert answer.headers["Location"].endswith(page("inquiry_show", edition, inquiry.code)[3:])
    assert (inquiry.about, inquiry.about_code, inquiry.questions) == (
        "offer",
        offer.code,
        ["How much?", "Since when?"],
    )
    assert not Negotiation.objects.exists()
    client.post(page("inquiry_change", edition, inquiry.code, "send"))
    assert Negotiation.objects.get().firm == offer.exhibitor
    body = client.get(page("inquiry_show", edition, inquiry.code)).content.decode()
    assert Negotiation.objects.get().code in body


def test_the_buyer_is_one_the_person_answers_for() -> None:
    edition, user = make_edition(), make_user()
    client = signed_in(user)
    client.post(page("inquiry_create", edition), typed(user, buyer=f"firm:{make_exhibitor(edition).pk}"))
    assert not Inquiry.objects.exists()
    own = make_exhibitor(edition)
    colleague = make_colleague(own)
    signed_in(colleague).post(page("inquiry_create", edition), typed(colleague, buyer=f"firm:{own.pk}"))
    assert Inquiry.objects.get().buyer_firm == own


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "  "), ("title", "x" * 151), ("text", ""), ("text", "x" * 4001), ("currency", "ZZZ"),
        ("deliver_to", "Atlantis"), ("wanted_by", "2020-01-01"), ("answer_by", "yesterday"), ("questions", "?\n" * 11),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(field: str, value: str) -> None:
    edition, user = make_edition(), make_user()
    answer = signed_in(user).post(page("inquiry_create", edition), typed(user, **{field: value}))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    if field != "text":
        assert "Near the port." in answer.content.decode()
    assert not Inquiry.objects.exists()


def test_a_draft_saved_meanwhile_is_shown_beside_what_was_typed() -> None:
    inquiry = make_inquiry(state="draft")
    client, url = signed_in(inquiry.buyer), page("inquiry_edit", inquiry.edition, inquiry.code)
    client.post(url, typed(inquiry.buyer, version=1, title="First"))
    answer = client.post(url, typed(inquiry.buyer, version=1, title="Second"))
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "First" in body
    assert "Second" in body
    client.post(url, typed(inquiry.buyer, version=2, title="Second"))
    assert Inquiry.objects.get().title == "Second"


def test_firms_are_chosen_by_name_and_from_answers_to_the_need() -> None:
    edition = make_edition()
    need = make_need(edition, seeker=make_seeker(edition, user=make_user()))
    assert need.seeker is not None
    user, helper, other = need.seeker.user, make_exhibitor(edition), make_exhibitor(edition)
    make_answer(need, helper)
    client = signed_in(user)
    form = page("inquiry_create", edition) + f"?about=need:{need.code}"
    assert need.title["en"] in client.get(form).content.decode()
    client.post(form, typed(user))
    inquiry = Inquiry.objects.get()
    assert inquiry.need == need
    url = page("inquiry_firms", edition, inquiry.code)
    assert f'value="{helper.code}"' in client.get(url).content.decode()
    client.post(url, {"add": [helper.code, other.code]})
    client.post(url, {"remove": other.code})
    assert [one.firm for one in inquiry.chosen.all()] == [helper]


def test_somebody_elses_need_begins_nothing() -> None:
    need = make_need()
    answer = signed_in(make_user()).get(page("inquiry_create", need.edition) + f"?about=need:{need.code}")
    assert answer.status_code == 404
    hidden = make_need(need.edition, audience=Need.Audience.HIDDEN)
    administrator = make_user()
    make_team_member(need.edition, administrator, "administrator")
    answer = signed_in(administrator).get(page("inquiry_create", need.edition) + f"?about=need:{hidden.code}")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "about", ["offer:nope", "lead:nope", "meeting:nope", "booth:nope", "planet:mars", "offer"]
)
def test_about_what_is_not_there_is_not_found(about: str) -> None:
    answer = signed_in(make_user()).get(page("inquiry_create", make_edition()) + f"?about={about}")
    assert answer.status_code == 404


# Files --------------------------------------------------------------------------------------------------------
def test_files_are_read_by_both_sides_and_by_nobody_else() -> None:
    user = make_user()
    firm = make_exhibitor()
    edition, client = firm.edition, signed_in(user)
    sent = SimpleUploadedFile("plan.pdf", PDF, "application/pdf")
    form = page("inquiry_create", edition) + f"?about=booth:{firm.code}"
    assert client.post(form, typed(user, files=sent)).status_code == 302
    inquiry = Inquiry.objects.get()
    client.post(page("inquiry_change", edition, inquiry.code, "send"))
    deal, file = Negotiation.objects.get(), inquiry.files.get()
    seller = signed_in(make_colleague(firm))
    for_firm = page("negotiation_file", edition, deal.code, file.pk)
    assert client.get(page("inquiry_file", edition, inquiry.code, file.pk)).status_code == 200
    assert seller.get(for_firm).status_code == 200
    assert seller.get(page("inquiry_file", edition, inquiry.code, file.pk)).status_code == 404
    rival = signed_in(make_colleague(make_exhibitor(edition)))
    leads_only = signed_in(make_colleague(firm, role="lead_only"))
    administrator = make_user()
    make_team_member(edition, administrator, "administrator")
    for stranger in (rival, leads_only, signed_in(administrator)):
        assert stranger.get(for_firm).status_code == 404
        assert stranger.get(page("inquiry_file", edition, inquiry.code, file.pk)).status_code == 404
    other = make_negotiation(make_inquiry(edition, user), make_exhibitor(edition))
    assert client.get(page("negotiation_file", edition, other.code, file.pk)).status_code == 404


def test_a_file_that_is_none_is_refused_and_the_words_stay() -> None:
    user, edition = make_user(), make_edition()
    bad = SimpleUploadedFile("plan.pdf", b"MZ not a pdf", "application/pdf")
    answer = signed_in(user).post(page("inquiry_create", edition), typed(user, files=bad))
    assert answer.status_code == 422
    assert "Near the port." in answer.content.decode()
    assert not Inquiry.objects.exists()


# A negotiation ------------------------------------------------------------------------------------------------
def test_both_write_at_the_page_and_come_back_to_it() -> None:
    deal = make_negotiation()
    seller = make_colleague(deal.firm)
    url = page("negotiation_show", deal.edition, deal.code)
    answer = signed_in(seller).post(page("negotiation_say", deal.edition, deal.code), {"text": "We do."})
    assert answer.headers["Location"].endswith(f"{deal.code}/#end")
    assert "We do." in signed_in(deal.buyer).get(url).content.decode()
    empty = signed_in(seller).post(page("negotiation_say", deal.edition, deal.code), {"text": " "})
    assert empty.status_code == 422


def test_a_private_note_is_not_on_the_other_sides_page() -> None:
    deal = make_negotiation()
    buyer, seller = signed_in(deal.buyer), signed_in(make_colleague(deal.firm))
    url = page("note_write", deal.edition, deal.code)
    buyer.post(url, {"text": "Our limit is 90,000."})
    buyer.post(url, {"text": "We come on Monday.", "is_shared": "on"})
    body = seller.get(page("negotiation_show", deal.edition, deal.code)).content.decode()
    assert "Our limit" not in body
    assert "We come on Monday." in body
    theirs = NegotiationNote.objects.get(is_shared=True)
    assert seller.post(url, {"note": theirs.pk, "text": "No."}).status_code == 404
    assert seller.post(url, {"note": theirs.pk, "delete": "1"}).status_code == 404


def test_a_hidden_buyers_name_is_on_no_page_or_file_of_the_firm() -> None:
    inquiry = make_inquiry(buyer=make_user(name="Wanjiru Kamau"), is_hidden=True)
    deal = make_negotiation(inquiry)
    client = signed_in(make_colleague(deal.firm))
    signed_in(inquiry.buyer).post(
        page("note_write", deal.edition, deal.code), {"text": "From us.", "is_shared": "on"}
    )
    board = reverse("exhibitor:deals.pipeline_show", args=[deal.firm.code])
    export = reverse("exhibitor:deals.pipeline_export", args=[deal.firm.code, "csv"])
    texts = [
        client.get(page("negotiation_show", deal.edition, deal.code)).content.decode(),
        client.get(board).content.decode(),
        b"".join(client.get(export).streaming_content).decode(),  # type: ignore[attr-defined]
    ]
    assert not any("Wanjiru" in text for text in texts)
    assert deal.code not in client.get(board + "?q=Wanjiru").content.decode()
    signed_in(inquiry.buyer).post(page("negotiation_change", deal.edition, deal.code, "reveal"))
    assert "Wanjiru" in client.get(page("negotiation_show", deal.edition, deal.code)).content.decode()


def test_ended_with_a_reason_and_opened_again() -> None:
    deal = make_negotiation()
    buyer = signed_in(deal.buyer)
    url = page("negotiation_change", deal.edition, deal.code, "lost")
    assert buyer.post(url, {"version": 1, "why": ""}).status_code == 422
    assert buyer.post(url, {"version": 1, "why": "nonsense"}).status_code == 422
    buyer.post(url, {"version": 1, "why": "price", "why_text": "Twice our budget."})
    body = (
        signed_in(make_colleague(deal.firm))
        .get(page("negotiation_show", deal.edition, deal.code))
        .content.decode()
    )
    assert "Twice our budget." in body
    buyer.post(page("negotiation_change", deal.edition, deal.code, "reopen"))
    deal.refresh_from_db()
    assert deal.state == "open"


def test_after_the_edition_is_archived_and_the_firm_withdrew_it_stays_readable() -> None:
    deal = make_negotiation()
    seller = make_colleague(deal.firm)
    Exhibitor.objects.filter(pk=deal.firm_id).update(state=Exhibitor.State.WITHDRAWN)
    Edition.objects.filter(pk=deal.edition_id).update(phase=Edition.Phase.ARCHIVED)
    for user in (deal.buyer, seller):
        assert signed_in(user).get(page("negotiation_show", deal.edition, deal.code)).status_code == 200
    form = signed_in(deal.buyer).post(page("inquiry_create", deal.edition), typed(deal.buyer))
    assert "archived" in form.content.decode()
    assert Inquiry.objects.count() == 1


def test_one_whose_conversation_was_erased_stands_without_it() -> None:
    deal = make_negotiation(has_conversation=False)
    client = signed_in(deal.buyer)
    assert client.get(page("negotiation_show", deal.edition, deal.code)).status_code == 200
    assert client.post(page("negotiation_say", deal.edition, deal.code), {"text": "?"}).status_code == 302


# Lists --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(
    count: int, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    edition, user = make_edition(), make_user()
    for _ in range(count):
        make_negotiation(make_inquiry(edition, user))
    client = signed_in(user)
    client.get(page("inquiry_list", edition))
    with django_assert_max_num_queries(15):
        client.get(page("inquiry_list", edition))


@pytest.mark.parametrize("count", [1, 3])
def test_one_inquiry_costs_the_same_however_many_firms(
    count: int, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    inquiry = make_inquiry()
    for _ in range(count):
        make_negotiation(inquiry)
    client = signed_in(inquiry.buyer)
    client.get(page("inquiry_show", inquiry.edition, inquiry.code))
    with django_assert_max_num_queries(15):
        client.get(page("inquiry_show", inquiry.edition, inquiry.code))


def test_search_state_and_files_of_the_list() -> None:
    edition, user = make_edition(), make_user()
    sent, draft = make_inquiry(edition, user, title="Cranes"), make_inquiry(edition, user, state="draft")
    other = make_inquiry(edition, make_user(), title="Cranes of others")
    choose_firms(draft, by=user, add=[make_exhibitor(edition)])
    client = signed_in(user)
    url = page("inquiry_list", edition)
    body = client.get(url + "?q=crane").content.decode()
    assert sent.code in body
    assert draft.code not in body
    assert other.code not in body
    assert draft.code in client.get(url + "?state=draft").content.decode()
    assert "No inquiry like this" in client.get(url + "?q=nothing").content.decode()
    csv = b"".join(client.get(page("inquiry_export", edition, "csv")).streaming_content).decode()  # type: ignore[attr-defined]
    assert "Cranes" in csv
    assert "of others" not in csv
    assert client.get(page("inquiry_export", edition, "xlsx")).status_code == 200
    assert client.get(page("inquiry_export", edition, "exe")).status_code == 404


def test_my_fair_says_what_waits() -> None:
    edition = make_edition(phase=Edition.Phase.LIVE)
    deal = make_negotiation(make_inquiry(edition))
    seller = make_colleague(deal.firm)
    body = signed_in(seller).get(reverse("visitor:people.my_fair")).content.decode()
    assert "1 buyer waits" in body
    assert "1 inquiry is out" in signed_in(deal.buyer).get(reverse("visitor:people.my_fair")).content.decode()
