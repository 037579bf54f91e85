"""A firm's board: what it shows, moves with and without a script, colleagues, won and lost, files."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from everfair.conversations.models import Answered
from everfair.deals.access import Stand
from everfair.deals.actions.negotiations import end_negotiation
from everfair.deals.actions.stages import stages_of
from everfair.deals.models import Negotiation
from everfair.exhibition.models import Exhibitor
from tests.factories.conversations import make_colleague
from tests.factories.deals import NOW, make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(firm: Exhibitor, name: str = "pipeline_show", **more: Any) -> str:
    return reverse(f"exhibitor:deals.{name}", kwargs={"code": firm.code, **more})


def with_deals(count: int = 1) -> tuple[Exhibitor, list[Negotiation], Client]:
    firm = make_exhibitor()
    stage = stages_of(firm.edition)[0]
    rows = [make_negotiation(make_inquiry(firm.edition), firm, stage=stage) for _ in range(count)]
    return firm, rows, signed_in(make_colleague(firm))


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_costs_the_same_however_many(
    count: int, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    firm, _rows, client = with_deals(count)
    client.get(at(firm))
    with django_assert_max_num_queries(15):
        client.get(at(firm))


def test_a_stage_as_a_list_says_which_and_leads_back() -> None:
    firm, _rows, client = with_deals(2)
    body = client.get(at(firm), {"stage": "new"}).content.decode()
    assert "New <small" in body
    assert ">2</small>" in body
    assert f'href="{at(firm)}">To the board' in body


def test_a_search_that_finds_nothing_says_so() -> None:
    firm, _rows, client = with_deals()
    body = client.get(at(firm), {"q": "zzzz"}).content.decode()
    assert "No negotiation like this" in body
    assert "data-board" not in body


def test_nobody_asked_yet() -> None:
    firm = make_exhibitor()
    body = signed_in(make_colleague(firm)).get(at(firm)).content.decode()
    assert "Nobody has asked yet" in body


def test_a_card_is_moved_by_its_form() -> None:
    firm, (row,), client = with_deals()
    answer = client.post(at(firm, "negotiation_move", deal=row.code), {"stage": "talking", "version": 1})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.stage is not None
    assert (row.stage.code, row.version) == ("talking", 2)


def test_a_script_reads_the_new_version_or_why_not() -> None:
    firm, (row,), client = with_deals()
    url, wants = at(firm, "negotiation_move", deal=row.code), {"HTTP_ACCEPT": "application/json"}
    assert client.post(url, {"stage": "quoted", "version": 1}, **wants).json() == {"version": 2}
    late = client.post(url, {"stage": "talking", "version": 1}, **wants)
    assert late.status_code == 409
    assert "nothing was overwritten" in late.json()["error"]
    gone = client.post(url, {"stage": "planet", "version": 2}, **wants)
    assert gone.status_code == 409
    row.refresh_from_db()
    assert row.stage is not None
    assert row.stage.code == "quoted"


def test_another_firms_negotiation_is_not_moved() -> None:
    firm, _rows, client = with_deals()
    foreign = make_negotiation(make_inquiry(firm.edition))
    answer = client.post(at(firm, "negotiation_move", deal=foreign.code), {"stage": "talking", "version": 1})
    assert answer.status_code == 404


def test_a_colleague_takes_it_over_and_the_board_is_narrowed_to_them() -> None:
    firm, (row, other), client = with_deals(2)
    colleague = make_colleague(firm)
    client.post(at(firm, "negotiation_hand", deal=row.code), {"colleague": colleague.pk})
    body = client.get(at(firm) + f"?handler={colleague.pk}").content.decode()
    assert row.code in body
    assert other.code not in body
    assert other.code in client.get(at(firm) + "?handler=none").content.decode()
    client.post(at(firm, "negotiation_hand", deal=row.code), {"colleague": make_user().pk})
    row.refresh_from_db()
    assert row.handler == colleague


def test_lost_ones_stand_with_their_reasons_and_go_out_as_a_file() -> None:
    firm, (row, other), client = with_deals(2)
    end_negotiation(Stand(row, "firm"), "lost", by=make_colleague(firm), why="price", why_text="Too dear.")
    body = client.get(at(firm) + "?state=lost").content.decode()
    assert "Too dear." in body
    assert other.code not in body
    file = client.get(at(firm, "pipeline_export", kind="csv") + "?state=lost")
    text = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Too dear." in text
    assert other.code not in text
    assert client.get(at(firm, "pipeline_export", kind="xlsx")).status_code == 200


def test_the_answer_time_is_shown_from_five_answers_on(settings: Any) -> None:
    firm, _rows, client = with_deals()
    assert "shown from five answers on" in client.get(at(firm)).content.decode()
    for _ in range(5):
        Answered.objects.create(
            edition=firm.edition,
            key=f"firm:{firm.pk}",
            asked_at=NOW,
            answered_at=timezone.now(),
            seconds=3600,
        )
    assert "usual time to answer" in client.get(at(firm)).content.decode()


def test_words_find_title_and_buyer() -> None:
    firm, (row, other), client = with_deals(2)
    assert row.buyer is not None
    body = client.get(at(firm), {"q": row.buyer.name}).content.decode()
    assert row.code in body
    assert other.code not in body


def test_more_than_a_column_holds_stand_in_its_list() -> None:
    firm = make_exhibitor()
    stage = stages_of(firm.edition)[1]
    inquiry = make_inquiry(firm.edition)
    Negotiation.objects.bulk_create(
        Negotiation(
            edition=firm.edition, firm=firm, buyer=inquiry.buyer, buyer_key=inquiry.buyer_key, title=f"Deal {n}", stage=stage
        )
        for n in range(33)
    )  # fmt: skip
    client = signed_in(make_colleague(firm))
    body = client.get(at(firm)).content.decode()
    assert body.count('class="deal-card"') == 15
    code = Negotiation.objects.get(title="Deal 32").code
    move = reverse("exhibitor:deals.negotiation_move", args=[firm.code, code])
    page = reverse("visitor:deals.negotiation_show", args=[firm.edition.slug, code])
    assert body.count(f'action="{move}"') == 1
    assert body.count(f'href="{page}"') == 1
    assert "All 33" in body
    assert "Deal 32" in client.get(at(firm) + f"?stage={stage.code}").content.decode()
