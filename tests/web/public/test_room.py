"""The room's pages and its moderators': who sees what, plain forms and the script's, odd input, costs."""

from typing import Any

import pytest
from django.test import Client

from everfair.programme.actions import polls, questions
from everfair.programme.models import Poll, Question, Session, SessionSpeaker
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_team_member
from tests.factories.people import make_membership, make_organisation, make_user
from tests.factories.programme import make_session, make_speaker

pytestmark = pytest.mark.django_db
TWO = [{"en": "Yes", "zh": "是"}, {"en": "No", "zh": "否"}]
ROOM_QUERIES = {"anonymous": 5, "visitor": 12}


@pytest.fixture
def session() -> Session:
    return make_session(state="live")


def at(session: Session, rest: str = "room/", lang: str = "en") -> str:
    return f"/{lang}/{session.edition.slug}/sessions/{session.address}/{rest}"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(session: Session, text: str = "Why?", **extra: Any) -> Question:
    return Question.objects.create(session=session, text=text, state="shown", **extra)


def an_open_poll(session: Session) -> Poll:
    poll = polls.save_poll(session, None, {"text": {"en": "Well?", "zh": "如何？"}, "options": TWO}, by=None)
    return polls.set_poll_state(poll, "open", by=None)


def text_of(response: Any) -> str:
    """What readers see, without the rows a script copies."""
    text: str = response.content.decode()
    return text.partition("<template")[0]


def test_an_empty_room_says_so_and_what_to_do(session: Session, client: Client) -> None:
    text = text_of(client.get(at(session)))
    assert "No question yet." in text
    assert f"?next=/en/{session.edition.slug}/sessions/" in text
    assert "<textarea" not in text
    own = text_of(signed_in(make_user()).get(at(session)))
    assert "<textarea" in own
    assert "Moderate questions" not in own


def test_what_waits_or_is_hidden_is_the_moderators_alone(session: Session, client: Client) -> None:
    asker = make_user()
    questions.ask_question(session, by=asker, text="Waiting words?")
    Question.objects.create(session=session, text="Hidden words?", state="hidden")
    for reader in (client, signed_in(make_user())):
        text = text_of(reader.get(at(session)))
        assert "Waiting words?" not in text
        assert "Hidden words?" not in text
    assert "Waiting words?" in text_of(signed_in(asker).get(at(session)))
    moderator = make_team_member(session.edition).user
    desk = text_of(signed_in(moderator).get(at(session, "moderate/")))
    assert "Waiting words?" in desk
    assert "Hidden words?" in desk


def test_who_moderates(client: Client) -> None:
    """Programme team, the host's editors, the session's moderating speaker; a speaker or another firm does not."""
    edition = make_edition()
    firm, other_firm = make_organisation(), make_organisation()
    host = make_exhibitor(edition, organisation=firm)
    make_exhibitor(edition, organisation=other_firm)
    session = make_session(edition, exhibitor=host)
    moderating, speaking = make_user(), make_user()
    for person, role in ((moderating, "moderator"), (speaking, "speaker")):
        speaker = make_speaker(edition, user=person)
        SessionSpeaker.objects.create(session=session, speaker=speaker, role=role)
    people = {
        "programme": make_team_member(edition, role="programme").user,
        "owner": make_membership(organisation=firm).user,
        "team-mate": make_membership(organisation=firm, role="editor").user,
        "moderator": moderating,
        "speaker": speaking,
        "reader": make_team_member(edition, role="reader").user,
        "stranger": make_membership(organisation=other_firm).user,
        "visitor": make_user(),
    }
    seen = {
        name: signed_in(person).get(at(session, "moderate/")).status_code for name, person in people.items()
    }
    assert seen == {
        "programme": 200, "owner": 200, "team-mate": 200, "moderator": 200,
        "speaker": 404, "reader": 404, "stranger": 404, "visitor": 404,
    }  # fmt: skip
    asked = shown(session)
    signed_in(speaking).post(at(session, f"moderate/questions/{asked.pk}/"), {"state": "hidden"})
    asked.refresh_from_db()
    assert asked.state == "shown"


def test_a_question_of_another_session_is_not_reached_through_this_one(session: Session) -> None:
    elsewhere = shown(make_session(session.edition))
    reader = signed_in(make_user())
    for key in (str(elsewhere.pk), "0", "nonsense", "9" * 30, "__id__"):
        assert reader.post(at(session, f"room/questions/{key}/vote/"), {"on": "1"}).status_code == 404
    assert reader.post(at(session, "room/polls/nonsense/vote/"), {"option": "a"}).status_code == 404


def test_a_room_of_a_draft_is_not_found(client: Client) -> None:
    session = make_session(state="draft")
    assert client.get(at(session)).status_code == 404
    assert signed_in(make_user()).post(at(session, "room/ask/"), {"text": "Why?"}).status_code == 404


