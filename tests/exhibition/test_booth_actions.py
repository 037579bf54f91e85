"""Booths are made, saved, placed; two editors never overwrite each other; bad input is refused."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import transaction

from everfair.base import audit
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.exhibition.actions import booth
from everfair.exhibition.models import CatalogueEntry, Exhibitor
from tests.exhibition.race import WON, claim_at_once, make_rivals
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_edition, make_place, make_sector
from tests.factories.people import make_organisation, make_user


@pytest.mark.django_db
class TestMakingAndSaving:
    def test_one_booth_for_each_firm_and_edition(self) -> None:
        edition, firm = make_edition(), make_organisation()
        made = booth.create_exhibitor(edition, firm, by=None, headline={"en": "  We   ship. "})
        assert (made.state, made.headline) == ("draft", {"en": "We ship."})
        with pytest.raises(Refused, match="already has a booth"):
            booth.create_exhibitor(edition, firm, by=None)
        assert Exhibitor.objects.filter(organisation=firm).count() == 1

    def test_saving_counts_the_version_and_records_what_changed(self) -> None:
        exhibitor, by = make_exhibitor(headline={"en": "Old"}), make_user(name="Ana")
        booth.save_booth(
            exhibitor, {"headline": {"en": "New"}, "languages": ["en", "EN", "sw"]}, by=by, version=1
        )
        entry = audit.entries(target=exhibitor).first()
        assert entry is not None
        assert entry.before == {"headline": {"en": "Old"}, "languages": ["en", "zh"]}
        assert entry.after == {"headline": {"en": "New"}, "languages": ["en", "sw"]}
        assert exhibitor.version == 2
        assert CatalogueEntry.objects.get(pk=exhibitor.pk).languages == "en sw"

    def test_saving_nothing_new_leaves_no_trace(self) -> None:
        exhibitor = make_exhibitor(headline={"en": "Same"})
        booth.save_booth(exhibitor, {"headline": {"en": "Same "}}, by=None, version=1)
        assert exhibitor.version == 1
        assert not audit.entries(target=exhibitor).exists()

    def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(self) -> None:
        exhibitor = make_exhibitor()
        first, second = (Exhibitor.objects.get(pk=exhibitor.pk) for _ in range(2))
        booth.save_booth(first, {"headline": {"en": "Ana's"}}, by=make_user(name="Ana"), version=1)
        with pytest.raises(EditedMeanwhile, match="Ana saved this") as meanwhile:
            booth.save_booth(second, {"headline": {"en": "Ben's"}}, by=make_user(name="Ben"), version=1)
        assert meanwhile.value.current == 2
        exhibitor.refresh_from_db()
        assert exhibitor.headline == {"en": "Ana's"}
        booth.save_booth(second, {"headline": {"en": "Ben's"}}, by=make_user(), version=2)
        assert second.headline == {"en": "Ben's"}

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"headline": {"en": "x" * 300}}, "headline"),
            ({"about": {"zh": "长" * 8001}}, "about"),
            ({"video_url": "javascript:alert(1)"}, "video_url"),
            ({"tour_url": "ftp://example.org/a"}, "tour_url"),
            ({"video_url": "https://" + "a" * 600 + ".org"}, "video_url"),
            ({"languages": ["klingon"]}, "languages"),
        ],
    )
    def test_bad_values_are_refused_with_their_field(self, values: dict[str, object], field: str) -> None:
        exhibitor = make_exhibitor()
        with pytest.raises(Refused) as refused:
            booth.save_booth(exhibitor, values, by=None, version=None)
        assert refused.value.field == field
        exhibitor.refresh_from_db()
        assert exhibitor.version == 1

    def test_right_to_left_text_stays_and_overrides_go(self) -> None:
        exhibitor = make_exhibitor()
        given = {"ar": "\u202eخدمات الترجمة\u0007", "en": "a\u202eb"}
        booth.save_booth(exhibitor, {"headline": given}, by=None, version=None)
        assert exhibitor.headline == {"ar": "خدمات الترجمة", "en": "ab"}

    def test_a_sector_of_another_edition_is_refused(self) -> None:
        exhibitor = make_exhibitor()
        with pytest.raises(Refused) as refused:
            booth.save_booth(exhibitor, {"sector": make_sector()}, by=None, version=None)
        assert refused.value.field == "sector"

    def test_a_public_booth_cannot_be_emptied(self) -> None:
        exhibitor = make_exhibitor()
        with pytest.raises(Refused, match="is public"):
            booth.save_booth(exhibitor, {"headline": {}, "about": {}}, by=None, version=None)

    def test_an_unknown_field_is_a_mistake_of_the_caller(self) -> None:
        with pytest.raises(TypeError, match="colour"):
            booth.save_booth(make_exhibitor(), {"colour": "red"}, by=None, version=None)


@pytest.mark.django_db
class TestPlaces:
    def test_claiming_takes_the_place_and_its_area(self) -> None:
        exhibitor = make_exhibitor()
        area = make_area(exhibitor.edition)
        place = make_place(area)
        booth.claim_place(exhibitor, place, by=None)
        exhibitor.refresh_from_db()
        assert (exhibitor.place, exhibitor.area) == (place, area)
        assert CatalogueEntry.objects.get(pk=exhibitor.pk).area == area

    def test_a_taken_place_is_refused_by_the_database(self) -> None:
        first = make_exhibitor()
        second = make_exhibitor(first.edition)
        place = make_place(first.area)
        booth.claim_place(first, place, by=None)
        with pytest.raises(Refused, match=place.number) as refused:
            booth.claim_place(second, place, by=None)
        assert refused.value.field == "place"
        second.refresh_from_db()
        assert second.place is None

    def test_moving_to_another_area_gives_the_place_back(self) -> None:
        exhibitor = make_exhibitor()
        booth.claim_place(exhibitor, make_place(exhibitor.area), by=None)
        booth.save_booth(exhibitor, {"area": make_area(exhibitor.edition)}, by=None, version=None)
        exhibitor.refresh_from_db()
        assert exhibitor.place is None

    def test_a_place_of_another_edition_is_refused(self) -> None:
        with pytest.raises(Refused):
            booth.claim_place(make_exhibitor(), make_place(), by=None)

    def test_release(self) -> None:
        exhibitor = make_exhibitor()
        place = make_place(exhibitor.area)
        booth.claim_place(exhibitor, place, by=None)
        booth.release_place(exhibitor, by=None)
        other = make_exhibitor(exhibitor.edition)
        booth.claim_place(other, place, by=None)
        assert other.place == place


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_parallel_claims_one_wins_on_postgresql() -> None:
    rivals, place = make_rivals(4)
    answers = claim_at_once(rivals, place)
    assert answers.count(WON) == 1, answers
    assert all(place.number in answer for answer in answers if answer != WON), answers
    assert Exhibitor.objects.filter(place=place).count() == 1


def test_of_parallel_claims_one_wins_on_an_sqlite_file(tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "EVERFAIR_DATA_DIR": str(tmp_path),
        "EVERFAIR_DATABASE_URL": f"sqlite:///{tmp_path}/race.sqlite3",
        "DJANGO_SETTINGS_MODULE": "everfair.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.exhibition.race"],
        env=environ,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    race = json.loads(done.stdout.splitlines()[-1])
    assert race["answers"].count(WON) == 1, race
    assert all(race["number"] in answer for answer in race["answers"] if answer != WON), race
    assert len(race["holders"]) == 1


@pytest.mark.django_db
def test_a_refused_claim_leaves_the_callers_transaction_usable() -> None:
    first = make_exhibitor()
    second, place = make_exhibitor(first.edition), make_place(first.area)
    booth.claim_place(first, place, by=None)
    with transaction.atomic():
        with pytest.raises(Refused):
            booth.claim_place(second, place, by=None)
        assert Exhibitor.objects.filter(edition=first.edition).count() == 2


@pytest.mark.django_db
class TestContacts:
    def test_the_list_is_replaced_and_compared(self) -> None:
        exhibitor = make_exhibitor()
        version = booth.contacts_version(exhibitor)
        rows = [
            {"role": {"en": "Tender desk"}, "languages": ["en"]},
            {"name": {"en": "Li Na", "zh": "李娜"}, "languages": []},
        ]
        booth.save_contacts(exhibitor, rows, by=make_user(name="Ana"), version=version)
        assert [str(contact) for contact in exhibitor.contacts.all()] == ["Tender desk", "Li Na"]
        with pytest.raises(EditedMeanwhile, match="Ana"):
            booth.save_contacts(exhibitor, [], by=make_user(), version=version)
        assert exhibitor.contacts.count() == 2

    def test_a_contact_without_name_and_role_is_refused(self) -> None:
        with pytest.raises(Refused, match="Contact 1"):
            booth.save_contacts(make_exhibitor(), [{"languages": ["en"]}], by=None)
