"""Pages about leads: list, one lead, team, questions, files, the form without script, and the door of the queue."""

import csv
import io
import json
import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from everfair.leads import actions
from everfair.leads.models import Lead, LeadQuestion, LeadScan
from everfair.registration.actions.badges import reissue_badge
from tests.factories.fair import make_team_member
from tests.factories.leads import make_booth, make_lead, make_staff, make_visitor, scan
from tests.factories.people import make_user
from tests.web.exhibitor.conftest import said

pytestmark = pytest.mark.django_db


class LeadDesk:
    """The browser of one of the booth's people."""

    def __init__(self, booth: Any = None, role: str = "booth_staff") -> None:
        self.booth = booth or make_booth()
        self.person = make_staff(self.booth, role)
        self.client = Client()
        self.client.force_login(self.person)

    def url(self, name: str, **kwargs: Any) -> str:
        return reverse(f"exhibitor:leads.{name}", kwargs={"code": self.booth.code, **kwargs})

    def get(self, name: str, query: dict[str, str] | None = None, **kwargs: Any) -> Any:
        return self.client.get(self.url(name, **kwargs), query or {})

    def post(self, name: str, data: dict[str, Any], **kwargs: Any) -> Any:
        return self.client.post(self.url(name, **kwargs), data, follow=True)

    def send(self, *scans: Any, **more: Any) -> Any:
        body = json.dumps({"scans": scans, **more})
        return self.client.post(self.url("scan_send"), body, content_type="application/json")


@pytest.fixture
def desk(db: None) -> LeadDesk:
    return LeadDesk()


def question(booth: Any, **extra: Any) -> LeadQuestion:
    values = {"label": {"en": "When do they decide?", "zh": "何时决定？"}, "kind": "choice", **extra}
    if values["kind"] in ("choice", "many"):
        values.setdefault(
            "options",
            [{"label": {"en": "This year", "zh": "今年"}}, {"label": {"en": "Later", "zh": "以后"}}],
        )
    return actions.save_question(booth, None, values, by=None)


@pytest.mark.parametrize("role", ["owner", "editor", "booth_staff", "lead_only"])
def test_everybody_of_the_firm_takes_leads(role: str) -> None:
    desk = LeadDesk(role=role)
    lead = make_lead(desk.booth, agrees=True)
    pages = ["lead_list", "scan_create", "team_show"]
    assert {desk.get(name).status_code for name in pages} == {200}
    assert lead.registration.name in desk.get("lead_edit", lead=lead.code).content.decode()
    asks = 200 if role in ("owner", "editor") else 404
    assert desk.get("question_list").status_code == asks
    assert ("/leads/questions/" in desk.get("lead_list").content.decode()) is (asks == 200)


def test_neither_the_organiser_nor_another_exhibitor_reads_leads(desk: LeadDesk) -> None:
    lead = make_lead(desk.booth, agrees=True)
    administrator, superuser = make_user(), make_user(is_superuser=True)
    make_team_member(desk.booth.edition, administrator, "administrator")
    other = make_staff(make_booth(desk.booth.edition), "owner")
    for person in (administrator, superuser, other):
        client = Client()
        client.force_login(person)
        for name in ("lead_list", "team_show", "scan_create", "scan_send"):
            assert client.get(desk.url(name)).status_code == 404, (person, name)
        assert client.get(desk.url("lead_edit", lead=lead.code)).status_code == 404
        assert client.get(desk.url("lead_export", kind="csv")).status_code == 404
    client.force_login(administrator)
    overview = reverse("exhibitor:exhibition.booth_overview", args=[desk.booth.code])
    assert "/leads/" not in client.get(overview).content.decode()
    assert "/leads/" in desk.client.get(overview).content.decode()
    log = client.get(reverse("organiser:fair.log_list", args=[desk.booth.edition.slug]))
    assert lead.code not in log.content.decode()


def test_another_booths_lead_is_not_found(desk: LeadDesk) -> None:
    foreign = make_lead(make_booth(desk.booth.edition))
    assert desk.get("lead_edit", lead=foreign.code).status_code == 404
    assert desk.get("lead_card", lead=foreign.code).status_code == 404