def test_the_script_gets_sentences_and_plain_forms_a_page(session: Session) -> None:
    reader, poll = signed_in(make_user()), an_open_poll(session)
    polls.set_poll_state(poll, "closed", by=None)
    vote = at(session, f"room/polls/{poll.code}/vote/", "zh")
    by_script = reader.post(vote, {"option": "a"}, headers={"X-Live": "1"})
    assert by_script.status_code == 409
    assert by_script.json()["error"]
    plain = reader.post(vote, {"option": "a"}, follow=True)
    assert plain.redirect_chain == [(at(session, "room/", "zh") + "#polls", 302)]
    assert by_script.json()["error"] in plain.content.decode()
    empty = reader.post(at(session, "room/ask/"), {"text": " "}, headers={"X-Live": "1"})
    assert (empty.status_code, empty.json()) == (409, {"error": "Write your question first."})
    done = reader.post(at(session, "room/ask/"), {"text": "Why?"}, headers={"X-Live": "1"})
    assert (done.status_code, done.json()) == (200, {"said": "Your question is with the moderator."})


def test_what_was_typed_stays_when_it_is_refused(session: Session) -> None:
    reader = signed_in(make_user())
    answer = reader.post(at(session, "room/ask/"), {"text": "?!…", "is_named": "on"})
    assert answer.status_code == 400
    text = text_of(answer)
    assert "?!…</textarea>" in text
    assert 'name="is_named" checked' in text


def test_markup_in_a_question_is_words(session: Session, client: Client) -> None:
    asker = make_user(name="<i>Name</i>")
    questions.set_asking(session, is_open=True, at_once=True, by=None)
    signed_in(asker).post(at(session, "room/ask/"), {"text": "<script>alert(1)</script>", "is_named": "on"})
    text = text_of(client.get(at(session)))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&lt;i&gt;Name&lt;/i&gt;" in text
    assert "<script>alert" not in text


def test_a_name_is_shown_only_when_asked_for(session: Session) -> None:
    asker = signed_in(make_user(name="Amina Otieno"))
    asker.post(at(session, "room/ask/"), {"text": "First?"})
    asker.post(at(session, "room/ask/"), {"text": "Second?", "is_named": "on"})
    assert list(Question.objects.order_by("id").values_list("shown_name", flat=True)) == ["", "Amina Otieno"]


def test_a_closed_poll_shows_its_result_and_takes_nothing(session: Session, client: Client) -> None:
    poll = an_open_poll(session)
    polls.vote_in_poll(poll, "a", by=make_user())
    polls.vote_in_poll(poll, "b", by=make_user())
    polls.vote_in_poll(poll, "b", by=make_user())
    polls.set_poll_state(poll, "closed", by=None)
    text = text_of(client.get(at(session, lang="zh")))
    assert "如何？" in text
    assert [f'data-t="share">{share}%' in text for share in (33, 67)] == [True, True]


def test_what_a_poll_lacks_is_said_at_its_field(session: Session) -> None:
    moderator = signed_in(make_team_member(session.edition).user)
    new = at(session, "moderate/polls/new/")
    answer = moderator.post(new, {"text_en": "Well?", "options": "Only one"})
    assert answer.status_code == 400
    assert "at least 2" in text_of(answer)
    assert "Only one</textarea>" in text_of(answer)
    assert moderator.post(new, {"options": "Yes\nNo"}).status_code == 400
    made = moderator.post(new, {"text_en": "Well?", "options": "Yes | 是\nNo"})
    assert made.status_code == 302
    poll = Poll.objects.get()
    assert [one["label"] for one in poll.options] == [{"en": "Yes", "zh": "是"}, {"en": "No"}]
    edit = text_of(moderator.get(at(session, f"moderate/polls/{poll.code}/")))
    assert "Yes | 是\nNo</textarea>" in edit


def test_nonsense_from_a_moderator_changes_nothing(session: Session) -> None:
    moderator, asked, poll = (
        signed_in(make_team_member(session.edition).user),
        shown(session),
        an_open_poll(session),
    )
    moderator.post(at(session, f"moderate/questions/{asked.pk}/"), {"state": "asked"})
    moderator.post(at(session, f"moderate/questions/{asked.pk}/"), {})
    moderator.post(at(session, f"moderate/polls/{poll.code}/set/"), {"do": "draft"})
    moderator.post(at(session, f"moderate/polls/{poll.code}/set/"), {"do": "remove"})
    moderator.post(at(session, "moderate/asking/"), {"do": "nonsense"})
    session.refresh_from_db()
    assert (Question.objects.get().state, Poll.objects.get().state) == ("shown", "open")
    assert (session.questions_open, session.questions_at_once) == (True, False)


def test_the_room_is_never_kept_by_the_page_cache(session: Session, client: Client) -> None:
    answer = client.get(at(session))
    assert "X-Everfair-Keep" not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_room_costs_the_same_with_one_and_with_many(
    count: int, session: Session, client: Client, django_assert_num_queries: Any
) -> None:
    person = make_user()
    for n in range(count):
        questions.vote_for_question(shown(session, f"Why {n}?"), True, by=person)
        polls.vote_in_poll(an_open_poll(session), "a", by=person)
    mine = signed_in(person)
    for reader, most in ((client, ROOM_QUERIES["anonymous"]), (mine, ROOM_QUERIES["visitor"])):
        reader.get(at(session))
        with django_assert_num_queries(most):
            reader.get(at(session))
