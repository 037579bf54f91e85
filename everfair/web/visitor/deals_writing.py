"""An inquiry is written: new, from an offer, a booth, a need, a meeting or a scan, or changed while it is a draft."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.deals import access
from everfair.deals.actions import inquiries as actions
from everfair.deals.forms.inquiries import InquiryForm, stored_values
from everfair.deals.queries import inquiries as queries
from everfair.exhibition.forms.fields import add_refusal
from everfair.fair.queries import today_of
from everfair.web import talks
from everfair.web.exhibitor.exhibition.frame import differences
from everfair.web.talk_files import ACCEPT, take_files, takes_files
from everfair.web.visitor import deals_start
from everfair.web.visitor.talks import edition_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@takes_files
def inquiry_create(request: HttpRequest, edition: str) -> HttpResponse:
    """A new one. Refusals are sentences; what was typed stays."""
    found = edition_of(request, edition)
    start = deals_start.begin_of(request, found)
    hats = deals_start.buyers_of(request, found)
    first = start.buyer if any(hat.key == start.buyer for hat in hats) else hats[0].key
    form = InquiryForm(
        request.POST if request.method == "POST" else None, edition=found, today=today_of(found),
        buyers=[(hat.key, hat.name) for hat in hats], initial={"buyer": first, **start.values},
    )  # fmt: skip
    return _edit(request, found, None, form, start)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@takes_files
def inquiry_edit(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Change a draft. Somebody else's newer version is shown beside what was typed."""
    found = edition_of(request, edition)
    inquiry = access.get_inquiry_for(request.user, found, code)
    if inquiry.state != "draft":
        messages.error(request, _("It was sent: firms have read it. Write to them, or ask anew."))
        return redirect("visitor:deals.inquiry_show", edition=found.slug, code=code)
    return _edit(request, found, inquiry, _form(request, found, inquiry, request.POST), deals_start.Begin())


def _form(request: HttpRequest, found: Any, inquiry: Any, data: Any) -> InquiryForm:
    hats = deals_start.buyers_of(request, found)
    return InquiryForm(
        data if request.method == "POST" else None, edition=found, inquiry=inquiry, today=today_of(found),
        buyers=[(hat.key, hat.name) for hat in hats],
    )  # fmt: skip


def _edit(
    request: HttpRequest, found: Any, inquiry: Any, form: InquiryForm, start: deals_start.Begin
) -> HttpResponse:
    theirs: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(request, found, inquiry, form, start)
        except EditedMeanwhile as error:
            inquiry.refresh_from_db()
            data = request.POST.copy()
            data["version"] = str(error.current)
            form = _form(request, found, inquiry, data)
            theirs = differences(form, stored_values(inquiry))
            form.is_valid()
            form.add_error(None, str(error))
        except Refused as error:
            if error.field == "files":
                form.files_error = str(error)  # type: ignore[attr-defined]
            add_refusal(form, error)
        else:
            if not queries.chosen_firms(saved):
                messages.success(request, _("Saved as a draft. Now choose the firms to ask."))
                return redirect("visitor:deals.inquiry_firms", edition=found.slug, code=saved.code)
            messages.success(request, _("Saved as a draft. Look at it, then send it."))
            return redirect("visitor:deals.inquiry_show", edition=found.slug, code=saved.code)
    context = {
        "form": form, "inquiry": inquiry, "start": start, "theirs": theirs, "accept": ACCEPT, "doors_current": "mine",
        "files": queries.files_of(inquiry) if inquiry is not None else [],
    }  # fmt: skip
    return render(request, "visitor/deals/inquiry_edit.html", context, status=422 if form.errors else 200)


def _save(request: HttpRequest, found: Any, inquiry: Any, form: InquiryForm, start: deals_start.Begin) -> Any:
    hat = talks.hat_of(deals_start.buyers_of(request, found), form.cleaned_data["buyer"])
    return actions.save_inquiry(
        found, inquiry, {**form.values(), **start.about}, buyer=hat.who, by=request.user,
        version=form.cleaned_data.get("version"), files=take_files(request), firms=start.firms,
    )  # fmt: skip
