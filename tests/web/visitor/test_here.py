"""Pages of being here: numbers for everybody, one's own word, calling a booth, the booth's own list and the first word."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from everfair.calls.models import Call
from everfair.conversations.models import Message
from everfair.exhibition.models import Exhibitor
from everfair.presence.forms import UNTIL_I_SAY
from everfair.presence.models import Greeting, Showing
from everfair.web.public.here import forget_numbers
from tests.factories.calls import make_host, make_stay
from tests.factories.conversations import make_colleague
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_numbers()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_booth() -> Exhibitor:
    return make_exhibitor(state=Exhibitor.State.PUBLISHED)


def choices(firm: Exhibitor) -> str:
    return reverse("visitor:presence.here_edit", kwargs={"edition": firm.edition.slug})


def desk(firm: Exhibitor, name: str = "booth_now", **more: Any) -> str:
    return reverse(f"exhibitor:presence.{name}", kwargs={"code": firm.code, **more})


def numbers(client: Client, firm: Exhibitor, place: str) -> Any:
    kwargs = {"edition": firm.edition.slug, "place": place}
    response = client.get(reverse("public:presence.here_now", kwargs=kwargs))
    assert "no-store" in response.headers["Cache-Control"]
    return response.json()["fact"]


def test_everybody_reads_numbers_and_never_who() -> None:
    firm, now = a_booth(), timezone.now()
    user = make_user(name="Wanjiru")
    Showing.objects.create(edition=firm.edition, user=user, level="name")
    make_stay(user, firm, now=now)
    make_stay(None, firm, now=now)
    make_host(firm, name="Otieno", now=now)
    fact = numbers(Client(), firm, f"booth-{firm.code}")
    assert (fact["visitors"], fact["hosts"]) == (2, True)
    assert firm.area is not None
    area = numbers(Client(), firm, f"area-{firm.area.code}")
    assert area["booths"] == {firm.code: [2, True]}
    for said in (fact, area):
        assert "Wanjiru" not in str(said)
        assert "Otieno" not in str(said)


def test_strangers_get_the_same_answer_for_a_second_and_who_is_signed_in_a_fresh_one() -> None:
    firm, now = a_booth(), timezone.now()
    place = f"booth-{firm.code}"
    assert numbers(Client(), firm, place)["visitors"] == 0
    make_stay(None, firm, now=now)
    assert numbers(Client(), firm, place)["visitors"] == 0
    assert numbers(client_of(make_user()), firm, place)["visitors"] == 1
    forget_numbers()
    assert numbers(Client(), firm, place)["visitors"] == 1


def test_the_public_page_claims_nothing_itself_and_stays_in_the_cache() -> None:
    firm = a_booth()
    make_host(firm, now=timezone.now())
    response = Client().get(reverse("public:exhibition.booth", args=[firm.edition.slug, firm.address]))
    page = response.content.decode()
    assert response.headers["X-Everfair-Keep"] == str(firm.edition.pk)
    assert f'data-here="here:{firm.edition.slug}:booth-{firm.code}"' in page
    assert '<p class="state here" data-here-hosts hidden>' in page
    assert "csrfmiddlewaretoken" not in page
    assert "socket.js" not in page


def test_a_word_is_kept_and_shown_again(django_capture_on_commit_callbacks: Any) -> None:
    firm, user = a_booth(), make_user()
    client = client_of(user)
    page = client.get(choices(firm)).content.decode()
    assert 'value="count" required id="id_level_2" checked' in page or 'value="count"' in page
    assert "I stand at my firm" not in page, "only for a booth's people"
    response = client.post(
        choices(firm), {"level": "name", "may_greet": "on", "quiet": "open", "attends": "on"}
    )
    assert response.status_code == 302
    row = Showing.objects.get()
    assert (row.level, row.may_greet, row.quiet_until, row.attends) == ("name", True, UNTIL_I_SAY, False)
    client.post(choices(firm), {"level": "firm", "quiet": "hour"})
    row.refresh_from_db()
    assert row.quiet_until is not None
    assert timedelta(minutes=59) < row.quiet_until - timezone.now() <= timedelta(hours=1)
    assert "until " in client.get(choices(firm)).content.decode()
    until = row.quiet_until
    client.post(choices(firm), {"level": "firm", "quiet": "kept"})
    row.refresh_from_db()
    assert row.quiet_until == until
    client.post(choices(firm), {"level": "firm", "quiet": "today"})
    row.refresh_from_db()
    assert row.quiet_until is not None
    assert row.quiet_until - timezone.now() <= timedelta(days=1)
    client.post(choices(firm), {"level": "firm", "quiet": ""})
    row.refresh_from_db()
    assert row.quiet_until is None


def test_nonsense_is_refused_on_the_page() -> None:
    firm = a_booth()
    response = client_of(make_user()).post(choices(firm), {"level": "all", "quiet": "kept"})
    assert response.status_code == 422
    assert not Showing.objects.exists()


def test_a_booths_people_attend_from_their_own_choices_too() -> None:
    firm = a_booth()
    host = make_colleague(firm)
    client_of(host).post(choices(firm), {"level": "count", "quiet": "", "attends": "on"})
    assert Showing.objects.get().attends
    client_of(host).post(choices(firm), {"level": "count", "quiet": ""})
    assert not Showing.objects.get().attends


def test_a_booth_is_called_without_script_when_somebody_is_there() -> None:
    firm, visitor = a_booth(), make_user(name="W")
    client = client_of(visitor)
    ring = reverse("visitor:presence.booth_ring", kwargs={"edition": firm.edition.slug, "code": firm.code})
    assert "Nobody of the firm is here now" in client.get(ring).content.decode()
    refused = client.post(ring)
    assert refused.status_code == 422
    assert "Nobody of the team is here now" in refused.content.decode()
    make_host(firm, now=timezone.now())
    assert "Somebody of the firm is here now" in client.get(ring).content.decode()
    response = client.post(ring)
    assert response.status_code == 302
    assert Call.objects.get().code in response.headers["Location"]


def test_the_desk_lists_who_agreed_and_counts_the_others() -> None:
    firm, now = a_booth(), timezone.now()
    host = make_colleague(firm)
    shown, plain = make_user(name="Wanjiru"), make_user(name="Never Shown")
    Showing.objects.create(edition=firm.edition, user=shown, level="name", may_greet=True)
    stay = make_stay(shown, firm, now=now)
    make_stay(plain, firm, now=now)
    client = client_of(host)
    page = client.get(desk(firm)).content.decode()
    assert "Wanjiru" in page
    assert "1 visitor without a name" in page
    assert "Never Shown" not in page
    assert 'data-at-fair="here:' in page
    greet = desk(firm, "visitor_greet", stay=stay.code)
    refused = client.post(greet, {"text": "x" * 501})
    assert refused.status_code == 422
    assert "at most 500 characters" in refused.content.decode()
    assert "x" * 501 in refused.content.decode(), "what was typed stays"
    assert client.post(greet, {"text": "Welcome."}).status_code == 302
    assert Message.objects.get().is_greeting
    page = client.get(desk(firm)).content.decode()
    assert "greeted" in page
    assert "<textarea" not in page
    assert "greeted this visitor already" in client.post(greet, {"text": "Again."}).content.decode()
    assert Greeting.objects.count() == 1


def test_standing_at_the_booth_and_leaving_it() -> None:
    firm = a_booth()
    host = make_colleague(firm)
    client = client_of(host)
    client.post(desk(firm, "booth_attend"), {"attends": "1"})
    assert Showing.objects.get().attends
    assert "Leave the booth" in client.get(desk(firm)).content.decode()
    Showing.objects.update(quiet_until=timezone.now() + timedelta(hours=1))
    assert "I can be disturbed again" in client.get(desk(firm)).content.decode()
    client.post(desk(firm, "booth_attend"), {"attends": "0"})
    assert not Showing.objects.get().attends


@pytest.mark.parametrize("visitors", [1, 3])
def test_the_desks_list_costs_the_same_for_many(visitors: int, django_assert_num_queries: Any) -> None:
    firm, now = a_booth(), timezone.now()
    for n in range(visitors):
        user = make_user(name=f"V{n}")
        Showing.objects.create(edition=firm.edition, user=user, level="name", may_greet=True)
        make_stay(user, firm, now=now)
    client = client_of(make_colleague(firm))
    client.get(desk(firm))
    with django_assert_num_queries(13):
        client.get(desk(firm))
