"""Badges on paper: the right ones in the right order, a stop costs one part, files go when their time is over."""

import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from everfair.base.models import AuditEntry, MediaFile
from everfair.base.refusals import Refused
from everfair.gateways.printing import BadgeFace, CannotSet
from everfair.gateways.storage.store import get_store
from everfair.registration import tasks
from everfair.registration.actions import badges, batches
from everfair.registration.bridge import PIGMENTS, face_of
from everfair.registration.models import Badge, BadgeBatch, Registration
from everfair.registration.queries.badge_table import BadgeFilters, badge_filters_of, badge_table, chosen_ids
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.fair import make_delegation, make_edition
from tests.gateways.printing.test_printing import pages

STYLE = Path(__file__).resolve().parents[3] / "everfair/web/static/css/everfair.css"


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def person(db: None) -> Registration:
    return make_badge_holder(name="李娜", second_name="Li Na")


class Press:
    """Stands in for the press: notes what it is given, and fails on demand."""

    def __init__(self) -> None:
        self.given: list[list[BadgeFace]] = []
        self.fails_at: int | None = None

    def __call__(self, faces: list[BadgeFace], paper: str, *, now: Any) -> bytes:
        if self.fails_at == len(self.given):
            self.fails_at = None
            raise CannotSet("No font has these.", "𐎀")
        self.given.append(list(faces))
        return f"{paper} {[face.name for face in faces]}".encode()

    @property
    def names(self) -> list[str]:
        return [face.name for faces in self.given for face in faces]


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Press:
    made = Press()
    monkeypatch.setattr(batches, "set_badges", made)
    monkeypatch.setattr(batches, "PART", 2)
    return made


def test_one_badge_is_issued_and_set(person: Registration) -> None:
    pdf = batches.print_badge(person, by=None)
    assert pages(pdf) == 1
    assert person.badges.get().state == "valid"
    with pytest.raises(Refused, match="papers"):
        batches.print_badge(person, "a5", by=None)


def test_a_name_without_a_font_is_refused_in_words(person: Registration) -> None:
    Registration.objects.filter(pk=person.pk).update(second_name="\U00010380")
    with pytest.raises(Refused, match="fonts-noto-cjk"):
        batches.print_badge(person, by=None)


def test_a_whole_batch_really_set(person: Registration) -> None:
    for _ in range(3):
        make_badge_holder(person.kind)
    batch = batches.run_batch(batches.start_batch(person.edition, BadgeFilters(), by=None, paper="a4"))
    assert (batch.state, batch.done, batch.total) == ("done", 4, 4)
    assert batch.file is not None
    with get_store().open(batch.file.digest) as file:
        assert pages(file.read()) == 4
    assert Badge.objects.filter(printed_at__isnull=False).count() == 4


def test_kind_by_kind_and_by_name(person: Registration, press: Press) -> None:
    edition = person.edition
    first = make_badge_kind(edition, position=0)
    type(person.kind).objects.filter(pk=person.kind_id).update(position=1)
    for name in ("Zoe", "Ann"):
        make_badge_holder(person.kind, name=name)
        make_badge_holder(first, name=name)
    make_badge_holder(first, name="Not yet", state="requested")
    batch = batches.run_batch(batches.start_batch(edition, BadgeFilters(), by=None))
    assert press.names == ["Ann", "Zoe", "Ann", "Zoe", "李娜"]
    assert [len(faces) for faces in press.given] == [2, 2, 1]
    assert batch.file is not None
    with get_store().open(batch.file.digest) as file, zipfile.ZipFile(file) as archive:
        assert archive.namelist() == [
            "badges-00001-00002.pdf", "badges-00003-00004.pdf", "badges-00005-00005.pdf"
        ]  # fmt: skip
        assert archive.read("badges-00005-00005.pdf").decode() == "a6 ['李娜']"
    assert not any(get_store().exists(digest) for digest, _count in batch.parts)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_stop_costs_one_part(person: Registration, press: Press, part: int) -> None:
    for _ in range(4):
        make_badge_holder(person.kind)
    batch = batches.start_batch(person.edition, BadgeFilters(), by=None)
    press.fails_at = part
    failed = batches.run_batch(batch)
    assert (failed.state, failed.done) == ("failed", 2 * part)
    assert "“𐎀”" in failed.error
    batches.carry_on(failed, by=None)
    done = batches.run_batch(batch)
    assert (done.state, done.done, done.error) == ("done", 5, "")
    assert len(press.names) == len(set(press.names)) == 5
    with pytest.raises(Refused, match="is done"):
        batches.carry_on(done, by=None)
    assert batches.run_batch(batch).file_id == done.file_id  # a task run twice


def test_a_worker_killed_in_the_middle_loses_nothing(person: Registration, press: Press) -> None:
    for _ in range(4):
        make_badge_holder(person.kind)
    batch = batches.start_batch(person.edition, BadgeFilters(), by=None)
    row = BadgeBatch.objects.get(pk=batch.pk)
    batches._set_part(row, timezone.now())
    BadgeBatch.objects.filter(pk=batch.pk).update(state="running")  # and no worker any more
    assert tasks.set_batch.call(batch.pk) == "done"
    assert len(press.names) == 5
    assert tasks.set_batch.call(batch.pk + 1000) == "gone"


def test_a_lost_part_is_set_anew(person: Registration, press: Press) -> None:
    for _ in range(2):
        make_badge_holder(person.kind)
    batch = batches.start_batch(person.edition, BadgeFilters(), by=None)
    row = BadgeBatch.objects.get(pk=batch.pk)
    batches._set_part(row, timezone.now())
    get_store().path(row.parts[0][0]).unlink()
    failed = batches.run_batch(batch)
    assert (failed.state, failed.done, failed.parts) == ("failed", 0, [])
    assert batches.run_batch(batch).state == "done"


