"""Answers to a kind's questions: checked against the questions, whatever way they come in. And the questions themselves."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from everfair.base.languages import for_reader
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line, clean_text

LINE_LIMIT, TEXT_LIMIT = 300, 3000
YES = ("yes", "true", "1", "on", "y", "是", "ja", "oui")
NO = ("no", "false", "0", "off", "n", "否", "nein", "non", "")
Question = Mapping[str, Any]


def field_of(question: Question) -> str:
    """The form's field of a question."""
    return f"q_{question['code']}"


def clean_answers(
    questions: Sequence[Question], given: Mapping[str, Any], *, is_partial: bool = False
) -> dict[str, Any]:
    """Answers by question code. Refused beside the question's field where one is missing or does not fit.

    With `is_partial` required questions may stay open: a list knows less than a person.
    """
    answers: dict[str, Any] = {}
    for question in questions:
        value = clean_answer(question, given.get(question["code"]))
        if value in (None, "", []):
            if question.get("is_required") and not is_partial:
                raise Refused(
                    _("“%(question)s” needs an answer.") % {"question": for_reader(question["label"])},
                    field=field_of(question),
                )
            continue
        answers[question["code"]] = value
    return answers


def clean_answer(question: Question, value: Any) -> Any:
    """One answer as it is kept: text, number, option code, list of option codes, True. None where there is none."""
    if value is None:
        return None
    return _CLEANERS[question.get("kind", "text")](question, value)


def _line(question: Question, value: Any) -> str:
    return _short(question, clean_line(str(value)), LINE_LIMIT)


def _long(question: Question, value: Any) -> str:
    return _short(question, clean_text(str(value)), TEXT_LIMIT)


def _short(question: Question, text: str, limit: int) -> str:
    if len(text) > limit:
        raise _refused(question, _("An answer has at most %(limit)d characters.") % {"limit": limit})
    return text


def _number(question: Question, value: Any) -> int | float | None:
    text = clean_line(str(value)).replace(",", "").replace("，", "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError as error:
        raise _refused(question, _("“%(value)s” is no number.") % {"value": text[:40]}) from error
    if not abs(number) < 1e15:  # also what is no number at all
        raise _refused(question, _("“%(value)s” is no number.") % {"value": text[:40]})
    return int(number) if number.is_integer() else number


def _yes(question: Question, value: Any) -> bool | None:
    word = clean_line(str(value)).casefold()
    if word in YES:
        return True
    if word in NO:
        return None
    raise _refused(question, _("Answer yes or no."))


def _choice(question: Question, value: Any) -> str:
    text = clean_line(str(value))
    return _option(question, text) if text else ""


def _many(question: Question, value: Any) -> list[str]:
    parts = value if isinstance(value, list | tuple) else str(value).replace("；", ";").split(";")
    cleaned = [clean_line(str(part)) for part in parts]
    return list(dict.fromkeys(_option(question, part) for part in cleaned if part))


def _option(question: Question, text: str) -> str:
    """An option by its code, or by its words in any language, as lists hold them."""
    wanted = text.casefold()
    for option in question.get("options", ()):
        if text == option["code"] or wanted in {label.casefold() for label in option["label"].values()}:
            return str(option["code"])
    raise _refused(question, _("“%(value)s” is none of the answers offered.") % {"value": text[:60]})


def _refused(question: Question, sentence: str) -> Refused:
    return Refused(sentence, field=field_of(question))


_CLEANERS = {
    "text": _line,
    "long": _long,
    "number": _number,
    "yes": _yes,
    "choice": _choice,
    "many": _many,
}
