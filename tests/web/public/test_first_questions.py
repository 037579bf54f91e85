"""The three questions on the page after registering: asked, skipped, kept, taken over by an account; and in the letter."""

import json
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.models import FirstAnswers, MatchRules, Seeker
from everfair.registration.access import secret_of
from everfair.registration.actions.deciding import cancel
from everfair.registration.models import Registration
from tests.factories.fair import make_edition, make_sector
from tests.factories.people import make_user
from tests.factories.registration import make_kind, make_registration

pytestmark = pytest.mark.django_db
OWN_QUERIES = 7


@pytest.fixture
def row() -> Registration:
    return make_registration(make_kind(make_edition()), email="lin@example.org", language="en")


def own(row: Registration, more: str = "", lang: str = "en") -> str:
    return f"/{lang}/{row.edition.slug}/registration/{secret_of(row)}/{more}"


def _asks(client: Client, row: Registration) -> bool:
    return 'name="looks_for"' in client.get(own(row)).content.decode()


def test_they_stand_on_the_page_one_comes_to_after_registering(client: Client) -> None:
    kind = make_kind(make_edition())
    make_sector(kind.edition)
    form = {"name": "Lin Wei", "email": "lin@example.org", "language": "en"}
    page = client.post(f"/en/{kind.edition.slug}/register/{kind.code}/", form, follow=True).content.decode()
    assert "Three questions" in page
    for name in ("looks_for", "sectors", "languages"):
        assert f'name="{name}"' in page
    assert 'name="is_shown"' not in page, "nobody is suggested who has no account"
    assert 'name="skip"' in page, "a button of the same form: no script is needed"


def test_answers_are_kept_shown_and_changed_without_an_account(client: Client, row: Registration) -> None:
    sector = make_sector(row.edition, name={"en": "Legal services", "zh": "法律服务"})
    answers = {"looks_for": "A law firm in Kenya", "sectors": [sector.pk], "languages": "English, 中文"}
    saved = client.post(own(row, "questions/"), answers)
    assert (saved.status_code, saved["Location"]) == (302, own(row) + "#questions")
    kept = FirstAnswers.objects.get().answers
    assert kept == {"looks_for": "A law firm in Kenya", "sectors": [sector.code], "languages": ["en", "zh"]}
    page = client.get(own(row)).content.decode()
    for words in (
        "A law firm in Kenya",
        "Legal services",
        "English · Chinese",
        "Sign in with lin@example.org",
    ):
        assert words in page
    assert 'name="looks_for"' not in page, "asked once"
    assert "法律服务" in client.get(own(row, lang="zh")).content.decode()
    again = client.get(own(row, "questions/"))
    assert again.context["questions"].form["languages"].value() == "English, Chinese"
    assert "A law firm in Kenya" in again.content.decode()
    client.post(own(row, "questions/"), {"looks_for": "Two law firms"})
    assert FirstAnswers.objects.get().answers["looks_for"] == "Two law firms"
    assert (
        json.loads(client.get(own(row, "data.json")).content)["three_questions"]["looks_for"]
        == "Two law firms"
    )
    assert not Seeker.objects.exists()


