"""Lists of needs at the desk: refused at once, judged in the background, written whole, begun again after a cut, errors by row."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from everfair.base.models import AuditEntry
from everfair.fair.actions.sectors import lay_out_default_sectors
from everfair.matchmaking import tasks
from everfair.matchmaking.actions import importing, need_lists
from everfair.matchmaking.models import Need, NeedList
from tests.conftest import SHARED
from tests.factories.fair import make_edition

pytestmark = pytest.mark.django_db
TED = SHARED / "data" / "needs" / "ted-it-business-en.jsonl"
GOOD = "id,title,country\n1,Cranes,Kenya\n2,起重机,CN\n"
BAD = "id,title,country\n1,Cranes,Kenya\n2,Boats,Atlantis\n3,🙂,\n"
LIST_QUERIES = 10


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Background work is put down, not done; the numbers of the lists."""
    waiting: list[int] = []
    monkeypatch.setattr(tasks.bring_in_needs.__class__, "enqueue", lambda _task, key: waiting.append(key))
    return waiting


def _file(text: str, name: str = "spring.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def _kept(folder: Path) -> list[Path]:
    return [path for path in (folder / "data" / "needs").glob("*") if path.is_file()]


def test_what_is_no_list_is_refused_at_once_and_not_kept(desk: Any, tmp_path: Path) -> None:
    nothing = desk.post("needs/import/", {"source": "My spring list"})
    assert nothing.status_code == 422
    assert "Choose the file" in nothing.content.decode()
    assert 'value="My spring list"' in nothing.content.decode(), "what was typed stays"
    for text, name, words in (
        ("%PDF-1.4", "a.pdf", "is no list"), ("id,price\n1,2\n", "a.csv", "No column holds"), ("id,title\n", "a.csv", "no rows"),
    ):  # fmt: skip
        refused = desk.post("needs/import/", {"file": _file(text, name)})
        assert refused.status_code == 422
        assert words in refused.content.decode(), name
    assert not NeedList.objects.exists()
    assert _kept(tmp_path) == []


def test_sending_a_list_only_puts_it_down_and_its_page_shows_how_far_it_is(
    desk: Any, later: list[int]
) -> None:
    sent = desk.post("needs/import/", {"file": _file(GOOD)})
    row = NeedList.objects.get()
    assert sent.status_code == 302
    assert sent.url == desk.address(f"needs/import/{row.pk}/")
    assert (later, row.state, Need.objects.count()) == ([row.pk], "checking", 0)
    page = desk.get(f"needs/import/{row.pk}/").content.decode()
    assert f'data-poll="{desk.address(f"needs/import/{row.pk}/progress.json")}"' in page
    assert "Carry on" in page
    NeedList.objects.filter(pk=row.pk).update(rows_done=500, rows_total=2000)
    cache.clear()  # another process, or a restart: the table knows
    told = json.loads(desk.get(f"needs/import/{row.pk}/progress.json").content)
    assert (told["done"], told["total"], told["state"]) == (500, 2000, "running")
    assert tasks.bring_in_needs.func(row.pk) == "done"
    assert json.loads(desk.get(f"needs/import/{row.pk}/progress.json").content)["state"] == "done"
    assert Need.objects.count() == 2


def test_a_look_is_written_when_one_says_so(desk: Any, tmp_path: Path) -> None:
    desk.post("needs/import/", {"file": _file(GOOD), "look": "1"})
    row = NeedList.objects.get()
    assert (row.state, row.counts["new"], Need.objects.count()) == ("ready", 2, 0)
    page = desk.get(f"needs/import/{row.pk}/").content.decode()
    assert "this is what the list would do. Nothing was written." in page
    desk.post(f"needs/import/{row.pk}/write/", {})
    row.refresh_from_db()
    assert (row.state, row.counts["new"], Need.objects.count()) == ("done", 2, 2)
    assert _kept(tmp_path) == [], "a list that is written is kept no longer"
    page = desk.get(f"needs/import/{row.pk}/").content.decode()
    assert "“spring” is written." in page
    assert "?origin=spring" in page
    events = set(AuditEntry.objects.filter(event__startswith="matchmaking.").values_list("event", flat=True))
    assert events == {
        "matchmaking.list.registered",
        "matchmaking.list.write_started",
        "matchmaking.needs.imported",
    }
    log = desk.get("log/").content.decode().split("<main")[1]
    for words in ("List of needs sent", "Writing a list of needs started", "Needs brought in from a list"):
        assert log.count(words) == 2, "as a filter and as an entry"


def test_rows_with_errors_keep_the_list_out_and_can_be_downloaded_or_left_out(desk: Any) -> None:
    desk.post("needs/import/", {"file": _file(BAD)})
    row = NeedList.objects.get()
    assert (row.state, row.counts["bad"], Need.objects.count()) == ("ready", 2, 0)
    page = desk.get(f"needs/import/{row.pk}/").content.decode()
    assert "nothing was written, for some rows have errors" in page
    assert "Atlantis" in page
    file = desk.get(f"needs/import/{row.pk}/problems.csv").getvalue().decode()
    assert "3,country," in file
    assert "no letter or digit" in file
    refused = desk.client.post(desk.address(f"needs/import/{row.pk}/write/"), follow=True).content.decode()
    assert "or leave them out" in refused
    assert not Need.objects.exists()
    desk.post(f"needs/import/{row.pk}/write/", {"skip": "1"})
    assert [need.title for need in Need.objects.all()] == [{"en": "Cranes"}]
    desk.post("needs/import/", {"file": _file("id,title\n9,🙂\n", "all.csv"), "skip_bad": "on"})
    last = NeedList.objects.first()
    assert last is not None
    assert last.state == "ready", "a list of nothing but errors is not written"
    refused = desk.client.post(desk.address(f"needs/import/{last.pk}/write/"), {"skip": "1"}, follow=True)
    assert "nothing to write" in refused.content.decode()


def test_work_cut_short_leaves_nothing_half_done_and_goes_on(
    desk: Any, later: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.post("needs/import/", {"file": _file(GOOD)})
    row = NeedList.objects.get()
    write = importing._write

    def dies(*args: Any) -> None:
        write(*args)
        raise SystemExit

    monkeypatch.setattr(importing, "_write", dies)
    with pytest.raises(SystemExit):
        tasks.bring_in_needs.func(row.pk)
    row.refresh_from_db()
    assert (row.state, Need.objects.count()) == ("applying", 0)
    monkeypatch.setattr(importing, "_write", write)
    desk.post(f"needs/import/{row.pk}/again/", {})
    assert later == [row.pk, row.pk]
    assert tasks.bring_in_needs.func(row.pk) == "done", "the worker takes it up again"
    assert tasks.bring_in_needs.func(row.pk) == "done", "and twice does no harm"
    assert Need.objects.count() == 2
    assert AuditEntry.objects.filter(event="matchmaking.needs.imported").count() == 1


def test_a_fault_is_said_in_a_sentence(desk: Any, later: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    desk.post("needs/import/", {"file": _file(GOOD)})
    row = NeedList.objects.get()

    def breaks(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("disk")

    monkeypatch.setattr(need_lists, "import_needs", breaks)
    with pytest.raises(RuntimeError):
        tasks.bring_in_needs.func(row.pk)
    page = desk.get(f"needs/import/{row.pk}/").content.decode()
    assert "The work stopped by a fault" in page
    assert "Carry on" in page


def test_a_file_that_is_gone_and_a_list_put_away(desk: Any, later: list[int], tmp_path: Path) -> None:
    desk.post("needs/import/", {"file": _file(GOOD)})
    row = NeedList.objects.get()
    for path in _kept(tmp_path):
        path.unlink()
    assert tasks.bring_in_needs.func(row.pk) == "failed"
    assert "no longer kept" in desk.get(f"needs/import/{row.pk}/").content.decode()
    desk.post("needs/import/", {"file": _file(GOOD)})
    other = NeedList.objects.first()
    assert other is not None
    assert len(_kept(tmp_path)) == 1
    desk.post(f"needs/import/{row.pk}/put-away/", {})
    assert len(_kept(tmp_path)) == 1, "another list is the same file"
    desk.post(f"needs/import/{other.pk}/put-away/", {})
    assert _kept(tmp_path) == []
    assert tasks.bring_in_needs.func(other.pk) == "gone"
    assert not NeedList.objects.exists()


def test_a_list_being_written_is_not_put_away_and_a_written_one_not_written_twice(desk: Any) -> None:
    desk.post("needs/import/", {"file": _file(GOOD)})
    row = NeedList.objects.get()
    for path in ("write", "again"):
        refused = desk.client.post(
            desk.address(f"needs/import/{row.pk}/{path}/"), follow=True
        ).content.decode()
        assert "cannot become" in refused
    NeedList.objects.filter(pk=row.pk).update(state="applying")
    refused = desk.client.post(desk.address(f"needs/import/{row.pk}/put-away/"), follow=True).content.decode()
    assert "Wait until it is done" in refused
    assert desk.get(f"needs/import/{row.pk + 1}/").status_code == 404


def test_a_list_of_another_edition_is_not_found(desk: Any) -> None:
    row = NeedList.objects.create(
        edition=make_edition(), source="Other", file_name="a.csv", file_digest="0" * 64
    )
    assert desk.get(f"needs/import/{row.pk}/").status_code == 404
    assert "Other" not in desk.get("needs/import/").content.decode()


@pytest.mark.realdata
def test_tenders_of_ted_come_in_through_the_page_and_the_second_time_nothing_changes(desk: Any) -> None:
    lay_out_default_sectors(desk.edition, by=None)
    for new, unchanged in ((69, 0), (0, 69)):
        with TED.open("rb") as file:
            sent = desk.post("needs/import/", {"file": file})
        page = desk.client.get(sent.url).content.decode()
        row = NeedList.objects.first()
        assert row is not None
        assert (row.state, row.source) == ("done", "TED")
        assert row.counts == {"rows": 69, "new": new, "changed": 0, "unchanged": unchanged, "bad": 0}
        assert "“TED” is written." in page
    assert Need.objects.count() == 69


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_questions_for_one_list_as_for_three(
    desk: Any, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        NeedList.objects.create(
            edition=desk.edition,
            by=desk.user,
            source=f"List {number}",
            file_name="a.csv",
            file_digest=str(number),
        )
    desk.get("needs/import/")
    with django_assert_num_queries(LIST_QUERIES):
        assert desk.get("needs/import/").status_code == 200
