"""Texts in several languages: which is shown, which beside it, what the field takes, how they lie in the table."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from everfair.base.languages import (
    WordsField,
    clean_words,
    content_language,
    direction,
    other,
    pick,
    pick_language,
)
from everfair.people.models import Organisation
from tests.factories.people import make_organisation

BOTH = {"en": "Tea", "zh": "茶"}


@pytest.mark.parametrize(
    ("words", "language", "shown"),
    [
        (BOTH, "zh", "茶"),
        (BOTH, "en", "Tea"),
        (BOTH, "ar", "Tea"),
        ({"zh": "茶"}, "en", "茶"),
        ({"ar": "شاي"}, "en", "شاي"),
        ({"en": "", "zh": "茶"}, "en", "茶"),
        ({"en": "", "de": "Tee"}, "zh", "Tee"),
        ({}, "en", ""),
        (None, "zh", ""),
        ({"en": ""}, "en", ""),
    ],
)
def test_the_readers_language_else_the_next_best(words: dict[str, str], language: str, shown: str) -> None:
    assert pick(words, language) == shown
    chosen = pick_language(words, language)
    assert (words[chosen] if chosen else "") == shown


def test_the_order_can_be_told() -> None:
    assert pick({"de": "Tee", "en": "Tea"}, "fr", order=("de", "en")) == "Tee"


@pytest.mark.parametrize(
    ("words", "language", "beside"),
    [
        (BOTH, "en", ("zh", "茶")),
        (BOTH, "zh", ("en", "Tea")),
        ({"en": "Tea", "ar": "شاي"}, "en", ("ar", "شاي")),
        ({"en": "SAP", "zh": "SAP"}, "en", None),  # the same twice says nothing
        ({"en": "SAP", "zh": "SAP", "ar": "ساب"}, "zh", ("ar", "ساب")),
        ({"en": "Tea"}, "zh", None),
        ({"en": "Tea", "zh": ""}, "en", None),
        ({}, "en", None),
        (None, "en", None),
    ],
)
def test_the_other_language_beside_it(
    words: dict[str, str] | None, language: str, beside: tuple[str, str] | None
) -> None:
    assert other(words, language) == beside


def test_clean_words_strips_and_drops() -> None:
    assert clean_words({"en": "  Tea \n", "zh": "  ", "ar": ""}) == {"en": "Tea"}
    assert clean_words(None) == {}


def test_languages_of_interface_and_direction() -> None:
    assert [content_language(code) for code in ("zh-hans", "ZH-HANS", "en", "fr", None)] == [
        "zh",
        "zh",
        "en",
        "en",
        "en",
    ]
    assert [direction(code) for code in ("ar", "ar-EG", "fa", "he", "ur", "zh", "en")] == ["rtl"] * 5 + [
        "ltr"
    ] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("needle", ["服贸", "ö", "قهوة", "Ünal", "🍵"])
def test_a_plain_database_search_finds_any_script(needle: str) -> None:
    found = make_organisation(name={"en": "Köln ö Ünal 🍵", "zh": "中国服贸会", "ar": "بيت قهوة"})
    make_organisation(name={"en": "Other", "zh": "其他"})
    assert list(Organisation.objects.filter(name__icontains=needle)) == [found]


@pytest.mark.django_db
def test_the_text_lies_unescaped_in_the_table() -> None:
    row = make_organisation(name={"zh": "服贸会", "en": 'He said "é"'})
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CAST(name AS text) FROM {Organisation._meta.db_table} WHERE id = %s", [row.pk]
        )
        kept = cursor.fetchone()[0]
    assert "服贸会" in kept
    assert "é" in kept
    assert "\\u" not in kept
    row.refresh_from_db()
    assert row.name == {"zh": "服贸会", "en": 'He said "é"'}


def test_the_field_refuses_what_is_no_text_and_what_is_too_long() -> None:
    field = WordsField(max_length=5)
    field.validate({"en": "five5", "zh": "五个字可以"}, None)
    for wrong in (["en"], {"en": 5}, "text"):
        with pytest.raises(ValidationError):
            field.validate(wrong, None)
    with pytest.raises(ValidationError) as caught:
        field.validate({"en": "short", "zh": "六个字太长了"}, None)
    assert "“zh” has 6 characters; at most 5 fit" in caught.value.messages[0]


def test_the_field_survives_migrations() -> None:
    _name, path, args, kwargs = WordsField(max_length=7).deconstruct()
    assert path == "everfair.base.languages.WordsField"
    assert "encoder" not in kwargs
    assert WordsField(*args, **kwargs).words_max_length == 7
