"""A need from draft to found: rules, state chart, who is told, chosen firms, answers, the last day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core import mail

from everfair.base.charts import IllegalChange
from everfair.base.models import AuditEntry, Change
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.matchmaking.actions import answers as answer_actions
from everfair.matchmaking.actions import needs as actions
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.models import NEED_STEPS, Need, NeedAnswer, Seeker
from everfair.matchmaking.signals import need_changed
from everfair.matchmaking.tasks import follow_needs
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_sector, make_team_member
from tests.factories.matchmaking import make_answer, make_buyer, make_firm, make_need, make_seeker
from tests.factories.people import make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db
TEXT = {"en": "We look for a booking system for six hotels."}


def save(seeker: Seeker, **values: Any) -> Need:
    return actions.save_need(seeker, None, {"title": {}, "description": TEXT, **values}, by=seeker.user)


def letters() -> list[tuple[str, str]]:
    return [(letter.to[0], letter.subject) for letter in mail.outbox]


# Writing ------------------------------------------------------------------------------------------------------
def test_one_box_is_enough_and_the_rest_follows() -> None:
    edition = make_edition()
    user = make_buyer(edition, country="TZ").user
    need = save(seeker_for(user, edition))
    assert (need.state, need.version, need.buyer_country) == ("draft", 1, "TZ")
    assert need.title == {"en": "We look for a booking system for six hotels"}
    assert Change.objects.filter(topic="matchmaking.need", key=need.pk, edition_id=edition.pk).exists()


def test_a_firms_need_has_the_country_of_the_firm() -> None:
    firm, owner = make_firm(make_edition(), organisation=make_organisation(country="UY"))
    need = actions.save_need(seeker_for(firm), None, {"title": {"en": "A translator"}}, by=owner)
    assert need.buyer_country == "UY"
    assert need.seeker is not None
    assert need.seeker.exhibitor == firm


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"description": {"en": "🙂"}}, "description", "no letter"),
        ({"description": {"en": "word " * 50_000}}, "description", "20,000"),
        ({"description": {"en": "the of and"}}, "description", "little words"),
        ({"description": {"zh": "的 了 和"}}, "description", "little words"),
        ({"description": {}}, "title", "in one language at least"),
        ({"title": {"xx": "What"}}, "title", "not the code of a language"),
        ({"budget_from": 9, "budget_to": 3, "currency": "EUR"}, "budget_to", "below the lower"),
        ({"budget_to": 3}, "currency", "which currency"),
        ({"currency": "ABC"}, "currency", "no currency"),
        ({"starts_on": date(2030, 5, 2), "ends_on": date(2030, 5, 1)}, "ends_on", "before it begins"),
        ({"closes_on": date(2020, 1, 1)}, "closes_on", "is over"),
        ({"countries": ["QQ"]}, "countries", "country"),
        ({"deliver_to": "Nowhere"}, "deliver_to", "country"),
        ({"languages": ["klingon"]}, "languages", "language"),
        ({"sizes": ["giant"]}, "sizes", "size"),
        ({"musts": ["budget"]}, "musts", "condition"),
        ({"modes": [5]}, "modes", "1 to 4"),
        ({"audience": "friends"}, "audience", "who may see"),
    ],
)
def test_bad_input_says_what_to_do_and_keeps_nothing(values: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        save(make_seeker(), **values)
    assert refused.value.field == field
    assert not Need.objects.exists()


def test_a_third_language_is_as_good_as_any() -> None:
    need = save(make_seeker(), description={"de": "Wir suchen eine Kanzlei für Markenrecht."})
    assert set(need.title) == {"de"}


def test_a_sector_of_another_edition_is_refused() -> None:
    with pytest.raises(Refused, match="another edition"):
        save(make_seeker(), sector=make_sector())


def test_a_budget_is_judged_together_with_what_is_kept() -> None:
    seeker = make_seeker()
    need = save(seeker, budget_from=10, currency="EUR")
    with pytest.raises(Refused, match="below the lower"):
        actions.save_need(seeker, need, {"budget_to": 5}, by=seeker.user)
    actions.save_need(seeker, need, {"budget_to": 50}, by=seeker.user)
    assert (need.budget_from, need.budget_to, need.version) == (10, 50, 2)


def test_the_second_of_two_tabs_is_told_and_nothing_is_overwritten() -> None:
    seeker = make_seeker()
    need = save(seeker)
    actions.save_need(seeker, need, {"licence": "A"}, by=seeker.user, version=1)
    with pytest.raises(EditedMeanwhile) as error:
        actions.save_need(seeker, need, {"licence": "B"}, by=seeker.user, version=1)
    assert error.value.current == 2
    assert Need.objects.get().licence == "A"


def test_so_many_needs_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_NEEDS", 1)
    seeker = make_seeker()
    save(seeker)
    with pytest.raises(Refused, match="Close one"):
        save(seeker)


# State --------------------------------------------------------------------------------------------------------
def test_every_step_of_the_chart_is_taken_by_its_roles_alone() -> None:
    edition = make_edition()
    people = {"seeker": make_user(), "reviewer": make_team_member(edition).user, "stranger": make_user()}
    for (source, target), step in NEED_STEPS.items():
        for role, person in people.items():
            need = make_need(seeker=make_seeker(edition, people["seeker"]), state=source)
            if role in step.roles:
                assert actions.move_need(need, target, by=person).state == target
            else:
                with pytest.raises(IllegalChange):
                    actions.move_need(need, target, by=person)
                assert Need.objects.get(pk=need.pk).state == source


def test_what_the_chart_does_not_have_is_refused() -> None:
    need = make_need(state="draft")
    with pytest.raises(IllegalChange, match="cannot become"):
        actions.move_need(need, "filled", by=need.seeker.user)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"title": {}, "description": {}}, "what you look for"),
        ({"audience": "chosen"}, "at least one firm"),
        ({"closes_on": date(2020, 1, 1)}, "later one first"),
    ],
)
def test_opening_says_what_is_missing(extra: dict[str, Any], words: str) -> None:
    need = make_need(state="draft", **extra)
    with pytest.raises(Refused, match=words):
        actions.move_need(need, "open", by=need.seeker.user)


@pytest.mark.parametrize(("phase", "words"), [("draft", "not announced"), ("archived", "archived")])
def test_nothing_opens_in_an_edition_that_is_not_on(phase: str, words: str) -> None:
    need = make_need(make_edition(phase=phase), state="draft")
    with pytest.raises(Refused, match=words):
        actions.move_need(need, "open", by=need.seeker.user)


def test_the_room_announces_each_change() -> None:
    heard: list[tuple[int, str]] = []

    def listen(sender: Any, need_id: int, event: str, **_more: Any) -> None:
        heard.append((need_id, event))

    need_changed.connect(listen)
    try:
        seeker = make_seeker()
        need = save(seeker)
        actions.move_need(need, "open", by=seeker.user)
        make_answer(need)
        actions.move_need(need, "filled", by=seeker.user)
    finally:
        need_changed.disconnect(listen)
    assert heard == [(need.pk, event) for event in ("changed", "opened", "answered", "ended")]


def test_the_last_day_over_on_the_fairs_clock(django_capture_on_commit_callbacks: Any) -> None:
    today = datetime(2026, 9, 1, 20, 0, tzinfo=UTC)  # the second of September in Shanghai
    need = make_need(closes_on=date(2026, 9, 1))
    later = make_need(need.edition, closes_on=date(2026, 9, 2))
    with django_capture_on_commit_callbacks(execute=True):
        assert follow_needs(today) == 1
    assert follow_needs(today) == 0
    assert Need.objects.get(pk=need.pk).state == "closed"
    assert Need.objects.get(pk=later.pk).state == "open"
    assert letters() == [(need.seeker.user.email, f"Its last day is over: {need.title['en']}")]


# Chosen firms -------------------------------------------------------------------------------------------------
def test_chosen_firms_are_told_when_it_opens_and_when_they_are_added(
    django_capture_on_commit_callbacks: Any,
) -> None:
    edition = make_edition()
    first, owner = make_firm(edition)
    second, other = make_firm(edition)
    other.language = "zh"
    other.save()
    need = make_need(edition, state="draft", audience="chosen")
    with django_capture_on_commit_callbacks(execute=True):
        actions.choose_firms(need, by=need.seeker.user, add=[first])
    assert letters() == []
    with django_capture_on_commit_callbacks(execute=True):
        actions.move_need(need, "open", by=need.seeker.user)
    assert letters() == [(owner.email, f"For your firm: {need.title['en']}")]
    with django_capture_on_commit_callbacks(execute=True):
        actions.choose_firms(need, by=need.seeker.user, add=[first, second])
    assert [to for to, _subject in letters()] == [owner.email, other.email]
    assert need.title["zh"] in mail.outbox[1].subject
    entry = AuditEntry.objects.filter(event="matchmaking.need.firms_chosen").latest("pk")
    assert entry.after == {"firms": 2}, "which firms is between the two sides"


def test_firms_that_cannot_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = make_edition()
    firm, owner = make_firm(edition)
    need = make_need(seeker=seeker_for(firm), state="draft", audience="chosen")
    for wrong, words in (
        (make_exhibitor(), "not open at this fair"),
        (make_exhibitor(edition, state="draft"), "not open at this fair"),
        (firm, "your own firm"),
    ):
        with pytest.raises(Refused, match=words):
            actions.choose_firms(need, by=owner, add=[wrong])
    monkeypatch.setattr(actions, "MOST_FIRMS", 1)
    with pytest.raises(Refused, match="At most 1"):
        actions.choose_firms(need, by=owner, add=[make_exhibitor(edition), make_exhibitor(edition)])
    assert need.chosen.count() == 0


def test_the_last_chosen_firm_of_an_open_need_stays() -> None:
    edition = make_edition()
    firm = make_exhibitor(edition)
    need = make_need(edition, audience="chosen", firms=[firm])
    with pytest.raises(Refused, match="last firm"):
        actions.choose_firms(need, by=need.seeker.user, remove=[firm])


# Answers ------------------------------------------------------------------------------------------------------
def test_an_answer_reaches_the_buyer_in_their_language(django_capture_on_commit_callbacks: Any) -> None:
    edition = make_edition()
    buyer = make_user("buyer@example.org", language="zh")
    firm, owner = make_firm(edition, organisation=make_organisation(name={"en": "Lake", "zh": "湖"}))
    need = make_need(seeker=make_seeker(edition, buyer))
    with django_capture_on_commit_callbacks(execute=True):
        answer = answer_actions.answer_need(need, firm, "我们可以在六周内上线。", by=owner)
    assert answer.language == "zh"
    (letter,) = mail.outbox
    assert letter.to == ["buyer@example.org"]
    assert "湖" in letter.subject
    assert "我们可以在六周内上线。" in letter.body
    assert f"/zh/my/needs/{edition.slug}/{need.code}/" in letter.body


def test_one_answer_of_a_firm_until_it_takes_it_back() -> None:
    need = make_need()
    firm, owner = make_firm(need.edition)
    answer = make_answer(need, firm, owner)
    with pytest.raises(Refused, match="answered already"):
        make_answer(need, firm, owner)
    answer_actions.withdraw_answer(answer, by=owner)
    with pytest.raises(Refused, match="taken back already"):
        answer_actions.withdraw_answer(answer, by=owner)
    make_answer(need, firm, owner)
    assert NeedAnswer.objects.filter(need=need, withdrawn_at=None).count() == 1


def test_whom_a_need_is_not_open_to() -> None:
    edition = make_edition()
    firm, owner = make_firm(edition)
    for need, words in (
        (make_need(edition, state="closed"), "not open any more"),
        (make_need(edition, audience="chosen", firms=[make_exhibitor(edition)]), "not open any more"),
        (make_need(seeker=seeker_for(firm)), "your own need"),
    ):
        with pytest.raises(Refused, match=words):
            make_answer(need, firm, owner)
    draft, drafter = make_firm(edition, state="draft")
    with pytest.raises(Refused, match="Open your booth"):
        make_answer(make_need(edition), draft, drafter)
    for text, words in (("🙂", "sentence or two"), ("a" * 5000, "at most 4000")):
        with pytest.raises(Refused, match=words):
            answer_actions.answer_need(make_need(edition), firm, text, by=owner)
    assert not NeedAnswer.objects.exists()


def test_firms_that_answered_read_how_it_ended(django_capture_on_commit_callbacks: Any) -> None:
    need = make_need()
    firm, owner = make_firm(need.edition)
    with django_capture_on_commit_callbacks(execute=True):
        make_answer(need, firm, owner)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        actions.move_need(need, "filled", by=need.seeker.user)
    assert letters() == [(owner.email, f"No longer looked for: {need.title['en']}")]
    assert "has found what they were looking for" in mail.outbox[0].body


def test_the_organiser_closes_with_a_reason_the_buyer_reads(django_capture_on_commit_callbacks: Any) -> None:
    need = make_need()
    reviewer = make_team_member(need.edition).user
    with django_capture_on_commit_callbacks(execute=True):
        actions.move_need(need, "closed", by=reviewer, reason="It names a private person.")
    assert letters() == [(need.seeker.user.email, f"Taken off the board: {need.title['en']}")]
    assert "It names a private person." in mail.outbox[0].body


def test_seen_answers_are_no_longer_new() -> None:
    need = make_need()
    make_answer(need)
    assert answer_actions.see_answers(need, by=need.seeker.user) == 1
    assert answer_actions.see_answers(need, by=need.seeker.user) == 0


def test_a_seeker_is_made_once_for_a_person_and_for_a_firm() -> None:
    edition, user = make_edition(), make_user()
    firm = make_exhibitor(edition)
    assert seeker_for(user, edition).pk == seeker_for(user, edition).pk
    assert seeker_for(firm).pk == seeker_for(firm).pk
    assert Seeker.objects.count() == 2
    with pytest.raises(Refused, match="Sign in"):
        seeker_for(None, edition)


def test_a_membership_gives_size_and_country_where_there_is_no_registration() -> None:
    member = make_membership(organisation=make_organisation(country="PE", size_class="small"))
    edition = make_edition()
    need = save(seeker_for(member.user, edition))
    assert need.buyer_country == "PE"
