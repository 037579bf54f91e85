"""Sessions in the site's search: found by title, abstract, speaker and host, in both languages, while they are public."""

from typing import Any

import pytest
from django.test import Client

from everfair.base.changes import note_change
from everfair.programme.models import Session, SessionSpeaker
from everfair.search.actions import follow_changes, index_if_missing, reindex
from everfair.search.queries import search_edition
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_sector
from tests.factories.people import make_organisation
from tests.factories.programme import make_session, make_speaker

pytestmark = pytest.mark.django_db(transaction=True)  # changes of a running transaction are not yet followed


def found(edition: Any, text: str, **extra: Any) -> set[str]:
    return {hit.key for hit in search_edition(edition, text, **extra).hits}


def test_sessions_become_documents_with_facets() -> None:
    edition = make_edition()
    firm = make_exhibitor(
        edition, organisation=make_organisation(name={"en": "Qinglan Cloud", "zh": "青岚云"})
    )
    session = make_session(
        edition,
        title={"en": "Cold chains at the border", "zh": "口岸冷链"},
        abstract={"en": "<p>What a <em>thermometer</em> proves.</p>", "zh": "温度计能证明什么。"},
        exhibitor=firm,
        language="zh",
        interpretation=["en"],
    )
    session.sectors.add(make_sector(edition, code="11"))
    SessionSpeaker.objects.create(session=session, speaker=make_speaker(edition, name={"en": "Amina Muster"}))
    reindex()
    key = f"session:{session.pk}"
    for words in ("cold chain", "冷链", "thermometers", "muster", "青岚云"):
        assert key in found(edition, words), words
    page = search_edition(edition, "chain", kinds=("session",))
    assert page.kind_counts["session"] == 1
    assert page.facets["sector"] == {"11": 1}
    assert page.facets["language"] == {"zh": 1, "en": 1}
    (hit,) = page.hits
    assert "<" not in hit.extract.text
    assert found(make_edition(), "chain") == set()


def test_a_session_comes_moves_and_goes_with_its_state() -> None:
    edition = make_edition()
    make_exhibitor(edition)
    session = make_session(edition, title={"en": "Night piloting"}, state="draft")
    index_if_missing()
    assert found(edition, "piloting") == set()
    for state, is_there in (("published", True), ("cancelled", True), ("confirmed", False)):
        Session.objects.filter(pk=session.pk).update(state=state)
        note_change("programme.session", session.pk, edition.pk)
        follow_changes()
        assert (found(edition, "piloting") == {f"session:{session.pk}"}) == is_there


def test_a_host_that_is_renamed_is_found_by_the_new_name() -> None:
    edition = make_edition()
    firm = make_exhibitor(edition, organisation=make_organisation(name={"en": "Old Mill"}))
    session = make_session(edition, exhibitor=firm)
    index_if_missing()
    type(firm.organisation).objects.filter(pk=firm.organisation_id).update(name={"en": "Watergate"})
    note_change("people.organisation", firm.organisation_id, None)
    follow_changes()
    assert f"session:{session.pk}" in found(edition, "watergate")


def test_the_search_page_has_sessions_as_a_kind_and_suggests_them(client: Client) -> None:
    edition = make_edition()
    session = make_session(edition, title={"en": "Cold chains", "zh": "冷链"})
    reindex()
    shown = client.get(f"/en/{edition.slug}/search/", {"q": "cold", "kind": "session"}).text
    assert f"/en/{edition.slug}/sessions/{session.address}/" in shown
    assert "Sessions <small>1</small>" in shown
    (suggested,) = client.get(f"/en/{edition.slug}/suggest/", {"q": "cold"}).json()["suggestions"]
    assert suggested["url"] == f"/en/{edition.slug}/sessions/{session.address}/"
    listed = client.get(f"/en/{edition.slug}/programme/list/", {"q": "chain"}).text
    assert session.address in listed
