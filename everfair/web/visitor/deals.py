"""Inquiries of everybody signed in and of the firms they answer for: list, one with its firms, a file, exports."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.deals import access
from everfair.deals.actions import inquiries as actions
from everfair.deals.actions import sending
from everfair.deals.queries import inquiries as queries
from everfair.deals.queries import suggestions
from everfair.deals.queries.begun import begun_with
from everfair.deals.queries.names import buyer_shown
from everfair.fair import queries as fair_queries
from everfair.matchmaking.queries.needs import firms_by_code
from everfair.web.list_files import file_links, file_of_rows
from everfair.web.needs import booth_url, find_firms, language_of
from everfair.web.public.exhibition import page_number
from everfair.web.sent_file import send_file
from everfair.web.talk_shown import address_if_there
from everfair.web.visitor import deals_start
from everfair.web.visitor.talks import edition_of

A_PAGE = 24


@login_required
@require_safe
def deal_home(request: HttpRequest) -> HttpResponse:
    """To the deals of the current edition."""
    edition = fair_queries.current_edition()
    if edition is None:
        return redirect("visitor:people.my_fair")
    return redirect("visitor:deals.inquiry_list", edition=edition.slug)


@login_required
@never_cache
@require_safe
def inquiry_list(request: HttpRequest, edition: str) -> HttpResponse:
    """What the person and their firms asked, newest first; narrowed by words, state, and who asked."""
    found = edition_of(request, edition)
    filters = queries.filters_of(request.GET.dict())
    mine = access.inquiries_of(request.user, found)
    page = Paginator(queries.narrowed(mine, filters), A_PAGE).get_page(page_number(request))
    page.object_list = list(queries.with_counts(page.object_list))  # type: ignore[arg-type]
    counts = queries.state_counts(mine)
    base, query = reverse("visitor:deals.inquiry_list", args=[found.slug]), request.GET.urlencode()
    labels = {"": _("All"), "sent": _("Sent out"), "draft": _("Drafts"), "closed": _("Closed")}
    hats = deals_start.buyers_of(request, found)
    names = {hat.key: hat.name for hat in hats}
    keep = f"&as={filters.buyer}" if filters.buyer else ""
    context = {
        "page": page, "filters": filters, "hats": hats, "has_any": any(counts.values()), "doors_current": "mine",
        "rows": [
            (row, queries.STATE_KINDS[row.state], names.get(row.buyer_key, "") if row.buyer_firm_id else "")
            for row in page
        ],
        "tabs": [
            (label, f"{base}?state={state}{keep}" if state else f"{base}?{keep[1:]}" if keep else base,
             state == filters.state, counts.get(state, sum(counts.values())))
            for state, label in labels.items()
        ],
        "exports": file_links(lambda kind: reverse("visitor:deals.inquiry_export", args=[found.slug, kind]), query),
        "begun_count": begun_with(found, [hat.key for hat in hats]).count(),
        "boards": [
            (hat.who.exhibitor, reverse("exhibitor:deals.pipeline_show", args=[hat.who.exhibitor.code]))
            for hat in hats
            if hat.who.exhibitor is not None
        ],
    }  # fmt: skip
    return render(request, "visitor/deals/inquiry_list.html", context)


@login_required
@never_cache
@require_safe
def inquiry_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The same list as a file."""
    found = edition_of(request, edition)
    rows = queries.narrowed(access.inquiries_of(request.user, found), queries.filters_of(request.GET.dict()))
    return file_of_rows(
        kind, f"inquiries-{found.slug}", queries.export_rows(rows), queries.COLUMNS, sheet=_("Inquiries"),
        zone=ZoneInfo(found.time_zone),
    )  # fmt: skip


@login_required
@never_cache
@require_safe
def inquiry_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One inquiry: what is asked, the firms it went to and what each made of it, what can be done with it."""
    found = edition_of(request, edition)
    inquiry = access.get_inquiry_for(request.user, found, code)
    lines = queries.firm_lines(inquiry)
    key = {"edition": found.slug, "code": inquiry.code}
    context = {
        "inquiry": inquiry, "state_kind": queries.STATE_KINDS[inquiry.state], "lines": lines,
        "buyer": buyer_shown(inquiry, to_own=True), "files": _files(inquiry), "chosen": queries.chosen_firms(inquiry),
        "about_url": about_url(inquiry), "doors_current": "mine",
        "compare_url": address_if_there("visitor:deals.quotation_compare", **key)
        if sum(line.quotations for line in lines)
        else "",
    }  # fmt: skip
    return render(request, "visitor/deals/inquiry_show.html", context)


def _files(inquiry: Any) -> list[dict[str, Any]]:
    """The inquiry's files as parts/files.html reads them."""
    return [
        {
            "url": reverse("visitor:deals.inquiry_file", args=[inquiry.edition.slug, inquiry.code, one.pk]),
            "name": one.name, "kind": one.file.content_type.rpartition("/")[2].upper(), "size": one.file.size, "pk": one.pk,
        }
        for one in queries.files_of(inquiry)
    ]  # fmt: skip


