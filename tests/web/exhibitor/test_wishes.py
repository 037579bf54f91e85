"""The firm's page of wishes: its own people only, and what they may see of visitors."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from everfair.meetings.models import Participant, Wish
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_team_member
from tests.factories.meetings import make_participant, make_rules, make_slots, make_wish
from tests.factories.people import make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Any:
    firm = make_exhibitor()
    make_rules(firm.edition, wishes_close_at=timezone.now() + timedelta(days=2))
    return firm


def guest(firm: Any, **extra: Any) -> Participant:
    registration = make_badge_holder(make_badge_kind(firm.edition), job_title="Head of buying")
    return make_participant(firm.edition, registration=registration, **{"is_listed": True, **extra})


def at_desk(firm: Any, role: str = "booth_staff") -> tuple[Client, str]:
    client = Client()
    client.force_login(make_membership(organisation=firm.organisation, role=role).user)
    return client, reverse("exhibitor:meetings.wish_list", args=[firm.code])


def test_people_are_listed_and_wished_for(firm: Any) -> None:
    client, url = at_desk(firm)
    person, hidden = guest(firm), guest(firm, is_listed=False)
    html = client.get(url).content.decode()
    assert person.name in html
    assert "Head of buying" in html
    assert hidden.name not in html
    client.post(url, {f"w-{person.code}": "never"})
    wish = Wish.objects.get()
    assert (wish.by_exhibitor, wish.other, wish.level) == (firm, person, "never")
    assert "0 must meet · 0 would like · 1 no, thank you" in client.get(url).content.decode()


def test_what_the_visitor_said_makes_no_difference_to_the_page(firm: Any) -> None:
    client, url = at_desk(firm)
    person = guest(firm)
    client.get(url)
    before = client.get(url).content.decode()
    make_wish(firm.edition, participant=person, exhibitor=firm, level="never")
    after = client.get(url).content.decode()
    assert _without_tokens(before) == _without_tokens(after)


def _without_tokens(html: str) -> list[str]:
    return [
        line
        for line in html.splitlines()
        if "csrf" not in line and "nonce" not in line and "data-clock" not in line
    ]


def test_the_organiser_reads_no_wishes(firm: Any) -> None:
    _client, url = at_desk(firm)
    organiser = Client()
    organiser.force_login(make_team_member(firm.edition, make_user(), "administrator").user)
    assert organiser.get(url).status_code == 404
    superuser = Client()
    superuser.force_login(make_user(is_superuser=True, is_staff=True))
    assert superuser.get(url).status_code == 404


def test_leads_only_staff_state_no_wishes(firm: Any) -> None:
    client, url = at_desk(firm, "lead_only")
    assert client.get(url).status_code == 404


def test_numbers_of_each_of_us(firm: Any) -> None:
    client, _url = at_desk(firm)
    make_slots(firm.edition, 6)
    person = make_participant(firm.edition, exhibitor=firm)
    own = reverse("exhibitor:meetings.wish_limits", args=[firm.code, person.code])
    assert client.post(own, {f"{person.code}-least": "3", f"{person.code}-most": "2"}).status_code == 422
    assert client.post(own, {f"{person.code}-least": "1", f"{person.code}-most": "5"}).status_code == 302
    person.refresh_from_db()
    assert (person.least, person.most) == (1, 5)
    other = make_participant(firm.edition, exhibitor=make_exhibitor(firm.edition))
    strange = reverse("exhibitor:meetings.wish_limits", args=[firm.code, other.code])
    assert client.post(strange, {}).status_code == 404


def test_narrowed_by_kind_of_badge(firm: Any) -> None:
    client, url = at_desk(firm)
    one, two = guest(firm), guest(firm)
    assert one.registration is not None
    html = client.get(url, {"group": one.registration.kind.code}).content.decode()
    assert f'name="w-{one.code}"' in html
    assert f'name="w-{two.code}"' not in html
