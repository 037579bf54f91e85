"""A booth's own questions about its visitors: list with their order, editor, retiring."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.leads import access, actions
from everfair.leads.forms import QuestionForm
from everfair.leads.queries.answers import questions_of
from everfair.web.exhibitor.exhibition.frame import language_of
from everfair.web.exhibitor.leads_frame import address, at_leads, show

HERE = "leads.question_list"


@login_required
@require_safe
def question_list(request: HttpRequest, code: str) -> HttpResponse:
    """The questions in their order, retired ones below."""
    exhibitor = at_leads(request, code, "ask")
    questions = questions_of(exhibitor, with_retired=True)
    context = {"questions": questions, "moved": (request.GET.get("moved", ""), request.GET.get("to", ""))}
    return show(request, "question_list", exhibitor, HERE, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question_create(request: HttpRequest, code: str) -> HttpResponse:
    """A new question."""
    return _edit(request, at_leads(request, code, "ask"), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question_edit(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """One question."""
    exhibitor = at_leads(request, code, "ask")
    return _edit(request, exhibitor, access.get_question_of(exhibitor, question))


def _edit(request: HttpRequest, exhibitor: Any, question: Any) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(data, row=question, languages=exhibitor.edition.languages)
    if data is not None and form.is_valid():
        try:
            actions.save_question(exhibitor, question, form.values(), by=request.user)
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved.") if question else _("The question is asked from now on."))
            return redirect(address("question_list", exhibitor))
    title = pick(question.label, language_of(request)) if question else _("New question")
    context = {"form": form, "question": question, "title": title, "refused": data is not None}
    return show(request, "question_edit", exhibitor, HERE, context)


@login_required
@require_POST
def question_move(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """One place up or down; the list then has the focus on the same button."""
    exhibitor = at_leads(request, code, "ask")
    found = access.get_question_of(exhibitor, question)
    to = "up" if request.POST.get("to") == "up" else "down"
    actions.move_question(found, -1 if to == "up" else 1, by=request.user)
    return redirect(f"{address('question_list', exhibitor)}?moved={found.code}&to={to}")


@login_required
@require_POST
def question_retire(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """Ask a question no longer, or again."""
    exhibitor = at_leads(request, code, "ask")
    found = access.get_question_of(exhibitor, question)
    retire = request.POST.get("retire") == "1"
    try:
        actions.retire_question(found, retire, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        said = _("It is asked no more. Its answers stay.") if retire else _("It is asked again.")
        messages.success(request, said)
    return redirect(address("question_list", exhibitor))
