"""Pages of conversations: list, thread, the first word, deeds. Everything here works without a script."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from everfair.conversations.access import Who
from everfair.conversations.actions.reading import set_aside
from everfair.conversations.actions.turns import close, hand_to
from everfair.conversations.models import Block, Conversation, Message, Party, ReadMark, Report, TalkRules
from everfair.exhibition.models import Exhibitor
from tests.factories.conversations import make_colleague, make_conversation, make_message, party_of, stand_of
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition
from tests.factories.leads import make_lead
from tests.factories.matchmaking import make_need, make_seeker
from tests.factories.meetings import make_meeting, make_participant, make_slots
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
LIST_QUERIES = 15
THREAD_QUERIES = 11


class Two:
    """A visitor's and a firm's browser, and what they wrote."""

    def __init__(self) -> None:
        today = timezone.localdate()
        self.edition = make_edition(starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=2))
        self.firm = make_exhibitor(self.edition, state=Exhibitor.State.PUBLISHED)
        self.person = make_user(name="Wanjiru Kamau")
        self.host = make_colleague(self.firm, name="Otieno Okello")
        self.visitor, self.booth = Client(), Client()
        self.visitor.force_login(self.person)
        self.booth.force_login(self.host)

    def url(self, name: str, *words: Any, query: str = "") -> str:
        return reverse(f"visitor:conversations.{name}", args=[self.edition.slug, *words]) + query

    def talk(self, text: str = "Do you ship to Kenya?", **extra: Any) -> Conversation:
        return make_conversation(self.firm, self.person, text, now=timezone.now(), **extra)

    def list(self, client: Client, query: str = "") -> str:
        return client.get(self.url("conversation_list", query=query)).content.decode()

    def page(self, client: Client, talk: Conversation, query: str = "") -> str:
        answer = client.get(self.url("conversation_show", talk.code, query=query))
        assert answer.status_code == 200
        return answer.content.decode()

    def do(self, client: Client, talk: Conversation, deed: str, **data: Any) -> Any:
        return client.post(self.url("conversation_change", talk.code, deed), data)


@pytest.fixture
def two() -> Two:
    return Two()


def test_an_empty_list_says_what_to_do(two: Two) -> None:
    page = two.list(two.visitor)
    assert "Nobody has written yet" in page
    assert f"/en/{two.edition.slug}/halls/" in page
    assert "to=help" in page
    TalkRules.objects.create(edition=two.edition, has_help_desk=False)
    assert "to=help" not in two.list(two.visitor)


def test_a_row_says_who_what_and_how_long_they_wait(two: Two) -> None:
    talk = two.talk("我们需要跨境物流")
    two.list(two.visitor)
    page = two.list(two.booth)
    assert "Wanjiru Kamau" in page
    assert "我们需要跨境物流" in page
    assert 'lang="zh-Hans"' in page
    assert "1 new" in page
    assert "waits for an answer since" in page
    make_message(talk, two.host, "b", "是的")
    page = two.list(two.booth)
    assert "waits for an answer since" not in page
    assert "Otieno Okello answers" in page
    assert "Your side:" in page
    assert "You:" not in two.list(two.visitor)


def test_filters_and_search_in_both_scripts(two: Two) -> None:
    first = two.talk("Cold chain to Mombasa")
    other = make_exhibitor(two.edition, state=Exhibitor.State.PUBLISHED)
    second = make_conversation(other, two.person, "我们需要跨境物流", now=timezone.now())
    make_message(first, two.host, "b", "Every week.")

    def found(query: str) -> set[str]:
        page = two.list(two.visitor, query)
        return {talk.code for talk in (first, second) if f"/{talk.code}/" in page}

    assert found("") == {first.code, second.code}
    assert found("?q=跨境") == {second.code}
    assert found("?q=MOMBASA") == {first.code}
    assert found("?show=unread") == {first.code}
    assert found("?show=waiting") == {first.code}
    assert found("?about=offer") == set()
    assert "No conversation like this" in two.list(two.visitor, "?q=porcelain")
    close(stand_of(two.person, second), by=two.person)
    assert found("?show=closed") == {second.code}
    set_aside(stand_of(two.person, first), by=two.person, is_put_away=True)
    assert found("") == {second.code}
    assert found("?show=away") == {first.code}
    assert found("?show=nonsense") == {second.code}


def test_the_party_one_writes_as_narrows_the_list(two: Two) -> None:
    talk = two.talk()
    stranger = make_exhibitor(two.edition, state=Exhibitor.State.PUBLISHED)
    own = make_conversation(stranger, two.host, "For myself", now=timezone.now())
    key = f"firm:{two.firm.pk}"
    page = two.list(two.booth, f"?as={key}")
    assert f"/{talk.code}/?as=" in page
    assert own.code not in page
    assert two.booth.get(two.url("conversation_list", query="?as=firm:999999")).status_code == 404
    counted = two.booth.get(two.url("unread_count", query=f"?as={key}"))
    assert counted.json() == {"count": 1}
    assert two.booth.get(two.url("unread_count", query="?as=firm:999999")).json() == {"count": 0}


def test_many_are_paged(two: Two) -> None:
    for number in range(31):
        firm = make_exhibitor(two.edition, state=Exhibitor.State.PUBLISHED)
        Conversation.objects.create(edition=two.edition, pair=str(number), last_number=0)
        talk = Conversation.objects.get(pair=str(number))
        Party.objects.create(
            conversation=talk, side="a", kind="person", key=f"person:{two.person.pk}", user=two.person
        )
        Party.objects.create(conversation=talk, side="b", kind="firm", key=f"firm:{firm.pk}", exhibitor=firm)
    page = two.list(two.visitor)
    assert "31 conversations" in page
    assert page.count('class="talk-who"') == 30
    assert two.list(two.visitor, "?page=2").count('class="talk-who"') == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_queries(
    two: Two, count: int, django_assert_num_queries: Any
) -> None:
    for _n in range(count):
        firm = make_exhibitor(two.edition, state=Exhibitor.State.PUBLISHED)
        make_conversation(firm, two.person, now=timezone.now())
    two.visitor.get(two.url("conversation_list"))
    with django_assert_num_queries(LIST_QUERIES):
        two.visitor.get(two.url("conversation_list"))


@pytest.mark.parametrize("count", [1, 3])
def test_a_thread_asks_the_same_number_of_queries(
    two: Two, count: int, django_assert_num_queries: Any
) -> None:
    talk = two.talk()
    for number in range(count):
        make_message(talk, two.host, "b", f"Answer {number}")
        make_message(talk, two.person, "a", f"Question {number}")
    two.visitor.get(two.url("conversation_show", talk.code))
    with django_assert_num_queries(THREAD_QUERIES):
        two.visitor.get(two.url("conversation_show", talk.code))


def test_a_thread_shows_sides_languages_days_and_how_far_it_was_read(two: Two) -> None:
    talk = two.talk("我们需要跨境物流")
    page = two.page(two.visitor, talk)
    assert "Read by" not in page.split("<template")[0].split("data-thread")[1]
    two.page(two.booth, talk)
    make_message(talk, two.host, "b", "Every week, from Mombasa.")
    page = two.page(two.visitor, talk)
    assert page.count('class="bubble own"') == 2, "one message and the blank one for the script"
    assert '<b data-t="name">You</b>' in page
    assert '<b data-t="name">Otieno Okello</b>' in page
    assert 'lang="zh-Hans" dir="auto">我们需要跨境物流' in page
    assert 'class="day"' in page
    assert f"Read by {two.firm.organisation.name['en']}" in page
    assert "Usually answers" not in page
    assert ReadMark.objects.get(user=two.person).number == 2


def test_an_open_page_that_looks_again_reads_nothing(two: Two) -> None:
    talk = two.talk()
    two.booth.get(two.url("conversation_show", talk.code), headers={"x-peek": "1"})
    assert not ReadMark.objects.filter(user=two.host).exists()


def test_older_messages_are_paged(two: Two) -> None:
    talk = two.talk("number one")
    rows = [
        Message(conversation=talk, number=n, side="a", by=two.person, text=f"text {n}.") for n in range(2, 61)
    ]
    Message.objects.bulk_create(rows)
    Conversation.objects.filter(pk=talk.pk).update(last_number=60)
    page = two.page(two.visitor, talk)
    assert "number one" not in page
    assert "text 60." in page
    assert "?before=11" in page
    older = two.page(two.visitor, talk, "?before=11")
    assert "number one" in older
    assert "text 11." not in older
    assert "To the newest" in older
    assert "data-talk=" not in older


def test_the_form_sends_once_and_keeps_what_was_refused(two: Two) -> None:
    talk = two.talk()
    data = {"text": "Twice", "number": "own-1"}
    two.booth.post(two.url("message_send", talk.code), data)
    two.booth.post(two.url("message_send", talk.code), data)
    assert talk.messages.filter(text="Twice").count() == 1
    answer = two.booth.post(two.url("message_send", talk.code), {"text": "x" * 8001})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "x" * 8001 in page
    assert "at most 8000 fit" in page
    assert 'aria-invalid="true"' in page
    assert two.booth.post(two.url("message_send", talk.code), {"text": "  \u202e "}).status_code == 422
    Block.objects.create(edition=two.edition, own=f"person:{two.person.pk}", other=f"firm:{two.firm.pk}")
    page = two.page(two.booth, talk)
    assert "No messages can be exchanged here any more" in page
    assert "data-say" not in page


def test_what_is_written_is_shown_as_text(two: Two) -> None:
    talk = two.talk("<script>alert(1)</script>")
    page = two.page(two.booth, talk)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_deeds_and_their_undo(two: Two) -> None:
    talk = two.talk()
    two.do(two.visitor, talk, "mute")
    assert ReadMark.objects.get(user=two.person).is_muted
    assert "muted" in two.list(two.visitor)
    two.do(two.visitor, talk, "unmute")
    answer = two.do(two.visitor, talk, "put-away")
    assert answer.url == two.url("conversation_list")
    page = two.list(two.visitor)
    assert "/do/bring-back/" in page, "undo is offered"
    two.do(two.visitor, talk, "bring-back")
    two.do(two.visitor, talk, "close")
    assert "Closed by your side" in two.page(two.visitor, talk)
    assert f"Closed by {two.person.name}" in two.page(two.booth, talk)
    two.do(two.visitor, talk, "reopen")
    talk.refresh_from_db()
    assert talk.state == "open"
    two.do(two.visitor, talk, "block")
    assert "You blocked this side" in two.page(two.visitor, talk)
    assert "You blocked" not in two.page(two.booth, talk)
    two.do(two.visitor, talk, "unblock")
    assert not Block.objects.exists()
    assert two.do(two.visitor, talk, "nonsense").status_code == 404


def test_a_team_hands_over(two: Two) -> None:
    talk = two.talk()
    colleague = make_colleague(two.firm, name="Achieng")
    two.do(two.booth, talk, "hand", colleague=colleague.pk)
    assert party_of(talk, "b").handler == colleague
    page = two.page(two.booth, talk)
    assert "Achieng answers for your side from now on." in page
    assert "Achieng answers from now on." in two.page(two.visitor, talk)
    two.do(two.booth, talk, "hand", colleague=two.person.pk)
    assert party_of(talk, "b").handler == colleague
    assert "Hand over" not in two.page(two.visitor, talk)


def test_a_message_is_taken_back_within_ten_minutes(two: Two) -> None:
    talk = two.talk("A wrong number: 4711")
    page = two.url("message_show", talk.code, 1)
    assert "Take back" in two.visitor.get(page).content.decode()
    assert two.visitor.post(page, {"deed": "take-back"}).url.endswith("#m1")
    shown = two.page(two.booth, talk)
    assert "4711" not in shown
    assert "Taken back by its writer." in shown
    assert "Its words are gone" not in two.visitor.get(page).content.decode()
    make_message(talk, two.person, "a", "Old")
    Message.objects.filter(number=2).update(at=timezone.now() - timedelta(minutes=11))
    late = two.url("message_show", talk.code, 2)
    assert "for ten minutes" in two.visitor.get(late).content.decode()
    assert two.visitor.post(late, {"deed": "take-back"}).status_code == 422
    assert two.booth.post(late, {"deed": "take-back"}).status_code == 422
    assert Message.objects.get(number=2).text == "Old"


def test_a_message_of_the_other_side_is_reported(two: Two) -> None:
    talk = two.talk("Send money first")
    page = two.url("message_show", talk.code, 1)
    answer = two.booth.post(page, {"deed": "report", "why": "", "words": "No firm asks so"})
    assert answer.status_code == 422
    assert "No firm asks so" in answer.content.decode()
    two.booth.post(page, {"deed": "report", "why": "fraud", "words": "No firm asks so"})
    assert Report.objects.get().words == "No firm asks so"
    assert (
        "reported this message already"
        in two.booth.post(page, {"deed": "report", "why": "spam"}).content.decode()
    )
    assert two.visitor.post(page, {"deed": "report", "why": "spam"}).status_code == 422


def test_notes_have_no_page_of_their_own(two: Two) -> None:
    talk = two.talk()
    close(stand_of(two.person, talk), by=two.person)
    assert two.visitor.get(two.url("message_show", talk.code, 2)).status_code == 404
    assert two.visitor.get(two.url("message_show", talk.code, 9)).status_code == 404


def test_the_first_word_to_a_booth_and_on_in_the_same(two: Two) -> None:
    begin = two.url("conversation_begin", query=f"?to=booth:{two.firm.code}")
    page = two.visitor.get(begin).content.decode()
    assert f"Write to {two.firm.organisation.name['en']}" in page
    assert "Without my name" in page
    answer = two.visitor.post(begin, {"text": "Hello", "number": "n1"})
    talk = Conversation.objects.get()
    assert answer.url == two.url("conversation_show", talk.code)
    assert (talk.about, talk.about_code) == ("booth", two.firm.code)
    assert two.visitor.get(begin).url == answer.url, "the two have it: it goes on there"


def test_a_buyer_without_a_name(two: Two) -> None:
    offer = make_offer(two.firm)
    query = f"?to=booth:{two.firm.code}&about=offer:{offer.code}"
    begin = two.url("conversation_begin", query=query)
    two.visitor.post(begin, {"text": "What does it cost?", "hidden": "1"})
    talk = Conversation.objects.get()
    assert talk.title == offer.title
    page = two.page(two.booth, talk)
    assert "A buyer, not named" in page
    assert two.person.name not in page
    assert two.person.name not in two.list(two.booth)
    assert "They do not read your name." in two.page(two.visitor, talk)
    two.do(two.visitor, talk, "reveal")
    assert two.person.name in two.page(two.booth, talk)


def test_no_name_is_left_out_where_there_is_no_offer(two: Two) -> None:
    begin = two.url("conversation_begin", query="?to=help")
    assert "Without my name" not in two.visitor.get(begin).content.decode()
    two.visitor.post(begin, {"text": "Where is hall C?", "hidden": "1"})
    assert not Party.objects.get(kind="person").is_hidden


def test_the_help_desk_says_the_place_in_its_queue(two: Two) -> None:
    other = make_user(name="Otto")
    second = Client()
    second.force_login(other)
    begin = two.url("conversation_begin", query="?to=help")
    two.visitor.post(begin, {"text": "First"})
    page = second.post(begin, {"text": "Second"}, follow=True).content.decode()
    assert "Your place at the help desk: 2" in page


def test_who_may_not_be_written_to_and_how_it_goes_on(two: Two) -> None:
    seeker = make_seeker(two.edition, make_user(name="Quiet"))
    begin = two.url("conversation_begin", query=f"?to=person:{seeker.code}")
    assert two.visitor.get(begin).status_code == 404, "whoever does not want to be found is not there"
    for query in ("", "?to=booth:zzzz", "?to=lead:zzzz", "?to=meeting:zzzz", "?to=need:zzzz", "?to=nonsense"):
        assert two.visitor.get(two.url("conversation_begin", query=query)).status_code == 404
    TalkRules.objects.create(edition=two.edition, is_open=False)
    page = two.visitor.get(two.url("conversation_begin", query=f"?to=booth:{two.firm.code}")).content.decode()
    assert "The organiser has closed conversations" in page
    assert f"/booths/{two.firm.address}/" in page
    assert "<textarea" not in page


def test_the_firm_writes_to_a_visitor_who_shared_the_contact(two: Two) -> None:
    lead = make_lead(two.firm, by=two.host)
    key = f"firm:{two.firm.pk}"
    begin = two.url("conversation_begin", query=f"?to=lead:{lead.code}&as={key}")
    assert two.booth.get(begin).status_code == 404, "not shared"
    type(lead).objects.filter(pk=lead.pk).update(is_shared=True)
    registration = lead.registration
    registration.user = make_user(name="Amina")
    registration.save(update_fields=["user"])
    answer = two.booth.get(begin)
    assert answer.status_code == 200
    assert registration.user.name in answer.content.decode() or registration.name in answer.content.decode()
    assert two.visitor.get(begin).status_code == 404
    assert two.booth.post(begin, {"text": "Thank you for your visit."}).status_code == 302


def test_a_hidden_need_names_nobody(two: Two) -> None:
    seeker = make_seeker(two.edition, make_user(name="Secret Buyer"))
    need = make_need(seeker=seeker, audience="hidden")
    page = two.booth.get(two.url("conversation_begin", query=f"?to=need:{need.code}")).content.decode()
    assert "A buyer, not named" in page
    assert "Secret Buyer" not in page


def test_strangers_find_nothing(two: Two) -> None:
    talk = two.talk()
    stranger = Client()
    stranger.force_login(make_user())
    for name, words in (
        ("conversation_show", ()), ("message_show", (1,)),
    ):  # fmt: skip
        assert stranger.get(two.url(name, talk.code, *words)).status_code == 404
    assert two.do(stranger, talk, "close").status_code == 404
    assert stranger.post(two.url("message_send", talk.code), {"text": "x"}).status_code == 404
    assert Client().get(two.url("conversation_show", talk.code)).status_code == 302


def test_who_speaks_for_both_sides_chooses_one(two: Two) -> None:
    talk = make_conversation(two.firm, two.host, now=timezone.now())
    key = f"firm:{two.firm.pk}"
    assert "You answer for" not in two.page(two.booth, talk)
    page = two.page(two.booth, talk, f"?as={key}")
    assert "You answer for" in page
    two.booth.post(two.url("message_send", talk.code, query=f"?as={key}"), {"text": "From the firm"})
    assert talk.messages.get(text="From the firm").side == "b"


def test_notes_say_the_same_to_both_in_their_words(two: Two) -> None:
    talk = two.talk()
    hand_to(stand_of(two.host, talk), make_colleague(two.firm, name="Achieng"), by=two.host)
    assert Who.firm(two.firm).key == party_of(talk, "b").key
    assert "Achieng answers" in two.list(two.visitor)


def test_files_go_with_a_message(two: Two) -> None:
    talk = two.talk()
    image = BytesIO()
    Image.new("RGB", (8, 8), "red").save(image, "PNG")
    sent = SimpleUploadedFile("plan 图.png", image.getvalue(), "image/png")
    two.booth.post(two.url("message_send", talk.code), {"text": "", "files": [sent]})
    file = Message.objects.get(number=2).files.get()
    page = two.page(two.visitor, talk)
    assert "plan 图.png" in page
    assert two.url("file_show", talk.code, file.pk) in page
    assert "1 file" in two.list(two.visitor)
    wrong = SimpleUploadedFile("a.png", b"MZ not a picture", "image/png")
    answer = two.booth.post(two.url("message_send", talk.code), {"text": "Look", "files": [wrong]})
    assert answer.status_code == 422
    assert "Look" in answer.content.decode()
    assert talk.messages.count() == 2


def test_the_two_sides_of_a_meeting_write_about_it(two: Two) -> None:
    slot = make_slots(two.edition)[0]
    asker = make_participant(two.edition, user=two.person)
    asked = make_participant(two.edition, user=two.host, exhibitor=two.firm)
    meeting = make_meeting(slot, asker, asked)
    begin = two.url("conversation_begin", query=f"?to=meeting:{meeting.code}&as=firm:{two.firm.pk}")
    page = two.booth.get(begin).content.decode()
    assert f"Write to {two.person.name}" in page
    assert (
        two.visitor.get(two.url("conversation_begin", query=f"?to=meeting:{meeting.code}")).status_code == 200
    )
    two.booth.post(begin, {"text": "We bring samples."})
    talk = Conversation.objects.get()
    assert (talk.about, talk.about_code) == ("meeting", meeting.code)
    assert party_of(talk, "a").key == f"firm:{two.firm.pk}"
    assert f"/meeting/{meeting.code}/" in two.page(two.visitor, talk)
    assert f"/meetings/at/{meeting.code}/" in two.page(two.booth, talk)
    stranger = Client()
    stranger.force_login(make_user())
    assert stranger.get(begin).status_code == 404


def test_a_colleague_of_the_firm_that_asked_writes_about_its_meeting(two: Two) -> None:
    other = make_exhibitor(two.edition, state=Exhibitor.State.PUBLISHED)
    asker = make_participant(two.edition, user=make_colleague(other), exhibitor=other)
    asked = make_participant(two.edition, user=two.host, exhibitor=two.firm)
    meeting = make_meeting(make_slots(two.edition)[0], asker, asked)
    colleague, begin = Client(), f"?to=meeting:{meeting.code}&as=firm:{other.pk}"
    colleague.force_login(make_colleague(other))
    url = two.url("conversation_begin", query=begin)
    assert colleague.get(url).status_code == 200
    colleague.post(url, {"text": "We bring samples."})
    assert party_of(Conversation.objects.get(), "a").key == f"firm:{other.pk}"
    colleague.force_login(make_colleague(make_exhibitor(two.edition)))
    assert colleague.get(url).status_code == 404


def test_pages_lead_to_the_first_word(two: Two) -> None:
    offer = make_offer(two.firm)
    new = two.url("conversation_begin")
    booth = two.visitor.get(f"/en/{two.edition.slug}/booths/{two.firm.address}/").content.decode()
    assert f"{new}?to=booth:{two.firm.code}" in booth
    page = two.visitor.get(f"/en/{two.edition.slug}/offers/{offer.address}/").content.decode()
    assert f"{new}?to=booth:{two.firm.code}&amp;about=offer:{offer.code}" in page
    lead = make_lead(two.firm, by=two.host, agrees=True)
    desk = two.booth.get(reverse("exhibitor:leads.lead_edit", args=[two.firm.code, lead.code]))
    assert f"{new}?to=lead:{lead.code}&amp;as=firm:{two.firm.pk}" in desk.content.decode()
    listed = two.url("conversation_list")
    assert f'href="{listed}?as=firm:{two.firm.pk}"' in desk.content.decode(), "the desk's own entry"
    assert reverse("visitor:conversations.conversation_home") in two.visitor.get("/en/my/").content.decode()


def test_who_would_not_read_it_is_said(two: Two) -> None:
    lead = make_lead(two.firm, by=two.host, agrees=True)
    type(lead.registration).objects.filter(pk=lead.registration.pk).update(user=None)
    begin = two.url("conversation_begin", query=f"?to=lead:{lead.code}&as=firm:{two.firm.pk}")
    page = two.booth.get(begin, follow=True).content.decode()
    assert "has no account here" in page
