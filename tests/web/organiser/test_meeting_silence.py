"""A silent "no, thank you" cannot be read from anything the organiser sees: pages, files and letters are the same with one and without.

One fair is timetabled twice, with the veto and without, and everything is compared byte for byte. The pair finds no room
either way: where there is room, the timetable itself differs, and only in that it lacks one meeting nobody was promised.
"""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail

from everfair.base.models import AuditEntry
from everfair.meetings.actions import runs
from everfair.meetings.actions.publishing import publish, start_publishing
from everfair.meetings.bridge.answers import _shares
from everfair.meetings.models import Booking, Meeting, Participant, Run, Wish
from everfair.meetings.queries import runs as queries
from tests.factories.exhibition import make_exhibitor
from tests.factories.meetings import make_participant, make_rules, make_slots, make_table, make_wish
from tests.web.organiser.conftest import Desk

pytestmark = pytest.mark.django_db
BEGIN = datetime(2099, 9, 4, 1, tzinfo=UTC)
OPTIONS: dict[str, Any] = {
    "kind": "all", "seed": 1, "limit": 20, "breaks": 1, "walking": 0, "share_first": False, "start": None,
}  # fmt: skip
PAGES = (
    "", "all/", "all.csv", "people/", "people.csv", "requests/", "waiting/", "apart/", "apart.csv", "places/all/",
    "runs/", "runs.csv", "runs/1/", "runs/1/left/", "runs/1/left.csv", "runs/1/meetings.csv", "runs/compare/",
    "runs/compare.csv", "runs/1/progress/",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their thread has a connection of its own, which cannot see what a test has not committed: the run would look gone."""
    monkeypatch.setattr(runs, "SIGN_OF_LIFE", 3600.0)


def seen(desk: Desk, *more: str) -> dict[str, bytes]:
    """Every page and file as bytes, without what differs from request to request."""
    found = {}
    for path in (*PAGES, *more):
        response = desk.get(f"meetings/{path}")
        assert response.status_code == 200, path
        body = b"".join(response.streaming_content) if response.streaming else response.content
        body = re.sub(rb"<time [^>]*data-clock[^>]*>[^<]*</time>", b"", body)
        body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", body)
        found[path] = re.sub(rb'nonce="[^"]+"|data-position="\d+"', b"", body)
    return found


def made(desk: Desk) -> Run:
    """A run, with the times that differ from run to run set to one."""
    run = runs.start_run(desk.edition, OPTIONS, by=desk.user)
    assert runs.carry_out(run.pk) == "done"
    run.refresh_from_db()
    run.result |= {"seconds": 1.0}
    run.made_at = run.started_at = run.ended_at = BEGIN.replace(year=2026)
    run.save()
    return run


@pytest.mark.parametrize("who", ["firm", "visitor"])
def test_pages_files_and_letters_are_the_same_with_a_veto_and_without(desk: Desk, who: str) -> None:
    desk.edition.starts_on, desk.edition.ends_on = BEGIN.date(), BEGIN.date()
    desk.edition.save()
    make_rules(desk.edition)
    make_slots(desk.edition, 1, starts_at=BEGIN)
    for _ in range(2):
        make_table(desk.edition)
    firms = [make_exhibitor(desk.edition) for _ in range(2)]
    for firm in firms:
        make_participant(desk.edition, exhibitor=firm)
    guest, second = (make_participant(desk.edition, name=name) for name in ("Amina", "Berta"))
    make_wish(desk.edition, participant=guest, exhibitor=firms[0], level="must")
    make_wish(desk.edition, participant=second, exhibitor=firms[0], level="want")
    if who == "firm":
        make_wish(desk.edition, participant=guest, exhibitor=firms[1], level="want")
    else:
        make_wish(desk.edition, by_exhibitor=firms[1], other=guest, level="want")
    told = []
    for has_veto in (False, True):
        if has_veto and who == "firm":
            make_wish(desk.edition, by_exhibitor=firms[1], other=guest, level="never")
        elif has_veto:
            make_wish(desk.edition, participant=guest, exhibitor=firms[1], level="never")
        run = made(desk)
        person = f"people/{guest.code}/"
        dry = seen(desk, person)
        mail.outbox.clear()
        start_publishing(run, by=desk.user)
        publish(run.pk, by_id=desk.user.pk)
        Run.objects.filter(pk=run.pk).update(published_at=BEGIN.replace(year=2026))
        meeting = Meeting.objects.get()
        shown = {
            path: body.replace(meeting.code.encode(), b"CODE") for path, body in seen(desk, person).items()
        }
        letters = sorted((one.to, one.subject, one.body.replace(meeting.code, "CODE")) for one in mail.outbox)
        told.append((dry, shown, letters))
        assert not any("never" in f"{row.before}{row.after}" for row in AuditEntry.objects.all())
        Booking.objects.all().delete()
        Meeting.objects.all().delete()
        Run.objects.all().delete()
    assert Wish.objects.filter(level="never").count() == 1
    (dry, shown, letters), (dry_too, shown_too, letters_too) = told
    for path in dry:
        assert dry[path] == dry_too[path], f"{path} before publishing"
        assert shown[path] == shown_too[path], f"{path} after publishing"
    assert letters == letters_too
    assert letters, "somebody is told something"


def test_a_veto_said_after_the_run_reads_as_somebody_not_free(desk: Desk) -> None:
    """Publishing leaves the pair out, in the words for whoever is not free any more, and names nobody."""
    desk.edition.starts_on, desk.edition.ends_on = BEGIN.date(), BEGIN.date()
    desk.edition.save()
    make_rules(desk.edition)
    make_slots(desk.edition, 2, starts_at=BEGIN)
    make_table(desk.edition)
    firm = make_exhibitor(desk.edition)
    make_participant(desk.edition, exhibitor=firm)
    guest = make_participant(desk.edition, name="Amina")
    make_wish(desk.edition, participant=guest, exhibitor=firm, level="must")
    run = made(desk)
    make_wish(desk.edition, by_exhibitor=firm, other=guest, level="never")
    start_publishing(run, by=desk.user)
    counts = publish(run.pk, by_id=desk.user.pk)
    assert (counts["made"], counts["left_out"]) == (0, 1)
    page = re.sub(r"\s+", " ", desk.get("meetings/runs/1/").content.decode())
    assert "1 could not be any more, because somebody left or is not free then." in page


def a_run(desk: Desk, **result: Any) -> Run:
    return Run(edition=desk.edition, number=1, result=result)


def test_small_classes_cannot_be_reckoned_from_the_sum(desk: Desk) -> None:
    """40 are asked in all: were both others told, the two of the last class would be 40 less 38."""
    shares = queries.class_shares(a_run(desk, by_class={"4": [9, 10], "2": [21, 28], "1": [0, 2]}))
    assert [share.ratio is None for share in shares] == [True, False, True]
    enough = queries.class_shares(a_run(desk, by_class={"4": [1, 3], "2": [21, 28], "1": [0, 2]}))
    assert [share.ratio is None for share in enough] == [True, False, True], "five together tell of nobody"
    alone = queries.class_shares(a_run(desk, by_class={"2": [21, 28]}))
    assert [share.ratio for share in alone] == [0.75]


def test_small_groups_cannot_be_reckoned_from_the_others() -> None:
    from collections import Counter

    def shown(*sizes: int) -> list[tuple[str, int]]:
        of = {("x", n * 100 + k): f"g{n}" for n, size in enumerate(sizes) for k in range(size)}
        wished, got = Counter(dict.fromkeys(of, 3)), Counter(dict.fromkeys(of, 1))
        return [(group, firms) for group, firms, _asked, _placed in _shares(of, wished, got)]

    assert shown(9, 7) == [("g0", 9), ("g1", 7)]
    assert shown(9, 7, 3, 2) == [("g0", 9), ("g1", 7), ("", 5)]
    assert shown(9, 7, 2) == [("g0", 9), ("", 9)], "two firms alone would be the difference"
    assert shown(9, 1) == [("", 10)]
    assert shown(3) == []


def test_rare_causes_are_told_with_the_last_one(desk: Desk) -> None:
    run = a_run(desk, causes={"nobody": 6, "no common slot": 2, "no room": 4})
    assert [count for _label, count in queries.causes_told(run)] == [6, 6]
    assert queries.causes_told(a_run(desk, causes={"no room": 2})) == []
    assert [count for _label, count in queries.causes_told(a_run(desk, causes={"no room": 7}))] == [7]


def test_publishing_says_who_left_meanwhile_and_leaves_them_out(desk: Desk) -> None:
    desk.edition.starts_on, desk.edition.ends_on = BEGIN.date(), BEGIN.date()
    desk.edition.save()
    make_rules(desk.edition)
    make_slots(desk.edition, 3, starts_at=BEGIN)
    make_table(desk.edition)
    firm = make_exhibitor(desk.edition)
    make_participant(desk.edition, exhibitor=firm)
    stays, goes = (make_participant(desk.edition, name=name) for name in ("Stays Stella", "Gone Gus"))
    for person in (stays, goes):
        make_wish(desk.edition, participant=person, exhibitor=firm, level="want")
    run = made(desk)
    assert run.result["placed"] == 2
    Participant.objects.filter(pk=goes.pk).update(is_out=True)
    dry = re.sub(r"\s+", " ", desk.get("meetings/runs/1/").content.decode())
    assert "1 person of this timetable left since." in dry
    assert f"/people/{goes.code}/" in dry
    start_publishing(run, by=desk.user)
    assert publish(run.pk, by_id=desk.user.pk)["made"] == 1
    Participant.objects.filter(pk=stays.pk).update(is_out=True)  # later: not what publishing left out
    after = desk.get("meetings/runs/1/").content.decode()
    told = after[after.index("1 person had left; nothing was made for them:") :]
    told = told[: told.index("</ul>")]
    assert "Gone Gus" in told
    assert "Stays Stella" not in told
