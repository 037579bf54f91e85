"""The registry as everybody reads it: totals anyone can recompute, filters, one outcome, its permanent address, nothing held back."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from everfair.engines.outcomes import figures, read_rows, totals
from everfair.outcomes.actions.confirming import change_consent, confirm_outcome
from everfair.outcomes.actions.deciding import publish_outcome, verify_outcome, withdraw_outcome
from everfair.outcomes.actions.following import ask_due
from everfair.outcomes.models import FIELDS
from tests.factories.fair import make_delegation, make_edition, make_sector
from tests.factories.outcomes import (
    make_class,
    make_firm,
    make_outcome,
    make_published,
    organiser_of,
    signer_of,
)

pytestmark = pytest.mark.django_db
LIST_QUERIES, SHOW_QUERIES = 15, 15


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def _some(edition: Any) -> list[Any]:
    sector, other = make_sector(edition), make_sector(edition)
    north, coast = make_delegation(edition), make_delegation(edition)
    joint = [
        make_firm(edition, country="KE", delegation=north),
        make_firm(edition, country="CN", delegation=coast),
    ]
    return [
        make_published(edition, firms=joint, sectors=[sector, other], value_from="1500.50"),
        make_published(
            edition, sectors=[sector], worth="range", value_from="100", value_to="900", currency="CNY"
        ),
        make_published(edition, kind="award", worth="none"),
        make_published(edition, shown=("names", "day"), value_from="777777"),
    ]


def test_the_page_shows_what_the_open_data_gives() -> None:
    edition = make_edition()
    _some(edition)
    client, base = Client(), f"/en/{edition.slug}/outcomes"
    page = client.get(f"{base}/").content.decode()
    rows = _rows(client.get(f"{base}.csv").getvalue())
    found = totals(read_rows(rows))
    assert found.all.count == 4
    assert re.search(r'data-figure="all">4<', page)
    for name in ("class", "sector", "country", "delegation"):
        for value, cell in found.by[name].items():
            line = re.search(
                rf'data-figure="{name} {re.escape(value)}">.*?<td class="end num"[^>]*>(\d+)</td>', page, re.S
            )
            assert line is not None, (name, value)
            assert int(line[1]) == cell.count
    said = json.loads(client.get(f"{base}.json").content)
    assert [(one["dimension"], one["value"], one["currency"], one["count"]) for one in said["figures"]] == [
        (one.dimension, one.value, one.currency, one.count) for one in figures(found)
    ]
    assert found.all.sums["USD"].low == found.all.sums["USD"].high
    assert "CN¥" not in page  # codes, not signs, so that nobody takes one currency for another
    narrowed = _rows(client.get(f"{base}.csv?class=award").getvalue())
    assert len(narrowed) == 1
    assert 'data-figure="all">1<' in client.get(f"{base}/?class=award").content.decode()


def test_the_command_prints_the_figures_of_the_page(tmp_path: Any, capsys: Any) -> None:
    from everfair.config.cli.outcomes import recompute

    edition = make_edition()
    _some(edition)
    path = f"/en/{edition.slug}/outcomes"
    file = tmp_path / "outcomes.csv"
    file.write_bytes(Client().get(f"{path}.csv").getvalue())
    recompute(file)
    printed = capsys.readouterr().out.splitlines()
    page = Client().get(f"{path}/").content.decode()
    shown = re.findall(
        r'data-figure="(class|sector|country|delegation) ([^"]+)">.*?<td class="end num"[^>]*>(\d+)</td>',
        page,
        re.S,
    )
    assert printed[0] == "all: 4"
    assert {f"{name} {value}: {count}" for name, value, count in shown} <= set(printed)
    assert "all USD: 1500.50 from 1" in printed
    assert "all CNY: 100.00 to 900.00 from 1" in printed
    file.write_text("code,year,class\n,a,b\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        recompute(file)
    assert "row 1: it has no code" in capsys.readouterr().err


def test_what_is_held_back_is_nowhere() -> None:
    edition = make_edition()
    firms = [make_firm(edition, country="PE"), make_firm(edition, country="FJ")]
    outcome = make_published(
        edition,
        firms=firms,
        shown=("day",),
        value_from="7654321",
        summary={"en": "Secret sauce"},
        title={"en": "Plain"},
    )
    client = Client()
    assert outcome.public is not None
    hidden = ["7654321", "7,654,321", "Secret sauce", "Peru", '"PE"', "Fiji"]
    hidden += [firm.organisation.name["en"] for firm in firms]
    base = f"/en/{edition.slug}/"
    for path in ("", "outcomes/", f"outcomes/{outcome.code}/", f"outcomes/{outcome.code}.json", "outcomes.csv",
                 "outcomes.json", "outcomes.atom", "outcomes/?q=Secret", "outcomes/?country=PE"):  # fmt: skip
        response = client.get(base + path)
        text = (response.getvalue() if response.streaming else response.content).decode()
        text = text.replace("/?q=Secret", "").split('<nav class="crumbs')[-1]
        for word in hidden:
            if path in ("", "outcomes/?country=PE") and hidden.index(word) > 2:
                continue  # the firm's own booth, and the filter itself
            assert word not in text, (path, word)


def test_what_is_taken_back_leaves_page_and_files_at_once() -> None:
    from everfair.base.changes import followers

    outcome = make_published(make_edition(), value_from="7654321")
    client, base = Client(), f"/en/{outcome.edition.slug}/outcomes"
    followers.keep_up()
    assert "7,654,321" in client.get(f"{base}/").content.decode()
    party = outcome.parties.first()
    assert party is not None
    change_consent(party, [name for name in FIELDS if name != "value"], by=signer_of(party.exhibitor))
    from everfair.outcomes.queries.public import forget_registries

    forget_registries()
    for path in ("/", f"/{outcome.code}/", ".csv", ".json", f"/{outcome.code}.json"):
        response = client.get(base + path)
        text = (response.getvalue() if response.streaming else response.content).decode()
        assert "7654321" not in text
        assert "7,654,321" not in text


def test_search_and_filters() -> None:
    edition = make_edition()
    sector = make_sector(edition)
    make_published(edition, title={"en": "Cranes for two ports", "zh": "两港起重机"}, sectors=[sector])
    make_published(edition, title={"en": "Glossary"}, kind="release", worth="none")
    client, base = Client(), f"/en/{edition.slug}/outcomes/"
    for query, there, away in (
        ("q=起重机", "Cranes", "Glossary"), ("q=crane&sort=fit", "Cranes", "Glossary"), ("class=release", "Glossary", "Cranes"),
        (f"sector={sector.code}", "Cranes", "Glossary"), ("sort=value&class=deal", "Cranes", "Glossary"),
    ):  # fmt: skip
        page = client.get(f"{base}?{query}").content.decode()
        assert there in page, query
        assert away not in page, query
    assert "No outcome fits" in client.get(f"{base}?q=planes").content.decode()
    assert (
        "No outcome has been published yet"
        in client.get(f"/en/{make_edition().slug}/outcomes/").content.decode()
    )


def test_the_permanent_address_leads_to_the_readers_language_and_programs_to_json() -> None:
    outcome = make_published()
    path = f"/{outcome.edition.slug}/outcomes/{outcome.code}"
    client = Client()
    assert client.get(f"/o/{outcome.code}", HTTP_ACCEPT_LANGUAGE="zh-CN").url == f"/zh{path}/"
    assert client.get(f"/o/{outcome.code}", HTTP_ACCEPT_LANGUAGE="en").url == f"/en{path}/"
    assert client.get(f"/o/{outcome.code}", HTTP_ACCEPT="application/json").url.endswith(".json")
    assert client.get("/o/nothing2").status_code == 404
    assert client.get(f"/o/{make_outcome(outcome.edition).code}").status_code == 404  # not public yet
    page = client.get(f"/zh{path}/").content.decode()
    assert outcome.title["zh"] in page
    assert f"/o/{outcome.code}" in page
    moved = client.get(f"/en/{make_edition().slug}/outcomes/{outcome.code}/")
    assert moved.url == f"/en{path}/"


def test_a_withdrawn_outcome_says_why_at_its_address_and_counts_no_more() -> None:
    outcome = make_published(value_from="4242")
    withdraw_outcome(outcome, {"en": "It was void.", "zh": "合同无效。"}, by=organiser_of(outcome.edition))
    client, base = Client(), f"/en/{outcome.edition.slug}/outcomes"
    page = client.get(f"{base}/{outcome.code}/")
    assert page.status_code == 410
    assert "It was void." in page.content.decode()
    assert outcome.title["en"] not in page.content.decode()
    (row,) = _rows(client.get(f"{base}.csv").getvalue())
    assert (row["code"], row["state"], row["title_en"], row["value_from"]) == (
        outcome.code,
        "withdrawn",
        "",
        "",
    )
    assert totals(read_rows([row])).all.count == 0
    assert client.get(f"/o/{outcome.code}").status_code == 302
    data = json.loads(client.get(f"{base}/{outcome.code}.json").content)
    assert data["state"] == "withdrawn"
    assert "record" not in data


def test_a_held_back_day_is_not_told_by_the_life_line() -> None:
    from datetime import UTC, date, datetime

    outcome = make_published(agreed_on=date(2024, 1, 13), shown=("names",))
    ask_due(datetime(2027, 1, 1, tzinfo=UTC))
    page = Client().get(f"/en/{outcome.edition.slug}/outcomes/{outcome.code}/").content.decode()
    assert "13 Jan" not in page


def test_json_ld_cannot_end_its_block() -> None:
    outcome = make_published(title={"en": "</script><b>x"}, summary={"en": "<i>y</i>"})
    page = Client().get(f"/en/{outcome.edition.slug}/outcomes/{outcome.code}/").content.decode()
    assert "</script><b>x" not in page
    assert "&lt;i&gt;y&lt;/i&gt;" in page


def test_the_front_page_the_doors_and_the_sitemap_lead_there() -> None:
    outcome = make_published(title={"en": "Cranes"})
    edition, client = outcome.edition, Client()
    front = client.get(f"/en/{edition.slug}/").content.decode()
    assert "New outcomes" in front
    assert "Cranes" in front
    sitemap = client.get(f"/sitemap-{edition.slug}-1.xml").content.decode()
    assert f"outcomes/{outcome.code}/" in sitemap


def test_the_feed_knows_the_copy_one_has() -> None:
    outcome = make_published(title={"en": "Cranes"})
    client, url = Client(), f"/en/{outcome.edition.slug}/outcomes.atom"
    first = client.get(url)
    assert "Cranes" in first.content.decode()
    assert client.get(url, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_few_queries(count: int) -> None:
    edition = make_edition()
    make_class(edition)
    for _ in range(count):
        outcome = make_published(edition)
    client = Client()
    for path, most in ((f"outcomes/{outcome.code}/", SHOW_QUERIES), ("outcomes/", LIST_QUERIES)):
        client.get(f"/en/{edition.slug}/{path}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/en/{edition.slug}/{path}").status_code == 200
        assert len(queries) <= most, [one["sql"][:120] for one in queries]


def test_words_of_the_page_are_its_own() -> None:
    edition = make_edition()
    make_published(edition, worth="range", value_from="1000", value_to="2500")
    page = Client().get(f"/en/{edition.slug}/outcomes/?q=zzzz").text
    assert 'value="?q=' not in page  # the fair's own search is not what was asked of the registry
    assert "outcomes of 0 editions" not in page
    assert "No outcome fits" in page
    page = Client().get(f"/en/{edition.slug}/outcomes/").text
    assert "By class" in page
    assert "USD 1,000 to 2,500 (1 outcome)" in page


def test_what_fell_due_and_was_not_asked_is_not_said_to_be_ahead() -> None:
    edition = make_edition()
    today = timezone.localdate()
    one = make_published(edition, agreed_on=today - timedelta(days=200))
    for path in (f"/en/{edition.slug}/outcomes/", f"/en/{edition.slug}/outcomes/{one.code}/"):
        page = Client().get(path).text
        assert "After 6 months: not asked" in page
        assert "After 12 months: not due yet" in page


def test_a_withdrawn_outcome_leads_on_to_the_registry() -> None:
    one = make_published(make_edition())
    withdraw_outcome(one, {"en": "It never began."}, by=organiser_of(one.edition))
    page = Client().get(f"/en/{one.edition.slug}/outcomes/{one.code}/")
    assert page.status_code == 410
    assert f'<a class="btn quiet" href="/en/{one.edition.slug}/outcomes/">' in page.text


def test_days_are_those_of_the_fair() -> None:
    at = datetime(2026, 9, 4, 16, 30, tzinfo=UTC)  # 5 September, half past midnight in Shanghai
    edition = make_edition(time_zone="Asia/Shanghai")
    outcome = make_outcome(edition, agreed_on=None)
    for party in outcome.parties.select_related("outcome__edition", "exhibitor__organisation"):
        confirm_outcome(party, FIELDS, by=signer_of(party.exhibitor), now=at)
    outcome.refresh_from_db()
    by = organiser_of(edition)
    publish_outcome(verify_outcome(outcome, by=by, now=at), by=by, now=at)
    base = f"/en/{edition.slug}/outcomes"
    (row,) = _rows(Client().get(f"{base}.csv").getvalue())
    assert row["published_on"] == "2026-09-05"
    page = Client().get(f"{base}/{outcome.code}/").text
    assert "Confirmed 5 September 2026" in page
    assert "Version 1, 5 Sept 2026" in page
    assert '"datePublished": "2026-09-05"' in page.replace('":"', '": "')
    assert "5 Mar 2027" in page  # six months later
    withdraw_outcome(outcome, {"en": "Void."}, by=by, now=at)
    assert "Withdrawn on 5 September 2026" in Client().get(f"{base}/{outcome.code}/").text
