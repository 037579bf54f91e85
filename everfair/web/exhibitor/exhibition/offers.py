"""A booth's offers: list with search and export, editor with its rows, shelf, removal, pictures."""

import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.languages import pick
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.exhibition.actions import media as media_actions
from everfair.exhibition.actions import offers as offer_actions
from everfair.exhibition.forms.fields import add_refusal
from everfair.exhibition.forms.offer import ImageForm, LicenceForm, OfferForm, ReferenceForm
from everfair.exhibition.forms.rows import Rows
from everfair.exhibition.queries import desk
from everfair.gateways import tables
from everfair.web.exhibitor.exhibition.frame import (
    address,
    at_desk,
    differences,
    keep_undo,
    language_of,
    newer,
    show,
    takes_upload,
)

A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIELD_NAMES = {"languages": "offer_languages"}


def _filters(request: HttpRequest) -> desk.Filters:
    return desk.Filters(request.GET.get("q", "").strip()[:100], request.GET.get("shelf", ""))


@login_required
@require_safe
def offer_list(request: HttpRequest, code: str) -> HttpResponse:
    """The booth's offers, narrowed by words and shelf."""
    exhibitor = at_desk(request, code)
    filters = _filters(request)
    page = Paginator(desk.offers_of(exhibitor, filters), A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.urlencode()
    suffix = f"?{query}" if query else ""
    context = {
        "page": page,
        "filters": filters,
        "is_narrowed": bool(filters.words or filters.shelf),
        "exports": [
            (kind.upper(), address("offer_export", exhibitor, kind=kind) + suffix) for kind in ("csv", "xlsx")
        ],
    }
    return show(request, "offer_list", exhibitor, "offer_list", context)


@login_required
@require_safe
def offer_export(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """The same list as CSV or XLSX."""
    exhibitor = at_desk(request, code)
    rows = desk.offer_rows(exhibitor, _filters(request), language_of(request))
    name = f"offers-{exhibitor.code}.{kind}"
    if kind == "csv":
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        chunks = tables.csv_chunks(rows, desk.OFFER_COLUMNS)
        return StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8", headers=headers)
    if kind != "xlsx":
        raise Http404
    out = io.BytesIO()
    tables.write_xlsx(rows, desk.OFFER_COLUMNS, out, sheet="offers")
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=name, content_type=XLSX)


def _offer(exhibitor: Any, offer: str) -> Any:
    found = desk.find_offer(exhibitor, offer)
    if found is None:
        raise Http404
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer_create(request: HttpRequest, code: str) -> HttpResponse:
    """A new offer."""
    return _edit(request, at_desk(request, code), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer_edit(request: HttpRequest, code: str, offer: str) -> HttpResponse:
    """Change an offer."""
    exhibitor = at_desk(request, code)
    return _edit(request, exhibitor, _offer(exhibitor, offer))


def _edit(request: HttpRequest, exhibitor: Any, offer: Any) -> HttpResponse:
    form = OfferForm(request.POST or None, exhibitor=exhibitor, offer=offer)
    licences, references = _rows(request, exhibitor, offer)
    theirs = None
    adds_row = "add_licence" in request.POST or "add_reference" in request.POST
    is_valid = request.method == "POST" and all([form.is_valid(), licences.is_valid(), references.is_valid()])
    if is_valid and not adds_row:
        values = form.values() | {"licences": licences.values(), "references": references.values()}
        try:
            saved = offer_actions.save_offer(
                exhibitor, offer, values, by=request.user, version=form.cleaned_data["version"]
            )
        except EditedMeanwhile as error:
            current = _offer(exhibitor, offer.code)
            theirs = differences(form, OfferForm.stored(current)) + _rows_differ(
                current, licences, references
            )
            form = OfferForm(newer(form, error), exhibitor=exhibitor, offer=current)
            form.add_error(None, str(error))
        except Refused as error:
            add_refusal(form, error, FIELD_NAMES)
        else:
            messages.success(request, _saved_sentence(exhibitor, saved))
            return redirect(address("offer_edit", exhibitor, offer=saved.code))
    context = {
        "form": form,
        "offer": offer,
        "licences": licences,
        "references": references,
        "theirs": theirs,
        "show_errors": request.method == "POST" and not adds_row,
        "images": list(offer.images.select_related("file")) if offer else [],
        "image_form": ImageForm(languages=exhibitor.edition.languages),
        "documents": list(desk.documents_of(exhibitor)),
    }
    return show(request, "offer_edit", exhibitor, "offer_list", context)


def _rows(request: HttpRequest, exhibitor: Any, offer: Any) -> tuple[Rows, Rows]:
    languages, documents = exhibitor.edition.languages, desk.documents_of(exhibitor)
    data = request.POST if request.method == "POST" else None
    licences = [LicenceForm.stored(one) for one in offer.licences.all()] if offer else []
    references = [ReferenceForm.stored(one) for one in offer.references.all()] if offer else []
    more = {name: 2 if data is not None and f"add_{name}" in data else 1 for name in ("licence", "reference")}
    return (
        Rows(LicenceForm, "licence", data=data, stored=licences, extra=more["licence"], languages=languages),
        Rows(
            ReferenceForm,
            "reference",
            data=data,
            stored=references,
            extra=more["reference"],
            languages=languages,
            documents=documents,
        ),
    )


def _rows_differ(offer: Any, licences: Rows, references: Rows) -> list[tuple[str, str]]:
    """What stands in the saved lists, where they are not the typed ones."""
    found = []
    for label, saved, typed, key in (
        (_("Licences"), offer.licences.all(), licences.values(), "name"),
        (_("References"), offer.references.all(), references.values(), "client"),
    ):
        names = [getattr(one, key) for one in saved]
        if names != [one[key] for one in typed]:
            found.append((label, "; ".join(pick(name, "en") for name in names)))
    return found


def _saved_sentence(exhibitor: Any, offer: Any) -> str:
    if not offer.is_on_shelf:
        return _("Saved. It is off the shelf: only your team sees it.")
    if exhibitor.is_public:
        return _("Saved. Visitors see it now.")
    return _("Saved. Visitors see it once the booth is public.")


@login_required
@require_POST
def offer_shelf(request: HttpRequest, code: str, offer: str) -> HttpResponse:
    """Put an offer on the shelf or take it off."""
    exhibitor = at_desk(request, code)
    found = _offer(exhibitor, offer)
    on = request.POST.get("on") == "1"
    offer_actions.set_on_shelf(found, on, by=request.user)
    tag = keep_undo(request, "shelf", exhibitor, offer=found.code, on=not on)
    name = pick(found.title, language_of(request))
    said = (
        _("“%(offer)s” is on the shelf.") if on else _("“%(offer)s” is off the shelf. Nothing in it is lost.")
    )
    messages.success(request, said % {"offer": name}, extra_tags=tag)
    return redirect(address("offer_list", exhibitor))


@login_required
@require_POST
def offer_remove(request: HttpRequest, code: str, offer: str) -> HttpResponse:
    """Delete an offer; Undo brings it back under its address."""
    exhibitor = at_desk(request, code)
    found = _offer(exhibitor, offer)
    name = pick(found.title, language_of(request))
    kept = offer_actions.remove_offer(found, by=request.user)
    tag = keep_undo(request, "offer", exhibitor, kept=kept)
    messages.success(request, _("“%(offer)s” is removed.") % {"offer": name}, extra_tags=tag)
    return redirect(address("offer_list", exhibitor))


@takes_upload("MAX_IMAGE_MB", back="offer_edit")
@require_POST
def image_add(request: HttpRequest, code: str, offer: str) -> HttpResponse:
    """A picture for an offer."""
    exhibitor = at_desk(request, code)
    found = _offer(exhibitor, offer)
    form = ImageForm(request.POST, request.FILES, languages=exhibitor.edition.languages)
    if form.is_valid():
        try:
            media_actions.add_image(found, form.cleaned_data["image"], form.words("caption"), by=request.user)
            messages.success(request, _("The picture is added, in three sizes and without its metadata."))
        except Refused as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("Choose a picture first."))
    return redirect(address("offer_edit", exhibitor, offer=found.code))


@login_required
@require_POST
def image_remove(request: HttpRequest, code: str, offer: str, pk: int) -> HttpResponse:
    """Take a picture off an offer, with Undo."""
    exhibitor = at_desk(request, code)
    found = _offer(exhibitor, offer)
    image = desk.find_image(found, pk)
    if image is None:
        raise Http404
    kept = media_actions.remove_image(image, by=request.user)
    tag = keep_undo(request, "image", exhibitor, offer=found.code, kept=kept)
    messages.success(request, _("The picture is removed."), extra_tags=tag)
    return redirect(address("offer_edit", exhibitor, offer=found.code))
