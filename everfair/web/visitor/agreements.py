"""Agreements of everybody signed in: list, one with the state of its parties, the form. Deeds and confirming have files of their own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from everfair.agreements import access
from everfair.agreements.actions import drafting
from everfair.agreements.forms.agreements import AgreementForm, ReasonForm
from everfair.agreements.queries import chain, lists
from everfair.agreements.queries.record_face import amount_words
from everfair.base.languages import for_reader
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.deals import access as deals_access
from everfair.fair import queries as fair_queries
from everfair.web.list_files import file_links, file_of_rows
from everfair.web.public.exhibition import page_number
from everfair.web.visitor.talks import edition_of

A_PAGE = 20


@login_required
@require_safe
def agreement_home(request: HttpRequest) -> HttpResponse:
    """To the agreements of the current edition."""
    edition = fair_queries.current_edition()
    if edition is None:
        return redirect("visitor:people.my_fair")
    return redirect("visitor:agreements.agreement_list", edition=edition.slug)


@login_required
@never_cache
@require_safe
def agreement_list(request: HttpRequest, edition: str) -> HttpResponse:
    """What the person and their firms agree on, newest first."""
    found = edition_of(request, edition)
    keys = deals_access.deal_keys_of(request.user, found)
    rows = access.agreements_of(request.user, found, keys)
    filters = lists.filters_of(request.GET.dict())
    page = Paginator(lists.narrowed(rows, filters), A_PAGE).get_page(page_number(request))
    counts = lists.counts_by_state(rows)
    base = reverse("visitor:agreements.agreement_list", args=[found.slug])
    query = request.GET.urlencode()
    context = {
        "page": page,
        "rows": lists.lines(page.object_list, keys),
        "filters": filters,
        "has_any": bool(counts),
        "tabs": _tabs(base, filters, counts),
        "kinds": AgreementForm.base_fields["kind"].choices,  # type: ignore[attr-defined]
        "list_url": base,
        "may_make": bool(access.firms_to_sign_for(request.user, found)),
        "exports": file_links(
            lambda kind: reverse("visitor:agreements.agreement_export", args=[found.slug, kind]), query
        ),
        "doors_current": "mine",
    }
    return render(request, "visitor/agreements/agreement_list.html", context)


def _tabs(base: str, filters: Any, counts: dict[str, int]) -> list[tuple[str, str, bool, int]]:
    words = {
        "": _("All"),
        "offered": _("To confirm"),
        "draft": _("Drafts"),
        "confirmed": _("Confirmed"),
        "refused": _("Refused"),
        "withdrawn": _("Taken back"),
    }
    return [
        (
            label, f"{base}?state={state}" if state else base, state == filters.state,
            counts.get(state, 0) if state else sum(counts.values()),
        )
        for state, label in words.items()
    ]  # fmt: skip


@login_required
@never_cache
@require_safe
def agreement_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The list shown, as CSV or a workbook."""
    found = edition_of(request, edition)
    filters = lists.filters_of(request.GET.dict())
    rows = lists.file_rows(lists.narrowed(access.agreements_of(request.user, found), filters))
    zone: Any = timezone.get_current_timezone()
    return file_of_rows(
        kind, f"agreements-{found.slug}", rows, dict(lists.COLUMNS), sheet=_("Agreements"), zone=zone
    )


def stand_of(request: HttpRequest, edition: str, code: str) -> access.Stand:
    """How the person stands in the agreement; Http404 for strangers."""
    return access.get_stand_for(request.user, edition_of(request, edition), code)


def page_of(stand: access.Stand, name: str = "agreement_show") -> str:
    """The address of one of the agreement's pages."""
    agreement = stand.agreement
    return reverse(f"visitor:agreements.{name}", args=[agreement.edition.slug, agreement.code])


@login_required
@never_cache
@require_safe
def agreement_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One agreement: what it says, where each party stands, what the reader can do."""
    return show(request, stand_of(request, edition, code))


def show(
    request: HttpRequest, stand: access.Stand, *, reason: Any = None, refused: str = "", status: int = 200
) -> HttpResponse:
    """The agreement's page, with what was typed where a deed was refused."""
    agreement = stand.agreement
    to_sign = stand.party_to_sign() if agreement.state == "offered" else None
    confirmed = chain.entry_of(chain.KIND_CONFIRMED, agreement.code) if agreement.confirmed_at else None
    context = {
        "stand": stand, "agreement": agreement, "parties": stand.parties, "amount": amount_words(agreement),
        "files": list(agreement.files.select_related("file")), "state_kind": lists.STATE_KINDS[agreement.state],
        "to_sign": to_sign if to_sign is not None and to_sign.confirmed_at is None else None,
        "entry": confirmed, "reason": reason or ReasonForm(), "refused": refused,
        "replaced_by": agreement.replaced_by.exclude(state="withdrawn").order_by("-pk").first(),
        "negotiation_url": _negotiation_url(request, stand), "doors_current": "mine",
    }  # fmt: skip
    return render(request, "visitor/agreements/agreement_show.html", context, status=status)


