"""The desk's pages of schedules: from an empty list to a public programme, wrong files, who may not, the public addresses."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everfair.base.progress import SILENT_AFTER
from everfair.fair.models import Edition
from everfair.gateways.schedules import MOST_BYTES
from everfair.programme.models import Bookmark, ScheduleRun, Session
from everfair.programme.queries.board import forget_boards
from tests.factories.fair import make_edition, make_team_member
from tests.factories.people import make_user
from tests.factories.schedules import bring_in, event, read_in, schedule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition(
        starts_on=date(2025, 2, 1),
        ends_on=date(2025, 2, 2),
        time_zone="Europe/Brussels",
        slug="brussels-2025",
    )


@pytest.fixture
def desk(client: Client, edition: Edition) -> Client:
    person = make_user(name="Ada Okoro")
    make_team_member(edition, person, "programme")
    client.force_login(person)
    return client


def at(edition: Edition, name: str, **kwargs: Any) -> str:
    return reverse(f"organiser:programme.{name}", kwargs={"edition": edition.slug, **kwargs})


def sent(desk: Client, edition: Edition, data: bytes, name: str = "schedule.xml", **form: str) -> ScheduleRun:
    file = SimpleUploadedFile(name, data)
    answer = desk.post(at(edition, "schedule_create"), {"file": file, "publish": "on", **form})
    run = ScheduleRun.objects.latest("pk")
    assert answer.headers["Location"] == at(edition, "schedule_show", pk=run.pk)
    return run


def shown(desk: Client, edition: Edition, run: ScheduleRun, tab: str = "") -> str:
    return desk.get(at(edition, "schedule_show", pk=run.pk), {"show": tab}).content.decode()


def test_the_empty_list_says_what_to_do_and_where_the_programme_goes_out(
    desk: Client, edition: Edition
) -> None:
    page = desk.get(at(edition, "schedule_list")).content.decode()
    assert "No schedule was imported yet" in page
    assert at(edition, "schedule_create") in page
    assert reverse("public:programme.schedule_json", kwargs={"edition": edition.slug}) in page


def test_from_file_to_programme_and_a_second_file(desk: Client, edition: Edition) -> None:
    run = sent(desk, edition, schedule(event(1, day="2026-12-30"), event(2, start="11:00", day="2026-12-30")))
    page = shown(desk, edition, run)
    assert "Nothing was changed yet" in page
    assert "Talk 1" in page
    assert "Ada Rossi" in page
    assert not Session.objects.exists()
    desk.post(at(edition, "schedule_apply", pk=run.pk), {"publish": "1"})
    run.refresh_from_db()
    assert (run.state, run.by.name) == ("done", "Ada Okoro")
    assert Session.objects.filter(state="published").count() == 2
    Bookmark.objects.create(session=Session.objects.first(), user=make_user())
    run = sent(
        desk,
        edition,
        schedule(event(1, start="14:00", day="2026-12-30"), event(3, day="2026-12-30", start="09:30")),
    )
    moved, gone = shown(desk, edition, run, "moved"), shown(desk, edition, run, "withdrawn")
    assert "<del>" in moved
    assert "14:00" in moved
    assert "Talk 2" in gone
    assert "cancelled and announced" in gone
    desk.post(at(edition, "schedule_apply", pk=run.pk), {"publish": "1"})
    states = dict(Session.objects.values_list("title__en", "state"))
    assert states == {"Talk 1": "published", "Talk 2": "cancelled", "Talk 3": "published"}
    assert Bookmark.objects.count() == 1
    page = desk.get(at(edition, "schedule_list")).content.decode()
    assert page.count("brussels") >= 2


def test_a_wrong_file_shows_every_reason_and_changes_nothing(desk: Client, edition: Edition) -> None:
    run = sent(desk, edition, schedule(event(1, duration="-01:00"), event(2, " ", start="12:00")))
    run.refresh_from_db()
    page = shown(desk, edition, run)
    assert run.state == "failed"
    assert "ends before it begins" in page
    assert "has no title" in page
    assert "Send a corrected file" in page
    table = b"".join(desk.get(at(edition, "schedule_problems", pk=run.pk)).streaming_content).decode()
    assert "ends before it begins" in table
    assert not Session.objects.exists()


def test_the_form_says_beside_the_field_what_is_wrong_and_keeps_the_name(
    desk: Client, edition: Edition
) -> None:
    answer = desk.post(at(edition, "schedule_create"), {"source": "Main programme"})
    assert answer.status_code == 422
    assert "Choose the file that holds the schedule." in answer.content.decode()
    assert "Main programme" in answer.content.decode()
    file = SimpleUploadedFile("s.xml", b"<schedule>" + b" " * MOST_BYTES)
    answer = desk.post(at(edition, "schedule_create"), {"file": file})
    assert answer.status_code == 422
    assert "a schedule may have 20 MB" in answer.content.decode()
    assert not ScheduleRun.objects.exists()


def test_stopping_comparing_again_and_removing(desk: Client, edition: Edition) -> None:
    run = read_in(edition, schedule(event(1)))
    desk.post(at(edition, "schedule_stop", pk=run.pk))
    run.refresh_from_db()
    assert run.state == "stopped"
    desk.post(at(edition, "schedule_read", pk=run.pk))
    run.refresh_from_db()
    assert (run.state, run.counts["new"]) == ("ready", 1)
    desk.post(at(edition, "schedule_clear", pk=run.pk))
    assert not ScheduleRun.objects.exists()
    applied = bring_in(edition, schedule(event(1)))
    desk.post(at(edition, "schedule_clear", pk=applied.pk))
    assert ScheduleRun.objects.filter(pk=applied.pk).exists()


def test_an_interrupted_run_can_be_carried_on(desk: Client, edition: Edition) -> None:
    from django.core.cache import cache

    run = read_in(edition, schedule(event(1)))
    ScheduleRun.objects.filter(pk=run.pk).update(state="applying")
    told = cache.get(f"everfair.schedule.{run.pk}")
    cache.set(f"everfair.schedule.{run.pk}", told | {"at": told["at"] - SILENT_AFTER - 1})
    assert "Carry on" in shown(desk, edition, run)
    desk.post(at(edition, "schedule_read", pk=run.pk))
    run.refresh_from_db()
    assert run.state == "done"
    assert Session.objects.count() == 1


def test_progress_is_told_to_the_script(desk: Client, edition: Edition) -> None:
    run = bring_in(edition, schedule(event(1)))
    told = desk.get(at(edition, "schedule_progress", pk=run.pk)).json()
    assert (told["done"], told["total"], told["state"]) == (1, 1, "done")


def test_another_editions_run_is_not_found(desk: Client, edition: Edition) -> None:
    other = read_in(make_edition(), schedule(event(1)))
    assert desk.get(at(edition, "schedule_show", pk=other.pk)).status_code == 404


def test_the_list_asks_the_same_queries_for_one_and_three(desk: Client, edition: Edition) -> None:
    read_in(edition, schedule(event(1)))
    desk.get(at(edition, "schedule_list"))
    with CaptureQueriesContext(connection) as one:
        desk.get(at(edition, "schedule_list"))
    for _number in range(2):
        read_in(edition, schedule(event(1)))
    with CaptureQueriesContext(connection) as three:
        desk.get(at(edition, "schedule_list"))
    assert len(three) == len(one)


def test_the_public_schedule_is_what_is_announced_in_both_languages(client: Client, edition: Edition) -> None:
    bring_in(edition, schedule(event(1), event(2, start="12:00")))
    first = Session.objects.get(title__en="Talk 1")
    first.title = {"en": "Talk 1", "zh": "第一场"}
    first.save()
    Session.objects.filter(title__en="Talk 2").update(state="draft")
    for lang, title in (("en", "Talk 1"), ("zh", "第一场")):
        answer = client.get(f"/{lang}/{edition.slug}/programme/schedule.json")
        day = json.loads(answer.content)["schedule"]["conference"]["days"][0]
        assert [one["title"] for one in day["rooms"]["Janson"]] == [title]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        xml = client.get(f"/{lang}/{edition.slug}/programme/schedule.xml")
        assert title in xml.content.decode()
        assert xml.headers["Content-Type"] == "application/xml; charset=utf-8"


def test_the_public_schedule_follows_a_change(client: Client, edition: Edition) -> None:
    from everfair.programme.actions.sessions import save_session

    bring_in(edition, schedule(event(1, day="2026-12-30")))
    address = f"/en/{edition.slug}/programme/schedule.json"
    assert "Talk 1" in client.get(address).content.decode()
    save_session(edition, Session.objects.get(), {"title": {"en": "A new name"}}, by=make_user())
    forget_boards()  # as the change table makes the process do
    assert "A new name" in client.get(address).content.decode()
