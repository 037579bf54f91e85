"""The log in words: what a person reads is never a code, a bit or the name of a field."""

from typing import Any

import pytest
from django.utils import translation

from everfair.base import audit
from everfair.exhibition.actions.applying import save_answers
from everfair.exhibition.models import ApplicationQuestion
from everfair.fair.actions.editions import change_phase
from everfair.web.organiser.events import log_lines
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition

BOTH = {"key": "both", "text": {"en": "In the hall and on line", "zh": "线下与线上"}}


def _detail(target: Any, edition: Any, lang: str = "en") -> str:
    with translation.override({"zh": "zh-hans"}.get(lang, lang)):
        return next(iter(log_lines(audit.entries(target=target)[:1], edition, with_label=False))).detail


def _recorded(before: Any, after: Any, lang: str = "en") -> str:
    edition = make_edition()
    audit.record("fair.area.changed", edition, by=None, edition_id=edition.pk, before=before, after=after)
    return _detail(edition, edition, lang)


def _ask(edition: Any, kind: str, text: dict[str, str], **extra: Any) -> ApplicationQuestion:
    return ApplicationQuestion.objects.create(edition=edition, kind=kind, text=text, help={}, **extra)


def test_answers_stand_as_the_firm_meant_them_in_the_readers_language(db: None) -> None:
    firm = make_exhibitor()
    present = _ask(
        firm.edition, "choice", {"en": "How will you be here?", "zh": "以何种方式参展？"}, choices=[BOTH]
    )
    daily = _ask(firm.edition, "yes_no", {"en": "Answer within a day?", "zh": "当天回复？"})
    save_answers(firm, {present.pk: "both", daily.pk: "yes"}, by=None)
    english = _detail(firm, firm.edition)
    assert english == "How will you be here? In the hall and on line; Answer within a day? yes"
    chinese = _detail(firm, firm.edition, "zh")
    assert "以何种方式参展？线下与线上" in chinese
    assert "当天回复？是" in chinese
    assert "both" not in chinese
    assert "？：" not in chinese


def test_the_review_page_shows_the_answer_and_not_its_key(desk: Any) -> None:
    firm = make_exhibitor(desk.edition, state="applied")
    present = _ask(desk.edition, "choice", {"en": "How will you be here?"}, choices=[BOTH])
    save_answers(firm, {present.pk: "both"}, by=desk.user)
    history = desk.get(f"review/{firm.code}/").content.decode().split('id="hi"')[1].split("</ol>")[0]
    assert "How will you be here? In the hall and on line" in history
    assert "both" not in history


def test_an_answer_to_a_question_worded_anew_stands_as_it_was_logged(db: None) -> None:
    firm = make_exhibitor()
    daily = _ask(firm.edition, "yes_no", {"en": "Answer within a day?"})
    save_answers(firm, {daily.pk: "yes"}, by=None)
    daily.text = {"en": "Answer within two days?"}
    daily.save()
    assert _detail(firm, firm.edition) == "Answer within a day? yes"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {"modes": 10}, "modes of supply: Abroad, People"),
        ({}, {"languages": ["zh", "en"]}, "languages: Chinese, English"),
        ({}, {"delivers_to": ["*"]}, "delivery: any country or region"),
        ({}, {"delivers_to": ["KE"]}, "delivery: Kenya"),
        ({"starts_on": "2026-09-04"}, {"starts_on": "2026-09-05"}, "first day: 4 September 2026 → 5 September 2026"),
        ({}, {"fields": ["about", "data_location"]}, "fields: text, where data is kept"),
        ({}, {"shape": [[0, 0], [130.5, 0]]}, "corners: 0 0, 130.5 0"),
        ({}, {"is_required": True}, "required: yes"),
        ({"area": "C Hall"}, {"area": "C Hall", "place": "C-0101"}, "place: C-0101"),
        ({}, {"modes": "as sent", "shape": 7}, "modes of supply: as sent; corners: 7"),
    ],
)  # fmt: skip
def test_values_are_words(before: Any, after: Any, words: str) -> None:
    assert _recorded(before, after) == words


def test_the_phase_after_the_days_is_said_in_plain_words(desk: Any) -> None:
    change_phase(desk.edition, "evergreen", by=desk.user)
    for path in ("", "phase/", "log/"):
        text = desk.get(path).content.decode()
        assert "open all year" in text.lower()
        assert "evergreen" not in text.split("<main")[1].replace('value="evergreen"', "").lower(), path
