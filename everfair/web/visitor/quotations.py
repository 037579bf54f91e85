"""Quotations of a negotiation: one as both sides read it, the firm's draft, an inquiry's side by side. Deeds are in quotation_deeds."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.deals import access
from everfair.deals.access import Stand
from everfair.deals.actions import quoting
from everfair.deals.forms.quotations import (
    MOST_LINES,
    AnswerForm,
    QuotationForm,
    with_line,
    without_line,
)
from everfair.deals.queries import quotations as queries
from everfair.deals.queries.names import sides_shown
from everfair.deals.queries.quotation_compare import comparison_of
from everfair.fair.queries import today_of
from everfair.web.list_files import file_links
from everfair.web.talk_files import ACCEPT, take_files, takes_files
from everfair.web.talk_shown import address_if_there
from everfair.web.visitor.talks import edition_of


def held(request: HttpRequest, edition: str, code: str, quotation: str) -> tuple[Stand, Any]:
    """How the person stands, and the quotation; Http404 for everybody else."""
    return access.get_quotation_for(request.user, edition_of(request, edition), code, quotation)


def of_firm(request: HttpRequest, edition: str, code: str, quotation: str) -> tuple[Stand, Any]:
    """The same for the firm's people alone."""
    stand, found = held(request, edition, code, quotation)
    if stand.is_buyer:
        raise Http404
    return stand, found


def page_of(stand: Stand, quotation: Any, name: str = "show", **more: Any) -> str:
    """An address of the quotation."""
    key = {
        "edition": stand.negotiation.edition.slug,
        "code": stand.negotiation.code,
        "quotation": quotation.code,
    }
    return reverse(f"visitor:deals.quotation_{name}", kwargs={**key, **more})


@login_required
@never_cache
@require_safe
def quotation_show(request: HttpRequest, edition: str, code: str, quotation: str) -> HttpResponse:
    """One version, the latest sent unless `version` says another, with what it changed and what can be done."""
    return show(request, edition, code, quotation)


def show(
    request: HttpRequest, edition: str, code: str, key: str, forms: dict[str, AnswerForm] | None = None
) -> HttpResponse:
    """The quotation's page, with a form as it was refused."""
    stand, quotation, kept = access.get_versions_for(request.user, edition_of(request, edition), code, key)
    if not quotation.sent_number and not stand.is_buyer:
        return redirect(page_of(stand, quotation, "edit"))
    versions = {one.number: one for one in kept if one.sent_at is not None}
    asked = request.GET.get("version", "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else quotation.sent_number
    if number not in versions:
        raise Http404
    version = versions[number]
    negotiation, today = stand.negotiation, today_of(stand.negotiation.edition)
    own, other = sides_shown(negotiation, to=stand.side)
    is_latest = number == quotation.sent_number
    is_open = quotation.state in ("sent", "countered") and negotiation.state == "open"
    earlier = versions.get(number - 1)
    queries.fetch_parts([version] if earlier is None else [version, earlier])
    context = {
        "stand": stand, "negotiation": negotiation, "quotation": quotation, "version": version, "own": own, "other": other,
        "shown": queries.shown_version(version), "versions": sorted(versions.values(), key=lambda one: -one.number),
        "changes": queries.differences(earlier, version) if earlier is not None else None,
        "state": queries.state_of(quotation, versions[quotation.sent_number], today), "is_latest": is_latest,
        "may_bind": access.may_bind(request.user, stand), "draft": next((one for one in kept if one.sent_at is None), None),
        "refusal": queries.why_not_accept(quotation, version, today) if is_latest else "",
        "may_answer": stand.is_buyer and is_latest and is_open,
        "may_change": not stand.is_buyer and negotiation.state == "open" and quotation.state in ("sent", "countered", "declined"),
        "decline": (forms or {}).get("decline") or AnswerForm(None, version),
        "counter": (forms or {}).get("counter") or AnswerForm(None, version, wishes=True),
        "agreement_url": _agreement_url(stand, quotation), "compare_url": compare_url(stand), "doors_current": "mine",
    }  # fmt: skip
    return render(request, "visitor/deals/quotation_show.html", context, status=422 if forms else 200)


def _agreement_url(stand: Stand, quotation: Any) -> str:
    """Where an agreement is made of an accepted quotation; "" where this installation makes none."""
    if quotation.state != "accepted":
        return ""
    name, edition = "visitor:agreements.agreement_create", stand.negotiation.edition.slug
    page = address_if_there(name, edition=edition, code=stand.negotiation.code) or address_if_there(
        name, edition=edition
    )
    if not page:
        return ""
    return f"{page}?negotiation={stand.negotiation.code}&quotation={quotation.code}"


def compare_url(stand: Stand) -> str:
    """Where the buyer reads the quotations side by side; "" for the firm."""
    inquiry = stand.negotiation.inquiry
    if not stand.is_buyer or inquiry is None:
        return ""
    return reverse(
        "visitor:deals.quotation_compare",
        kwargs={"edition": stand.negotiation.edition.slug, "code": inquiry.code},
    )


# The firm's draft ---------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@takes_files
@never_cache
def quotation_edit(request: HttpRequest, edition: str, code: str, quotation: str) -> HttpResponse:
    """The draft: saved as it is, with marks where something must be put right before it can be sent."""
    stand, found, kept = access.get_versions_for(request.user, edition_of(request, edition), code, quotation)
    if stand.is_buyer:
        raise Http404
    draft = next((one for one in kept if one.sent_at is None), None)
    if draft is None:
        return redirect(page_of(stand, found))
    today = today_of(stand.negotiation.edition)
    if request.method != "POST":
        queries.fetch_parts([draft])
        form = QuotationForm.of_version(draft, queries.line_values(draft), today)
        return _edit_page(request, stand, found, form, kept=kept)
    return _save(request, stand, found, QuotationForm(_typed(request), today=today))


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}