def _negotiation_url(request: HttpRequest, stand: access.Stand) -> str:
    """Where it came from, for those who stand there, too; a third party of the agreement does not."""
    negotiation = stand.agreement.negotiation
    if negotiation is None or not any(party.is_drafting for party in stand.own):
        return ""
    return reverse("visitor:deals.negotiation_show", args=[stand.agreement.edition.slug, negotiation.code])


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_create(request: HttpRequest, edition: str, code: str = "") -> HttpResponse:
    """A draft of a negotiation (?negotiation=code, ?quotation=code), or of one's firm."""
    found = edition_of(request, edition)
    quotation = request.GET.get("quotation", "")[:12]
    wanted = (
        code
        or request.GET.get("negotiation", "")[:12]
        or (lists.negotiation_code_of_quotation(quotation) if quotation else "")
    )
    if wanted:
        stand = deals_access.get_stand_for(request.user, found, wanted)
        if access.may_make_of(request.user, stand):
            return _create_of_negotiation(request, stand, quotation)
        messages.error(
            request, _("Only owners and editors of the firm make its agreements. Ask one of them.")
        )
        return redirect("visitor:deals.negotiation_show", edition=found.slug, code=wanted)
    firms = access.firms_to_sign_for(request.user, found)
    if not firms:
        raise Http404
    chosen = next((firm for firm in firms if firm.code == request.POST.get("firm")), firms[0])
    form = AgreementForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = drafting.make_of_firm(chosen, form.terms(), by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The draft is kept. Choose the other parties."))
            return redirect("visitor:agreements.party_list", edition=found.slug, code=made.code)
    return _form_page(request, form, firms=firms, chosen=chosen)


def _create_of_negotiation(request: HttpRequest, stand: Any, quotation: str) -> HttpResponse:
    negotiation = stand.negotiation
    accepted = lists.accepted_quotation(negotiation, quotation)
    initial = lists.initial_of(accepted) if accepted is not None else {}
    form = AgreementForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        has_person=negotiation.buyer_firm is None,
    )
    if form.is_valid():
        try:
            made = drafting.make_of_negotiation(
                negotiation, form.terms(), form.organisation(), by=request.user
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("The draft is kept. Both sides can change it until it is put to the parties.")
            )
            return redirect(
                "visitor:agreements.agreement_show", edition=negotiation.edition.slug, code=made.code
            )
    return _form_page(request, form, negotiation=negotiation)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_edit(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Change a draft. Where somebody saved meanwhile, what was typed stays and nothing is overwritten."""
    stand = stand_of(request, edition, code)
    if not stand.may_change:
        raise Http404
    agreement = stand.agreement
    if agreement.state != "draft":
        messages.error(
            request,
            _("This was put to the parties and cannot be changed. Take it back and make it anew instead."),
        )
        return redirect(page_of(stand))
    person = next((party for party in stand.parties if party.exhibitor is None), None)
    initial: dict[str, Any] = {}
    if person is not None:
        initial = {f"organisation_{code}": text for code, text in person.name.items()}
        initial["country"] = person.country
    form = AgreementForm(
        request.POST if request.method == "POST" else None,
        row=agreement, initial=initial, has_person=person is not None,
    )  # fmt: skip
    if form.is_valid():
        try:
            drafting.save_draft(
                agreement, form.terms(), form.organisation(), by=request.user,
                version=form.cleaned_data.get("version"),
            )  # fmt: skip
        except EditedMeanwhile as error:
            data = request.POST.copy()
            data["version"] = str(error.current)
            form = AgreementForm(data, row=agreement, has_person=person is not None)
            form.add_error(
                None,
                _(
                    "Somebody saved this draft meanwhile. What you typed is below; saving now puts it in place of theirs."
                ),
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(page_of(stand))
    return _form_page(request, form, agreement=agreement)


def _form_page(request: HttpRequest, form: AgreementForm, **more: Any) -> HttpResponse:
    context = {"form": form, "doors_current": "mine", "agreement": None, "negotiation": None, **more}
    status = 422 if form.is_bound else 200
    return render(request, "visitor/agreements/agreement_edit.html", context, status=status)


def title_of(agreement: Any) -> str:
    """In the reader's language, else the code."""
    return for_reader(agreement.title) or agreement.code
