"""The call, what hosts propose, what they may change and when; materials; stages and speakers."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest

from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.fair.models import Edition
from everfair.programme.actions.materials import add_material, remove_material, restore_material
from everfair.programme.actions.proposals import (
    propose_session,
    save_call,
    save_links,
    save_proposal,
    withdraw_proposal,
)
from everfair.programme.actions.speakers import remove_speaker, save_speaker
from everfair.programme.actions.stages import remove_stage, save_stage
from everfair.programme.actions.state import change_state
from everfair.programme.models import Call, Session, Speaker
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_delegation, make_edition
from tests.factories.people import make_user
from tests.factories.programme import make_call, make_session, make_speaker, make_stage
from tests.gateways.storage.test_documents import _pdf

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PERSON = {"name": {"en": "Ann Lee"}, "title": {"en": "Partner"}, "organisation_name": {}, "role": "moderator"}


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition()


def propose(host: Any, **extra: Any) -> Session:
    return propose_session(host, {"title": {"en": "A talk"}, **extra}, by=None, now=NOW)


def test_a_proposal_belongs_to_its_host_and_waits(edition: Edition) -> None:
    make_call(edition)
    exhibitor, delegation, person = make_exhibitor(edition), make_delegation(edition), make_user()
    values = {"title": {"en": "A talk", "zh": "一场"}, "people": [PERSON]}
    session = propose_session(exhibitor, values, by=person, now=NOW)
    assert (session.state, session.exhibitor_id, session.proposed_by_id) == (
        "proposed",
        exhibitor.pk,
        person.pk,
    )
    part = session.parts.get()
    assert (part.speaker.name, part.role) == ({"en": "Ann Lee"}, "moderator")
    assert propose(delegation).delegation_id == delegation.pk


def test_no_call_not_yet_no_longer(edition: Edition) -> None:
    exhibitor = make_exhibitor(edition)
    with pytest.raises(Refused, match="not open yet"):
        propose(exhibitor)
    call = make_call(edition, opens_at=datetime(2026, 7, 1, tzinfo=UTC))
    with pytest.raises(Refused, match="not open yet"):
        propose(exhibitor)
    Call.objects.filter(pk=call.pk).update(
        opens_at=datetime(2026, 1, 1, tzinfo=UTC), closes_at=datetime(2026, 2, 1, tzinfo=UTC)
    )
    with pytest.raises(Refused, match="is closed"):
        propose(exhibitor)
    assert not Session.objects.exists()


def test_a_host_proposes_so_many_and_a_rejected_one_counts_no_more(edition: Edition) -> None:
    make_call(edition, most_per_host=2)
    exhibitor, other = make_exhibitor(edition), make_exhibitor(edition)
    first = propose(exhibitor)
    propose(exhibitor)
    with pytest.raises(Refused, match="may propose 2 sessions"):
        propose(exhibitor)
    propose(other)
    change_state(first, "rejected", by=None, reason="Not a service.")
    propose(exhibitor)
    assert exhibitor.sessions.count() == 3


def test_a_firm_that_was_not_accepted_cannot_propose(edition: Edition) -> None:
    make_call(edition)
    with pytest.raises(Refused, match="once your booth is accepted"):
        propose(make_exhibitor(edition, state="applied"))


def test_changes_asked_are_answered_and_decided_ones_stand(edition: Edition) -> None:
    make_call(edition)
    session = propose(make_exhibitor(edition), people=[PERSON])
    change_state(session, "changes_asked", by=None, reason="Say who speaks.")
    ann = session.parts.get().speaker
    changed = {**PERSON, "code": ann.code, "name": {"en": "Ann Lee", "zh": "李安"}}
    save_proposal(session, {"title": {"en": "Better"}, "people": [changed]}, by=None)
    assert session.state == "changes_asked"
    assert Speaker.objects.get(pk=ann.pk).name == {"en": "Ann Lee", "zh": "李安"}
    save_proposal(session, {"people": [{**PERSON, "name": {"en": "Bo"}}]}, by=None, send=True)
    assert (session.state, [str(part.speaker) for part in session.parts.all()]) == ("proposed", ["Bo"])
    assert not Speaker.objects.filter(pk=ann.pk).exists()
    change_state(session, "confirmed", by=None)
    with pytest.raises(Refused, match="has decided"):
        save_proposal(session, {"title": {"en": "Sneaky"}}, by=None)


def test_a_host_does_not_rewrite_a_speaker_of_others(edition: Edition) -> None:
    make_call(edition)
    session = propose(make_exhibitor(edition), people=[PERSON])
    ann = session.parts.get().speaker
    make_session(edition).parts.create(speaker=ann)
    changed = {**PERSON, "code": ann.code, "name": {"en": "Somebody else"}}
    save_proposal(session, {"people": [changed]}, by=None)
    assert Speaker.objects.get(pk=ann.pk).name == {"en": "Ann Lee"}


def test_two_colleagues_at_once(edition: Edition) -> None:
    make_call(edition)
    session = propose(make_exhibitor(edition))
    save_proposal(session, {"title": {"en": "Hers"}}, by=make_user(name="Ann"), version=1)
    with pytest.raises(EditedMeanwhile):
        save_proposal(session, {"title": {"en": "His"}, "people": [PERSON]}, by=None, version=1)
    assert not session.parts.exists()


def test_taking_back_and_links(edition: Edition) -> None:
    make_call(edition)
    session = propose(make_exhibitor(edition))
    withdraw_proposal(session, by=None)
    assert session.state == "cancelled"
    public = make_session(edition)
    with pytest.raises(Refused) as caught:
        save_links(public, live_url="ftp://x", replay_url="", by=None)
    assert caught.value.field == "live_url"
    save_links(public, live_url="", replay_url="https://stream.example/a.m3u8", by=None)
    assert public.replay_url == "https://stream.example/a.m3u8"


def test_the_call_is_one_and_ends_after_it_begins(edition: Edition) -> None:
    times = {"opens_at": NOW, "closes_at": datetime(2026, 7, 1, tzinfo=UTC), "most_per_host": 2}
    call = save_call(edition, times, by=None)
    again = save_call(edition, {"most_per_host": 5}, by=None, version=1)
    assert (again.pk, again.most_per_host, again.version) == (call.pk, 5, 2)
    with pytest.raises(EditedMeanwhile):
        save_call(edition, {"most_per_host": 6}, by=None, version=1)
    with pytest.raises(Refused) as caught:
        save_call(edition, {"closes_at": NOW}, by=None)
    assert caught.value.field == "closes_at"


def test_materials_are_checked_files_or_links(edition: Edition, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = settings.MEDIA_ROOT = tmp_path
    session = make_session(edition)
    slides = io.BytesIO(_pdf())
    slides.name = "Slides.pdf"
    kept = add_material(session, upload=slides, language="en", by=None)
    assert (kept.title, kept.file is not None, kept.language) == ("Slides", True, "en")
    link = add_material(session, url="https://papers.example/one", title="One", by=None)
    for bad in ({}, {"url": "javascript:1"}, {"upload": io.BytesIO(b"<script>"), "title": "x"}):
        with pytest.raises(Refused):
            add_material(session, by=None, **bad)  # type: ignore[arg-type]
    assert session.materials.count() == 2
    facts = remove_material(link, by=None)
    assert restore_material(session, facts, by=None).title == "One"


def test_stages_have_codes_of_their_own_and_stay_while_used(edition: Edition) -> None:
    first = save_stage(edition, None, {"name": {"en": "Main Hall"}}, by=None)
    second = save_stage(edition, None, {"name": {"en": "Main Hall"}}, by=None)
    assert (first.code, second.code) == ("main-hall", "main-hall-2")
    assert save_stage(edition, None, {"name": {"zh": "主厅"}}, by=None).code
    for values, field in (
        ({"code": "main-hall"}, "code"),
        ({"name": {}}, "name"),
        ({"area": make_area()}, "area"),
    ):
        with pytest.raises(Refused) as caught:
            save_stage(edition, second, values, by=None)
        assert caught.value.field == field
    make_session(edition, stage=first)
    with pytest.raises(Refused, match="still has 1 session"):
        remove_stage(first, by=None)
    remove_stage(second, by=None)
    assert edition.stages.count() == 2


def test_speakers_stay_while_announced(edition: Edition) -> None:
    speaker = save_speaker(edition, None, {"name": {"en": "Ann"}, "country": "cn"}, by=None)
    assert speaker.country == "CN"
    session = make_session(edition)
    session.parts.create(speaker=speaker)
    with pytest.raises(Refused, match="is announced with"):
        remove_speaker(speaker, by=None)
    Session.objects.filter(pk=session.pk).update(state="draft")
    remove_speaker(speaker, by=None)
    assert not session.parts.exists()
    with pytest.raises(Refused):
        save_speaker(edition, make_speaker(edition), {"country": "??"}, by=None)


def test_a_new_stage_name_reaches_the_pages_that_show_it(edition: Edition) -> None:
    from everfair.base.models import Change

    stage = make_stage(edition)
    session = make_session(edition, stage=stage)
    save_stage(edition, stage, {"name": {"en": "Another"}}, by=None)
    topics = set(Change.objects.values_list("topic", "key"))
    assert {("programme.stage", stage.pk), ("programme.session", session.pk)} <= topics
