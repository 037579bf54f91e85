"""The badges' desk: found, issued again, printed, keys; what is wrong stands beside its field."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from everfair.registration import tasks
from everfair.registration.actions.badges import issue_badge, issue_badges
from everfair.registration.models import Badge, BadgeBatch, SigningKey
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.fair import make_team_member
from tests.factories.people import make_user
from tests.gateways.printing.test_printing import pages


@pytest.fixture
def person(desk: Any, tmp_path: Any, settings: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_badge_holder(make_badge_kind(desk.edition), name="李娜", second_name="Li Na")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_list_says_how_badges_come_when_there_is_none(desk: Any) -> None:
    assert "Badges are issued by themselves" in text(desk.get("badges/"))


def test_the_list_costs_the_same_for_one_and_three(
    desk: Any, person: Any, django_assert_max_num_queries: Any
) -> None:
    issue_badge(person, by=None)
    desk.get("badges/")
    counts = []
    for _turn in range(2):
        with django_assert_max_num_queries(40) as captured:
            assert "李娜" in text(desk.get("badges/"))
        counts.append(len(captured))
        issue_badges([make_badge_holder(make_badge_kind(desk.edition)) for _ in range(2)], by=None)
    assert counts[0] == counts[1]


def test_a_scanned_badge_finds_its_holder(desk: Any, person: Any) -> None:
    other = make_badge_holder(person.kind, name="Zoe")
    badge = issue_badge(person, by=None)
    shown = text(desk.get("badges/", q=badge.code))
    assert "李娜" in shown
    assert other.code not in shown
    assert "Nobody found" in text(desk.get("badges/", q="nobody at all"))


def test_issued_again_with_a_reason_and_not_without(desk: Any, person: Any) -> None:
    old = issue_badge(person, by=None)
    refused = desk.post(f"badges/of/{person.code}/again/", {"reason": " "})
    assert refused.status_code == 422
    assert "Say why in a sentence" in text(refused)
    assert Badge.objects.count() == 1
    assert desk.post(f"badges/of/{person.code}/again/", {"reason": "Lost <b>"}).status_code == 302
    shown = text(desk.get(f"badges/of/{person.code}/"))
    assert "Lost &lt;b&gt;" in shown
    old.refresh_from_db()
    assert old.state == "void"
    assert desk.post(f"badges/of/{person.code}/void/", {"reason": "Given away"}).status_code == 302
    assert desk.post(f"badges/of/{person.code}/void/", {"reason": "Given away"}).status_code == 302
    assert "no valid badge" in text(desk.get(f"badges/of/{person.code}/"))
    assert desk.post(f"badges/of/{person.code}/issue/", {}).status_code == 302
    assert person.badges.filter(state="valid").get().issue == 3


def test_a_badge_as_pdf(desk: Any, person: Any) -> None:
    for paper in ("a6", "a4"):
        answer = desk.get(f"badges/of/{person.code}/badge.pdf", paper=paper)
        assert answer["Content-Type"] == "application/pdf"
        assert "no-store" in answer["Cache-Control"]
        assert pages(answer.content) == 1
    assert desk.get(f"badges/of/{person.code}/badge.pdf", paper="a5").status_code == 302


def test_a_batch_from_the_list_to_the_file(desk: Any, person: Any) -> None:
    make_badge_holder(make_badge_kind(desk.edition), name="Zoe")
    query = f"kind={person.kind.code}&page=7&evil=1"
    sent = desk.post("badges/batches/new/", {"query": query, "paper": "a4"})
    batch = BadgeBatch.objects.get()
    assert sent["Location"].endswith(f"/badges/batches/{batch.pk}/")
    assert (batch.total, batch.filters) == (1, {"kind": [person.kind.code]})
    working = desk.get(f"badges/batches/{batch.pk}/progress/").json()
    assert (working["done"], working["total"]) in {(0, 1), (1, 1)}
    assert desk.get(f"badges/batches/{batch.pk}/file/").status_code == 404 or batch.state == "done"
    tasks.set_batch.call(batch.pk)
    assert desk.get(f"badges/batches/{batch.pk}/progress/").json()["state"] == "done"
    assert "1 badge is ready to print" in text(desk.get(f"badges/batches/{batch.pk}/"))
    file = desk.get(f"badges/batches/{batch.pk}/file/")
    assert pages(b"".join(file.streaming_content)) == 1
    assert "attachment" in file["Content-Disposition"]
    digest = BadgeBatch.objects.get().file.digest  # type: ignore[union-attr]
    assert Client().get(f"/media/{digest}/badges.pdf").status_code == 404  # it lies among no public media
    assert desk.client.get(f"/media/{digest}/badges.pdf").status_code == 404
    assert desk.post(f"badges/batches/{batch.pk}/remove/", {}).status_code == 302
    assert BadgeBatch.objects.count() == 0


@pytest.mark.parametrize("data", [{"paper": "a5"}, {}, {"paper": "a6", "query": "q=nobody+at+all"}])
def test_a_batch_that_cannot_be_is_said(desk: Any, person: Any, data: dict[str, str]) -> None:
    answer = desk.client.post(desk.address("badges/batches/new/"), data, follow=True)
    assert "Choose one of the papers" in text(answer) or "Nobody who may hold a badge" in text(answer)
    assert BadgeBatch.objects.count() == 0


def test_another_editions_batch_is_not_there(desk: Any, person: Any) -> None:
    from everfair.registration.actions.batches import start_batch
    from everfair.registration.queries.badge_table import BadgeFilters

    elsewhere = make_badge_holder()
    batch = start_batch(elsewhere.edition, BadgeFilters(), by=None)
    for path in ("", "file/", "progress/"):
        assert desk.get(f"badges/batches/{batch.pk}/{path}").status_code == 404
    assert desk.get(f"badges/of/{elsewhere.code}/").status_code == 404


def test_the_file_defuses_formulas(desk: Any, person: Any) -> None:
    make_badge_holder(person.kind, name="=HYPERLINK(1)")
    issue_badge(person, by=None)
    rows = b"".join(desk.get("badges/table.csv").streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in rows
    assert "李娜" in rows
    assert "EF1:" not in rows
    assert desk.get("badges/table.xlsx").status_code == 200


def test_keys_are_rotated_and_distrusted_under_fresh_proof(desk: Any, person: Any) -> None:
    badge = issue_badge(person, by=None)
    bare = Client()
    bare.force_login(desk.user)
    assert "reauthenticate" in bare.post(desk.address("badges/keys/rotate/"))["Location"]
    assert SigningKey.objects.count() == 1
    assert desk.post("badges/keys/rotate/", {}).status_code == 302
    assert SigningKey.objects.count() == 2
    silent = desk.post("badges/keys/1/distrust/", {"reason": ""})
    assert (silent.status_code, "Say why" in text(silent)) == (422, True)
    assert desk.post("badges/keys/1/distrust/", {"reason": "Stolen"}).status_code == 302
    badge.refresh_from_db()
    assert badge.state == "void"
    assert "distrusted" in text(desk.get("badges/keys/"))
    assert desk.post("badges/keys/9/distrust/", {"reason": "Stolen"}).status_code == 404


def test_a_reader_sees_and_changes_nothing(desk: Any, person: Any) -> None:
    issue_badge(person, by=None)
    reader = make_user()
    make_team_member(desk.edition, reader, "reader")
    client = desk.client_of(reader)
    shown = text(client.get(desk.address("badges/")))
    assert "李娜" in shown
    assert "batches/new" not in shown
    assert "again/" not in text(client.get(desk.address(f"badges/of/{person.code}/")))
    assert client.get(desk.address("badges/table.csv")).status_code == 404
    assert client.post(desk.address(f"badges/of/{person.code}/again/"), {"reason": "x"}).status_code == 404


def test_pages_speak_without_a_script_and_hold_no_inline_code(desk: Any, person: Any) -> None:
    issue_badge(person, by=None)
    for path in ("badges/", f"badges/of/{person.code}/", "badges/batches/", "badges/keys/"):
        for lang in ("en", "zh"):
            shown = text(desk.client.get(desk.address(path, lang)))
            assert "style=" not in shown
            assert "onclick" not in shown


def test_the_log_speaks_of_badges_in_words(desk: Any, person: Any) -> None:
    badge = issue_badge(person, by=desk.user)
    desk.post("badges/keys/rotate/", {})
    desk.post(f"badges/of/{person.code}/again/", {"reason": "Lost in hall 2"})
    shown = text(desk.get("log/"))
    for words in (
        "Badge issued",
        "Badge issued again",
        "Signing key made",
        "Signing key rotated",
        "Lost in hall 2",
    ):
        assert words in shown, words
    assert "registration.badge" not in re.sub(r'value="[^"]*"', "", shown)
    assert badge.code not in shown


def test_badges_that_end_too_early_are_told_and_issued_again(desk: Any, person: Any) -> None:
    issue_badge(person, by=None)
    assert "before the fair does" not in text(desk.get("badges/"))
    desk.edition.ends_on += timedelta(days=30)
    desk.edition.save()
    assert "1 badge ends before the fair does" in text(desk.get("badges/"))
    assert desk.post("badges/renew/", {}).status_code == 302
    tasks.renew_short.call(desk.edition.pk)
    assert "before the fair does" not in text(desk.get("badges/"))
    assert person.badges.count() == 2
