"""How pages of matches lead on: whom one can ask among people, where one goes on after a deed, what an empty list offers."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from everfair.matchmaking.actions.digest import secret_of, switch_digest
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.models import Dismissal, Saved
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_sector
from tests.factories.matchmaking import make_buyer, make_firm
from tests.factories.meetings import make_participant, make_rules
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
QUERIES = 26


def _shown_person(edition: Any, name: str, **extra: Any) -> Any:
    """Somebody who agreed to be suggested; listed among the people who can be asked unless told otherwise."""
    registration = make_buyer(edition, name=name)
    seeker = seeker_for(registration.user, edition)
    seeker.is_shown = True
    seeker.save()
    make_participant(registration=registration, name=name, **{"is_listed": True, **extra})
    return registration


def _article(page: str, name: str) -> str:
    """The match of this name on a page."""
    return next(one for one in page.split("<article")[1:] if name in one).partition("</article>")[0]


@pytest.mark.parametrize("at_firm", [False, True])
def test_a_suggested_person_is_asked_in_one_step_where_they_can_be_asked(
    client: Client, at_firm: bool
) -> None:
    edition = make_edition(phase="live")
    make_rules(edition)
    exhibitor, owner = make_firm(edition, state="published")
    _shown_person(edition, "Ann Listed")
    _shown_person(edition, "Ben Unlisted", is_listed=False)
    _shown_person(edition, "Cay Gone", is_out=True)
    if at_firm:
        client.force_login(owner)
        page_url = reverse("exhibitor:matchmaking.match_list", args=[exhibitor.code])
    else:
        client.force_login(make_buyer(edition).user)
        page_url = reverse("visitor:matchmaking.match_list", args=[edition.slug])
    page = client.get(page_url, {"kind": "person"}).content.decode()
    ask = _article(page, "Ann Listed").partition('<a class="btn quiet" href="')[2].partition('"')[0]
    assert client.get(ask).status_code == 200
    assert "Ann Listed" in client.get(ask).content.decode()
    for name in ("Ben Unlisted", "Cay Gone"):
        assert "Ask for a meeting" not in _article(page, name)


def test_people_take_the_same_number_of_queries(client: Client, django_assert_num_queries: Any) -> None:
    edition = make_edition(phase="live")
    make_rules(edition)
    exhibitor, owner = make_firm(edition, state="published")
    client.force_login(owner)
    url = reverse("exhibitor:matchmaking.match_list", args=[exhibitor.code]) + "?kind=person"
    _shown_person(edition, "Ann")
    client.get(url)
    client.get(url)
    with django_assert_num_queries(QUERIES):
        client.get(url)
    for name in ("Ben", "Cay"):
        _shown_person(edition, name)
    client.get(url)
    client.get(url)
    with django_assert_num_queries(QUERIES):
        client.get(url)


@pytest.fixture
def fair(client: Client) -> dict[str, Any]:
    edition = make_edition(phase="live")
    sector = make_sector(edition, code="1.B")
    firms = [make_exhibitor(edition, state="published", sector=sector) for _n in range(3)]
    for firm in firms:
        make_offer(firm, sector=sector)
    user = make_user()
    client.force_login(user)
    return {"edition": edition, "firms": firms, "user": user, "base": f"/en/my/matches/{edition.slug}/"}


def test_after_a_deed_one_goes_on_where_one_was(client: Client, fair: dict[str, Any]) -> None:
    page = client.get(fair["base"]).content.decode()
    codes = [one.partition('"')[0] for one in page.split('<article class="match" id="m-')[1:]]
    assert sorted(codes) == sorted(firm.code for firm in fair["firms"])
    first, second, last = (_article(page, f'id="m-{code}"') for code in codes)
    base = escape(fair["base"])
    assert f'name="next" value="{base}#m-{codes[0]}"' in first  # saved: it stays
    assert f'name="next" value="{base}#m-{codes[1]}"' in first  # set aside: the one below
    assert f'name="next" value="{base}#m-{codes[2]}"' in second
    assert f'name="next" value="{base}#m-{codes[1]}"' in last  # nothing below: the one above
    done = client.post(
        f"{fair['base']}dismiss/exhibitor/{codes[0]}/", {"next": f"{fair['base']}#m-{codes[1]}"}
    )
    assert done.url == f"{fair['base']}#m-{codes[1]}"
    assert Dismissal.objects.count() == 1


def test_empty_lists_lead_on(client: Client, fair: dict[str, Any]) -> None:
    for name in ("saved/", "aside/"):
        assert (
            f'href="{fair["base"]}">See what is suggested' in client.get(fair["base"] + name).content.decode()
        )
    Saved.objects.create(seeker=seeker_for(fair["user"], fair["edition"]), exhibitor=fair["firms"][0])
    page = client.get(fair["base"] + "saved/", {"q": "no such thing"}).content.decode()
    assert f'href="{fair["base"]}saved/">Show all' in page
    assert "See what is suggested" not in page


def test_a_saved_thing_is_called_by_what_it_is(client: Client, fair: dict[str, Any]) -> None:
    seeker = seeker_for(fair["user"], fair["edition"])
    Saved.objects.create(seeker=seeker, offer=fair["firms"][0].offers.get())
    page = client.get(fair["base"] + "saved/").content.decode()
    assert '<small class="muted">Offer ·' in page


def test_nothing_is_said_to_be_learned_from_nothing(client: Client, fair: dict[str, Any]) -> None:
    page = client.get(fair["base"] + "interests/").content.decode()
    assert "From 0" not in page
    assert "is learned from; never messages" in page


@pytest.mark.parametrize("of_firm", [False, True])
def test_who_ended_the_letters_finds_the_way_back(
    client: Client, fair: dict[str, Any], of_firm: bool
) -> None:
    if of_firm:
        exhibitor, user = make_firm(fair["edition"], state="published")
        seeker = seeker_for(exhibitor)
        back = reverse("exhibitor:matchmaking.interest_list", args=[exhibitor.code])
    else:
        user, seeker = fair["user"], seeker_for(fair["user"], fair["edition"])
        back = fair["base"] + "interests/"
    switch_digest(seeker, True, by=user)
    with translation.override("en"):
        url = reverse("visitor:matchmaking.digest_end", args=[secret_of(seeker)])
    page = Client().post(url).content.decode()
    assert f'href="{back}#letters"' in page
    client.force_login(user)
    assert 'id="letters"' in client.get(back).content.decode()
