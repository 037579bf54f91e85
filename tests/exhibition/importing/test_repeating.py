"""A list sent again: new, changed, unchanged, gone. Own edits stay, nothing is taken down, a kill loses
nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from everfair.base.models import AuditEntry, Change
from everfair.base.refusals import Refused
from everfair.exhibition.actions.importing import (
    carry_on,
    clear_import,
    save_mapping,
    start_check,
    stop_import,
    unfinished_run,
)
from everfair.exhibition.actions.importing_apply import apply_import, is_complete, start_applying
from everfair.exhibition.actions.importing_check import check_import
from everfair.exhibition.actions.importing_files import path_of
from everfair.exhibition.forms.importing import Source
from everfair.exhibition.models import CatalogueEntry, Exhibitor, ImportProblem, ImportRow, ImportRun, Offer
from everfair.exhibition.queries.completeness import completeness
from everfair.exhibition.queries.importing import no_longer_in_file
from everfair.fair.models import Edition
from everfair.people.models import Organisation
from tests.exhibition.importing.conftest import HEADING, applied, checked, registered, row
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_edition, make_sector
from tests.factories.people import make_user

Maker = Callable[..., Path]


class Killed(BaseException):
    """The process is gone: nothing of ours may catch it."""


def _counts(run: ImportRun) -> dict[str, int]:
    return {key: run.counts[key] for key in ("new", "changed", "unchanged", "missing", "errors")}


def test_second_run_tells_new_changed_unchanged_and_gone(edition: Edition, make_xlsx: Maker) -> None:
    applied(edition, make_xlsx([HEADING, row(1), row(2), row(3)]), source="Register", publish=True)
    second = make_xlsx([HEADING, row(1), row(2, Headline="We do another thing."), row(4)], "second.xlsx")
    run = checked(edition, second, source="Register")
    assert _counts(run) == {"new": 1, "changed": 1, "unchanged": 1, "missing": 1, "errors": 0}
    assert ImportRow.objects.get(run=run, verdict="changed").changes == {
        "headline_en": ["We do thing 2.", "We do another thing."]
    }
    assert [gone.external_id for gone in no_longer_in_file(run)] == ["x3"]
    run = apply_import(start_applying(run, by=None))
    gone = Exhibitor.objects.get(external_id="x3")
    assert (gone.state, CatalogueEntry.objects.filter(pk=gone.pk).exists()) == ("published", True)
    assert Exhibitor.objects.get(external_id="x2").headline == {"en": "We do another thing."}
    assert _counts(run) == {"new": 1, "changed": 1, "unchanged": 1, "missing": 1, "errors": 0}
    assert Exhibitor.objects.count() == Organisation.objects.count() == 4


def test_unchanged_list_writes_no_change_notes(edition: Edition, make_xlsx: Maker) -> None:
    path = make_xlsx([HEADING, row(1), row(2)])
    applied(edition, path, source="R", publish=True)
    assert Change.objects.filter(topic="exhibition.exhibitor").count() == 2
    versions = list(Exhibitor.objects.values_list("version", flat=True))
    run = applied(edition, path, source="R", publish=True)
    assert run.counts["unchanged"] == 2
    assert Change.objects.filter(topic="exhibition.exhibitor").count() == 2
    assert list(Exhibitor.objects.values_list("version", flat=True)) == versions


def test_own_edit_survives_an_unchanged_cell_and_yields_to_a_new_one(
    edition: Edition, make_xlsx: Maker
) -> None:
    path = make_xlsx([HEADING, row(1)])
    applied(edition, path, source="R")
    Exhibitor.objects.update(headline={"en": "Our own words."})
    assert _counts(applied(edition, path, source="R"))["unchanged"] == 1
    assert Exhibitor.objects.get().headline == {"en": "Our own words."}
    newer = make_xlsx([HEADING, row(1, Headline="The list's new words.")], "newer.xlsx")
    applied(edition, newer, source="R")
    assert Exhibitor.objects.get().headline == {"en": "The list's new words."}


def test_blank_cell_takes_nothing_away(edition: Edition, make_xlsx: Maker) -> None:
    applied(edition, make_xlsx([HEADING, row(1)]), source="R")
    run = applied(
        edition, make_xlsx([HEADING, row(1, Website="", Country="", Headline="")], "b.xlsx"), source="R"
    )
    assert run.counts["unchanged"] == 1
    assert Organisation.objects.get().website == "https://firm1.example"


def test_other_source_makes_other_exhibitors(edition: Edition, make_xlsx: Maker) -> None:
    path = make_xlsx([HEADING, row(1)])
    applied(edition, path, source="One")
    assert applied(edition, path, source="Two").counts["new"] == 1
    assert Exhibitor.objects.count() == 2


def test_same_firm_in_the_next_edition_is_one_organisation(edition: Edition, make_xlsx: Maker) -> None:
    applied(edition, make_xlsx([HEADING, row(1)]), source="R")
    later = make_edition(fair=edition.fair)
    make_area(later, code="1", name={"en": "Telecom"})
    make_sector(later, code="1.A")
    applied(later, make_xlsx([HEADING, row(1, Country="Chad")], "later.xlsx"), source="R")
    assert Exhibitor.objects.count() == 2
    assert Organisation.objects.get().country == "TD"


def test_offers_are_found_again_by_their_ids(edition: Edition, make_jsonl: Maker) -> None:
    def offers(*pairs: tuple[str, str]) -> list[dict[str, Any]]:
        return [
            {"external_id": "a", "name_en": "Acme", "area": "1", "sector": "1", "headline_en": "Acme works.",
             "offer_external_id": key, "offer_title_en": title, "offer_modes": "1; 3"}
            for key, title in pairs
        ]  # fmt: skip

    run = applied(edition, make_jsonl(offers(("o1", "One"), ("o2", "Two"))), source="R", publish=True)
    assert (run.counts["new"], run.counts["offers_new"]) == (1, 2)
    entry = CatalogueEntry.objects.get()
    assert (entry.offers, entry.modes) == (2, 0b0101)
    codes = dict(Offer.objects.values_list("external_id", "code"))
    run = applied(
        edition,
        make_jsonl(offers(("o1", "One"), ("o2", "Two, better"), ("o3", "Three")), "b.jsonl"),
        source="R",
    )
    assert (run.counts["changed"], run.counts["offers_new"], run.counts["offers_changed"]) == (1, 1, 1)
    assert Offer.objects.get(external_id="o2").title == {"en": "Two, better"}
    assert dict(Offer.objects.filter(external_id__in=codes).values_list("external_id", "code")) == codes
    assert CatalogueEntry.objects.get().offers == 3
    assert applied(edition, make_jsonl(offers(("o1", "One")), "c.jsonl"), source="R").counts["unchanged"] == 1
    assert Offer.objects.filter(is_on_shelf=True).count() == 3


def test_products_of_one_maker_become_offers_of_one_exhibitor(edition: Edition, make_jsonl: Maker) -> None:
    product = {
        "author": "Maker",
        "homepage": "https://maker.example",
        "category": "tools",
        "subCategory": "cli",
    }
    products = [
        {**product, "slug": slug, "name": name, "description_en": f"{name} helps.",
        "description_zh": f"{name}有用。",
         "body_en": f"All about {name}.", "body_zh": f"关于{name}。"}
        for slug, name in (("p1", "Plane"), ("p2", "Saw"))
    ]  # fmt: skip
    run = applied(edition, make_jsonl(products), options={"area": "1", "sector": "1.A"}, publish=True)
    exhibitor = Exhibitor.objects.select_related("organisation").get()
    assert run.counts["published"] == 1
    assert exhibitor.organisation.name == {"en": "Maker"}
    assert exhibitor.headline == {"en": "Plane · Saw", "zh": "Plane · Saw"}
    assert exhibitor.about == {}
    assert [offer.description["zh"] for offer in exhibitor.offers.all()] == [
        "Plane有用。\n\n关于Plane。",
        "Saw有用。\n\n关于Saw。",
    ]


def test_bulk_completeness_agrees_with_the_booths_own_list(edition: Edition, make_jsonl: Maker) -> None:
    whole = {"name_en": "A", "area": "1", "sector": "1", "headline_zh": "一句话"}
    rows = [{key: value for key, value in whole.items() if key != left} | {"external_id": left} for left in
            ("none left out", "area", "sector", "headline_zh")]  # fmt: skip
    run = applied(edition, make_jsonl(rows), publish=True)
    assert (run.counts["published"], run.counts["incomplete"]) == (1, 3)
    for exhibitor in Exhibitor.objects.select_related("organisation", "edition", "area", "sector"):
        assert is_complete(exhibitor, exhibitor.edition) == completeness(exhibitor).is_publishable
        assert exhibitor.state == ("published" if completeness(exhibitor).is_publishable else "accepted")


def test_publishing_wish_reaches_those_accepted_before(edition: Edition, make_xlsx: Maker) -> None:
    path = make_xlsx([HEADING, row(1)])
    applied(edition, path, source="R")
    assert Exhibitor.objects.get().state == "accepted"
    run = applied(edition, path, source="R", publish=True)
    assert (run.counts["unchanged"], run.counts["published"]) == (1, 1)
    assert CatalogueEntry.objects.get().name_en == "firm 1"
    assert Change.objects.filter(topic="exhibition.exhibitor").count() == 2


def test_withdrawn_exhibitor_is_not_put_back(edition: Edition, make_xlsx: Maker) -> None:
    applied(edition, make_xlsx([HEADING, row(1)]), source="R", publish=True)
    Exhibitor.objects.update(state="withdrawn")
    CatalogueEntry.objects.all().delete()
    applied(edition, make_xlsx([HEADING, row(1, Headline="New words.")], "b.xlsx"), source="R", publish=True)
    assert Exhibitor.objects.get().state == "withdrawn"
    assert not CatalogueEntry.objects.exists()


def test_code_finds_an_exhibitor_made_by_hand(edition: Edition, make_jsonl: Maker) -> None:
    exhibitor = make_exhibitor(edition, headline={"en": "Before."})
    rows = [{"code": exhibitor.code, "name_en": exhibitor.organisation.name["en"], "headline_en": "After."}]
    run = applied(edition, make_jsonl(rows))
    assert _counts(run)["changed"] == 1
    exhibitor.refresh_from_db()
    assert (exhibitor.headline, exhibitor.source, exhibitor.version) == ({"en": "After."}, "", 2)


def test_two_rows_meaning_one_exhibitor(edition: Edition, make_jsonl: Maker) -> None:
    exhibitor = make_exhibitor(edition, source="R", external_id="e1")
    rows = [
        {"external_id": "e1", "name_en": "A"},
        {"external_id": "e2", "code": exhibitor.code, "name_en": "A"},
    ]
    run = checked(edition, make_jsonl(rows), source="R")
    assert list(ImportProblem.objects.values_list("row_number", "message")) == [
        (2, "This row and row 1 mean the same exhibitor. Keep one of them.")
    ]
    assert run.counts["bad_rows"] == 1


def test_one_audit_row_and_counts(edition: Edition, make_xlsx: Maker) -> None:
    person = make_user()
    run = checked(edition, make_xlsx([HEADING, row(1), row(2)]))
    apply_import(start_applying(run, by=person), by=person)
    entry = AuditEntry.objects.get(event="exhibition.import.applied")
    assert (entry.by_id, entry.after["new"], entry.edition_id) == (person.pk, 2, edition.pk)


@pytest.mark.django_db(transaction=True)
def test_check_killed_in_the_middle_goes_on_where_it_was(make_xlsx: Maker) -> None:
    edition = make_edition()
    make_area(edition, code="1", name={"en": "Telecom"})
    make_sector(edition, code="1.A")
    rows = [row(number) for number in range(1, 1301)]
    rows[1250][0] = "x7"  # double, found only if the first 500 are remembered
    path = make_xlsx([HEADING, *rows])
    run = start_check(registered(edition, path), by=None)

    def kill(done: int, _total: int) -> None:
        if done == 1000:
            raise Killed

    with pytest.raises(Killed):
        check_import(run, report=kill)
    connections.close_all()
    run = ImportRun.objects.get(pk=run.pk)
    assert (run.state, run.rows_checked, ImportRow.objects.count()) == ("checking", 1000, 1000)
    again = registered(edition, path)
    assert unfinished_run(again) == run
    seen: list[int] = []
    run = check_import(carry_on(run, by=None), report=lambda done, _total: seen.append(done))
    assert (run.state, seen, run.counts["new"], run.counts["errors"]) == ("ready", [1300], 1299, 1)
    assert ImportRow.objects.count() == 1300


@pytest.mark.django_db(transaction=True)
def test_applying_killed_writes_nothing_and_can_be_run_again(make_xlsx: Maker) -> None:
    edition = make_edition()
    make_area(edition, code="1", name={"en": "Telecom"})
    make_sector(edition, code="1.A")
    run = checked(edition, make_xlsx([HEADING, *(row(number) for number in range(1, 1201))]))
    run = start_applying(run, by=None, publish=True)

    def kill(done: int, _total: int) -> None:
        if done == 1000:
            raise Killed

    with pytest.raises(Killed):
        apply_import(run, report=kill)
    connections.close_all()
    run = ImportRun.objects.get(pk=run.pk)
    assert run.state == "applying"
    assert not Exhibitor.objects.exists()
    assert not Organisation.objects.exists()
    run = apply_import(carry_on(run, by=None))
    assert (run.state, Exhibitor.objects.count(), CatalogueEntry.objects.count()) == ("done", 1200, 1200)
    assert apply_import(run).counts["new"] == 1200
    assert Exhibitor.objects.count() == 1200


def test_stop_and_clear(edition: Edition, make_xlsx: Maker) -> None:
    run = checked(edition, make_xlsx([HEADING, row(1)]))
    run = stop_import(run, by=None)
    assert run.state == "stopped"
    assert check_import(run).state == "stopped"
    kept = path_of(run.file_digest, run.file_name)
    assert kept.exists()
    clear_import(run, by=None)
    assert not kept.exists()
    assert not ImportRow.objects.exists()


def test_area_removed_after_the_check(edition: Edition, make_xlsx: Maker) -> None:
    run = start_applying(checked(edition, make_xlsx([HEADING, row(1)])), by=None)
    edition.areas.filter(code="1").delete()
    with pytest.raises(Refused, match="was removed from the edition after the list was checked"):
        apply_import(run)
    run.refresh_from_db()
    assert run.state == "ready"
    assert not Organisation.objects.exists()


def test_confirmed_mapping_is_offered_again(edition: Edition, make_xlsx: Maker) -> None:
    heading = ["Key", "Who", "Where"]
    run = registered(edition, make_xlsx([heading, ["1", "Acme", "South hall"]]), options={"sector": "1"})
    assert "name_en" not in run.mapping["fields"]
    mapped = {
        "external_id": Source(("Key",)),
        "name_en": Source(("Who",)),
        "area": Source(("Where",), values={"south HALL": "2"}),
        "headline_en": Source(("Who",)),
    }
    run = check_import(start_check(save_mapping(run, mapped, by=None), by=None))
    assert (run.state, run.counts["new"]) == ("ready", 1)
    assert ImportRow.objects.get().values["area"] == "2"
    later = registered(edition, make_xlsx([heading, ["2", "Bolt", "South hall"]], "later.xlsx"))
    assert later.mapping["fields"] == run.mapping["fields"]


def test_default_area_takes_what_is_unknown_and_says_so(edition: Edition, make_xlsx: Maker) -> None:
    run = checked(
        edition, make_xlsx([HEADING, row(1, Area="Moon"), row(2, Area="Moon"), row(3)]), options={"area": "2"}
    )
    assert run.counts["errors"] == 0
    assert run.counts["unmatched"] == {"area": {"Moon": 2}}
    assert [one.values["area"] for one in ImportRow.objects.all()] == ["2", "2", "1"]


def test_unknown_default_is_refused(edition: Edition, make_xlsx: Maker) -> None:
    run = checked(edition, make_xlsx([HEADING, row(1)]), options={"area": "99"})
    assert (run.state, run.error) == (
        "failed",
        "The default “99” is no area of this edition. Choose another one.",
    )
