"""A firm begins a negotiation itself: whom it may begin with, the form, and what it expects of one in money."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.deals import access
from everfair.deals.actions.beginning import begin_negotiation, expect
from everfair.deals.forms.beginning import BeginForm, ExpectedForm
from everfair.deals.queries import begin as queries
from everfair.deals.queries.names import buyer_shown
from everfair.exhibition.forms.fields import add_refusal
from everfair.leads.queries.shown import today_at
from everfair.web.exhibitor.deals import at_deals
from everfair.web.exhibitor.exhibition.frame import show
from everfair.web.public.exhibition import page_number

A_PAGE = 30
HERE = "deals.pipeline_show"


@login_required
@never_cache
@require_safe
def source_list(request: HttpRequest, code: str) -> HttpResponse:
    """People the firm met, scanned or talks with, one kind at a time; `kind` and `q` narrow it."""
    firm = at_deals(request, code)
    words = request.GET.get("q", "").strip()[:100]
    counts = {kind: queries.rows_of(firm, kind).count() for kind in queries.KINDS}
    chosen = request.GET.get("kind", "")
    if chosen not in queries.KINDS:
        chosen = next((kind for kind, count in counts.items() if count), queries.KINDS[0])
    page = Paginator(queries.rows_of(firm, chosen, words), A_PAGE).get_page(page_number(request))
    base = reverse("exhibitor:deals.source_list", args=[firm.code])
    labels = {"meeting": _("Met"), "lead": _("Scanned"), "talk": _("Talked with")}
    times = {"meeting": _("Meeting"), "lead": _("Scanned"), "talk": _("Last message")}
    context = {
        "page": page, "rows": queries.lines(firm, chosen, list(page)), "words": words, "kind": chosen,
        "has_any": any(counts.values()), "has_kind": bool(counts[chosen]), "time_label": times[chosen],
        "kind_url": f"{base}?kind={chosen}", "can_edit": firm.is_edited,
        "tabs": [(labels[kind], f"{base}?kind={kind}", kind == chosen, counts[kind]) for kind in queries.KINDS],
    }  # fmt: skip
    return show(request, "source_list", firm, HERE, context, room="deals")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def negotiation_begin(request: HttpRequest, code: str, kind: str, source: str) -> HttpResponse:
    """The form for one of them. Where one from the same is open, it leads there: two presses make one."""
    firm = at_deals(request, code)
    found = queries.source_of(firm, kind, source)
    if found is None:
        raise Http404
    held = queries.running(firm, kind, [source]).get(source)
    if held is not None:
        messages.info(request, _("You have begun this negotiation already."))
        return _to(firm, held)
    form = BeginForm(request.POST if request.method == "POST" else None, today=today_at(firm.edition))
    refusal = ""
    if request.method != "POST":
        refusal = queries.why_not(firm, found, request.user)
    elif form.is_valid():
        try:
            made, is_new = begin_negotiation(firm, kind, source, form.values(), by=request.user)
        except Refused as error:
            add_refusal(form, error)
        else:
            if is_new:
                messages.success(
                    request, _("Begun. The buyer is told by mail and reads it in the conversation.")
                )
            else:
                messages.info(request, _("You have begun this negotiation already."))
            return _to(firm, made)
    context = {
        "source": found, "form": form, "refusal": refusal, "source_url": _source_url(firm, found),
        "can_edit": firm.is_edited,
    }  # fmt: skip
    return show(
        request, "negotiation_begin", firm, HERE, context, status=422 if form.errors else 200, room="deals"
    )


def _to(firm: Any, row: Any) -> HttpResponse:
    return redirect("visitor:deals.negotiation_show", edition=firm.edition.slug, code=row.code)


def _source_url(firm: Any, source: queries.Source) -> str:
    """The page of the meeting, the lead or the conversation, for the firm's people."""
    if source.kind == "meeting":
        return reverse("exhibitor:meetings.meeting_show", kwargs={"code": firm.code, "meeting": source.code})
    if source.kind == "lead":
        return reverse("exhibitor:leads.lead_edit", kwargs={"code": firm.code, "lead": source.code})
    page = reverse("visitor:conversations.conversation_show", args=[firm.edition.slug, source.code])
    return f"{page}?as={access.firm_key(firm)}"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def expected_edit(request: HttpRequest, code: str, deal: str) -> HttpResponse:
    """What the firm thinks a negotiation is worth. A colleague's newer page is not overwritten."""
    firm = at_deals(request, code)
    row = access.get_negotiation_of_firm(firm, deal)
    version, initial = row.version, {"expected": row.expected, "currency": row.expected_currency}
    form = ExpectedForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = request.POST.get("version", "")
        seen = int(given) if given.isdecimal() and len(given) < 10 else 0
        data = form.cleaned_data
        try:
            expect(row, data["expected"], data["currency"], by=request.user, version=seen)
        except EditedMeanwhile as error:
            version = error.current
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return _to(firm, row)
    context = {
        "row": row,
        "form": form,
        "version": version,
        "buyer": buyer_shown(row),
        "can_edit": firm.is_edited,
    }
    return show(
        request, "expected_edit", firm, HERE, context, status=422 if form.errors else 200, room="deals"
    )
