"""The programme at the organiser's desk: table, editor, decisions, proposals, stages, speakers, call, clashes."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from everfair.gateways.tables import read_rows
from everfair.programme.models import Call, Session, Speaker, Stage
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_delegation, make_team_member
from tests.factories.people import make_user
from tests.factories.programme import (
    BEGIN,
    make_activity_kind,
    make_call,
    make_session,
    make_speaker,
    make_stage,
)
from tests.gateways.storage.test_documents import _pdf

P = "programme/"


def codes(response: Any) -> list[str]:
    return [session.code for session in response.context["page"]]


@pytest.mark.parametrize(
    ("path", "count"),
    [("sessions/", 14), ("proposals/", 12), ("clashes/", 9), ("stages/", 8), ("speakers/", 9)],
)
def test_lists_take_the_same_queries_for_one_row_and_for_three(
    desk: Any, django_assert_num_queries: Any, path: str, count: int
) -> None:
    edition = desk.edition
    stage = make_stage(edition)

    def add() -> None:
        host = make_exhibitor(edition)
        kind = make_activity_kind(edition)
        make_session(edition, stage=stage, speakers=2, exhibitor=host, kind=kind)
        make_session(edition, speakers=1, exhibitor=host, state="proposed")

    add()
    desk.get(P + path)
    with django_assert_num_queries(count):
        desk.get(P + path)
    add(), add()
    with django_assert_num_queries(count):
        desk.get(P + path)


def test_every_filter_stands_in_the_address(desk: Any) -> None:
    edition = desk.edition
    kind, stage = make_activity_kind(edition, code="forum"), make_stage(edition, code="tide")
    firm = make_exhibitor(edition)
    wanted = make_session(
        edition, hour=24, title={"en": "Ports", "zh": "港口论坛"}, kind=kind, stage=stage, state="confirmed",
        exhibitor=firm, track="Sea",
    )  # fmt: skip
    wanted.parts.create(speaker=make_speaker(edition, name={"en": "Grace Okello"}))
    make_session(edition)
    make_session(edition, stage=None, delegation=make_delegation(edition))
    for query in (
        {"q": "ports"}, {"q": "港口"}, {"q": wanted.code.upper()}, {"q": "okello ports"}, {"q": "sea"},
        {"q": firm.organisation.name["en"]}, {"state": "confirmed"}, {"stage": "tide"}, {"kind": "forum"},
        {"day": "2026-09-05"}, {"host": "exhibitor"}, {"day": "2026-09-05", "q": "ports", "sort": "stage"},
    ):  # fmt: skip
        assert codes(desk.get(P + "sessions/", **query)) == [wanted.code], query
    assert len(codes(desk.get(P + "sessions/", stage="none"))) == 1
    assert len(codes(desk.get(P + "sessions/", host="delegation"))) == 1
    assert len(codes(desk.get(P + "sessions/", day="yesterday", sort="nonsense", state="odd"))) == 3
    nothing = desk.get(P + "sessions/", q="nowhere")
    assert "Nothing found" in nothing.content.decode()


def test_the_table_has_pages(desk: Any) -> None:
    stage = make_stage(desk.edition)
    for _number in range(51):
        make_session(desk.edition, stage=stage)
    assert len(codes(desk.get(P + "sessions/"))) == 50
    assert len(codes(desk.get(P + "sessions/", page="2"))) == 1


def test_files_hold_what_the_filter_shows_and_no_formula(desk: Any, tmp_path: Any) -> None:
    make_session(desk.edition, title={"en": "=HYPERLINK(1)", "zh": "港口"}, seats=10, seats_taken=3)
    make_session(desk.edition, state="draft")
    csv = b"".join(desk.get(P + "sessions.csv", state="published").streaming_content).decode("utf-8-sig")
    assert len(csv.splitlines()) == 2
    assert "'=HYPERLINK(1)" in csv
    assert "2026-09-04 09:00" in csv
    path = tmp_path / "sessions.xlsx"
    path.write_bytes(b"".join(desk.get(P + "sessions.xlsx").streaming_content))
    rows = list(read_rows(path).rows())
    assert {row.values["Title (English)"] for row in rows} >= {"=HYPERLINK(1)"}, "a text, no formula"
    assert len(rows) == 2


def test_empty_states_say_what_to_do(desk: Any) -> None:
    for path, words in (
        ("sessions/", "No session yet"),
        ("proposals/", "No proposal waits"),
        ("clashes/", "No clash"),
        ("stages/", "No stage yet"),
        ("speakers/", "No speaker yet"),
    ):
        assert words in desk.get(P + path).content.decode()


def form(**extra: Any) -> dict[str, Any]:
    return {
        "title_en": "Ports", "title_zh": "港口", "format": "on_site", "starts_at": "2026-09-04T10:00",
        "ends_at": "2026-09-04T11:00", "part-count": "1", "part-0-role": "speaker", **extra,
    }  # fmt: skip


def test_a_session_is_made_on_the_fairs_clock_with_speakers(desk: Any) -> None:
    stage = make_stage(desk.edition)
    ann, bo = make_speaker(desk.edition, name={"en": "Ann"}), make_speaker(desk.edition, name={"en": "Bo"})
    firm = make_exhibitor(desk.edition)
    filled = form(
        stage=stage.pk, seats="20", interpretation=["zh", "fr"], language="en", exhibitor=firm.code,
        **{"part-count": "2", "part-0-speaker": f"Bo ({bo.code})", "part-0-role": "moderator",
           "part-1-speaker": "ann", "part-1-role": "speaker"},
    )  # fmt: skip
    response = desk.post(P + "sessions/new/", filled)
    session = Session.objects.get()
    assert response["Location"].endswith(f"/sessions/{session.code}/")
    assert (session.starts_at, session.seats, session.state) == (BEGIN + timedelta(hours=1), 20, "draft")
    assert (session.interpretation, session.exhibitor_id) == (["zh", "fr"], firm.pk)
    assert [(part.speaker_id, part.role) for part in session.parts.all()] == [
        (bo.pk, "moderator"), (ann.pk, "speaker"),
    ]  # fmt: skip
    shown = desk.get(f"{P}sessions/{session.code}/").content.decode()
    assert "Ports" in shown
    assert "10:00" in shown


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title_en": "", "title_zh": ""}, "Fill this in in at least one language."),
        ({"ends_at": "2026-09-04T09:00"}, "ends before it begins"),
        ({"starts_at": "tomorrow"}, "Enter a valid date/time."),
        ({"exhibitor": "Nobody Ltd"}, "No firm of this edition is called"),
        ({"part-0-speaker": "Nobody"}, "No speaker of this edition is called"),
        ({"seats": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_is_wrong_stands_beside_and_what_was_typed_stays(
    desk: Any, wrong: dict[str, str], words: str
) -> None:
    response = desk.post(P + "sessions/new/", form(track="Kept track", **wrong))
    page = response.content.decode()
    assert response.status_code == 400
    assert words in page
    assert "Kept track" in page
    assert not Session.objects.exists()


def test_a_taken_stage_is_said_at_the_stage(desk: Any) -> None:
    stage = make_stage(desk.edition)
    make_session(desk.edition, stage=stage, hour=1)
    response = desk.post(P + "sessions/new/", form(stage=stage.pk))
    assert "is taken" in response.content.decode()
    online = make_stage(desk.edition, kind="online")
    make_session(desk.edition, stage=online, hour=1)
    response = desk.post(P + "sessions/new/", form(stage=online.pk))
    assert "tick “on purpose”" in response.content.decode()
    assert desk.post(P + "sessions/new/", form(stage=online.pk, on_purpose="on")).status_code == 302


def test_a_row_more_without_script_keeps_what_was_typed(desk: Any) -> None:
    response = desk.post(P + "sessions/new/", form(add_row="1", track="Kept track"))
    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="part-1-speaker"' in page
    assert "Kept track" in page


def test_the_second_editor_sees_both_versions(desk: Any) -> None:
    session = make_session(desk.edition, title={"en": "First"})
    url = f"{P}sessions/{session.code}/edit/"
    assert 'name="version" value="1"' in desk.get(url).content.decode()
    assert (
        desk.post(
            url, form(version="1", title_en="Hers", starts_at="", ends_at="2026-09-04T11:00")
        ).status_code
        == 400
    )
    facts = {"stage": session.stage_id}
    assert desk.post(url, form(version="1", title_en="Hers", **facts)).status_code == 302
    response = desk.post(url, form(version="1", title_en="His", **facts))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Hers" in page
    assert 'value="His"' in page
    assert 'name="version" value="2"' in page
    assert desk.post(url, form(version="2", title_en="His", **facts)).status_code == 302


def test_decisions_and_their_reasons(desk: Any) -> None:
    session = make_session(desk.edition, state="proposed", exhibitor=make_exhibitor(desk.edition))
    url = f"{P}sessions/{session.code}/decide/"
    response = desk.post(url, {"state": "rejected", "reason": ""})
    assert response.status_code == 400
    assert "Say why in a sentence" in response.content.decode()
    assert desk.post(url, {"state": "confirmed"}).status_code == 302
    assert desk.post(url, {"state": "nonsense"}).status_code == 400
    assert desk.post(url, {"state": "published"}).status_code == 302
    assert Session.objects.get().state == "published"


def test_many_at_once(desk: Any) -> None:
    one, two = (
        make_session(desk.edition, state="confirmed"),
        make_session(desk.edition, state="confirmed", stage=None),
    )
    response = desk.client.post(
        desk.address(P + "sessions/change/"),
        {"state": "published", "code": [one.code, two.code]},
        follow=True,
    )
    page = response.content.decode()
    assert "1 session changed." in page
    assert "cannot be announced yet" in page
    assert (
        "No session was marked"
        in desk.client.post(
            desk.address(P + "sessions/change/"), {"state": "published"}, follow=True
        ).content.decode()
    )
    desk.post(
        P + "sessions/change/",
        {"state": "cancelled", "reason": "Storm.", "all": "1", "query": "state=published"},
    )
    assert Session.objects.get(pk=one.pk).state == "cancelled"
    assert Session.objects.get(pk=two.pk).state == "confirmed"


def test_materials_come_and_go(desk: Any, settings: Any, tmp_path: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.DATA_DIR = tmp_path
    session = make_session(desk.edition)
    url = f"{P}sessions/{session.code}/materials/"
    assert desk.post(url, {"title": "Empty"}).status_code == 400
    bad = desk.post(url, {"file": SimpleUploadedFile("a.pdf", b"<script>alert(1)</script>")})
    assert bad.status_code == 400
    slides = SimpleUploadedFile("Slides.pdf", _pdf())
    assert desk.post(url, {"file": slides, "language": "en"}).status_code == 302
    material = session.materials.get()
    assert material.file is not None
    assert Client().get(f"/media/{material.file.digest}/Slides.pdf").status_code == 200
    Session.objects.update(state="confirmed")
    assert Client().get(f"/media/{material.file.digest}/Slides.pdf").status_code == 404
    assert desk.client.get(f"/media/{material.file.digest}/Slides.pdf").status_code == 200
    desk.post(f"{url}{material.pk}/remove/", {})
    assert not session.materials.exists()


def test_stages_speakers_and_the_call(desk: Any) -> None:
    assert (
        desk.post(P + "stages/new/", {"name_en": "Tide Room", "kind": "room", "seats": "80"}).status_code
        == 302
    )
    stage = Stage.objects.get()
    assert (stage.code, stage.seats) == ("tide-room", 80)
    edited = {"name_en": "Tide Hall", "kind": "room", "code": "", "seats": "80", "version": "1"}
    assert desk.post(f"{P}stages/{stage.pk}/", edited).status_code == 302
    assert Stage.objects.get().code == "tide-room"
    assert desk.post(f"{P}stages/{stage.pk}/", edited | {"name_en": "Other"}).status_code == 400
    make_session(desk.edition, stage=stage)
    page = desk.client.post(desk.address(f"{P}stages/{stage.pk}/remove/"), follow=True).content.decode()
    assert "still has 1 session" in page
    assert desk.post(P + "speakers/new/", {"name_en": "Ann", "country": "KE"}).status_code == 302
    speaker = Speaker.objects.get()
    assert speaker.country == "KE"
    assert desk.post(f"{P}speakers/{speaker.code}/", {"name_en": ""}).status_code == 400
    assert (
        desk.post(f"{P}speakers/{speaker.code}/", {"name_en": "Ann Lee", "version": "1"}).status_code == 302
    )
    desk.post(f"{P}speakers/{speaker.code}/remove/", {})
    assert not Speaker.objects.exists()
    times = {"opens_at": "2026-05-01T00:00", "closes_at": "2026-04-01T00:00", "most_per_host": "3"}
    assert desk.post(P + "call/", times).status_code == 400
    assert desk.post(P + "call/", times | {"closes_at": "2026-07-01T00:00"}).status_code == 302
    assert Call.objects.get().closes_at.isoformat() == "2026-06-30T16:00:00+00:00"


def test_clashes_are_listed(desk: Any) -> None:
    online = make_stage(desk.edition, kind="online")
    one, two = make_session(desk.edition, stage=online), make_session(desk.edition, stage=online)
    speaker = make_speaker(desk.edition, name={"en": "Busy Body"})
    for session in (make_session(desk.edition, hour=5), make_session(desk.edition, hour=5.5)):
        session.parts.create(speaker=speaker)
    make_session(desk.edition, stage=online, state="cancelled")
    page = desk.get(P + "clashes/").content.decode()
    assert page.count("<tr>") == 3
    assert one.title["en"] in page
    assert two.title["en"] in page
    assert "Busy Body" in page


def test_who_may_what(desk: Any) -> None:
    session = make_session(desk.edition)
    programme, reader, gate = make_user(), make_user(), make_user()
    make_team_member(desk.edition, programme, "programme")
    make_team_member(desk.edition, reader, "reader")
    make_team_member(desk.edition, gate, "gate")
    make_call(desk.edition)
    edit, show = f"{P}sessions/{session.code}/edit/", f"{P}sessions/{session.code}/"
    for user, edits in ((programme, 200), (reader, 404), (gate, 404)):
        client = desk.client_of(user)
        assert client.get(desk.address(edit)).status_code == edits
        page = client.get(desk.address(show))
        assert page.status_code == 200
        assert ("/decide/" in page.content.decode()) == (edits == 200)
    other = make_session()
    assert desk.get(f"{P}sessions/{other.code}/").status_code == 404
