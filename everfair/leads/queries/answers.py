"""Questions of an exhibitor and what their stored answers read like. No writes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from everfair.base.languages import pick
from everfair.exhibition.models import Exhibitor
from everfair.leads.models import Lead, LeadQuestion


def questions_of(exhibitor: Exhibitor, *, with_retired: bool = False) -> list[LeadQuestion]:
    """The exhibitor's questions in its order; retired ones only where asked for."""
    found = LeadQuestion.objects.filter(exhibitor=exhibitor)
    return list(found if with_retired else found.filter(is_retired=False))


def answer_text(question: LeadQuestion, answer: Any, language: str) -> str:
    """A stored answer as people read it: labels instead of option codes. "" where there is none."""
    if answer is None or answer == "" or answer == []:
        return ""
    if question.kind in (LeadQuestion.Kind.CHOICE, LeadQuestion.Kind.MANY):
        labels = {one.get("code"): pick(one.get("label"), language) for one in question.options}
        chosen = answer if isinstance(answer, list) else [answer]
        return str(_("; ").join(labels.get(code, str(code)) for code in chosen))
    return str(answer)


def answers_of(
    lead: Lead, questions: Sequence[LeadQuestion], language: str
) -> list[tuple[LeadQuestion, str]]:
    """(question, answer) for each question that is asked now or was answered."""
    return [
        (question, answer_text(question, lead.answers.get(question.code), language))
        for question in questions
        if not question.is_retired or lead.answers.get(question.code) not in (None, "", [])
    ]


def missing_answers(lead: Lead, questions: Sequence[LeadQuestion]) -> int:
    """How many required questions have no answer yet."""
    return sum(
        question.is_required and not question.is_retired and lead.answers.get(question.code) in (None, "", [])
        for question in questions
    )


def differences_text(
    differs: Mapping[str, Any], questions: Sequence[LeadQuestion], language: str
) -> list[tuple[str, str]]:
    """(what, its other value) of a scan that noted something otherwise than the lead says."""
    found = []
    if differs.get("interest"):
        found.append((_("Interest"), str(Lead.Interest(differs["interest"]).label)))
    if differs.get("follow_up_on"):
        found.append((_("Follow up on"), str(differs["follow_up_on"])))
    if differs.get("note"):
        found.append((_("Note"), str(differs["note"])))
    by_code = {question.code: question for question in questions}
    for code, answer in (differs.get("answers") or {}).items():
        if code in by_code:
            question = by_code[code]
            found.append((pick(question.label, language), answer_text(question, answer, language)))
    return found
