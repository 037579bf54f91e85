"""What the sides of an agreement do besides confirming: parties and documents of a draft, putting it to the parties, taking it back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.agreements import access
from everfair.agreements.actions import drafting, offering
from everfair.agreements.forms.agreements import ReasonForm
from everfair.base.refusals import Refused
from everfair.gateways.storage.detect import PDF
from everfair.gateways.storage.errors import TooLarge
from everfair.gateways.storage.headers import file_headers
from everfair.gateways.storage.store import get_store
from everfair.matchmaking.queries.needs import firms_by_code
from everfair.web.needs import find_firms
from everfair.web.talk_files import FIELD, most_bytes, takes_files
from everfair.web.visitor.agreements import page_of, show, stand_of, title_of
from everfair.web.visitor.talks import edition_of


def _stand_to_change(request: HttpRequest, edition: str, code: str) -> access.Stand:
    stand = stand_of(request, edition, code)
    if not stand.may_change:
        raise Http404
    return stand


def _attempt(
    request: HttpRequest, stand: access.Stand, deed: Callable[[], Any], sentence: str
) -> HttpResponse:
    try:
        deed()
    except Refused as error:
        return show(request, stand, refused=str(error), status=422)
    messages.success(request, sentence)
    return redirect(page_of(stand))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def party_list(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Choose the other firms by search; each press adds or removes one."""
    stand = _stand_to_change(request, edition, code)
    agreement = stand.agreement
    words = request.GET.get("q", "").strip()[:100]
    refused = ""
    if request.method == "POST":
        try:
            _change_parties(request, stand)
        except Refused as error:
            refused = str(error)
        else:
            return redirect(request.get_full_path())
    held = {party.exhibitor_id for party in stand.parties}
    language = getattr(request, "content_language", "en")
    found = [(firm, firm.pk in held) for firm in find_firms(agreement.edition, words, language)]
    context = {
        "stand": stand, "agreement": agreement, "words": words, "found": found, "refused": refused,
        "title": title_of(agreement), "most": drafting.MOST_PARTIES, "doors_current": "mine",
    }  # fmt: skip
    status = 422 if refused else 200
    return render(request, "visitor/agreements/party_list.html", context, status=status)


def _change_parties(request: HttpRequest, stand: access.Stand) -> None:
    firms = firms_by_code(stand.agreement.edition, request.POST.getlist("add")[:20])
    removed = [party for party in stand.parties if str(party.pk) in request.POST.getlist("remove")]
    if firms:
        drafting.add_firms(stand.agreement, firms, by=request.user)
        messages.success(request, _("Added."))
    for party in removed:
        drafting.remove_party(stand.agreement, party)
        messages.success(request, _("Removed."))


@require_POST
@takes_files
def file_add(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Put PDF documents to a draft."""
    stand = _stand_to_change(request, edition, code)
    return _attempt(
        request, stand, lambda: _add_files(request, stand), _("The document is kept with the draft.")
    )


def _add_files(request: HttpRequest, stand: access.Stand) -> None:
    if getattr(request, "talk_files_cut", False):
        raise TooLarge(most_bytes())
    sources: list[Any] = [(one.name or "", one.file) for one in request.FILES.getlist(FIELD)]
    drafting.add_files(stand.agreement, sources, by=request.user)


@login_required
@require_POST
def file_remove(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponse:
    """Take a document off a draft."""
    stand = _stand_to_change(request, edition, code)
    row = access.get_file_for(request.user, stand.agreement.edition, code, pk)
    return _attempt(request, stand, lambda: drafting.remove_file(stand.agreement, row), _("Removed."))


@login_required
@require_safe
def file_show(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponseBase:
    """A document, to the parties alone."""
    row = access.get_file_for(request.user, edition_of(request, edition), code, pk)
    return _private_file(row.file.digest, row.name)


@login_required
@require_safe
def record_show(request: HttpRequest, edition: str, code: str) -> HttpResponseBase:
    """The record as PDF, to the parties alone; not there yet while it is being set."""
    record = stand_of(request, edition, code).agreement.record
    if record is None:
        raise Http404
    return _private_file(record.digest, record.name)


@login_required
@never_cache
@require_safe
def statement_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Exactly the bytes whose SHA-256 the parties confirmed, to them alone."""
    agreement = stand_of(request, edition, code).agreement
    if not agreement.statement:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="agreement-{agreement.code}.json"'}
    return HttpResponse(agreement.statement, content_type="application/json; charset=utf-8", headers=headers)


def _private_file(digest: str, name: str) -> HttpResponseBase:
    store = get_store()
    if not store.exists(digest):
        raise Http404
    headers = file_headers(PDF, name, private=True) | {"Cache-Control": "private, no-store"}
    response = FileResponse(store.open(digest), headers=headers)
    response.headers["Content-Disposition"] = headers["Content-Disposition"]  # FileResponse makes its own
    return response


@login_required
@require_POST
def agreement_offer(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Put a draft to its parties, as it stands on the page."""
    stand = _stand_to_change(request, edition, code)
    given = request.POST.get("version", "")
    version = int(given) if given.isdecimal() and len(given) < 9 else 0
    return _attempt(
        request,
        stand,
        lambda: offering.offer(stand.agreement, by=request.user, version=version),
        _("Put to the parties: each of them can confirm now, and has a letter."),
    )


@login_required
@require_POST
def agreement_withdraw(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Take it back before the last party confirmed."""
    stand = _stand_to_change(request, edition, code)
    form = ReasonForm(request.POST)
    if stand.agreement.state == "draft":
        return _attempt(
            request, stand, lambda: offering.withdraw(stand.agreement, "", by=request.user), _("Taken back.")
        )
    if not form.is_valid():
        return show(request, stand, reason=form, status=422)
    reason = form.cleaned_data["reason"]
    return _attempt(
        request, stand, lambda: offering.withdraw(stand.agreement, reason, by=request.user), _("Taken back. The parties read why.")
    )  # fmt: skip


@login_required
@require_POST
def agreement_refuse(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Say no for one's party, with the reason; for the one the page named, where somebody may sign for several."""
    stand = stand_of(request, edition, code)
    given = request.POST.get("party", "")
    if not given and len(stand.to_answer) > 1:
        said = _("You may sign for several parties. Open the page again and refuse for the one you mean.")
        return show(request, stand, refused=said, status=422)
    named = int(given) if given.isdecimal() and len(given) < 18 else 0
    party = stand.party_to_sign(named if given else None)
    if party is None:
        raise Http404
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show(request, stand, reason=form, status=422)
    reason = form.cleaned_data["reason"]
    return _attempt(
        request, stand, lambda: offering.refuse(stand.agreement, party, reason, by=request.user), _("Refused. The parties read why.")
    )  # fmt: skip


@login_required
@require_POST
def agreement_renew(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """A new draft in place of this one, to be changed and put to the parties again."""
    stand = _stand_to_change(request, edition, code)
    try:
        made = offering.make_anew(stand.agreement, by=request.user)
    except Refused as error:
        return show(request, stand, refused=str(error), status=422)
    messages.success(request, _("This is the new draft. The earlier one stays readable."))
    return redirect("visitor:agreements.agreement_edit", edition=made.edition.slug, code=made.code)
