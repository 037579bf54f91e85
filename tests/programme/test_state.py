"""The state chart: who may take which step, what each step needs, who is told; the clock."""

from datetime import timedelta

import pytest
from django.core import mail

from everfair.base.audit import entries
from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.fair.models import Edition
from everfair.programme.actions.state import change_state, change_states, follow_clock
from everfair.programme.models import SESSION_STEPS, Session
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_delegation, make_edition
from tests.factories.people import make_membership, make_user
from tests.factories.programme import BEGIN, make_session, make_stage

STATES = Session.State.values


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition()


@pytest.mark.parametrize("source", STATES)
def test_the_chart_decides_every_pair_of_states(edition: Edition, source: str) -> None:
    for target in STATES:
        session = make_session(edition, state=source)
        if source == target:
            with pytest.raises(Refused, match="already"):
                change_state(session, target, by=None, reason="Because.")
        elif (source, target) in SESSION_STEPS:
            change_state(session, target, by=None, reason="Because.")
            assert Session.objects.get(pk=session.pk).state == target
            last = entries(target=session).first()
            assert last is not None
            assert (last.before["state"], last.after["state"], last.reason) == (source, target, "Because.")
        else:
            with pytest.raises(IllegalChange):
                change_state(session, target, by=None, reason="Because.")
            assert Session.objects.get(pk=session.pk).state == source


def test_a_host_takes_only_its_own_steps(edition: Edition) -> None:
    session = make_session(edition, state="proposed")
    for target in ("confirmed", "rejected", "changes_asked"):
        with pytest.raises(Refused, match="not your step"):
            change_state(session, target, by=None, roles=("host",), reason="x")
    change_state(session, "changes_asked", by=None, roles=("programme",), reason="Say who speaks.")
    with pytest.raises(Refused, match="not your step"):
        change_state(session, "proposed", by=None, roles=("programme",))
    change_state(session, "proposed", by=None, roles=("host",))
    change_state(session, "cancelled", by=None, roles=("host",))
    assert session.state == "cancelled"


def test_announcing_needs_time_and_stage(edition: Edition) -> None:
    session = make_session(edition, state="confirmed", stage=None, starts_at=None, ends_at=None)
    with pytest.raises(Refused, match=r"Still missing: the time; a stage or an on-line room\."):
        change_state(session, "published", by=None)
    session.refresh_from_db()
    assert session.state == "confirmed"


def test_a_proposal_is_confirmed_only_onto_a_free_stage(edition: Edition) -> None:
    stage = make_stage(edition)
    make_session(edition, stage=stage)
    wished = make_session(edition, stage=stage, state="proposed")
    with pytest.raises(Refused, match="is taken"):
        change_state(wished, "confirmed", by=None)
    cancelled = make_session(edition, stage=stage, state="cancelled")
    with pytest.raises(Refused, match="is taken"):
        change_state(cancelled, "published", by=None)


def test_the_host_reads_decisions_in_its_language(edition: Edition) -> None:
    exhibitor = make_exhibitor(edition)
    owner, editor = make_user(language="zh"), make_user(language="en")
    make_membership(owner, exhibitor.organisation)
    make_membership(editor, exhibitor.organisation, role="editor")
    make_membership(make_user(), exhibitor.organisation, role="booth_staff")
    session = make_session(edition, state="proposed", exhibitor=exhibitor)
    mail.outbox.clear()
    change_state(session, "changes_asked", by=editor, reason="Who interprets?")
    assert [letter.to for letter in mail.outbox] == [[owner.email]]
    assert "Who interprets?" in mail.outbox[0].body
    assert f"/zh/booth-desk/{exhibitor.code}/sessions/" in mail.outbox[0].body


def test_a_delegations_people_are_told(edition: Edition) -> None:
    person = make_user(language="en")
    session = make_session(edition, state="proposed", delegation=make_delegation(edition, person))
    mail.outbox.clear()
    change_state(session, "confirmed", by=None)
    assert [letter.to for letter in mail.outbox] == [[person.email]]
    assert "2026, 09:00–10:00" in mail.outbox[0].body


def test_many_at_once_each_on_its_own(edition: Edition) -> None:
    good, bad = make_session(edition, state="confirmed"), make_session(edition, state="ended")
    result = change_states([good, bad], "published", by=None)
    assert result.done == [(good.code, "confirmed")]
    assert [code for code, _sentence in result.refused] == [bad.code]


def test_the_clock_begins_and_ends_sessions(edition: Edition) -> None:
    running, over = make_session(edition, hour=0), make_session(edition, hour=-3)
    later, draft = make_session(edition, hour=9), make_session(edition, state="confirmed")
    assert follow_clock(BEGIN + timedelta(minutes=5)) == 2
    states = dict(Session.objects.values_list("pk", "state"))
    assert [states[one.pk] for one in (running, over, later, draft)] == [
        "live", "ended", "published", "confirmed",
    ]  # fmt: skip
    assert follow_clock(BEGIN + timedelta(minutes=5)) == 0
    assert follow_clock(BEGIN + timedelta(minutes=61)) == 1
    assert Session.objects.get(pk=running.pk).state == "ended"
