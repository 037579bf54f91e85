"""What people type: names of countries and languages in many tongues, clean lines, rows without script."""

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from everfair.exhibition.forms.fields import CountriesField, DeliveryField, LanguagesField
from everfair.exhibition.forms.offer import LicenceForm
from everfair.exhibition.forms.rows import MOST_ROWS, Rows
from everfair.exhibition.forms.texts import clean_line, clean_text, has_a_letter


@given(st.text())
def test_a_clean_line_is_one_line_and_clean_again(text: str) -> None:
    line = clean_line(text)
    assert clean_line(line) == line
    assert len(line.splitlines()) <= 1
    assert line == line.strip()


@given(st.text())
def test_a_clean_text_is_clean_again_and_has_no_gaps(text: str) -> None:
    found = clean_text(text)
    assert clean_text(found) == found
    assert "\n\n\n" not in found
    assert "\x00" not in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Ümlaut", True), ("服", True), ("خ", True), ("7", True), ("🎉", False), ("…—!", False), ("", False)],
)
def test_what_counts_as_a_name(text: str, expected: bool) -> None:
    assert has_a_letter(text) is expected


def test_countries_in_many_tongues() -> None:
    field = CountriesField(required=False)
    assert field.clean("Kenya, 德国；UG、France\nprc") == ["KE", "DE", "UG", "FR", "CN"]
    assert field.clean("") == []
    with pytest.raises(ValidationError, match="Narnia"):
        field.clean("Kenya, Narnia")


def test_languages_also_by_what_they_call_themselves() -> None:
    field = LanguagesField(required=False)
    assert field.clean("English, 中文, Kiswahili, français") == ["en", "zh", "sw", "fr"]
    with pytest.raises(ValidationError, match="Klingon"):
        field.clean("Klingon")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_a_field_shows_can_be_sent_back(language: str) -> None:
    with translation.override(language):
        for field, codes in (
            (DeliveryField(), ["*"]),
            (CountriesField(), ["KE", "CN", "HK", "BA"]),
            (LanguagesField(), ["en", "zh", "sw"]),
        ):
            assert field.clean(field.prepare_value(codes)) == codes


def test_rows_always_end_with_a_blank_one_and_never_grow_without_bound() -> None:
    assert Rows(LicenceForm, "licence").count == 1
    stored = [{"name_en": "ISO"}] * 3
    assert Rows(LicenceForm, "licence", stored=stored).count == 4
    assert Rows(LicenceForm, "licence", data=QueryDict("licence-count=999")).count == MOST_ROWS
    assert Rows(LicenceForm, "licence", data=QueryDict("licence-count=-4")).count == 0


def test_blank_and_removed_rows_are_dropped() -> None:
    data = QueryDict("licence-count=3&licence-0-name_en=ISO&licence-2-name_en=Old&licence-2-remove=on")
    rows = Rows(LicenceForm, "licence", data=data)
    assert rows.is_valid()
    assert [row["name"] for row in rows.values()] == [{"en": "ISO"}]
