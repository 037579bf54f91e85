"""Outcomes at the organiser's desk and a delegation's: verify, publish many, totals against before, follow-ups, nothing told."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from everfair.base.models import AuditEntry
from everfair.deals.models import Rate
from everfair.outcomes.actions.confirming import refuse_outcome
from everfair.outcomes.actions.preparing import save_facts
from everfair.outcomes.models import FIELDS, EarlierTotal, FollowUp
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_delegation
from tests.factories.outcomes import (
    confirm_all,
    make_class,
    make_firm,
    make_outcome,
    make_published,
    signer_of,
)
from tests.factories.people import make_organisation, make_user
from tests.factories.quotations import make_rate

pytestmark = pytest.mark.django_db
LIST_QUERIES, SHOW_QUERIES, TOTAL_QUERIES = 15, 15, 15
SHOWN_BUT_VALUE = ("names", "summary", "day", "sectors", "countries", "delegations")


def test_from_the_queue_to_the_public_page(desk: Any) -> None:
    outcome = confirm_all(make_outcome(desk.edition, title={"en": "Cranes"}))
    assert "1 outcome waits to be verified" in desk.get("outcomes/").content.decode()
    url = f"outcomes/{outcome.code}/"
    assert "Verify" in desk.get(url).content.decode()
    desk.post(url + "decide/", {"what": "verify", "version": outcome.version})
    desk.post("outcomes/publish/", {"code": [f"{outcome.code}.{outcome.version}"]})
    outcome.refresh_from_db()
    assert outcome.state == "published"
    assert "Cranes" in Client().get(f"/en/{desk.edition.slug}/outcomes/").content.decode()
    refused = desk.client.post(desk.address(url + "decide/"), {"what": "withdraw"}, follow=True)
    assert "it stands at the address" in refused.content.decode()
    desk.post(url + "decide/", {"what": "withdraw", "why_en": "Void."})
    outcome.refresh_from_db()
    assert outcome.state == "withdrawn"


def test_only_what_was_looked_at_is_verified_and_published(desk: Any) -> None:
    outcome = confirm_all(make_outcome(desk.edition, value_from="1000"))
    url, seen = f"outcomes/{outcome.code}/decide/", outcome.version
    assert f'name="version" value="{seen}"' in desk.get(f"outcomes/{outcome.code}/").content.decode()
    facts: dict[str, Any] = {
        "kind": outcome.kind, "title": outcome.title, "summary": {}, "worth": "exact", "value_from": "900000000",
        "currency": "USD", "agreed_on": outcome.agreed_on, "sectors": [],
    }  # fmt: skip
    firm = outcome.parties.all()[0].exhibitor
    assert firm is not None
    save_facts(outcome, facts, by=signer_of(firm))
    confirm_all(outcome)
    for stale in (seen, ""):
        said = desk.client.post(desk.address(url), {"what": "verify", "version": stale}, follow=True)
        assert "was changed meanwhile" in said.content.decode()
        outcome.refresh_from_db()
        assert outcome.state == "confirmed"
    desk.post(url, {"what": "verify", "version": outcome.version})
    for code in (f"{outcome.code}.{seen}", outcome.code):
        said = desk.client.post(desk.address("outcomes/publish/"), {"code": [code]}, follow=True)
        assert f"changed meanwhile: {outcome.code}" in said.content.decode()
    desk.post(url, {"what": "publish", "version": outcome.version})
    outcome.refresh_from_db()
    assert outcome.state == "published"


def test_sent_back_with_words_its_parties_read(desk: Any) -> None:
    outcome = confirm_all(make_outcome(desk.edition))
    desk.post(f"outcomes/{outcome.code}/decide/", {"what": "send_back", "why": "The scan cannot be read."})
    firm = outcome.parties.first().exhibitor  # type: ignore[union-attr]
    client = Client()
    client.force_login(signer_of(firm))
    page = client.get(f"/en/my/outcomes/{desk.edition.slug}/{outcome.code}/").content.decode()
    assert "The scan cannot be read." in page


def test_the_list_is_searched_filtered_and_taken_out(desk: Any) -> None:
    north = make_delegation(desk.edition)
    firm = make_firm(desk.edition, delegation=north)
    confirm_all(make_outcome(desk.edition, title={"en": "Cranes"}, firms=[firm]))
    make_published(desk.edition, title={"en": "Glossary"}, kind="release")
    for query, there, away in (
        ({"q": "cranes"}, "Cranes", "Glossary"), ({"state": "published"}, "Glossary", "Cranes"),
        ({"class": "release"}, "Glossary", "Cranes"), ({"delegation": north.code}, "Cranes", "Glossary"),
        ({"q": firm.organisation.name["en"]}, "Cranes", "Glossary"),
    ):  # fmt: skip
        text = desk.get("outcomes/", **query).content.decode().split("<tbody>")[1]
        assert there in text, query
        assert away not in text, query
    assert "Cranes" in desk.get("outcomes/list.csv").getvalue().decode()
    assert desk.get("outcomes/list.xlsx").getvalue()[:2] == b"PK"
    assert "No outcome like this" in desk.get("outcomes/", q="nothing").content.decode()


def test_what_its_parties_have_not_all_confirmed_is_a_number_here(desk: Any) -> None:
    north = make_delegation(desk.edition, name={"en": "North Province"})
    firm = make_firm(desk.edition, delegation=north)
    outcome = make_outcome(
        desk.edition, title={"en": "Cranes"}, summary={"en": "Very quietly"}, value_from="424242",
        firms=[firm, make_firm(desk.edition)],
    )  # fmt: skip
    name, url = firm.organisation.name["en"], f"outcomes/{outcome.code}/"
    row = desk.get("outcomes/").content.decode().split("<tbody>")[1]
    for secret in ("Cranes", "424,242", name):
        assert secret not in row
    for number in ("Deal", "0 of 2 confirmed", "North Province", outcome.code):
        assert number in row
    for words in ("cranes", name):
        assert outcome.code not in desk.get("outcomes/", q=words).content.decode()
    assert outcome.code in desk.get("outcomes/", q=outcome.code).content.decode()
    line = desk.get("outcomes/list.csv").getvalue().decode()
    assert outcome.code in line
    assert not any(secret in line for secret in ("Cranes", "424242", name, "exact", "KE"))
    assert desk.get("outcomes/list.xlsx").getvalue()[:2] == b"PK"
    for part in ("", "change/", "parties/"):
        told = desk.client.get(desk.address(url + part), follow=True)
        assert told.redirect_chain == [(desk.address("outcomes/"), 302)]
        assert "You can read it once they have" in told.content.decode()
    assert desk.post(url + "decide/", {"what": "withdraw", "why_en": "Void."}).status_code == 404

    refuse_outcome(outcome.parties.all()[0], "Ten cranes, not nine", by=signer_of(firm))
    logged = str(list(AuditEntry.objects.values_list("object_label", "before", "after", "reason")))
    assert outcome.code in logged
    assert not any(secret in logged for secret in ("Cranes", "cranes", "424242", "quietly"))

    confirm_all(outcome)  # now it waits for the desk, which reads it all
    assert "Cranes" in desk.get("outcomes/", q=name).content.decode()
    assert "424,242" in desk.get(url).content.decode()
    assert "424242" in desk.get("outcomes/list.csv").getvalue().decode()


def test_what_was_public_once_is_read_while_it_is_changed(desk: Any) -> None:
    outcome = make_published(desk.edition, title={"en": "Cranes"})
    firm = outcome.parties.all()[0].exhibitor
    assert firm is not None
    facts: dict[str, Any] = {
        "kind": outcome.kind,
        "title": {"en": "Many cranes"},
        "worth": "none",
        "sectors": [],
    }
    save_facts(outcome, {**facts, "summary": {}, "agreed_on": None}, by=signer_of(firm))
    assert outcome.code in desk.get("outcomes/", q="cranes").content.decode()
    assert desk.get(f"outcomes/{outcome.code}/").status_code == 200


def test_a_delegation_counts_what_is_prepared_and_finds_by_no_name_held_back(desk: Any) -> None:
    member = make_user()
    north = make_delegation(desk.edition, member)
    ours = make_firm(desk.edition, delegation=north)
    held, open_ = (
        make_exhibitor(desk.edition, organisation=make_organisation(country="KE", name={"en": name}))
        for name in ("Quokka Holding", "Wombat Trading")
    )
    without_names = [name for name in FIELDS if name != "names"]
    prepared = make_outcome(desk.edition, firms=[ours, held], title={"en": "Not yet"})
    quiet = make_published(desk.edition, firms=[ours, held], title={"en": "Quiet"}, shown=without_names)
    make_published(desk.edition, firms=[ours, open_], title={"en": "Loud"})
    client, url = Client(), f"/en/desk/delegations/{north.code}/outcomes"
    client.force_login(member)
    page = client.get(url + "/").content.decode()
    assert "1 more is being prepared" in page
    assert "Not yet" not in page
    assert prepared.code not in page
    assert quiet.code in page
    assert "Not yet" not in client.get(url + ".csv").getvalue().decode()
    for words, there in (("quokka", ""), ("wombat", "Loud"), ("quiet", "Quiet")):
        for text in (
            client.get(url + "/", {"q": words}).content.decode(),
            client.get(url + ".csv", {"q": words}).getvalue().decode(),
        ):
            assert [title for title in ("Quiet", "Loud", "Not yet") if title in text] == (
                [there] if there else []
            )


def test_what_waits_is_one_press_away(desk: Any) -> None:
    confirm_all(make_outcome(desk.edition, title={"en": "Cranes"}))
    page = desk.get("outcomes/").content.decode()
    assert '?state=confirmed">To verify <small>1</small>' in page
    chosen = desk.get("outcomes/", state="confirmed", q="cranes").content.decode()
    assert '?state=confirmed" aria-current="page"' in chosen
    assert '<input type="hidden" name="state" value="confirmed">' in chosen  # a search stays among them


def test_a_picture_that_is_evidence_is_looked_at_on_the_page(desk: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    outcome = confirm_all(make_outcome(desk.edition))
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(picture, "PNG")
    sent = SimpleUploadedFile("signing.png", picture.getvalue(), "image/png")
    desk.post(f"outcomes/{outcome.code}/files/", {"files": sent})
    confirm_all(outcome)  # with this evidence
    address = desk.address(f"outcomes/{outcome.code}/files/{outcome.evidence.get().pk}/")
    assert f'<img src="{address}" alt="signing.png"' in desk.get(f"outcomes/{outcome.code}/").content.decode()


def test_the_press_reads_what_is_held_back_and_how_many(desk: Any) -> None:
    make_published(desk.edition, shown=SHOWN_BUT_VALUE, value_from="7654321")
    page = desk.get("outcomes/press/").content.decode()
    assert "7,654,321" not in page
    assert page.split("<tbody>")[1].count("held back") == 1
    assert "1 outcome<" in page


def test_the_organiser_prepares_and_confirms_a_release_alone(desk: Any) -> None:
    from everfair.outcomes.models import Outcome

    kind = make_class(desk.edition, "release")
    data = {"own": "organiser", "kind": kind.pk, "title_en": "Report", "worth": "none"}
    desk.post("outcomes/new/", data)
    outcome = Outcome.objects.get(edition=desk.edition)
    party = outcome.parties.get()
    desk.post(
        f"outcomes/{outcome.code}/do/",
        {"what": "confirm", "party": party.pk, "shown": ["names"], "version": outcome.version},
    )
    outcome.refresh_from_db()
    assert outcome.state == "confirmed"
    assert desk.post("outcomes/new/", {**data, "title_en": ""}).status_code == 422


def test_totals_stand_beside_earlier_editions_and_figures_brought_in(desk: Any) -> None:
    make_published(desk.edition)
    make_published(desk.edition, kind="award", worth="none")
    lines = b"year,dimension,code,name_en,name_zh,count,source\n2020,class,deal,Deal,,240,report\n2020,class,award,,,263,\n"
    desk.post("outcomes/earlier/", {"file": SimpleUploadedFile("a.csv", lines)})
    assert EarlierTotal.objects.count() == 2
    page = desk.get("outcomes/totals/").content.decode()
    assert "240" in page
    assert "503" in page  # the whole of 2020, from its classes
    bad = b"year,dimension,code,count\n2020,class,deal,many\n2021,class,deal,5\n"
    said = desk.client.post(
        desk.address("outcomes/earlier/"), {"file": SimpleUploadedFile("a.csv", bad)}, follow=True
    )
    assert "is no whole number" in said.content.decode()
    assert EarlierTotal.objects.count() == 2  # no half import
    assert "class,deal" in desk.get("outcomes/totals.csv").getvalue().decode()
    desk.post("outcomes/earlier/remove/", {"year": "9" * 5000})  # more digits than a number may have
    assert EarlierTotal.objects.count() == 2
    desk.post("outcomes/earlier/remove/", {"year": "2020"})
    assert not EarlierTotal.objects.exists()


def test_a_single_value_that_was_held_back_is_in_no_table_that_is_handed_on(desk: Any) -> None:
    make_published(desk.edition, shown=SHOWN_BUT_VALUE, value_from="7654321", currency="USD")
    make_published(desk.edition, kind="award", value_from="1000", currency="EUR")
    Rate.objects.create(
        edition=desk.edition,
        currency="EUR",
        base="USD",
        value=Decimal("1.1"),
        on=date(2026, 9, 1),
        source="central bank",
    )
    page = desk.get("outcomes/totals/", currency="USD", on="2026-09-05").content.decode()
    assert "7,654,321" not in page
    assert "7654321" not in page
    assert "1,100" in page
    assert "held back" in page
    assert "central bank" in page
    assert "Without a rate" in desk.get("outcomes/totals/", currency="CNY").content.decode()


def test_follow_ups_are_asked_by_the_button_once(desk: Any, django_capture_on_commit_callbacks: Any) -> None:
    from everfair.outcomes.actions.following import ask_due

    assert "Nothing is due now." in desk.get("outcomes/follow-ups/").content.decode()
    make_published(desk.edition, agreed_on=timezone.localdate())
    assert "The next question goes out on" in desk.get("outcomes/follow-ups/").content.decode()
    outcome = make_published(desk.edition, agreed_on=date(2025, 9, 5))
    assert "Ask about 1 outcome" in desk.get("outcomes/follow-ups/").content.decode()
    assert ask_due(datetime(2026, 10, 1, tzinfo=UTC), edition=desk.edition) == 1
    assert ask_due(datetime(2026, 10, 1, tzinfo=UTC), edition=desk.edition) == 0
    assert FollowUp.objects.get(outcome=outcome).months == 12  # the latest alone


def test_a_delegation_reads_its_own_outcomes_and_no_value_held_back(desk: Any) -> None:
    member = make_user()
    north, coast = make_delegation(desk.edition, member), make_delegation(desk.edition)
    make_published(
        desk.edition, firms=[make_firm(desk.edition, delegation=north)], title={"en": "Ours"}, value_from="7654321",
        shown=SHOWN_BUT_VALUE, currency="CNY",
    )  # fmt: skip
    make_published(desk.edition, firms=[make_firm(desk.edition, delegation=coast)], title={"en": "Theirs"})
    client = Client()
    client.force_login(member)
    page = client.get(f"/en/desk/delegations/{north.code}/outcomes/").content.decode()
    assert "Ours" in page
    assert "Theirs" not in page
    assert "7,654,321" not in page
    assert "7654321" not in client.get(f"/en/desk/delegations/{north.code}/outcomes.csv").getvalue().decode()


def test_tables_by_other_rates_leave_no_value_when_one_is_taken_off_another(desk: Any) -> None:
    """Before the first rate of EUR its outcome was out, later in: the difference of the two sums was its value."""
    north = make_delegation(desk.edition)
    shared: dict[str, Any] = {"shown": SHOWN_BUT_VALUE}
    for amount, currency in (("1000000", "CNY"), ("1100000", "CNY"), ("1200000", "CNY"), ("98765", "EUR")):
        firms = [make_firm(desk.edition, delegation=north)]
        make_published(desk.edition, firms=firms, value_from=amount, currency=currency, **shared)
    make_rate(desk.edition, "EUR", "CNY", "8", on=date(2026, 9, 1))
    for on in ("2020-01-01", "2026-09-10"):
        table = desk.get("outcomes/totals/", currency="CNY", on=on).context["values"]
        assert all(cell is None or cell.is_held for _name, cells in table.rows for cell in cells), on
    member = make_user()
    north.members.create(user=member)
    desk.client.force_login(member)
    page = desk.client.get(f"/en/desk/delegations/{north.code}/outcomes/", {"on": "2020-01-01"})
    assert page.context["on"] is None
    assert 'name="on"' not in page.content.decode()


def test_the_press_list_holds_public_records_alone(desk: Any) -> None:
    make_published(desk.edition, title={"en": "Shown"}, shown=("names",), value_from="7654321")
    make_outcome(desk.edition, title={"en": "Not yet"})
    for path in ("outcomes/press/", "outcomes/press.csv"):
        response = desk.get(path)
        text = (response.getvalue() if response.streaming else response.content).decode()
        assert "Shown" in text
        assert "Not yet" not in text
        assert "7654321" not in text.replace(",", "")


def test_the_press_list_is_narrowed_and_its_files_with_it(desk: Any) -> None:
    make_published(desk.edition, title={"en": "Cranes", "zh": "起重机"}, shown=SHOWN_BUT_VALUE)
    make_published(desk.edition, title={"en": "Annual report"}, kind="release")
    for query, found in (("q=cranes", "Cranes"), ("q=起重机", "Cranes"), ("class=release", "Annual report")):
        for path in ("outcomes/press/", "outcomes/press.csv"):
            response = desk.get(f"{path}?{query}")
            text = (response.getvalue() if response.streaming else response.content).decode()
            assert [one for one in ("Cranes", "Annual report") if one in text] == [found], (path, query)
    page = desk.get("outcomes/press/?q=nowhere").content.decode()
    assert "No outcome like this" in page


def test_the_press_list_has_pages_and_one_page_to_print(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("everfair.web.organiser.outcomes_totals.A_PAGE", 2)
    for _ in range(3):
        make_published(desk.edition)

    def rows(path: str) -> int:
        return int(desk.get(path).content.decode().split("<tbody>")[1].count("<tr>"))

    assert [rows("outcomes/press/"), rows("outcomes/press/?page=2"), rows("outcomes/press/?all=1")] == [
        2,
        1,
        3,
    ]
    assert "3 outcomes<" in desk.get("outcomes/press/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_few_queries(desk: Any, count: int) -> None:
    for _ in range(count):
        outcome = make_published(desk.edition)
    for path, most in (("", LIST_QUERIES), (f"{outcome.code}/", SHOW_QUERIES), ("totals/", TOTAL_QUERIES)):
        desk.get("outcomes/" + path)
        with CaptureQueriesContext(connection) as queries:
            desk.get("outcomes/" + path)
        assert len(queries) <= most, [one["sql"][:110] for one in queries]
