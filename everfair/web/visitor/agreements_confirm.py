"""The page on which somebody confirms for a party: the whole text, and a fresh proof for exactly this text. Nothing else."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from everfair.agreements import access
from everfair.agreements.actions import confirming, proving
from everfair.agreements.actions.together import require_another_person, require_together
from everfair.agreements.forms.agreements import FunctionForm
from everfair.agreements.queries.record_face import amount_words
from everfair.base.refusals import Refused
from everfair.web.visitor.agreements import page_of, stand_of


@sensitive_post_parameters("code", "credential")
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_confirm(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Read it all, then confirm with a passkey or a code. The challenge is asked for anew with every page."""
    stand = stand_of(request, edition, code)
    party = _party(request, stand)
    form = FunctionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            done = _confirm(request, stand, party, form.cleaned_data["function"])
        except Refused as error:
            return _page(request, stand_of(request, edition, code), party, form, error)
        messages.success(request, _said(done))
        return redirect(page_of(stand))
    return _page(request, stand, party, form, None)


def _party(request: HttpRequest, stand: access.Stand) -> Any:
    given = request.POST.get("party") or request.GET.get("party") or ""
    pk = int(given) if given.isdecimal() and len(given) < 18 else None
    party = stand.party_to_sign(pk)
    if party is None:
        raise Http404
    return party


def _confirm(request: HttpRequest, stand: access.Stand, party: Any, function: str) -> Any:
    """First whether it can be confirmed at all, then the proof, which is used up by this, then the deed."""
    agreement = stand.agreement
    confirming.require_confirmable(agreement, party, request.POST.get("digest", ""))
    require_together(agreement, stand.parties)
    require_another_person(stand.parties, party, request.user)
    credential = request.POST.get("credential", "")
    if credential:
        session = request.session.session_key or ""
        proof = proving.prove_by_passkey(
            agreement, party, credential[:20_000], by=request.user, session=session
        )
    else:
        proof = proving.prove_by_code(agreement, party, request.POST.get("code", "")[:20], by=request.user)
    return confirming.confirm(agreement, party, proof, by=request.user, function=function)


def _said(agreement: Any) -> str:
    if agreement.state == "confirmed":
        return _("Confirmed by all. The record stands in the chain.")
    return _("Confirmed for your organisation. The others are still to come.")


def _page(
    request: HttpRequest, stand: access.Stand, party: Any, form: FunctionForm, error: Refused | None
) -> HttpResponse:
    agreement = stand.agreement
    why_not = ""
    try:
        confirming.require_confirmable(agreement, party, agreement.digest)
        require_together(agreement, stand.parties)
        require_another_person(stand.parties, party, request.user)
    except Refused as refusal:
        why_not = str(refusal)
    ways = proving.ways_of(request.user)
    options: Any = None
    if not why_not and ways.passkeys:
        session = request.session.session_key or ""
        options = proving.ask_for_passkey(agreement, party, by=request.user, session=session)
    context = {
        "stand": stand, "agreement": agreement, "party": party, "parties": stand.parties, "form": form,
        "why_not": why_not, "ways": ways, "options": options, "amount": amount_words(agreement),
        "files": list(agreement.files.select_related("file")), "doors_current": "mine",
        "refused": str(error) if error and error.field != "code" else "",
        "code_error": str(error) if error and error.field == "code" else "",
    }  # fmt: skip
    return render(request, "visitor/agreements/agreement_confirm.html", context, status=422 if error else 200)
