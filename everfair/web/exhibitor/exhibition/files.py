"""A booth's cover and documents, and the one door through which steps are undone."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.exhibition.actions import media as media_actions
from everfair.exhibition.actions import offers as offer_actions
from everfair.exhibition.forms.booth import CoverForm, DocumentForm
from everfair.exhibition.forms.fields import add_refusal
from everfair.exhibition.queries import desk
from everfair.web.exhibitor.exhibition.frame import (
    address,
    at_desk,
    keep_undo,
    language_of,
    show,
    take_undo,
    takes_upload,
)


@takes_upload("MAX_IMAGE_MB", back="booth_edit")
@require_POST
def cover_set(request: HttpRequest, code: str) -> HttpResponse:
    """Upload a cover, or with "remove" go back to the drawn one."""
    exhibitor = at_desk(request, code)
    before = exhibitor.cover_id
    form = CoverForm(request.POST, request.FILES)
    remove = "remove" in request.POST
    if not remove and not form.is_valid():
        messages.error(request, _("Choose a picture first."))
        return redirect(address("booth_edit", exhibitor))
    try:
        media_actions.set_cover(exhibitor, None if remove else form.cleaned_data["cover"], by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        said = _("The drawn cover is back.") if remove else _("The cover is changed.")
        tag = keep_undo(request, "cover", exhibitor, cover=before)
        messages.success(request, said, extra_tags=tag)
    return redirect(address("booth_edit", exhibitor))


@takes_upload("MAX_DOCUMENT_MB", back="document_list")
@require_http_methods(["GET", "HEAD", "POST"])
def document_list(request: HttpRequest, code: str) -> HttpResponse:
    """The booth's documents, and a form to add one."""
    exhibitor = at_desk(request, code)
    posted = request.method == "POST"
    form = DocumentForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        languages=exhibitor.edition.languages,
    )
    if posted and form.is_valid():
        try:
            document = media_actions.add_document(
                exhibitor,
                form.cleaned_data["file"],
                form.words("title"),
                form.language_code(),
                by=request.user,
            )
        except Refused as error:
            add_refusal(form, error)
        else:
            said = _("“%(title)s” is added.") % {"title": pick(document.title, language_of(request))}
            messages.success(request, said)
            return redirect(address("document_list", exhibitor))
    context = {"form": form, "documents": list(desk.documents_of(exhibitor))}
    return show(request, "document_list", exhibitor, "document_list", context)


@login_required
@require_POST
def document_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a document off the booth, with Undo."""
    exhibitor = at_desk(request, code)
    document = desk.find_document(exhibitor, pk)
    if document is None:
        raise Http404
    name = pick(document.title, language_of(request))
    kept = media_actions.remove_document(document, by=request.user)
    tag = keep_undo(request, "document", exhibitor, kept=kept)
    messages.success(request, _("“%(title)s” is removed.") % {"title": name}, extra_tags=tag)
    return redirect(address("document_list", exhibitor))


@login_required
@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take back what a message offered to take back."""
    kept = take_undo(request, token)
    if kept is None:
        messages.error(
            request, _("This step can no longer be undone here. The history shows what was changed.")
        )
        return redirect("exhibitor:exhibition.desk_home")
    exhibitor = at_desk(request, kept["code"])
    try:
        to = _UNDOS[kept["kind"]](request, exhibitor, kept)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(address("booth_overview", exhibitor))
    messages.success(request, _("Undone."))
    return redirect(to)


def _offer(exhibitor: Any, kept: dict[str, Any]) -> Any:
    offer = desk.find_offer(exhibitor, kept["offer"])
    if offer is None:
        raise Refused(_("The offer is no longer here."))
    return offer


def _undo_offer(request: HttpRequest, exhibitor: Any, kept: dict[str, Any]) -> str:
    offer_actions.restore_offer(exhibitor, kept["kept"], by=request.user)
    return address("offer_list", exhibitor)


def _undo_shelf(request: HttpRequest, exhibitor: Any, kept: dict[str, Any]) -> str:
    offer_actions.set_on_shelf(_offer(exhibitor, kept), kept["on"], by=request.user)
    return address("offer_list", exhibitor)


def _undo_image(request: HttpRequest, exhibitor: Any, kept: dict[str, Any]) -> str:
    offer = _offer(exhibitor, kept)
    media_actions.restore_image(offer, kept["kept"], by=request.user)
    return address("offer_edit", exhibitor, offer=offer.code)


def _undo_document(request: HttpRequest, exhibitor: Any, kept: dict[str, Any]) -> str:
    media_actions.restore_document(exhibitor, kept["kept"], by=request.user)
    return address("document_list", exhibitor)


def _undo_cover(request: HttpRequest, exhibitor: Any, kept: dict[str, Any]) -> str:
    media_actions.restore_cover(exhibitor, kept["cover"], by=request.user)
    return address("booth_edit", exhibitor)


_UNDOS: dict[str, Callable[[HttpRequest, Any, dict[str, Any]], str]] = {
    "offer": _undo_offer,
    "shelf": _undo_shelf,
    "image": _undo_image,
    "document": _undo_document,
    "cover": _undo_cover,
}
