"""The imports' pages: from an empty list to a published fair, and what strangers see."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from everfair.exhibition.models import Exhibitor, ImportRow, ImportRun
from everfair.fair.models import Edition
from tests.factories.fair import make_area, make_edition, make_sector, make_team_member
from tests.factories.people import make_user

GOOD = (
    "id,Name,名称,Country,Hall,Sector,Headline\n1,Qinglan,青兰,中国,South,1,We "
    "build clouds.\n2,Acme,,Kenya,South,1,We count.\n"
)


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def edition(db: None) -> Edition:
    edition = make_edition()
    make_area(edition, code="1", name={"en": "Telecom", "zh": "电信"})
    make_sector(edition, code="1")
    return edition


@pytest.fixture
def desk(client: Client, edition: Edition) -> Client:
    person = make_user(name="Ada Okoro")
    make_team_member(edition, person)
    client.force_login(person)
    return client


def _at(edition: Edition, name: str, **kwargs: Any) -> str:
    return reverse(f"organiser:exhibition.{name}", kwargs={"edition": edition.slug, **kwargs})


def _sent(desk: Client, edition: Edition, text: str = GOOD, name: str = "firms.csv") -> ImportRun:
    file = SimpleUploadedFile(name, text.encode())
    answer = desk.post(_at(edition, "import_create"), {"file": file, "source": "Register"})
    run = ImportRun.objects.latest("pk")
    assert answer.headers["Location"] == _at(edition, "import_map", pk=run.pk)
    return run


def _mapped(desk: Client, edition: Edition, run: ImportRun, **more: str) -> Any:
    columns = run.mapping["columns"]
    chosen = {f"field-{key}": str(columns.index(column)) for key, column in run.mapping["fields"].items()}
    return desk.post(_at(edition, "import_map", pk=run.pk), chosen | more)


def test_empty_list_says_what_to_do(desk: Client, edition: Edition) -> None:
    page = desk.get(_at(edition, "import_list")).content.decode()
    assert "No list was imported yet" in page
    assert _at(edition, "import_create") in page


def test_from_file_to_fair(desk: Client, edition: Edition) -> None:
    run = _sent(desk, edition)
    page = desk.get(_at(edition, "import_map", pk=run.pk)).content.decode()
    assert "Qinglan" in page
    assert "青兰" in page
    assert 'name="word-area-0-text" value="South"' in page
    answer = _mapped(desk, edition, run, **{"word-area-0-text": "South", "word-area-0": "1"})
    assert answer.headers["Location"] == _at(edition, "import_show", pk=run.pk)
    run.refresh_from_db()
    assert (run.state, run.counts["new"], run.counts["errors"]) == ("ready", 2, 0)
    page = desk.get(_at(edition, "import_show", pk=run.pk)).content.decode()
    assert "Every row can be imported" in page
    assert "We build clouds." in page
    assert not Exhibitor.objects.exists()
    desk.post(_at(edition, "import_apply", pk=run.pk), {"publish": "1"})
    run.refresh_from_db()
    assert (run.state, run.by.name) == ("done", "Ada Okoro")
    assert Exhibitor.objects.filter(state="published", area__code="1").count() == 2
    page = desk.get(_at(edition, "import_list")).content.decode()
    assert "Register" in page
    assert "Ada Okoro" in page


def test_errors_by_row_then_without_the_bad_rows(desk: Client, edition: Edition) -> None:
    run = _sent(desk, edition, GOOD + "3,Bad,,Atlantis,South,1,x\n")
    _mapped(desk, edition, run, area="1")
    page = desk.get(_at(edition, "import_show", pk=run.pk)).content.decode()
    assert "1 row has errors" in page
    assert "Atlantis" in page
    assert "Import without the rows with errors" in page
    answer = desk.post(_at(edition, "import_apply", pk=run.pk), follow=True)
    assert "so nothing was imported" in answer.content.decode()
    assert not Exhibitor.objects.exists()
    desk.post(_at(edition, "import_apply", pk=run.pk), {"skip": "1"})
    assert Exhibitor.objects.count() == 2
    csv = b"".join(desk.get(_at(edition, "import_problems", pk=run.pk)).streaming_content).decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("4,Country,")


def test_second_time_shows_changes_and_who_left(desk: Client, edition: Edition) -> None:
    run = _sent(desk, edition)
    _mapped(desk, edition, run, area="1")
    desk.post(_at(edition, "import_apply", pk=run.pk))
    second = GOOD.replace("We build clouds.", "We build bridges.").replace("2,Acme", "3,Bolt")
    run = _sent(desk, edition, second, "second.csv")
    assert "confirmed it" in desk.get(_at(edition, "import_map", pk=run.pk)).content.decode()
    _mapped(desk, edition, run, area="1")
    address = _at(edition, "import_show", pk=run.pk)
    changed = desk.get(address, {"show": "changed"}).content.decode()
    assert "<del>We build clouds.</del> <ins>We build bridges.</ins>" in changed
    assert "Acme" in desk.get(address, {"show": "missing"}).content.decode()
    assert "Bolt" in desk.get(address, {"show": "new"}).content.decode()


def test_unreadable_file_is_refused_at_the_field(desk: Client, edition: Edition) -> None:
    file = SimpleUploadedFile("x.pdf", b"%PDF-1.7 not a list")
    answer = desk.post(_at(edition, "import_create"), {"file": file})
    assert answer.status_code == 422
    assert "This file is no list." in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_file_over_the_limit(desk: Client, edition: Edition, settings: Any) -> None:
    settings.MAX_LIST_MB = 1
    file = SimpleUploadedFile("x.csv", b"Name\n" + b"x" * 1_000_001)
    assert "larger than 1 MB" in desk.post(_at(edition, "import_create"), {"file": file}).content.decode()


def test_mapping_without_a_name_is_refused_with_what_was_chosen(desk: Client, edition: Edition) -> None:
    run = _sent(desk, edition)
    answer = desk.post(_at(edition, "import_map", pk=run.pk), {"field-country": "3", "area": "1"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "No column holds the exhibitors" in page
    assert '<option value="3" selected>Country</option>' in page


def test_progress_is_told_while_it_runs(desk: Client, edition: Edition) -> None:
    run = _sent(desk, edition)
    ImportRun.objects.filter(pk=run.pk).update(state="checking", rows_checked=500, rows_total=2000)
    told = desk.get(_at(edition, "import_progress", pk=run.pk)).json()
    assert (told["done"], told["total"], told["state"]) == (500, 2000, "running")
    page = desk.get(_at(edition, "import_show", pk=run.pk)).content.decode()
    assert f'data-poll="{_at(edition, "import_progress", pk=run.pk)}"' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert "Carry on" not in page


def test_interrupted_import_can_be_carried_on(desk: Client, edition: Edition) -> None:
    run = _sent(desk, edition)
    _mapped(desk, edition, run, area="1")
    ImportRow.objects.all().delete()
    ImportRun.objects.filter(pk=run.pk).update(
        state="checking", rows_checked=0, counts={}, error="The disk is full."
    )
    page = desk.get(_at(edition, "import_show", pk=run.pk)).content.decode()
    assert "Carry on" in page
    desk.post(_at(edition, "import_carry_on", pk=run.pk))
    run.refresh_from_db()
    assert (run.state, run.error, run.counts["new"]) == ("ready", "", 2)


def test_stop_and_remove(desk: Client, edition: Edition) -> None:
    run = _sent(desk, edition)
    desk.post(_at(edition, "import_stop", pk=run.pk))
    run.refresh_from_db()
    assert run.state == "stopped"
    desk.post(_at(edition, "import_clear", pk=run.pk))
    assert not ImportRun.objects.exists()


def test_other_editions_runs_are_not_found(desk: Client, edition: Edition) -> None:
    run = ImportRun.objects.create(edition=make_edition(), file_name="x", file_digest="0" * 64, source="x")
    assert desk.get(_at(edition, "import_show", pk=run.pk)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_rows(
    desk: Client, edition: Edition, count: int, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    rows = "".join(f"{number},Firm {number},,Kenya,South,1,We.\n" for number in range(count * 10))
    run = _sent(desk, edition, GOOD.splitlines()[0] + "\n" + rows)
    _mapped(desk, edition, run, area="1")
    with django_assert_max_num_queries(14):
        desk.get(_at(edition, "import_show", pk=run.pk))
    with django_assert_max_num_queries(14):
        desk.get(_at(edition, "import_list"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pages_in_both_languages(desk: Client, edition: Edition, lang: str) -> None:
    run = _sent(desk, edition)
    for name, kwargs in (
        ("import_list", {}),
        ("import_create", {}),
        ("import_map", {"pk": run.pk}),
        ("import_show", {"pk": run.pk}),
    ):
        address = _at(edition, name, **kwargs).replace("/en/", f"/{lang}/", 1)
        assert desk.get(address).status_code == 200


def test_a_bad_row_is_said_with_its_number_and_the_areas_as_people_know_them(
    desk: Client, edition: Edition
) -> None:
    make_area(edition, code="s1", name={"en": "Legal zone", "zh": "法律服务区"})
    text = "id,Name,Country,Area\n1,Baobab Legal,KE,S1\n2,Bad Row,Atlantis,nowhere\n"
    run = _sent(desk, edition, text)
    _mapped(desk, edition, run)
    html = desk.get(_at(edition, "import_show", pk=run.pk)).content.decode()
    bad = html.split('<tr class="bad">')[1].split("</tr>")[0]
    assert 'data-label="Row">3<' in bad, "on a phone the number says what it is"
    assert "Atlantis" in bad
    assert "S1 Legal zone" in html
    assert "s1 Legal zone" not in html


def test_what_changes_is_named_as_the_columns_are(desk: Client, edition: Edition) -> None:
    first = "id,Name,Country,Area,Headline\n1,Qinglan,China,1,We build clouds.\n"
    run = _sent(desk, edition, first)
    _mapped(desk, edition, run)
    desk.post(_at(edition, "import_apply", pk=run.pk))
    again = _sent(desk, edition, first.replace("We build clouds.", "We build skies."))
    _mapped(desk, edition, again)
    html = desk.get(_at(edition, "import_show", pk=again.pk), {"show": "changed"}).content.decode()
    assert "<b>One sentence in English</b>" in html
    assert "headline_en" not in html
