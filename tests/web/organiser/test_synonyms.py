"""The organiser's synonyms: seen, added, changed, switched off and on; never by others."""

import re
from typing import Any

import pytest
from django.test import Client

from everfair.fair.models import Edition
from everfair.search.models import SynonymGroup
from everfair.search.queries import synonym_entries
from tests.factories.fair import make_edition, make_team_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make_edition()


@pytest.fixture
def desk(client: Client, edition: Edition) -> Client:
    client.force_login(make_team_member(edition).user)
    return client


def url(edition: Edition, rest: str = "") -> str:
    return f"/en/desk/{edition.slug}/synonyms/{rest}"


def test_a_group_is_added_found_and_exported(desk: Client, edition: Edition) -> None:
    desk.post(url(edition), {"terms_en": "towage\ntug hire", "terms_zh": "拖轮；拖带", "sector_code": ""})
    assert SynonymGroup.objects.get(edition=edition).terms == {
        "en": ["towage", "tug hire"],
        "zh": ["拖轮", "拖带"],
    }
    assert "towage, tug hire" in desk.get(url(edition), {"q": "TUG"}).text
    exported = b"".join(
        desk.get(f"/en/desk/{edition.slug}/synonyms.csv", {"q": "tug"}).streaming_content
    ).decode("utf-8-sig")  # type: ignore[arg-type]
    assert "拖轮; 拖带" in exported


def test_one_word_alone_is_refused_beside_the_field_and_kept(desk: Client, edition: Edition) -> None:
    answer = desk.post(url(edition), {"terms_en": "alone", "terms_zh": "", "sector_code": ""})
    assert "at least two words" in answer.text
    assert re.search(r">\s*alone</textarea>", answer.text)
    assert not SynonymGroup.objects.exists()


def test_a_built_in_group_is_switched_off_and_on(desk: Client, edition: Edition) -> None:
    entry = next(one for one in synonym_entries(edition) if one.is_default)

    def is_on() -> bool:
        return next(one.is_on for one in synonym_entries(edition) if one.default_key == entry.default_key)

    for expected in (False, True):
        desk.post(url(edition, "switch/"), {"key": entry.default_key})
        assert is_on() is expected


def test_a_built_in_group_is_changed_for_this_edition_and_brought_back(
    desk: Client, edition: Edition
) -> None:
    entry = next(one for one in synonym_entries(edition) if one.is_default)
    form = desk.get(url(edition, "built-in/"), {"key": entry.default_key})
    assert entry.terms["en"][0] in form.text
    desk.post(
        url(edition, "built-in/") + f"?key={entry.default_key}",
        {"key": entry.default_key, "terms_en": "one\nanother", "terms_zh": "", "sector_code": ""},
    )
    changed = SynonymGroup.objects.get(edition=edition, default_key=entry.default_key)
    assert changed.terms == {"en": ["one", "another"]}
    desk.post(url(edition, f"{changed.pk}/remove/"))
    back = next(one for one in synonym_entries(edition) if one.default_key == entry.default_key)
    assert (back.pk, dict(back.terms)) == (None, dict(entry.terms))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_queries(
    desk: Client, edition: Edition, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        desk.post(
            url(edition), {"terms_en": f"word{number}\nterm{number}", "terms_zh": "", "sector_code": ""}
        )
    desk.get(url(edition))
    with django_assert_num_queries(10):
        desk.get(url(edition), {"q": "word"})