@pytest.mark.parametrize(
    "data", [{"skip": "1", "looks_for": "half a sen"}, {"looks_for": "", "languages": ""}]
)
def test_left_out_they_are_asked_no_more_and_one_link_leads_back(
    client: Client, row: Registration, data: dict[str, str]
) -> None:
    assert _asks(client, row)
    assert client.post(own(row, "questions/"), data).status_code == 302
    assert not _asks(client, row)
    assert own(row, "questions/") in client.get(own(row)).content.decode()
    client.post(own(row, "questions/"), {"looks_for": "Cranes"})
    assert "Cranes" in client.get(own(row)).content.decode()


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"looks_for": "🙂"}, "looks_for", "Say it in words"),
        ({"looks_for": "of the and"}, "looks_for", "little words"),
        ({"looks_for": "crane " * 300}, "looks_for", "at most 1,000"),
        ({"looks_for": "Cranes", "languages": "Elvish"}, "languages", "Elvish"),
    ],
)
def test_what_cannot_be_used_is_said_beside_the_field_and_stays(
    client: Client, row: Registration, data: dict[str, str], field: str, words: str
) -> None:
    answer = client.post(own(row, "questions/"), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page.split(f'id="id_{field}_error"')[1].split("</p>")[0]
    for typed in data.values():
        assert typed.strip() in page
    assert not FirstAnswers.objects.exists()


def test_an_account_made_later_takes_the_answers_over(client: Client, row: Registration) -> None:
    client.post(own(row, "questions/"), {"looks_for": "A law firm"})
    stranger = make_user(email="other@example.org")
    assert seeker_for(stranger, row.edition).answers == {}, "somebody else's stay with them"
    person = make_user(email="LIN@example.org")
    seeker = seeker_for(person, row.edition)
    assert seeker.answers["looks_for"] == "A law firm"
    assert seeker.answered_at is not None
    held = FirstAnswers.objects.get()
    assert (held.answers, held.is_moved) == ({}, True)
    page = client.get(own(row)).content.decode()
    assert "Your answers stand in your account." in page
    assert "A law firm" not in page, "the link alone no longer shows them"
    assert client.post(own(row, "questions/"), {"looks_for": "Boats"}).status_code == 302
    assert Seeker.objects.get(user=person).answers["looks_for"] == "A law firm", (
        "the link alone changes no account"
    )
    client.force_login(person)
    page = client.get(own(row)).content.decode()
    assert "A law firm" in page
    assert "See what suits me" in page


def test_whoever_is_signed_in_answers_for_their_account(client: Client, row: Registration) -> None:
    person = make_user(email="lin@example.org")
    client.force_login(person)
    client.post(own(row, "questions/"), {"looks_for": "Cranes"})
    assert Seeker.objects.get(user=person).answers["looks_for"] == "Cranes"
    assert not FirstAnswers.objects.exists()
    other = Client()
    other.force_login(make_user(email="other@example.org"))
    assert "Cranes" not in other.get(own(row)).content.decode(), "holding the link is not being the person"


def test_an_account_that_was_there_before_is_not_written_from_the_link(
    client: Client, row: Registration
) -> None:
    person = make_user(email="lin@example.org")
    seeker_for(person, row.edition)
    client.post(own(row, "questions/"), {"looks_for": "Cranes"})
    assert Seeker.objects.get(user=person).answers == {}
    client.force_login(person)
    page = client.get(own(row))
    assert page.context["questions"].state == "asked"
    assert "Cranes" in page.content.decode(), "one press takes them over"


def test_not_asked_where_the_fair_does_not_or_nobody_comes(client: Client, row: Registration) -> None:
    assert _asks(client, row)
    rules = MatchRules.objects.create(edition=row.edition, asks_three=False)
    assert not _asks(client, row)
    assert client.get(own(row, "questions/")).status_code == 404
    MatchRules.objects.filter(pk=rules.pk).update(asks_three=True, is_open=False)
    assert not _asks(client, row)
    MatchRules.objects.filter(pk=rules.pk).update(is_open=True)
    assert _asks(client, row)
    cancel(row, by=None, role="person")
    assert not _asks(client, row)
    assert client.get(own(row, "questions/").replace(secret_of(row), "x" * 40)).status_code == 404


@pytest.mark.parametrize(("lang", "words"), [("en", "three questions"), ("zh", "/zh/")])
def test_the_letter_leads_to_them_once(
    lang: str, words: str, django_capture_on_commit_callbacks: Any
) -> None:
    from everfair.registration.actions.links import send_links

    with django_capture_on_commit_callbacks(execute=True):
        row = make_registration(make_kind(make_edition()), email="lin@example.org", language=lang)
    letter = str(mail.outbox[-1].body)
    assert own(row, "questions/", lang) in letter
    assert words in letter
    FirstAnswers.objects.create(registration=row, is_skipped=True)
    with django_capture_on_commit_callbacks(execute=True):
        send_links(row.edition, row.email)
    assert own(row, lang=lang) in str(mail.outbox[-1].body)
    assert "questions/" not in str(mail.outbox[-1].body)


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_questions_to_the_database_for_one_sector_as_for_three(
    client: Client, row: Registration, count: int, django_assert_num_queries: Any
) -> None:
    codes = [make_sector(row.edition).code for _ in range(count)]
    FirstAnswers.objects.create(
        registration=row, answers={"looks_for": "Cranes", "sectors": codes, "languages": []}
    )
    client.get(own(row))
    with django_assert_num_queries(OWN_QUERIES):
        assert "Cranes" in client.get(own(row)).content.decode()