def about_url(inquiry: Any) -> str:
    """The page of what an inquiry is about; "" where it has none that both sides may see."""
    pages = {"offer": "public:exhibition.offer", "booth": "public:exhibition.booth"}
    if inquiry.about not in pages:
        return ""
    return reverse(
        pages[inquiry.about], kwargs={"edition": inquiry.edition.slug, "address": inquiry.about_code}
    )


@login_required
@require_safe
def inquiry_file(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponseBase:
    """A file of one's own inquiry."""
    inquiry = access.get_inquiry_for(request.user, edition_of(request, edition), code)
    return send_file(request, access.get_file_of(inquiry, pk))


# Firms --------------------------------------------------------------------------------------------------------
@login_required
@never_cache
def inquiry_firms(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Choose firms by search; each press adds or removes one. Then it is sent to all of them at once."""
    if request.method not in ("GET", "HEAD", "POST"):
        raise Http404
    found = edition_of(request, edition)
    inquiry = access.get_inquiry_for(request.user, found, code)
    if request.method == "POST":
        return _choose(request, found, inquiry)
    words = request.GET.get("q", "").strip()[:100]
    taken = queries.asked_codes(inquiry)
    context = {
        "inquiry": inquiry, "words": words, "here": request.get_full_path(), "most": actions.MOST_FIRMS,
        "chosen": [(one, booth_url(one)) for one in queries.chosen_firms(inquiry)],
        "asked": queries.firm_lines(inquiry),
        "found": [(one, booth_url(one), one.code in taken) for one in find_firms(found, words, language_of(request))],
        "suggested": [(one, booth_url(one)) for one in suggestions.firms_for(inquiry)], "doors_current": "mine",
    }  # fmt: skip
    return render(request, "visitor/deals/inquiry_firms.html", context)


def _choose(request: HttpRequest, found: Any, inquiry: Any) -> HttpResponse:
    add = firms_by_code(found, request.POST.getlist("add")[:20])
    gone = set(request.POST.getlist("remove"))
    remove = [one for one in queries.chosen_firms(inquiry) if one.code in gone]
    try:
        actions.choose_firms(inquiry, by=request.user, add=add, remove=remove)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(request.get_full_path())


# Deeds --------------------------------------------------------------------------------------------------------
@login_required
@require_POST
def inquiry_change(request: HttpRequest, edition: str, code: str, deed: str) -> HttpResponse:
    """Send, close, open again, delete a draft, take a file off it."""
    found = edition_of(request, edition)
    inquiry = access.get_inquiry_for(request.user, found, code)
    user, page = request.user, redirect("visitor:deals.inquiry_show", edition=found.slug, code=inquiry.code)
    deeds: dict[str, tuple[Callable[[], object], str]] = {
        "send": (lambda: sending.send_inquiry(inquiry, by=user), _("Sent. Each firm reads it now, and you read here who answers.")),
        "close": (lambda: actions.move_inquiry(inquiry, "closed", by=user), _("Closed. What you began with firms goes on.")),
        "reopen": (lambda: actions.move_inquiry(inquiry, "sent", by=user), _("It is open again.")),
        "delete": (lambda: actions.delete_draft(inquiry, by=user), _("The draft is deleted.")),
        "remove-file": (lambda: actions.remove_file(inquiry, _number(request), by=user), _("The file is removed.")),
    }  # fmt: skip
    if deed not in deeds:
        raise Http404
    act, said = deeds[deed]
    try:
        act()
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
        return page
    messages.success(request, said)
    if deed == "delete":
        return redirect("visitor:deals.inquiry_list", edition=found.slug)
    if deed == "remove-file":
        return redirect("visitor:deals.inquiry_edit", edition=found.slug, code=inquiry.code)
    return page


def _number(request: HttpRequest) -> int:
    given = request.POST.get("file", "")
    return int(given) if given.isdecimal() and len(given) < 18 else 0
