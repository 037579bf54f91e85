"""What is done with a quotation besides writing it: begun, answered by the buyer, changed or taken back by the firm."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.deals import access
from everfair.deals.actions import quotation_answers, quoting
from everfair.deals.forms.quotations import AnswerForm
from everfair.deals.queries.quotations import sent_version
from everfair.web.visitor.quotations import held, of_firm, page_of, show
from everfair.web.visitor.talks import edition_of


@login_required
@require_POST
def quotation_begin(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The firm begins one, or goes on with the draft it has."""
    stand = access.get_stand_for(request.user, edition_of(request, edition), code)
    if stand.is_buyer:
        raise Http404
    try:
        made = quoting.begin_quotation(stand.negotiation, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("visitor:deals.negotiation_show", edition=edition, code=code)
    return redirect(page_of(stand, made, "edit"))


@login_required
@require_POST
def quotation_answer(
    request: HttpRequest, edition: str, code: str, quotation: str, deed: str
) -> HttpResponse:
    """The buyer accepts, declines or counters the version on their page. To accept and to decline binds, so who may does it."""
    stand, found = held(request, edition, code, quotation)
    if not stand.is_buyer or deed not in ("accept", "decline", "counter"):
        raise Http404
    if deed != "counter" and not access.may_bind(request.user, stand):
        raise Http404
    version = sent_version(found)
    if version is None:
        raise Http404
    form = AnswerForm(request.POST, version, wishes=deed == "counter")
    if form.is_valid():
        try:
            sentence = _answered(found, deed, form.values(), request.user)
        except (Refused, IllegalChange) as error:
            if isinstance(error, Refused) and error.field is not None:
                form.refuse(error)
                return show(request, edition, code, quotation, {deed: form})
            messages.error(request, str(error))
        else:
            messages.success(request, sentence)
        return redirect(page_of(stand, found))
    if deed == "accept":  # no version on the page, or none that is a number
        messages.error(request, _("Open the quotation again and accept what you read there."))
        return redirect(page_of(stand, found))
    return show(request, edition, code, quotation, {deed: form})


def _answered(quotation: Any, deed: str, values: dict[str, Any], by: Any) -> str:
    number, text = values["number"], values["text"]
    if deed == "accept":
        quotation_answers.accept(quotation, number, by=by)
        return _("Accepted, and said in the conversation. An agreement is made of it next.")
    if deed == "decline":
        quotation_answers.decline(quotation, number, text, by=by)
        return _("Declined. The firm reads why.")
    quotation_answers.counter(quotation, number, text, values["wishes"], by=by)
    return _("Said. The firm may answer with a new version.")


def _new_version(quotation: Any, request: HttpRequest) -> str:
    quoting.begin_version(quotation, by=request.user)
    return "edit"


def _withdraw(quotation: Any, request: HttpRequest) -> str:
    version = request.POST.get("version", "")
    quoting.withdraw(
        quotation, request.POST.get("text", ""), by=request.user,
        version=int(version) if version.isdecimal() and len(version) < 9 else None,
    )  # fmt: skip
    messages.success(request, _("Withdrawn. The buyer is told."))
    return "show"


def _drop(quotation: Any, request: HttpRequest) -> str:
    is_gone = quoting.drop_draft(quotation, by=request.user)
    messages.success(request, _("The draft is thrown away."))
    return "" if is_gone else "show"


DEEDS: dict[str, Callable[[Any, HttpRequest], str]] = {
    "new-version": _new_version, "withdraw": _withdraw, "drop": _drop
}  # fmt: skip
BINDING = ("withdraw",)


@login_required
@require_POST
def quotation_change(
    request: HttpRequest, edition: str, code: str, quotation: str, deed: str
) -> HttpResponse:
    """The firm's deeds; to withdraw binds, as sending does."""
    stand, found = of_firm(request, edition, code, quotation)
    if deed not in DEEDS or (deed in BINDING and not access.may_bind(request.user, stand)):
        raise Http404
    try:
        leads_to = DEEDS[deed](found, request)
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
        leads_to = "show"
    if not leads_to:
        return redirect("visitor:deals.negotiation_show", edition=edition, code=code)
    return redirect(page_of(stand, found, leads_to))
