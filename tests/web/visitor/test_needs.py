"""A person's own needs: the one form with its errors, drafts and opening, chosen firms, answers, files."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from everfair.base.models import AuditEntry
from everfair.matchmaking.models import Need
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_sector
from tests.factories.matchmaking import make_answer, make_buyer, make_need, make_seeker
from tests.factories.people import make_organisation, make_user

pytestmark = pytest.mark.django_db
LIST_QUERIES = 8


class Mine:
    """A buyer's browser at their needs."""

    def __init__(self) -> None:
        self.edition = make_edition()
        self.user = make_buyer(self.edition, make_user(name="Amina Otieno"), name="Amina Otieno").user
        self.client = Client()
        self.client.force_login(self.user)

    def url(self, name: str, lang: str = "en", **more: Any) -> str:
        address = reverse(f"visitor:matchmaking.need_{name}", kwargs={"edition": self.edition.slug, **more})
        return f"/{lang}/{address.split('/', 2)[2]}"

    def write(self, lang: str = "en", **data: Any) -> Any:
        return self.client.post(self.url("create", lang), {"audience": "board", **data})


@pytest.fixture
def mine() -> Mine:
    return Mine()


def test_one_box_makes_a_draft_that_shows_how_others_will_see_it(mine: Mine) -> None:
    answer = mine.write(text_0="A booking system for six hotels.\nWith training.")
    need = Need.objects.get()
    assert answer.url == mine.url("show", need=need.code)
    assert need.title == {"en": "A booking system for six hotels"}
    page = mine.client.get(answer.url).content.decode()
    assert "Nobody sees it yet" in page
    assert "Amina Otieno" in page
    assert "Put it on the board" in page
    assert mine.client.get(f"/en/{mine.edition.slug}/needs/").content.decode().count(need.code) == 0
    mine.client.post(mine.url("state", need=need.code), {"to": "open"})
    assert need.code in mine.client.get(f"/en/{mine.edition.slug}/needs/").content.decode()


def test_the_language_is_recognised_or_said(mine: Mine) -> None:
    mine.write(text_0="寻找酒店预订系统")
    mine.write(lang="zh", text_0="A booking system")
    mine.write(text_0="Wir suchen eine Kanzlei", language_0="de", text_1="我们寻找律师事务所")
    assert [set(need.title) for need in Need.objects.order_by("pk")] == [{"zh"}, {"en"}, {"de", "zh"}]


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"text_0": ""}, "text_0", "in your own words"),
        ({"text_0": "🙂"}, "text_0", "no letter"),
        ({"text_0": "word " * 50_000}, "text_0", "20,000"),
        ({"text_0": "of the and"}, "text_0", "little words"),
        ({"text_0": "Fine", "text_1": "🙂", "language_1": "zh"}, "text_1", "no letter"),
        ({"text_0": "Fine", "title_0": "t" * 300}, "title_0", "at most 200"),
        ({"text_0": "One", "text_1": "Two"}, "language_1", "Two boxes"),
        ({"text_0": "Fine", "countries": "Atlantis"}, "countries", "country or region"),
        ({"text_0": "Fine", "partner_languages": "Elvish"}, "partner_languages", "language"),
        ({"text_0": "Fine", "deliver_to": "Kenya, Peru"}, "deliver_to", "one country"),
        (
            {"text_0": "Fine", "budget_from": "9", "budget_to": "3", "currency": "EUR"},
            "budget_to",
            "lower one",
        ),
        ({"text_0": "Fine", "budget_to": "3"}, "currency", "which currency"),
        ({"text_0": "Fine", "currency": "QQQ"}, "currency", "no currency"),
        (
            {"text_0": "Fine", "starts_on": "2030-02-02", "ends_on": "2030-02-01"},
            "ends_on",
            "before it begins",
        ),
        ({"text_0": "Fine", "closes_on": "2001-01-01"}, "closes_on", "is over"),
        ({"text_0": "Fine", "audience": "world"}, "audience", "valid choice"),
    ],
)
def test_errors_stand_beside_the_field_and_what_was_typed_stays(
    mine: Mine, data: dict[str, str], field: str, words: str
) -> None:
    answer = mine.write(**data)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert words in " ".join(form.errors[field]), form.errors
    assert set(form.errors) == {field}
    if len(data["text_0"]) < 1000 and data["text_0"]:
        assert data["text_0"] in answer.content.decode()
    assert not Need.objects.exists()


def test_wishes_conditions_and_sectors_are_kept_and_shown_again(mine: Mine) -> None:
    first, second = make_sector(mine.edition), make_sector(mine.edition)
    mine.write(
        text_0="Two interpreters", sector=first.pk, more_sector_1=second.pk, modes=["1", "4"], deliver_to="肯尼亚",
        partner_languages="English, 中文", countries="KE, Peru", sizes=["micro"], must_languages="on", must_sizes="on",
        budget_to="900", currency="eur", licence="Sworn", licence_in="KE",
    )  # fmt: skip
    need = Need.objects.get()
    assert (need.sector, need.mode_list, need.deliver_to, need.countries) == (
        first,
        [1, 4],
        "KE",
        ["KE", "PE"],
    )
    assert (need.languages, need.musts, need.currency) == (["en", "zh"], ["languages", "sizes"], "EUR")
    assert [one.sector for one in need.more_sectors.all()] == [second]
    page = mine.client.get(mine.url("edit", need=need.code))
    assert page.context["form"]["deliver_to"].value() == "Kenya"
    assert page.context["form"]["must_languages"].value() is True
    assert page.context["form"].has_wishes()
    shown = mine.client.get(mine.url("show", need=need.code)).content.decode()
    assert shown.count("a condition") == 2


