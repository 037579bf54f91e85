"""Taken off a draft: one reads so, still holds back what is public of one, and reads nothing of the draft."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from everfair.base.refusals import Refused
from everfair.outcomes.actions.confirming import confirm_outcome
from everfair.outcomes.actions.deciding import publish_outcome, verify_outcome
from everfair.outcomes.actions.preparing import NewParty, add_party, remove_party, save_facts
from everfair.outcomes.models import FIELDS, OutcomeParty
from tests.factories.outcomes import confirm_all, make_outcome, make_published, organiser_of, signer_of

pytestmark = pytest.mark.django_db


def test_it_keeps_its_say_until_the_next_version(django_capture_on_commit_callbacks: Any) -> None:
    outcome = make_published(value_from="777777")
    first, second = outcome.parties.all()
    by, who = signer_of(first.exhibitor), signer_of(second.exhibitor)  # type: ignore[arg-type]
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        remove_party(second, by=by)
    (letter,) = [one for one in mail.outbox if who.email in one.to]
    address = f"/my/outcomes/{outcome.edition.slug}/{outcome.code}/"
    assert address in str(letter.body)
    facts = {"kind": outcome.kind, "title": {"en": "Draft alone"}, "worth": "none", "sectors": []}
    outcome.refresh_from_db()
    save_facts(outcome, facts, by=by)
    client = Client()
    client.force_login(who)
    page = client.get(f"/en{address}")
    assert page.status_code == 200
    assert "is no longer a party" in page.text
    assert "Draft alone" not in page.text
    less = [name for name in FIELDS if name not in ("value", "names")]
    done = client.post(f"/en{address}do/", {"what": "consent", "party": second.pk, "shown": less})
    assert done.status_code == 302
    public = Client().get(f"/en/{outcome.edition.slug}/outcomes/{outcome.code}.json").text
    assert "777777" not in public
    assert second.name["en"] not in public
    for deed in ({"what": "confirm", "version": outcome.version}, {"what": "take_back"},
                 {"what": "link", "url": "https://a.example/"}):  # fmt: skip
        client.post(f"/en{address}do/", {**deed, "party": second.pk})
    outcome.refresh_from_db()
    assert outcome.state == "prepared"
    assert not outcome.evidence.exists()
    team = organiser_of(outcome.edition)
    publish_outcome(verify_outcome(confirm_all(outcome), by=team), by=team)
    assert client.get(f"/en{address}").status_code == 404
    assert not OutcomeParty.ever.filter(pk=second.pk).exists()


def test_it_may_come_back() -> None:
    outcome = make_published()
    first, second = outcome.parties.all()
    by = signer_of(first.exhibitor)  # type: ignore[arg-type]
    remove_party(second, by=by)
    with pytest.raises(Refused, match="meanwhile"):
        remove_party(second, by=by)
    with pytest.raises(Refused, match="taken off"):
        confirm_outcome(second, FIELDS, by=signer_of(second.exhibitor))  # type: ignore[arg-type]
    back = add_party(outcome, NewParty(exhibitor=second.exhibitor), by=by)
    assert back.pk == second.pk
    assert outcome.parties.count() == 2


def test_taken_off_what_was_never_public_one_reads_so(django_capture_on_commit_callbacks: Any) -> None:
    outcome = make_outcome()
    first, second = outcome.parties.all()
    who = signer_of(second.exhibitor)  # type: ignore[arg-type]
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        remove_party(second, by=signer_of(first.exhibitor))  # type: ignore[arg-type]
    (letter,) = [one for one in mail.outbox if who.email in one.to]
    assert "nothing for you to do" in str(letter.body)
    client = Client()
    client.force_login(who)
    assert client.get(f"/en/my/outcomes/{outcome.edition.slug}/{outcome.code}/").status_code == 404
