"""The team's pages of registration: table, decisions on many and undo, one person, kinds and questions, invitations, pairs."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from everfair.fair.models import BadgeKind
from everfair.gateways.tables import read_rows
from everfair.registration import tasks
from everfair.registration.actions.duplicates import find_duplicates
from everfair.registration.models import (
    DuplicatePair,
    Registration,
    RegistrationInvitation,
    RegistrationList,
)
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_delegation
from tests.factories.people import make_membership, make_organisation, make_user
from tests.factories.registration import make_kind, make_registration
from tests.web.organiser.conftest import Desk

QUESTION = {"code": "part", "label": {"en": "Your part", "zh": "角色"}, "kind": "choice", "is_required": True,
            "options": [{"code": "buy", "label": {"en": "Buying", "zh": "采购"}},
                        {"code": "look", "label": {"en": "Looking", "zh": "了解"}}]}  # fmt: skip


@pytest.fixture
def kind(desk: Desk) -> BadgeKind:
    return make_kind(desk.edition, code="buyer", name={"en": "Buyer", "zh": "采购商"}, needs_approval=True)


def asked(kind: BadgeKind, count: int, **more: Any) -> list[Registration]:
    return [make_registration(kind, source="self", **more) for _n in range(count)]


def test_empty_then_filters_stand_in_the_address(desk: Desk, kind: BadgeKind) -> None:
    assert "Nobody has registered yet" in desk.get("registrations/").content.decode()
    asked(kind, 1, name="Lin Wei", country="KE")
    make_registration(kind, name="Wu Ming", organisation_name="Jade")
    page = desk.get("registrations/", state="requested").content.decode()
    assert "Lin Wei" in page
    assert "Wu Ming" not in page
    assert "Wu Ming" in desk.get("registrations/", q="jade").content.decode()
    assert "Nobody fits" in desk.get("registrations/", q="nothing").content.decode()
    assert desk.get("registrations/", country="KE", kind="buyer", source="self").status_code == 200


def test_decisions_on_many_tell_what_was_refused_and_can_be_undone(desk: Desk, kind: BadgeKind) -> None:
    kind.capacity = 2
    kind.save()
    rows = asked(kind, 3)
    codes = [row.code for row in rows]
    answer = desk.client.post(
        desk.address("registrations/change/"), {"state": "approved", "code": codes, "query": "state=requested"}, follow=True
    )  # fmt: skip
    assert sorted(Registration.objects.values_list("state", flat=True)) == ["approved", "approved", "waiting"]
    page = answer.content.decode()
    assert "3 people approved" in page
    assert "/registrations/undo/" in page
    key = next(iter(desk.client.session["registration_undo"]))
    desk.post(f"registrations/undo/{key}/", {})
    assert set(Registration.objects.values_list("state", flat=True)) == {"requested"}
    kind.refresh_from_db()
    assert kind.expected == 0
    again = desk.client.post(desk.address(f"registrations/undo/{key}/"), {}, follow=True)
    assert "nothing to undo" in again.content.decode()


def test_all_that_were_found_and_declining_needs_a_reason(desk: Desk, kind: BadgeKind) -> None:
    asked(kind, 2)
    data = {"state": "declined", "all": "1", "query": "state=requested"}
    answer = desk.client.post(desk.address("registrations/change/"), data, follow=True)
    assert "Say why" in answer.content.decode()
    desk.post("registrations/change/", {**data, "reason": "Full."})
    assert set(Registration.objects.values_list("state", "reason")) == {("declined", "Full.")}


def test_exports_hold_answers_in_words_and_defuse_formulas(
    desk: Desk, kind: BadgeKind, tmp_path: Path
) -> None:
    kind.questions = [QUESTION]
    kind.save()
    make_registration(kind, name="=cmd()", answers={"part": "buy"}, consents=["news"])
    text = b"".join(desk.get("registrations.csv").streaming_content).decode("utf-8-sig")
    head, row = text.splitlines()
    assert head.endswith("Your part")
    assert "'=cmd()" in row
    assert row.endswith("Buying")
    assert "news" in row
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"".join(desk.get("registrations.xlsx").streaming_content))
    (line,) = read_rows(path).rows()
    assert line.values["Name"] == "=cmd()"
    assert line.values["Your part"] == "Buying"
    assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")


def test_one_person_is_seen_changed_decided_and_written_to(desk: Desk, kind: BadgeKind) -> None:
    (row,) = asked(kind, 1, name="Lin Wei")
    page = desk.get(f"registrations/{row.code}/").content.decode()
    assert "Lin Wei" in page
    assert "Approve" in page
    refused = desk.post(f"registrations/{row.code}/decide/", {"deed": "decline", "reason": " "})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    desk.post(f"registrations/{row.code}/decide/", {"deed": "approve"})
    row.refresh_from_db()
    assert row.state == "approved"
    edit = {"name": "Lin W.", "email": row.email, "language": "en", "watch": "vip", "version": row.version}
    assert desk.post(f"registrations/{row.code}/edit/", edit).status_code == 302
    late = desk.post(f"registrations/{row.code}/edit/", edit)
    assert late.status_code == 422
    assert "while you were writing" in late.content.decode()
    row.refresh_from_db()
    assert (row.name, row.watch) == ("Lin W.", "vip")
    assert desk.post(f"registrations/{row.code}/letter/", {}).status_code == 302


def test_somebody_at_the_counter_is_approved_by_the_teams_hand(desk: Desk, kind: BadgeKind) -> None:
    assert desk.get("registrations/as/buyer/").status_code == 200
    desk.post("registrations/as/buyer/", {"name": "Ada", "language": "en", "watch": ""})
    row = Registration.objects.get()
    assert (row.state, row.source, row.email) == ("approved", "team", "")


def test_rules_of_a_kind_are_saved_in_the_fairs_time_and_more_places_move_people_up(
    desk: Desk, kind: BadgeKind
) -> None:
    kind.capacity, kind.needs_approval = 1, False
    kind.save()
    make_registration(kind)
    waiting = make_registration(kind)
    page = desk.get("badge-kinds/").content.decode()
    assert "Buyer" in page
    rules = {
        "name_en": "Buyer", "name_zh": "采购商", "is_open": "on", "capacity": "2", "motif": "3",
        "opens_at": "2026-08-01T09:00", "version": kind.version,
    }  # fmt: skip
    answer = desk.post("badge-kinds/buyer/", rules)
    assert answer.status_code == 302, answer.context["form"].errors
    kind.refresh_from_db()
    waiting.refresh_from_db()
    assert waiting.state == "approved"
    assert kind.expected == 2
    assert kind.opens_at is not None
    assert kind.opens_at.isoformat() == "2026-08-01T01:00:00+00:00"
    few = desk.post("badge-kinds/buyer/", {**rules, "capacity": "1", "version": kind.version})
    assert few.status_code == 422
    assert "2 people are approved already" in few.content.decode()
    late = desk.post("badge-kinds/buyer/", {**rules, "version": 1})
    assert late.status_code == 422
    assert "while you were writing" in late.content.decode()
    crossed = {**rules, "closes_at": "2026-07-01T09:00", "version": kind.version}
    assert "closes before it opens" in desk.post("badge-kinds/buyer/", crossed).content.decode()


def test_questions_are_added_changed_moved_removed_and_options_keep_their_codes(
    desk: Desk, kind: BadgeKind
) -> None:
    first = {
        "label_en": "Part?",
        "kind": "choice",
        "is_required": "on",
        "option0_en": "Buying",
        "option1_en": "Looking",
    }
    assert desk.get("badge-kinds/buyer/questions/new/").status_code == 200
    desk.post("badge-kinds/buyer/questions/new/", first)
    desk.post("badge-kinds/buyer/questions/new/", {"label_en": "Staff?", "kind": "number"})
    kind.refresh_from_db()
    part, staff = kind.questions
    assert part["is_required"]
    assert len(part["options"]) == 2
    assert staff["kind"] == "number"
    page = f"badge-kinds/buyer/questions/{part['code']}/"
    assert 'value="Looking"' in desk.get(page).content.decode()
    desk.post(page, {**first, "option0_en": "Purchase", "option0_zh": "采购"})
    alone = desk.post(page, {"label_en": "Part?", "kind": "choice", "option0_en": "Only"})
    assert alone.status_code == 422
    assert "two answers at least" in alone.content.decode()
    kind.refresh_from_db()
    assert kind.questions[0]["options"][0] == {
        "code": part["options"][0]["code"], "label": {"en": "Purchase", "zh": "采购"}
    }  # fmt: skip
    desk.post(page + "move/", {"step": "down"})
    desk.post(f"badge-kinds/buyer/questions/{staff['code']}/remove/", {})
    kind.refresh_from_db()
    assert [one["code"] for one in kind.questions] == [part["code"]]


def test_invitations_pasted_in_part_refused_sent_again_and_withdrawn(desk: Desk, kind: BadgeKind) -> None:
    assert "Nobody was invited yet" in desk.get("invitations/").content.decode()
    data = {"kind": "buyer", "people": "lin@x.org\nnobody", "language": "zh", "days": "10"}
    answer = desk.post("invitations/new/", data)
    assert answer.status_code == 422
    assert "Line 2" in answer.content.decode()
    row = RegistrationInvitation.objects.get()
    assert row.language == "zh"
    assert (row.expires_at - row.sent_at).days == 10
    assert "lin@x.org" in desk.get("invitations/", state="open").content.decode()
    desk.post(f"invitations/{row.pk}/withdraw/", {})
    row.refresh_from_db()
    assert row.withdrawn_at is not None
    desk.post(f"invitations/{row.pk}/again/", {})
    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_pairs_are_found_compared_joined_and_undone(desk: Desk, kind: BadgeKind) -> None:
    other = make_kind(desk.edition)
    kept, gone = make_registration(kind, email="lin@x.org"), make_registration(other, email="lin@x.org")
    assert "No pair waits" in desk.get("duplicates/").content.decode()
    assert "1 new pair" in desk.client.post(desk.address("duplicates/find/"), follow=True).content.decode()
    pair = DuplicatePair.objects.get()
    assert "same e-mail" in desk.get("duplicates/").content.decode()
    assert kept.name in desk.get(f"duplicates/{pair.pk}/").content.decode()
    assert "Perhaps the same person" in desk.get(f"registrations/{kept.code}/").content.decode()
    answer = desk.client.post(desk.address(f"duplicates/{pair.pk}/decide/"), {"keep": kept.code}, follow=True)
    assert f"duplicates/{pair.pk}/undo/" in answer.content.decode()
    gone.refresh_from_db()
    assert gone.merged_into == kept
    assert desk.get(f"registrations/{gone.code}/").status_code == 200
    desk.post(f"duplicates/{pair.pk}/undo/", {})
    gone.refresh_from_db()
    assert gone.merged_into is None
    assert gone.state == "approved"
    desk.post(f"duplicates/{pair.pk}/decide/", {"keep": ""})
    assert find_duplicates(desk.edition) == 0


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [("registrations/", 13), ("badge-kinds/", 8), ("invitations/", 9), ("duplicates/", 9)],
)
def test_lists_ask_the_same_number_of_questions(
    desk: Desk, kind: BadgeKind, path: str, queries: int, count: int, django_assert_max_num_queries: Any
) -> None:
    from everfair.registration.actions.invitations import invite

    for n in range(count):
        row = make_registration(kind, email=f"p{n}@x.org", name=f"P{n}", country="KE")
        make_registration(make_kind(desk.edition), email=row.email)
        invite(desk.edition, kind, f"q{n}@x.org", by=None)
    find_duplicates(desk.edition)
    desk.get(path)
    with django_assert_max_num_queries(queries):
        assert desk.get(path).status_code == 200


CSV = "No,Name,E-mail,Company\n1,Ada,ada@x.org,Jade\n2,Bea,ADA@x.org,Jade\n"


def test_a_list_goes_from_the_file_to_the_people(
    desk: Desk, kind: BadgeKind, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    assert "No list came in yet" in desk.get("lists/").content.decode()
    assert desk.get("lists/new/").status_code == 200
    empty = desk.post("lists/new/", {"kind": "buyer", "file": SimpleUploadedFile("a.csv", b"Name\n")})
    assert empty.status_code == 422
    assert "no rows below" in empty.content.decode()
    desk.post("lists/new/", {"kind": "buyer", "file": SimpleUploadedFile("a.csv", CSV.encode())})
    run = RegistrationList.objects.get()
    page = desk.get(f"lists/{run.pk}/columns/").content.decode()
    assert "ada@x.org" in page
    wrong = desk.post(f"lists/{run.pk}/columns/", {"column-email": "2"})
    assert wrong.status_code == 422
    assert "which column holds" in wrong.content.decode()
    columns = {
        "column-name": "1",
        "column-email": "2",
        "column-organisation_name": "3",
        "column-external_id": "0",
    }
    desk.post(f"lists/{run.pk}/columns/", {**columns, "approve": "1"})
    run.refresh_from_db()
    tasks.check_people.call(run.pk)
    page = desk.get(f"lists/{run.pk}/").content.decode()
    assert "stands in row 2" in page
    assert "Leave the rows with errors out" in page
    assert desk.get(f"lists/{run.pk}/progress.json").json()["state"] == "done"
    assert "stands in row 2" in b"".join(desk.get(f"lists/{run.pk}/problems.csv").streaming_content).decode()
    refused = desk.client.post(desk.address(f"lists/{run.pk}/apply/"), follow=True)
    assert "1 rows have errors" in refused.content.decode()
    desk.post(f"lists/{run.pk}/apply/", {"skip": "1"})
    tasks.apply_people.call(run.pk)
    assert "See the people" in desk.get(f"lists/{run.pk}/").content.decode()
    assert "Ada" in desk.get("registrations/", list="a").content.decode()
    assert (
        "not at work"
        in desk.client.post(desk.address(f"lists/{run.pk}/carry-on/"), follow=True).content.decode()
    )
    assert (
        "cannot be stopped"
        in desk.client.post(desk.address(f"lists/{run.pk}/stop/"), follow=True).content.decode()
    )
    desk.post(f"lists/{run.pk}/clear/", {})
    assert not RegistrationList.objects.exists()
    assert Registration.objects.filter(list_name="a").count() == 1


def test_a_delegation_brings_its_group_within_its_number(desk: Desk) -> None:
    person = make_user()
    delegation = make_delegation(desk.edition, person)
    closed = Desk.client_of(person)
    address = f"/en/desk/delegations/{delegation.code}/people/"
    assert "bring no people" in closed.get(address).content.decode()
    kind = make_kind(desk.edition, code="group", is_open=False, per_delegation=2)
    assert "0 of 2 taken" in closed.get(address).content.decode()
    pasted = {
        "kind": "group",
        "language": "zh",
        "people": "林伟\tlin@x.org\t青岚\nWu, nonsense@, Jade\nAda; ada@x.org\nBo, bo@x.org",
    }
    answer = closed.post(address, pasted)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 2" in page
    assert "may have 2 people" in page
    rows = {row.name: row for row in Registration.objects.filter(kind=kind)}
    assert set(rows) == {"林伟", "Ada"}
    assert (rows["林伟"].organisation_name, rows["林伟"].source, rows["林伟"].delegation) == (
        "青岚",
        "group",
        delegation,
    )
    closed.post(f"{address}{rows['Ada'].code}/cancel/")
    assert (
        closed.post(address, {"kind": "group", "language": "en", "people": "Bo, bo@x.org"}).status_code == 302
    )
    other = make_delegation(desk.edition, make_user())
    assert closed.get(f"/en/desk/delegations/{other.code}/people/").status_code == 404
    stolen = make_registration(kind, source="group", delegation=other)
    assert closed.post(f"{address}{stolen.code}/cancel/").status_code == 404


def test_a_firm_registers_its_own_people_once_it_is_accepted(desk: Desk) -> None:
    owner = make_user()
    firm = make_organisation(name={"en": "Jade", "zh": "玉"})
    make_membership(owner, firm)
    exhibitor = make_exhibitor(desk.edition, organisation=firm, state="applied")
    kind = make_kind(desk.edition, code="exhibitor", is_open=False, per_firm=1)
    client = Desk.client_of(owner)
    address = f"/en/booth-desk/{exhibitor.code}/people/"
    assert "First the booth" in client.get(address).content.decode()
    lines = {"kind": "exhibitor", "language": "en", "people": "Ada, ada@x.org\nBo, bo@x.org"}
    client.post(address, lines)
    assert not Registration.objects.exists()
    type(exhibitor).objects.filter(pk=exhibitor.pk).update(state="accepted")
    page = client.post(address, lines).content.decode()
    assert "A firm may have 1 people" in page
    row = Registration.objects.get(kind=kind)
    assert (row.organisation, row.organisation_name, row.source, row.state) == (
        firm,
        "Jade",
        "firm",
        "approved",
    )
    stranger = Desk.client_of(make_user())
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}{row.code}/cancel/").status_code == 404
    client.post(f"{address}{row.code}/cancel/")
    row.refresh_from_db()
    assert row.state == "cancelled"