def test_the_second_of_two_tabs_sees_what_is_stored_now(mine: Mine) -> None:
    mine.write(text_0="A first text")
    need = Need.objects.get()
    first = {"version": "1", "text_0": "A second text", "audience": "board"}
    assert mine.client.post(mine.url("edit", need=need.code), first).status_code == 302
    late = mine.client.post(mine.url("edit", need=need.code), {**first, "text_0": "A third text"})
    assert late.status_code == 422
    text = late.content.decode()
    assert "A second text" in text
    assert "A third text" in text
    again = {**first, "version": "2", "text_0": "A third text"}
    assert mine.client.post(mine.url("edit", need=need.code), again).status_code == 302
    assert Need.objects.get().description == {"en": "A third text"}


def test_firms_are_chosen_by_search_and_the_need_is_theirs_alone(mine: Mine) -> None:
    firm = make_exhibitor(mine.edition, organisation=make_organisation(name={"en": "Lake Cranes"}))
    answer = mine.write(text_0="Secret cranes", audience="chosen")
    need = Need.objects.get()
    assert answer.url == mine.url("firms", need=need.code)
    refused = mine.client.post(mine.url("state", need=need.code), {"to": "open"}, follow=True)
    assert "Choose at least one firm" in refused.content.decode()
    found = mine.client.get(answer.url, {"q": "lake"})
    assert "Lake Cranes" in found.content.decode()
    added = mine.client.post(answer.url + "?q=lake", {"add": firm.code}, follow=True)
    assert "Lake Cranes may see it." in added.content.decode()
    mine.client.post(mine.url("state", need=need.code), {"to": "open"})
    assert Client().get(f"/en/{mine.edition.slug}/needs/{need.address}/").status_code == 404
    assert "Secret cranes" not in Client().get(f"/en/{mine.edition.slug}/needs/").content.decode()
    last = mine.client.post(answer.url, {"remove": firm.code}, follow=True)
    assert "last firm" in last.content.decode()
    assert mine.client.post(answer.url, {"add": "nobody"}).status_code == 404


def test_the_log_does_not_name_a_buyer_who_stays_hidden(mine: Mine) -> None:
    mine.write(text_0="Quiet cranes", audience="hidden")
    need = Need.objects.get()
    made = AuditEntry.objects.get(event="matchmaking.need.made")
    assert made.object_label == need.code, "a draft is nobody's business"
    assert "Quiet" not in str(made.after)
    assert "title" in made.after["fields"]
    mine.client.post(mine.url("state", need=need.code), {"to": "open"})
    hidden = AuditEntry.objects.filter(object_type="matchmaking.need", object_id=need.pk)
    assert hidden.count() == 2
    for entry in hidden:
        assert "Amina" not in f"{entry.by_name} {entry.object_label} {entry.before} {entry.after}"
        assert entry.by_id == mine.user.pk, "the installation knows who it was"
    mine.write(text_0="Loud cranes")
    named = Need.objects.latest("pk")
    mine.client.post(mine.url("state", need=named.code), {"to": "open"})
    assert (
        AuditEntry.objects.filter(object_id=named.pk, event="matchmaking.need.opened").get().by_name
        == "Amina Otieno"
    )


def test_answers_are_new_once_and_stand_with_the_firm(mine: Mine) -> None:
    need = make_need(seeker=make_seeker(mine.edition, mine.user), audience="hidden")
    answer = make_answer(need)
    listed = mine.client.get(mine.url("list")).content.decode()
    assert "1 new" in listed
    page = mine.client.get(mine.url("show", need=need.code)).content.decode()
    assert answer.message in page
    assert "They do not know who you are" in page
    assert "1 new" not in mine.client.get(mine.url("list")).content.decode()


def test_the_list_narrows_and_leaves_as_a_file_with_ones_own_name(mine: Mine) -> None:
    seeker = make_seeker(mine.edition, mine.user)
    make_need(seeker=seeker, title={"en": "Cranes"}, audience="hidden")
    make_need(seeker=seeker, title={"en": "Boats"}, state="draft")
    assert "Boats" not in mine.client.get(mine.url("list"), {"state": "open"}).content.decode()
    assert "No need like this" in mine.client.get(mine.url("list"), {"q": "planes"}).content.decode()
    file = mine.client.get(mine.url("export", kind="csv"), {"q": "cranes"}).getvalue().decode()
    assert "Cranes" in file
    assert "Boats" not in file
    assert "Amina Otieno" in file, "one's own file"
    assert mine.client.get(mine.url("export", kind="pdf")).status_code == 404


def test_an_empty_list_says_what_to_do_next(mine: Mine) -> None:
    page = mine.client.get(mine.url("list")).content.decode()
    assert mine.url("create") in page
    assert mine.client.get("/en/my/needs/").status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_questions_for_one_need_as_for_three(
    mine: Mine, count: int, django_assert_num_queries: Any
) -> None:
    seeker = make_seeker(mine.edition, mine.user)
    for _ in range(count):
        make_answer(make_need(seeker=seeker, more_sectors=[make_sector(mine.edition)]))
    mine.client.get(mine.url("list"))
    with django_assert_num_queries(LIST_QUERIES):
        assert mine.client.get(mine.url("list")).status_code == 200