def test_who_cancelled_meanwhile_is_left_out(person: Registration, press: Press) -> None:
    other = make_badge_holder(person.kind)
    batch = batches.start_batch(person.edition, BadgeFilters(), by=None)
    Registration.objects.filter(pk=other.pk).update(state="cancelled")
    assert batches.run_batch(batch).state == "done"
    assert press.names == ["李娜"]
    alone = batches.start_batch(person.edition, BadgeFilters(), by=None)
    Registration.objects.update(state="cancelled")
    assert batches.run_batch(alone).error == "Nobody of this batch may hold a badge any more."


def test_nobody_or_too_many_are_refused(person: Registration, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="Nobody"):
        batches.start_batch(person.edition, BadgeFilters(q="nobody of this name"), by=None)
    monkeypatch.setattr(batches, "MOST", 0)
    with pytest.raises(Refused, match="at most 0"):
        batches.start_batch(person.edition, BadgeFilters(), by=None)
    assert BadgeBatch.objects.count() == 0


def test_old_files_go_and_badges_stay(person: Registration, press: Press) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    batch = batches.run_batch(batches.start_batch(person.edition, BadgeFilters(), by=None, now=long_ago))
    young = batches.start_batch(person.edition, BadgeFilters(), by=None)
    digest = batch.file.digest  # type: ignore[union-attr]
    assert get_store().exists(digest)
    assert tasks.forget_old_batches.call() == 1
    assert not get_store().exists(digest)
    assert MediaFile.objects.count() == 0
    assert list(BadgeBatch.objects.all()) == [young]
    assert person.badges.get().state == "valid"
    assert AuditEntry.objects.filter(event="registration.batch.removed").count() == 1


def test_a_batch_being_set_is_not_removed(person: Registration) -> None:
    batch = batches.start_batch(person.edition, BadgeFilters(), by=None)
    BadgeBatch.objects.filter(pk=batch.pk).update(state="running")
    with pytest.raises(Refused, match="being set"):
        batches.remove_batch(batch, by=None)


def test_distrust_is_followed_by_new_badges(person: Registration) -> None:
    old = badges.issue_badge(person, by=None)
    badges.distrust_key(old.key, by=None, reason="Stolen.")
    assert tasks.issue_missing.call(person.edition_id) == 1
    assert tasks.issue_missing.call(0) == 0


def found(edition: Any, address: str) -> set[str]:
    return {row.name for row in badge_table(edition, badge_filters_of(QueryDict(address)))}


def test_the_table_finds_by_every_filter(person: Registration) -> None:
    edition, kind = person.edition, make_badge_kind(person.edition)
    delegation = make_delegation(edition)
    badge = badges.issue_badge(person, by=None)
    other = make_badge_holder(
        kind,
        name="Zoe",
        country="CN",
        delegation=delegation,
        source="list",
        watch="vip",
        list_name="press.xlsx",
    )
    make_badge_holder(kind, name="Waits", state="waiting")
    make_badge_holder(make_badge_kind(make_edition()), name="Elsewhere")
    assert found(edition, "") == {"李娜", "Zoe"}
    for address in (
        f"kind={kind.code}", "country=CN", f"delegation={delegation.code}", "source=list", "watch=vip",
        "list=press.xlsx", "badge=none", "q=zoe", f"q={other.organisation_name}", f"q={other.code}",
    ):  # fmt: skip
        assert found(edition, address) == {"Zoe"}, address
    for address in (f"q={badge.code}", f"q={badge.code.lower()}%0D", f"q={badge.serial}", "q=li+na"):
        assert found(edition, address) == {"李娜"}, address
    assert found(edition, "badge=unprinted") == {"李娜", "Zoe"}
    Badge.objects.update(printed_at=timezone.now())
    assert found(edition, "badge=printed") == {"李娜"}
    new = badges.reissue_badge(person, by=None, reason="Lost.")
    assert found(edition, "badge=reissued") == {"李娜"}
    assert found(edition, "badge=printed") == set()
    assert found(edition, f"q={badge.code}") == found(edition, f"q={new.code}") == {"李娜"}
    assert found(edition, "kind=nothing&badge=whatever&country=%00") == set()
    assert len(chosen_ids(edition, BadgeFilters(kind=(kind.code,)))) == 1


def test_the_face_leads_with_the_editions_first_language(person: Registration) -> None:
    badge = badges.issue_badge(person, by=None)
    edition = person.edition
    edition.venue = {"en": "Harbour halls", "zh": "港湾展馆"}
    english = face_of(person, badge)
    assert (english.kind, english.second_kind) == (person.kind.name["en"], person.kind.name["zh"])
    assert english.when == "2026.09.04–09.09 · Harbour halls"
    assert english.country == "Kenya 肯尼亚"
    assert english.code == badge.code
    edition.languages = ["zh", "en"]
    chinese = face_of(person, badge)
    assert (chinese.kind, chinese.second_kind) == (english.second_kind, english.kind)
    assert (chinese.fair, chinese.country) == (english.second_fair, "肯尼亚 Kenya")
    assert chinese.note == english.second_note or english.second_note == ""


def test_the_pigments_are_those_of_the_pages() -> None:
    style = STYLE.read_text(encoding="utf-8")
    for number, colour in enumerate(PIGMENTS, start=1):
        assert f"--p{number}: {colour};" in style