def test_names_appear_only_where_they_are_shared(desk: LeadDesk) -> None:
    quiet = make_lead(
        desk.booth, name="Quiet Person", organisation_name="Quiet Firm", email="quiet@example.org"
    )
    open_ = make_lead(desk.booth, agrees=True, name="Open Person")
    pages = [desk.get("lead_list").content.decode(), desk.get("lead_edit", lead=quiet.code).content.decode()]
    files = [
        b"".join(desk.get("lead_export", kind=kind)).decode("utf-8", "replace") for kind in ("csv", "vcf")
    ]
    for text in (*pages, *files):
        assert "Quiet" not in text
        assert "quiet@example.org" not in text
    assert "Open Person" in pages[0]
    assert quiet.code.upper() in pages[0]
    assert files[1].count("BEGIN:VCARD") == 1
    assert desk.get("lead_card", lead=quiet.code).status_code == 404
    assert b"FN:Open Person" in desk.get("lead_card", lead=open_.code).content
    assert not desk.get("lead_list", {"q": "Quiet"}).context["rows"]


class TestList:
    def test_filters(self, desk: LeadDesk) -> None:
        mate = make_staff(desk.booth)
        yesterday = timezone.now() - timedelta(days=1)
        hot = make_lead(desk.booth, by=desk.person, values={"interest": "hot", "note": "Wants ISO audits"})
        old = make_lead(desk.booth, by=mate, values={"follow_up_on": date(2026, 1, 5), "at": yesterday})
        make_lead(desk.booth, by=mate, values={"interest": "cold", "follow_up_on": date(2090, 1, 1)})

        def found(**query: str) -> set[str]:
            return {row[0].code for row in desk.get("lead_list", query).context["rows"]}

        assert len(found()) == 3
        assert found(interest="hot") == {hot.code}
        assert found(interest="none") == {old.code}
        assert found(by=str(desk.person.pk)) == {hot.code}
        assert found(due="1") == {old.code}
        assert found(day=yesterday.astimezone().date().isoformat()) <= {old.code, hot.code} | found()
        assert found(q="iso audits") == {hot.code}
        assert found(q=hot.code.upper()) == {hot.code}
        assert len(found(day="nonsense", by="x'", interest="boiling", sort="?")) == 3
        order = [row[0].code for row in desk.get("lead_list", {"sort": "follow_up"}).context["rows"]]
        assert order[0] == old.code
        order = [row[0].code for row in desk.get("lead_list", {"sort": "interest"}).context["rows"]]
        assert order[0] == hot.code
        assert order[-1] == old.code

    def test_empty_and_nothing_found(self, desk: LeadDesk) -> None:
        assert "No lead yet" in desk.get("lead_list").content.decode()
        make_lead(desk.booth)
        assert "No lead like this" in desk.get("lead_list", {"q": "zzz"}).content.decode()

    def test_pages(self, desk: LeadDesk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("everfair.web.exhibitor.leads.A_PAGE", 2)
        for _number in range(3):
            make_lead(desk.booth)
        page = desk.get("lead_list", {"page": "2"})
        assert len(page.context["rows"]) == 1
        assert "page=1" in page.content.decode()

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_same_number_of_queries(self, count: int, django_assert_num_queries: Any) -> None:
        desk = LeadDesk()
        question(desk.booth)
        for _number in range(count):
            make_lead(desk.booth, agrees=True, by=desk.person)
        with django_assert_num_queries(10):
            assert len(desk.get("lead_list").context["rows"]) == count


class TestFiles:
    def test_a_workbook_with_answers_in_words_and_no_formula(self, desk: LeadDesk) -> None:
        asked = question(desk.booth)
        make_lead(
            desk.booth, agrees=True, name="=cmd()", by=desk.person,
            values={"note": "+1", "answers": {asked.code: asked.options[0]["code"]}, "interest": "warm"},
        )  # fmt: skip
        answer = desk.get("lead_export", kind="csv")
        rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert (rows[0]["Name"], rows[0]["Note"]) == ("'=cmd()", "'+1")
        assert (rows[0]["When do they decide?"], rows[0]["Interest"]) == ("This year", "warm")
        answer = desk.get("lead_export", {"interest": "hot"}, kind="xlsx")
        book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
        assert len(book.get_sheet_by_index(0).to_python()) == 1
        assert desk.get("lead_export", kind="exe").status_code == 404

    def test_withdrawn_leads_say_so_and_nothing_else(self, desk: LeadDesk) -> None:
        lead = make_lead(desk.booth, agrees=True, name="Gone Person", values={"note": "Gone words"})
        actions.withdraw_lead(lead, by=None)
        text = b"".join(desk.get("lead_export", kind="csv").streaming_content).decode()
        assert "withdrawn" in text
        assert "Gone" not in text
        page = desk.get("lead_edit", lead=lead.code).content.decode()
        assert "This visitor withdrew" in page
        assert "Gone" not in page


class TestLeadPage:
    def test_notes_are_saved_and_the_second_editor_sees_both(self, desk: LeadDesk) -> None:
        lead = make_lead(desk.booth)
        page = desk.post("lead_edit", {"version": "1", "interest": "hot", "note": "Mine"}, lead=lead.code)
        assert said(page) == ["Saved."]
        answer = desk.client.post(
            desk.url("lead_edit", lead=lead.code), {"version": "1", "interest": "cold", "note": "Also"}
        )
        assert answer.context["theirs"] == [("Interest", "hot"), ("Note", "Mine")]
        assert "Nothing was overwritten" in answer.content.decode()
        assert Lead.objects.get().note == "Mine"
        desk.post(
            "lead_edit",
            {"version": str(answer.context["version"]), "interest": "cold", "note": "Also"},
            lead=lead.code,
        )
        assert Lead.objects.get().note == "Also"

    def test_a_required_answer_is_asked_for_beside_its_field(self, desk: LeadDesk) -> None:
        asked = question(desk.booth, is_required=True)
        lead = make_lead(desk.booth)
        answer = desk.client.post(desk.url("lead_edit", lead=lead.code), {"version": "1", "note": "Typed"})
        assert answer.context["form"].errors[f"q_{asked.code}"]
        assert "Typed" in answer.content.decode()
        assert desk.get("lead_list").context["rows"][0][0].missing == 1

    def test_who_saves_after_the_visitor_withdrew_is_told(self, desk: LeadDesk) -> None:
        lead = make_lead(desk.booth)
        actions.withdraw_lead(lead, by=None)
        answer = desk.client.post(desk.url("lead_edit", lead=lead.code), {"version": "1", "note": "Late"})
        assert "nothing can be noted" in said(answer)[0]
        assert Lead.objects.get().note == ""

    def test_what_a_colleague_noted_otherwise_is_settled(self, desk: LeadDesk) -> None:
        _registration, code = make_visitor(desk.booth.edition)
        scan(desk.booth, code, desk.person, interest="hot")
        second = scan(desk.booth, code, make_staff(desk.booth), interest="cold")
        lead = Lead.objects.get()
        assert "noted otherwise" in desk.get("lead_edit", lead=lead.code).content.decode()
        page = desk.post("scan_settle", {"take": "1"}, lead=lead.code, pk=second.scan.pk)
        assert said(page) == ["Taken over."]
        assert Lead.objects.get().interest == "cold"
        assert (
            "nothing to settle"
            in said(desk.post("scan_settle", {"take": "1"}, lead=lead.code, pk=second.scan.pk))[0]
        )

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_same_number_of_queries(self, count: int, django_assert_num_queries: Any) -> None:
        desk = LeadDesk()
        _registration, code = make_visitor(desk.booth.edition)
        for _number in range(count):
            scan(desk.booth, code, desk.person)
            question(desk.booth)
        lead = Lead.objects.get()
        with django_assert_num_queries(9):
            assert len(desk.get("lead_edit", lead=lead.code).context["scans"]) == count


class TestScanPageWithoutScript:
    def test_a_typed_code_becomes_a_lead(self, desk: LeadDesk) -> None:
        asked = question(desk.booth, kind="many")
        _registration, code = make_visitor(desk.booth.edition)
        codes = [one["code"] for one in asked.options]
        page = desk.get("scan_create")
        assert page["Permissions-Policy"].startswith("camera=(self)")
        key = page.context["scan"]["key"].value()
        data = {
            "code": f" {code.lower()} ",
            "key": key,
            "interest": "hot",
            f"q_{asked.code}": codes,
            "note": "n",
        }
        answer = desk.post("scan_create", data)
        lead = Lead.objects.get()
        assert answer.redirect_chain[-1][0] == desk.url("lead_edit", lead=lead.code)
        assert (lead.interest, lead.answers, lead.note) == ("hot", {asked.code: codes}, "n")
        desk.post("scan_create", data)
        assert LeadScan.objects.count() == 1

    def test_a_void_badge_gets_clear_words_and_what_was_typed_stays(self, desk: LeadDesk) -> None:
        registration, code = make_visitor(desk.booth.edition)
        reissue_badge(registration, by=None, reason="Lost")
        answer = desk.client.post(desk.url("scan_create"), {"code": code, "key": "a" * 12, "note": "Typed"})
        text = answer.content.decode()
        assert "replaced by a newer one" in text
        assert "Typed" in text
        assert "a" * 12 not in text
        assert LeadScan.objects.get().refusal == "void"

    def test_nothing_typed(self, desk: LeadDesk) -> None:
        answer = desk.client.post(desk.url("scan_create"), {"code": ""})
        assert "Scan a badge, or type its code." in answer.content.decode()
        assert not LeadScan.objects.exists()

    def test_a_booth_not_accepted_yet_is_told(self) -> None:
        desk = LeadDesk(make_booth(state="applied"))
        answer = desk.client.post(desk.url("scan_create"), {"code": "EF1:AAAA"})
        assert "once your booth is accepted" in answer.content.decode()


class TestQueue:
    def test_a_queue_sent_twice_counts_once(self, desk: LeadDesk) -> None:
        codes = [make_visitor(desk.booth.edition)[1] for _number in range(3)]
        scans = [
            {"key": f"device-key-{number}", "code": code, "scanned_at": time.time() * 1000, "offline": True,
             "values": {"interest": "warm", "note": "n"}}
            for number, code in enumerate(codes)
        ]  # fmt: skip
        first, second = desk.send(*scans).json(), desk.send(*scans).json()
        assert [one["url"] for one in first["scans"]] == [one["url"] for one in second["scans"]]
        assert [one["words"] for one in first["scans"]] == ["Kept."] * 3
        assert (Lead.objects.count(), LeadScan.objects.filter(was_offline=True).count()) == (3, 3)

    def test_every_scan_gets_its_own_answer(self, desk: LeadDesk) -> None:
        _registration, code = make_visitor(desk.booth.edition)
        answers = desk.send(
            {
                "key": "key-good-1",
                "code": code,
                "values": {"interest": "boiling", "follow_up_on": "soon", "note": "n"},
            },
            {"key": "key-bad-1", "code": "EF1:NOTHING"},
            {"key": "x", "code": code},
            {"key": "key-good-2", "code": code, "values": "nonsense", "scanned_at": "yesterday", "by": "me"},
        ).json()["scans"]
        assert [one.get("refusal") for one in answers] == ["", "forged", None, ""]
        assert len(answers[0]["problems"]) == 2
        assert "key" in answers[2]["error"]
        assert Lead.objects.get().note == "n"

    def test_a_colleagues_scan_keeps_its_author_and_a_strangers_name_does_not_count(
        self, desk: LeadDesk
    ) -> None:
        mate, stranger = make_staff(desk.booth, "lead_only"), make_user()
        codes = [make_visitor(desk.booth.edition)[1] for _number in range(2)]
        desk.send(
            {"key": "key-of-mate", "code": codes[0], "by": mate.pk},
            {"key": "key-of-none", "code": codes[1], "by": stranger.pk},
        )
        authors = dict(LeadScan.objects.values_list("key", "by"))
        assert authors == {"key-of-mate": mate.pk, "key-of-none": desk.person.pk}

    @pytest.mark.parametrize(
        "odd",
        [
            {"code": "EF1:\ud800"},
            {"code": "EF1:\x00A"},
            {"code": 7},
            {"code": ["EF1:"]},
            {"code": None, "scanned_at": -1},
            {"code": "EF1:", "scanned_at": 1e300, "offline": "yes"},
            {"code": "EF1:", "values": {"note": "\ud800\x00", "interest": ["hot"], "q_": {}}},
        ],
    )
    def test_odd_scans_are_kept_with_their_refusal(self, desk: LeadDesk, odd: dict[str, Any]) -> None:
        question(desk.booth, kind="many")
        answer = desk.send({"key": "key-odd-1", **odd}, sent_at=odd.get("scanned_at"))
        assert answer.status_code == 200
        assert answer.json()["scans"][0]["refusal"] == "forged"
        assert LeadScan.objects.get().lead is None

    def test_a_clock_two_hours_off_is_put_right(self, desk: LeadDesk) -> None:
        _registration, code = make_visitor(desk.booth.edition)
        ahead = (time.time() + 7200) * 1000
        desk.send({"key": "key-clock", "code": code, "scanned_at": ahead - 600_000}, sent_at=ahead)
        age = timezone.now() - LeadScan.objects.get().scanned_at
        assert timedelta(minutes=9) < age < timedelta(minutes=11)

    @pytest.mark.parametrize("body", ["", "[]", "{", '{"scans": 1}', '{"scans": [1]}', "\xff", "[" * 5000])
    def test_nonsense_is_refused_with_a_sentence(self, desk: LeadDesk, body: str) -> None:
        answer = desk.client.post(desk.url("scan_send"), body, content_type="application/json")
        assert answer.status_code == 400
        assert "queue of scans" in answer.json()["error"]

    def test_too_many_at_once(self, desk: LeadDesk) -> None:
        assert desk.send(*[{"key": f"key-{number:08}"} for number in range(51)]).status_code == 413
        assert not LeadScan.objects.exists()

    def test_without_a_token_nothing_is_taken(self, desk: LeadDesk) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(desk.person)
        body = json.dumps({"scans": [{"key": "key-csrf-1", "code": "x"}]})
        assert strict.post(desk.url("scan_send"), body, content_type="application/json").status_code == 403
        token = strict.get(desk.url("scan_send")).json()["token"]
        sent = strict.post(
            desk.url("scan_send"), body, content_type="application/json", headers={"X-CSRFToken": token}
        )
        assert sent.status_code == 200

    def test_the_worker_holds_the_page_and_its_files(self, desk: LeadDesk) -> None:
        answer = desk.get("scan_worker")
        assert answer["Content-Type"].startswith("text/javascript")
        facts = json.loads(answer.content.decode().split("const FACTS = ")[1].split(";\n")[0])
        assert facts["page"] == desk.url("scan_create")
        assert desk.url("scan_worker").startswith(facts["page"])
        assert any("leads" in address and address.endswith(".js") for address in facts["assets"])


class TestQuestions:
    def test_written_changed_ordered_retired(self) -> None:
        desk = LeadDesk(role="editor")
        assert "No question of your own" in desk.get("question_list").content.decode()
        data = {
            "label_en": "When?",
            "label_zh": "何时？",
            "kind": "choice",
            "options": "Now | 现在\nLater | 以后",
        }
        assert said(desk.post("question_create", data)) == ["The question is asked from now on."]
        one = LeadQuestion.objects.get()
        keys = [option["code"] for option in one.options]
        desk.post("question_edit", {**data, "options": "At once | 马上\nLater | 以后"}, question=one.code)
        one.refresh_from_db()
        assert [option["code"] for option in one.options] == keys
        assert one.options[0]["label"] == {"en": "At once", "zh": "马上"}
        two = question(desk.booth, kind="text")
        desk.post("question_move", {"to": "up"}, question=two.code)
        assert [row.code for row in desk.get("question_list").context["questions"]] == [two.code, one.code]
        desk.post("question_retire", {"retire": "1"}, question=one.code)
        assert [row.code for row in desk.get("scan_create").context["notes"].questions] == [two.code]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"label_en": ""}, "label_en"),
            ({"label_en": "🎉"}, "label_en"),
            ({"options": "Only one"}, "options"),
            ({"options": "a | b | c"}, "options"),
            ({"kind": "dance"}, "kind"),
        ],
    )
    def test_bad_input_is_explained_at_its_field(self, changes: dict[str, str], field: str) -> None:
        desk = LeadDesk(role="owner")
        data = {"label_en": "When?", "kind": "choice", "options": "Now\nLater", **changes}
        answer = desk.client.post(desk.url("question_create"), data)
        assert answer.context["form"].errors[field]
        assert not LeadQuestion.objects.exists()

    def test_the_kind_of_an_answered_question_stays(self) -> None:
        desk = LeadDesk(role="owner")
        asked = question(desk.booth, kind="text")
        make_lead(desk.booth, values={"answers": {asked.code: "Soon"}})
        answer = desk.client.post(
            desk.url("question_edit", question=asked.code), {"label_en": "When?", "kind": "number"}
        )
        assert "has answers already" in str(answer.context["form"].errors["kind"])
        desk.post("question_retire", {"retire": "1"}, question=asked.code)
        lead = Lead.objects.get()
        assert "Soon" in desk.get("lead_edit", lead=lead.code).content.decode()


def test_the_home_of_lead_takers() -> None:
    desk = LeadDesk(role="lead_only")
    home = reverse("exhibitor:leads.lead_home")
    assert desk.client.get(home)["Location"] == desk.url("lead_list")
    second = make_booth()
    second.organisation = desk.booth.organisation
    second.save()
    assert len(desk.client.get(home).context["booths"]) == 2
    stranger = Client()
    stranger.force_login(make_user())
    assert "No booth to scan for" in stranger.get(home).content.decode()
