"""Save, “not for me” and looks on public pages: for signed-in readers, never in the page kept for everybody."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from everfair.matchmaking.models import Act, Dismissal, Saved, Seeker
from everfair.programme.models import Bookmark
from everfair.web.match_keep import keep_of
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition
from tests.factories.matchmaking import make_need, make_seeker
from tests.factories.people import make_user
from tests.factories.programme import make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def things() -> dict[str, Any]:
    edition = make_edition(phase="live")
    firm = make_exhibitor(edition, state="published")
    offer = make_offer(firm)
    need = make_need(edition, seeker=make_seeker(edition, make_user()), state="open")
    session = make_session(edition, state="published")
    return {"edition": edition, "exhibitor": firm, "offer": offer, "need": need, "session": session}


def _url(things: dict[str, Any], kind: str) -> str:
    names = {
        "exhibitor": "exhibition.booth", "offer": "exhibition.offer", "need": "matchmaking.need_show",
        "session": "programme.session",
    }  # fmt: skip
    return reverse(f"public:{names[kind]}", args=[things["edition"].slug, things[kind].address])


@pytest.mark.parametrize("kind", ["exhibitor", "offer", "need", "session"])
def test_only_signed_in_readers_get_the_buttons_and_the_script(things: dict[str, Any], kind: str) -> None:
    anonymous = Client().get(_url(things, kind))
    assert anonymous.headers.get("X-Everfair-Keep")
    assert b"data-looked" not in anonymous.content
    assert b"csrfmiddlewaretoken" not in anonymous.content
    client = Client()
    client.force_login(make_user())
    page = client.get(_url(things, kind))
    assert "X-Everfair-Keep" not in page.headers
    assert b"Not for me" in page.content
    assert f'data-looked="/en/my/matches/{things["edition"].slug}/looked/{kind}/'.encode() in page.content
    assert b"js/looked" in page.content
    assert not Seeker.objects.filter(saved__isnull=False).exists()


@pytest.mark.parametrize("kind", ["exhibitor", "offer", "need"])
def test_saved_on_its_page_and_let_go_again(things: dict[str, Any], kind: str) -> None:
    client, url = Client(), _url(things, kind)
    client.force_login(make_user())
    deed = f"/en/my/matches/{things['edition'].slug}/%s/{kind}/{things[kind].code}/"
    assert client.post(deed % "save", {"next": url})["Location"] == url
    assert Saved.objects.get().kind == kind
    assert b'aria-pressed="true"' in client.get(url).content
    client.post(deed % "drop", {"next": url})
    assert not Saved.objects.exists()
    client.post(deed % "dismiss", {"next": url})
    page = client.get(url).content
    assert b"Set aside" in page
    assert f"/aside/{Dismissal.objects.get().pk}/back/".encode() in page


def test_where_learning_is_off_nothing_is_noted(things: dict[str, Any]) -> None:
    client, user = Client(), make_user()
    client.force_login(user)
    seeker = make_seeker(things["edition"], user)
    seeker.is_learning = False
    seeker.save()
    page = client.get(_url(things, "exhibitor")).content
    assert b"Not for me" in page
    assert b"data-looked" not in page
    assert b"js/looked" not in page
    client.post(f"/en/my/matches/{things['edition'].slug}/looked/exhibitor/{things['exhibitor'].code}/")
    assert not Act.objects.exists()


def test_one_list_of_sessions_kept_and_saved(things: dict[str, Any]) -> None:
    client = Client()
    client.force_login(make_user())
    slug, code = things["edition"].slug, things["session"].code
    bookmark = reverse("visitor:programme.bookmark", args=[slug, code])
    client.post(bookmark, {"on": "1"})
    assert Saved.objects.get().session == things["session"]
    client.post(bookmark, {"on": "0"})
    assert not Saved.objects.exists()
    client.post(f"/en/my/matches/{slug}/save/session/{code}/")
    assert Bookmark.objects.get().session == things["session"]
    client.post(f"/en/my/matches/{slug}/saved/{Saved.objects.get().pk}/remove/")
    assert not Bookmark.objects.exists()


def test_on_ones_own_need_there_is_nothing_to_save(things: dict[str, Any]) -> None:
    client = Client()
    client.force_login(things["need"].seeker.user)
    assert b"data-looked" not in client.get(_url(things, "need")).content


def test_a_signed_in_reader_costs_three_queries_more(
    things: dict[str, Any], django_assert_num_queries: Any
) -> None:
    user = make_user()
    request: Any = SimpleNamespace(user=user, get_full_path=lambda: "/")
    with django_assert_num_queries(1):
        assert keep_of(request, things["edition"], "exhibitor", things["exhibitor"]) is not None
    make_seeker(things["edition"], user)
    with django_assert_num_queries(3):
        keep_of(request, things["edition"], "exhibitor", things["exhibitor"])
