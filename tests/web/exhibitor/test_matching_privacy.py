"""Nobody learns from a match what somebody did, who withdrew their word, or who stays hidden."""

import logging
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from everfair.base.changes import followers
from everfair.base.models import AuditEntry
from everfair.matchmaking.actions import interests
from everfair.matchmaking.actions.digest import send_digests, switch_digest
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.bridge.ranking import explained
from everfair.matchmaking.models import Need
from tests.factories.exhibition import make_offer
from tests.factories.fair import make_edition
from tests.factories.matchmaking import make_buyer, make_firm, make_need
from tests.factories.people import make_user
from tests.web.matching_pages import names_on

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "Zhuge Unnamed"


def _keep_up() -> None:
    followers.keep_up()
    followers._feed._asked_at = 0.0  # type: ignore[union-attr]
    followers.keep_up()


def _stage(is_shown: bool = True) -> tuple[Any, Any, Any, Client]:
    edition = make_edition(phase="live")
    firm, owner = make_firm(edition)
    make_offer(firm, title={"en": "Cloud accounting"})
    user = make_user(name=SECRET)
    make_buyer(edition, user, name=SECRET)
    person = seeker_for(user, edition)
    answers = {"looks_for": "cloud accounting", "sectors": [], "languages": []}
    interests.save_answers(person, answers, is_shown=is_shown, by=user)
    client = Client()
    client.force_login(owner)
    return firm, owner, person, client


def test_what_a_person_does_changes_no_reason_a_firm_reads_of_them() -> None:
    firm, _owner, person, _client = _stage()
    own = seeker_for(firm)

    def told() -> Any:
        return explained(firm.edition, own, "person", [person.pk], timezone.now())[person.pk]

    before = told()
    assert before
    interests.save_thing(person, firm, by=person.user)
    for kind in ("viewed", "asked", "met"):
        interests.note_act(person, firm, kind)
    _keep_up()
    assert told() == before
    assert not any(one.code.startswith("interest") for one in before)


def test_who_takes_their_word_back_is_gone_from_lists_with_the_next_change() -> None:
    firm, _owner, person, client = _stage()
    path = f"/en/booth-desk/{firm.code}/matches/?kind=person"
    assert names_on(client.get(path).content.decode()) == [SECRET]
    _keep_up()
    interests.save_answers(person, person.answers, is_shown=False, by=person.user)
    _keep_up()
    assert SECRET not in client.get(path).content.decode()
    assert SECRET not in client.get(f"/en/booth-desk/{firm.code}/").content.decode()


def test_a_hidden_buyer_is_named_in_no_list_file_letter_or_log(caplog: pytest.LogCaptureFixture) -> None:
    firm, owner, person, client = _stage(is_shown=False)
    need = make_need(firm.edition, seeker=person, state="open", audience=Need.Audience.HIDDEN,
                     title={"en": "Cloud accounting wanted"}, buyer_country="KE")  # fmt: skip
    desk = f"/en/booth-desk/{firm.code}/"
    slug = firm.edition.slug
    with caplog.at_level(logging.DEBUG):
        pages = [
            desk,
            f"{desk}matches/",
            f"{desk}matches/?kind=person",
            f"{desk}needs/",
            f"/en/{slug}/needs/",
        ]
        told = [client.get(path).content.decode() for path in pages]
        assert "Cloud accounting wanted" in told[1]
        client.post(f"{desk}matches/save/need/{need.code}/")
        told.append(client.get(f"{desk}matches/saved/").content.decode())
        for form in ("csv", "xlsx"):
            answer = client.get(f"{desk}matches/saved.{form}")
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code == 200
            assert SECRET.encode() not in body
        client.post(f"{desk}matches/dismiss/need/{need.code}/", {"why": "other"})
        told.append(client.get(f"{desk}matches/aside/").content.decode())
        assert "Cloud accounting wanted" in told[-1]
        interests.bring_back(seeker_for(firm), seeker_for(firm).dismissals.get(), by=owner)
        switch_digest(seeker_for(firm), True, by=owner)
        seeker_for(firm).recommendations.all().delete()
        send_digests()
    told += [
        str(letter.body) + str(letter.alternatives)
        for letter in mail.outbox
        if hasattr(letter, "alternatives")
    ]
    assert not [at for at, text in enumerate(told) if SECRET in text or (person.user.email in text)]
    assert SECRET not in caplog.text
    rows = AuditEntry.objects.filter(event__startswith="matchmaking.").exclude(by=person.user)
    assert not [row for row in rows if SECRET in f"{row.object_label} {row.before} {row.after}"]