def _save(request: HttpRequest, stand: Stand, quotation: Any, form: QuotationForm) -> HttpResponse:
    """What the button says: one more line, one less, save, or send."""
    do, typed = request.POST.get("do", ""), _typed(request)
    sends = do == "send"
    if sends and not access.may_bind(request.user, stand):
        raise Http404
    if do == "add" or do.startswith("remove-"):
        place = do.removeprefix("remove-")
        typed = without_line(typed, int(place)) if place.isdecimal() and len(place) < 4 else with_line(typed)
        form = QuotationForm.unmarked(typed, form.today)
        if not request.FILES:
            return _edit_page(request, stand, quotation, form, seen=request.POST.get("version", ""))
    is_valid = form.is_bound and form.is_valid()
    version = request.POST.get("version", "")
    more: dict[str, Any] = {
        "by": request.user,
        "version": int(version) if version.isdecimal() and len(version) < 9 else None,
        "gone": [int(key) for key in request.POST.getlist("gone") if key.isdecimal() and len(key) < 18],
    }
    try:
        more["files"] = take_files(request)
        if sends and is_valid:
            quoting.send(quotation, form.values(), **more)
        else:
            kept = typed if not form.is_bound else form.typed()
            quotation = quoting.save_draft(quotation, form.values() if is_valid else None, kept, **more)
    except Refused as error:
        seen = str(error.current) if isinstance(error, EditedMeanwhile) else version
        return _edit_page(request, stand, quotation, form, error=error, seen=seen)
    if sends and is_valid:
        messages.success(request, _("Sent. The buyer reads it now, and gets a letter."))
        return redirect(page_of(stand, quotation))
    if is_valid:
        messages.success(request, _("The draft is saved."))
        return redirect(page_of(stand, quotation, "edit"))
    return _edit_page(request, stand, quotation, form, is_kept=form.is_bound)


def _edit_page(
    request: HttpRequest,
    stand: Stand,
    quotation: Any,
    form: QuotationForm,
    *,
    error: Refused | None = None,
    seen: str = "",
    is_kept: bool = False,
    kept: Sequence[Any] = (),
) -> HttpResponse:
    """`kept`: its versions, the draft with its parts, where they were read already."""
    versions = kept or list(access.versions_for(stand, quotation))
    draft = next((one for one in versions if one.sent_at is None), None)
    if not kept and draft is not None:
        queries.fetch_parts([draft])
    files_error = ""
    if error is not None and error.field == "files":
        files_error = str(error)
    elif error is not None and form.is_bound:
        form.refuse(error)
    earlier = next((one for one in versions if one.number == quotation.sent_number), None)
    _own, other = sides_shown(stand.negotiation, to=stand.side)
    context = {
        "stand": stand, "negotiation": stand.negotiation, "quotation": quotation, "draft": draft, "form": form, "other": other,
        "files": list(draft.files.all()) if draft is not None else [], "files_error": files_error,
        "other_error": str(error) if error is not None and not files_error and not form.is_bound else "", "accept": ACCEPT,
        "seen": seen or quotation.version, "may_bind": access.may_bind(request.user, stand), "earlier": earlier,
        "is_kept": is_kept, "refused": error is not None, "most_lines": MOST_LINES, "shown": queries.shown_version(draft) if draft is not None else None,
        "doors_current": "mine",
    }  # fmt: skip
    status = 422 if error is not None or is_kept else 200
    return render(request, "visitor/deals/quotation_edit.html", context, status=status)


# Side by side -------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def quotation_compare(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The buyer's: every open quotation of one inquiry, in the currency that `in` names."""
    found = edition_of(request, edition)
    inquiry = access.get_inquiry_for(request.user, found, code)
    comparison = comparison_of(inquiry, request.GET.get("in", "").upper()[:3], today_of(found))
    export = {"edition": found.slug, "code": inquiry.code}
    context = {
        "inquiry": inquiry, "comparison": comparison, "doors_current": "mine",
        "exports": file_links(
            lambda kind: reverse("visitor:deals.compare_export", kwargs={**export, "kind": kind}),
            f"in={comparison.target}", kinds=("xlsx", "csv"),
        ),
    }  # fmt: skip
    return render(request, "visitor/deals/quotation_compare.html", context)
