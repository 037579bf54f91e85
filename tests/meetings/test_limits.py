"""Who may ask whom, and how much: each reason told before anybody types, and the same when somebody asks all the same."""

import pytest

from everfair.base.refusals import Refused
from everfair.meetings.actions.booking import book_meeting
from everfair.meetings.actions.requests import accept, decline, send_request
from everfair.meetings.models import BlockedPair, KindRule, MeetingRules, Participant, Request
from everfair.meetings.queries.limits import quota_of, why_not_ask
from tests.factories.exhibition import make_exhibitor
from tests.factories.meetings import BEFORE, make_meeting, make_participant, make_request, make_wish
from tests.factories.registration import make_kind
from tests.meetings.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair() -> World:
    return make_world()


def why(asker: Participant, target: object) -> str | None:
    """The sentence; and that asking says the same and leaves nothing behind."""
    sentence = why_not_ask(asker, target, now=BEFORE)  # type: ignore[arg-type]
    side = {"asked": target} if isinstance(target, Participant) else {"exhibitor": target}
    if sentence is not None:
        before = Request.objects.count()
        with pytest.raises(Refused) as refused:
            send_request(asker, **side, by=None, now=BEFORE)  # type: ignore[arg-type]
        assert str(refused.value) == sentence
        assert Request.objects.count() == before
    return sentence


def test_nothing_stands_against_a_firm_or_its_staff(fair: World) -> None:
    buyer = fair.buyer()
    assert why(buyer, fair.firm) is None
    assert why(buyer, fair.staff) is None


def test_closed_rounds_and_fairs_that_are_over(fair: World) -> None:
    buyer = fair.buyer()
    MeetingRules.objects.update(is_open=False)
    assert "has not opened them" in str(why(buyer, fair.firm))
    MeetingRules.objects.all().delete()
    assert "has not opened them" in str(why(buyer, fair.firm))
    MeetingRules.objects.create(edition=fair.edition, is_open=True)
    assert "no more times" in str(why_not_ask(buyer, fair.firm, now=fair.slots[-1].starts_at))


def test_oneself_ones_own_firm_and_who_wants_none(fair: World) -> None:
    buyer = fair.buyer()
    assert why(buyer, buyer) == "That is you."
    assert why(fair.colleague(), fair.firm) == "This is your own firm."
    assert why(fair.colleague(), fair.staff) == "This is your own firm."
    Participant.objects.filter(pk=buyer.pk).update(is_out=True)
    buyer.refresh_from_db()
    assert "want no meetings" in str(why(buyer, fair.firm))


def test_kinds_of_badge_say_who_may_be_asked(fair: World) -> None:
    press, buyer = fair.buyer(make_kind(fair.edition)), fair.buyer()
    assert press.registration is not None
    assert "this person" in str(why(buyer, press))
    rule = KindRule.objects.create(kind=fair.kind, may_ask_exhibitors=False)
    assert "cannot ask exhibitors" in str(why(buyer, fair.firm))
    rule.may_ask.add(press.registration.kind)
    assert why(buyer, press) is None
    assert "this person" in str(why(press, buyer))


def test_firms_ask_visitors_who_agreed_to_be_listed(fair: World) -> None:
    hidden, listed = fair.buyer(), fair.buyer(is_listed=True)
    assert why(fair.staff, hidden) == f"{hidden.name} takes no requests for meetings."
    assert why(fair.staff, listed) is None
    assert why(fair.staff, make_exhibitor(fair.edition)) is None


def test_the_number_of_requests_is_limited_and_comes_back(fair: World) -> None:
    KindRule.objects.create(kind=fair.kind, most_sent=1)
    buyer, other = fair.buyer(), make_exhibitor(fair.edition)
    first = send_request(buyer, exhibitor=fair.firm, by=None, now=BEFORE)
    buyer.refresh_from_db()
    assert quota_of(buyer).sent_left == 0
    assert "1 request or meeting" in str(why(buyer, other))
    accept(first, fair.slots[0], by=None, now=BEFORE)
    assert "1 request or meeting" in str(why(buyer, other))  # a meeting counts on
    second_buyer = fair.buyer()
    request = send_request(second_buyer, exhibitor=fair.firm, by=None, now=BEFORE)
    decline(request, by=None, now=BEFORE)
    second_buyer.refresh_from_db()
    assert why(second_buyer, other) is None


def test_the_number_received_is_limited(fair: World) -> None:
    KindRule.objects.create(kind=fair.kind, most_received=1)
    listed = fair.buyer(is_listed=True)
    send_request(fair.staff, asked=listed, by=None, now=BEFORE)
    listed.refresh_from_db()
    other = make_participant(fair.edition, exhibitor=make_exhibitor(fair.edition))
    assert "takes no requests" in str(why(other, listed))
    assert quota_of(listed).received_left == 0


def test_one_request_and_one_meeting_for_a_pair(fair: World) -> None:
    buyer = fair.buyer(is_listed=True)
    make_request(buyer, exhibitor=fair.firm, asked=fair.staff)
    assert "asked already" in str(why(buyer, fair.firm))
    assert "asked already" in str(why(buyer, fair.colleague()))
    assert "have asked you already" in str(why(fair.staff, buyer))
    other = fair.buyer(is_listed=True)
    make_meeting(fair.slots[0], other, fair.staff)
    assert "2026-09-04 09:00 (Asia/Shanghai)" in str(why(other, fair.firm))
    assert "You meet already" in str(why(fair.colleague(), other))


def test_the_organisers_word_reads_like_anybodys_no(fair: World) -> None:
    buyer, apart, gone = fair.buyer(), fair.buyer(is_listed=True), fair.buyer(is_listed=True, is_out=True)
    BlockedPair.objects.create(edition=fair.edition, a=buyer, exhibitor=fair.firm, note="court case")
    sentence = why(buyer, fair.firm)
    withdrawn = make_exhibitor(fair.edition, state="withdrawn", organisation=make_exhibitor().organisation)
    assert sentence == f"{fair.firm} takes no requests for meetings."
    assert why(buyer, withdrawn) == f"{withdrawn} takes no requests for meetings."
    assert "takes no requests" in str(why(buyer, fair.staff))
    BlockedPair.objects.create(edition=fair.edition, a=apart, b=fair.staff)
    assert why(fair.staff, apart) == f"{apart.name} takes no requests for meetings."
    assert why(fair.staff, gone) == f"{gone.name} takes no requests for meetings."


def test_kept_apart_means_no_meeting_by_any_hand(fair: World) -> None:
    buyer, stranger = fair.buyer(), fair.buyer()
    BlockedPair.objects.create(edition=fair.edition, a=fair.staff, b=buyer)
    with pytest.raises(Refused, match="cannot be made"):
        book_meeting(fair.slots[0], [buyer], [fair.staff], by=None, now=BEFORE)
    BlockedPair.objects.create(edition=fair.edition, a=stranger, exhibitor=fair.firm)
    with pytest.raises(Refused, match="cannot be made"):
        book_meeting(fair.slots[0], [stranger], [fair.colleague()], by=None, now=BEFORE)


def test_a_veto_changes_no_sentence(fair: World) -> None:
    buyer = fair.buyer()
    make_wish(fair.edition, by_exhibitor=fair.firm, other=buyer, level="never")
    assert why(buyer, fair.firm) is None
