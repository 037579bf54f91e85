"""A booth's offers: list with search and export, editor with its rows, shelf, removal, pictures."""

import io
from typing import Any
from urllib.parse import urlencode

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
from everfair.exhibition.forms.fields import add_refusal, languages_with
from everfair.exhibition.forms.merging import Sheet, posted_languages
from everfair.exhibition.forms.offer import ImageForm, LicenceForm, OfferForm, ReferenceForm
from everfair.exhibition.forms.rows import Rows
from everfair.exhibition.queries import desk
from everfair.gateways import tables
from everfair.web.exhibitor.exhibition.editing import Editing
from everfair.web.exhibitor.exhibition.frame import (
    address,
    at_desk,
    keep_undo,
    language_of,
    show,
    takes_upload,
)
from everfair.web.list_files import file_links

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
    narrowed = bool(filters.words or filters.shelf)
    query = urlencode({name: request.GET[name] for name in ("q", "shelf") if request.GET.get(name)})
    context = {
        "page": page,
        "filters": filters,
        "is_narrowed": narrowed,
        "can_order": not narrowed and page.paginator.count > 1,
        "moved": (request.GET.get("moved", ""), request.GET.get("to", "")),
        "exports": file_links(lambda kind: address("offer_export", exhibitor, kind=kind), query),
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
    also = posted_languages(request.POST, OfferForm.texts)

    def sheet(data: Any, row: Any = offer) -> Sheet:
        form = OfferForm(data, exhibitor=exhibitor, offer=row, also=also)
        return Sheet(form, _lists(data, exhibitor, row))

    editing = Editing(request, sheet, is_new=offer is None)
    adds_row = "add_licence" in request.POST or "add_reference" in request.POST
    if not adds_row and editing.is_ready():
        given = editing.to_save
        rows = {f"{name}s": rows.values() for name, (_label, rows) in given.lists.items()}
        version = given.form.cleaned_data["version"]
        try:
            saved = offer_actions.save_offer(
                exhibitor, offer, given.form.values() | rows, by=request.user, version=version
            )
        except EditedMeanwhile as error:
            offer = _offer(exhibitor, offer.code)
            editing.bring_together(error, lambda data: sheet(data, offer))
        except Refused as error:
            add_refusal(editing.sheet.form, error, FIELD_NAMES)
        else:
            messages.success(request, _saved_sentence(exhibitor, saved))
            return redirect(address("offer_edit", exhibitor, offer=saved.code))
    context = {
        **editing.context(),
        "offer": offer,
        "licences": editing.sheet.lists["licence"][1],
        "references": editing.sheet.lists["reference"][1],
        "show_errors": request.method == "POST" and not adds_row,
        "images": list(offer.images.select_related("file")) if offer else [],
        "image_form": ImageForm(languages=exhibitor.edition.languages),
        "documents": list(desk.documents_of(exhibitor)),
    }
    return show(request, "offer_edit", exhibitor, "offer_list", context)


def _lists(data: Any, exhibitor: Any, offer: Any) -> dict[str, tuple[str, Rows]]:
    """The offer's repeated rows, with one more blank one where a button asked for it."""
    licences = list(offer.licences.all()) if offer else []
    references = list(offer.references.all()) if offer else []
    texts = [text for one in licences for text in (one.name, one.issuer)]
    texts += [text for one in references for text in (one.client, one.what)]
    languages = languages_with(exhibitor.edition.languages, *texts)

    def rows(form_class: Any, name: str, stored: list[Any], **more: Any) -> Rows:
        extra = 2 if data is not None and f"add_{name}" in data else 1
        shown = [form_class.stored(one) for one in stored]
        return Rows(form_class, name, data=data, stored=shown, extra=extra, languages=languages, **more)

    documents = desk.documents_of(exhibitor)
    return {
        "licence": (_("Licences"), rows(LicenceForm, "licence", licences)),
        "reference": (_("References"), rows(ReferenceForm, "reference", references, documents=documents)),
    }


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
def offer_move(request: HttpRequest, code: str, offer: str) -> HttpResponse:
    """One place up or down in the booth's own order; the list then has the focus on the same button."""
    exhibitor = at_desk(request, code)
    found = _offer(exhibitor, offer)
    to = "up" if request.POST.get("to") == "up" else "down"
    try:
        place, total = offer_actions.move_offer(found, -1 if to == "up" else 1, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(address("offer_list", exhibitor))
    said = _("“%(offer)s” stands at place %(place)d of %(total)d.")
    name = pick(found.title, language_of(request))
    messages.success(request, said % {"offer": name, "place": place, "total": total})
    query = {"page": (place - 1) // A_PAGE + 1} if place > A_PAGE else {}
    back = urlencode({**query, "moved": found.code, "to": to})
    return redirect(f"{address('offer_list', exhibitor)}?{back}")  # no fragment: it would take the focus


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
