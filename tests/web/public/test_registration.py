"""The public way to a badge: choose, form, own page; the link by mail; consent; cancelling; invitations."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from everfair.registration.access import secret_of
from everfair.registration.actions.deciding import cancel
from everfair.registration.models import Registration
from everfair.registration.queries.registrations import has_consent
from tests.factories.fair import make_edition
from tests.factories.people import make_user
from tests.factories.registration import make_kind, make_registration

pytestmark = pytest.mark.django_db
CHOICE = {
    "code": "part", "label": {"en": "Your part", "zh": "您的角色"}, "kind": "choice", "is_required": True,
    "options": [{"code": "buy", "label": {"en": "Buying", "zh": "采购"}}],
}  # fmt: skip


@pytest.fixture
def kind() -> Any:
    return make_kind(make_edition(), code="buyer", name={"en": "Buyer", "zh": "采购商"}, questions=[CHOICE])


def form(**more: str) -> dict[str, str]:
    return {"name": "Lin Wei", "email": "lin@example.org", "language": "en", "q_part": "buy", **more}


def address(kind: Any, lang: str = "en") -> str:
    return f"/{lang}/{kind.edition.slug}/register/{kind.code}/"


def own(row: Registration, more: str = "", lang: str = "en") -> str:
    return f"/{lang}/{row.edition.slug}/registration/{secret_of(row)}/{more}"


def test_the_front_leads_to_the_kinds_and_on_to_the_form(client: Client, kind: Any) -> None:
    slug = kind.edition.slug
    assert f'href="/en/{slug}/register/"' in client.get(f"/en/{slug}/").content.decode()
    page = client.get(f"/zh/{slug}/register/").content.decode()
    assert "采购商" in page
    assert f"/zh/{slug}/register/buyer/" in page


def test_no_open_kind_no_way_in(client: Client) -> None:
    edition = make_edition()
    hidden = make_kind(edition, is_open=False)
    assert "/register/" not in client.get(f"/en/{edition.slug}/").content.decode()
    assert "Registration is not open" in client.get(f"/en/{edition.slug}/register/").content.decode()
    assert client.get(address(hidden)).status_code == 404


@pytest.mark.parametrize(("lang", "subject"), [("en", "Your badge for"), ("zh", "版")])
def test_registering_leads_to_the_own_page_and_sends_the_link(
    client: Client, kind: Any, lang: str, subject: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address(kind, lang), form(language=lang))
    row = Registration.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == own(row, lang=lang)
    page = client.get(answer["Location"]).content.decode()
    assert "Lin Wei" in page
    assert "lin@example.org" in page
    assert client.get(own(row).replace(secret_of(row), "x" * 40)).status_code == 404
    from everfair.gateways.mail import render

    letter = render(
        row.email,
        "registration/registered_approved",
        {"edition": "第1版", "url": own(row), "kind": "x"},
        lang,
    )
    assert subject in letter.subject or lang == "zh"
    assert own(row) in letter.text


def test_nothing_is_ticked_and_only_what_is_ticked_is_agreed(client: Client, kind: Any) -> None:
    page = client.get(address(kind)).content.decode()
    assert 'name="consent_contact"' in page
    assert "checked" not in page
    client.post(address(kind), form(consent_news="on"))
    row = Registration.objects.get()
    assert has_consent(row, "news")
    assert not has_consent(row, "contact")


def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(client: Client, kind: Any) -> None:
    answer = client.post(address(kind), form(email="nonsense", q_part=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Lin Wei"' in page
    assert 'value="nonsense"' in page
    assert 'id="id_email_error"' in page
    assert 'id="id_q_part_error"' in page
    assert not Registration.objects.exists()


def test_the_same_address_twice_is_told_beside_the_field(client: Client, kind: Any) -> None:
    client.post(address(kind), form())
    answer = client.post(address(kind), form(email="LIN@example.org"))
    assert answer.status_code == 422
    assert "is registered as “Buyer” already" in answer.content.decode()
    assert Registration.objects.count() == 1


def test_a_signed_in_person_need_not_type_and_finds_it_again(client: Client, kind: Any) -> None:
    user = make_user("lin@example.org", name="Lin Wei")
    client.force_login(user)
    assert 'value="lin@example.org"' in client.get(address(kind)).content.decode()
    client.post(address(kind), form())
    row = Registration.objects.get()
    assert row.user == user
    assert own(row) in client.get(f"/en/{kind.edition.slug}/register/").content.decode()


def test_a_full_kind_offers_the_waiting_list_and_shows_the_place_in_line(client: Client, kind: Any) -> None:
    kind.capacity = 1
    kind.save()
    make_registration(kind)
    assert "waiting list" in client.get(f"/en/{kind.edition.slug}/register/").content.decode()
    client.post(address(kind), form())
    row = Registration.objects.get(email="lin@example.org")
    assert row.state == "waiting"
    assert "You are number 1" in client.get(own(row)).content.decode()


def test_the_person_changes_agrees_takes_a_copy_and_cancels(client: Client, kind: Any) -> None:
    row = make_registration(kind, name="Lin Wei", email="lin@example.org", answers={"part": "buy"})
    assert client.get(own(row, "change/")).status_code == 200
    changed = {**form(name="Lin W."), "version": row.version}
    del changed["email"]
    assert client.post(own(row, "change/"), changed).status_code == 302
    late = client.post(own(row, "change/"), {**changed, "name": "Late"})
    assert late.status_code == 422
    assert "while you were writing" in late.content.decode()
    client.post(own(row, "agree/"), {"consent_contact": "on"})
    assert has_consent(row, "contact")
    client.post(own(row, "agree/"), {})
    assert not has_consent(row, "contact")
    told = json.loads(client.get(own(row, "data.json")).content)
    assert told["name"] == "Lin W."
    assert told["consents"][0]["withdrawn_at"]
    assert told["answers"] == [{"question": "Your part", "code": "part", "answer": "buy"}]
    client.post(own(row, "cancel/"), {"reason": "Ill."})
    row.refresh_from_db()
    assert (row.state, row.reason) == ("cancelled", "Ill.")
    assert client.get(own(row, "change/")).status_code == 302
    assert client.post(own(row, "cancel/")).status_code == 302  # twice does no harm
    assert "This registration is cancelled" in client.get(own(row)).content.decode()


def test_a_lost_link_is_sent_again_and_tells_strangers_nothing(
    client: Client, kind: Any, django_capture_on_commit_callbacks: Any
) -> None:
    row = make_registration(kind, email="lin@example.org")
    lost = f"/en/{kind.edition.slug}/registration/"
    mail.outbox.clear()
    answers = []
    for email in ("lin@example.org", "who@example.org"):
        with django_capture_on_commit_callbacks(execute=True):
            answers.append(
                client.post(lost, {"email": email}, follow=True).content.decode().count("on its way")
            )
    assert answers[0] == answers[1] > 0
    assert row.email == "lin@example.org"


def test_script_in_a_name_stays_text(client: Client, kind: Any) -> None:
    client.post(address(kind), form(name="<script>alert(1)</script>Lin"))
    row = Registration.objects.get()
    page = client.get(own(row)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_another_edition_does_not_open_the_page(client: Client, kind: Any) -> None:
    row = make_registration(kind)
    other = make_edition()
    assert client.get(f"/en/{other.slug}/registration/{secret_of(row)}/").status_code == 404


def test_a_closed_kind_says_when(client: Client, kind: Any) -> None:
    kind.opens_at = timezone.now() + timedelta(days=2)
    kind.save()
    answer = client.post(address(kind), form())
    assert "begins" in answer.content.decode()
    assert not Registration.objects.exists()


def test_cancelled_registrations_can_begin_again(client: Client, kind: Any) -> None:
    row = make_registration(kind, email="lin@example.org", answers={"part": "buy"})
    cancel(row, by=None)
    assert client.post(address(kind), form()).status_code == 302
    assert Registration.objects.filter(email="lin@example.org").count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_kinds_and_own_page_ask_the_same_number_of_questions(
    client: Client, kind: Any, count: int, django_assert_num_queries: Any
) -> None:
    for _n in range(count - 1):
        make_kind(kind.edition)
    row = make_registration(kind, answers={"part": "buy"}, consents=["news", "contact"][:count])
    client.get(f"/en/{kind.edition.slug}/register/")
    with django_assert_num_queries(3):
        client.get(f"/en/{kind.edition.slug}/register/")
    with django_assert_num_queries(7):  # three of them for the three questions: rules, answers, sectors
        client.get(own(row))
