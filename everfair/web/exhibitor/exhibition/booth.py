"""The booth's editor and preview, its place, its contacts, and carrying over from an earlier edition."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.base.texts import read_whole
from everfair.exhibition import access
from everfair.exhibition.actions import booth as booth_actions
from everfair.exhibition.actions.carrying import OPEN_STATES, carry_over
from everfair.exhibition.forms.booth import BoothForm, CarryForm, ContactForm, CoverForm
from everfair.exhibition.forms.fields import add_refusal
from everfair.exhibition.forms.merging import Sheet, posted_languages
from everfair.exhibition.forms.rows import Rows
from everfair.exhibition.queries import booth as booth_queries
from everfair.exhibition.queries import desk
from everfair.exhibition.queries.completeness import completeness
from everfair.web.context import language_links
from everfair.web.exhibitor.exhibition.editing import Editing
from everfair.web.exhibitor.exhibition.frame import (
    address,
    at_desk,
    language_of,
    show,
)
from everfair.web.public.booth_page import booth_context, booth_parts

PLACES_A_PAGE = 60


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def booth_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Texts in every language side by side, sector, area, languages, links."""
    exhibitor = at_desk(request, code)
    may_move = desk.may_move(exhibitor, access.roles_on(request.user, exhibitor))
    also = posted_languages(request.POST, BoothForm.texts)

    def sheet(data: Any, row: Any = exhibitor) -> Sheet:
        return Sheet(BoothForm(data, exhibitor=row, may_move=may_move, also=also))

    editing = Editing(request, sheet)
    if editing.is_ready():
        form = editing.to_save.form
        try:
            version = form.cleaned_data["version"]
            booth_actions.save_booth(exhibitor, form.values(), by=request.user, version=version)
        except EditedMeanwhile as error:
            exhibitor = at_desk(request, code)
            editing.bring_together(error, lambda data: sheet(data, exhibitor))
        except Refused as error:
            add_refusal(editing.sheet.form, error, {"languages": "working_languages"})
        else:
            messages.success(request, _saved_sentence(exhibitor))
            to = "booth_preview" if "preview" in request.POST else "booth_edit"
            return redirect(address(to, exhibitor))
    context = {
        **editing.context(),
        "may_move": may_move,
        "cover_form": CoverForm(),
        "motif": booth_queries.motif_of(exhibitor),
    }
    return show(request, "booth_edit", exhibitor, "booth_edit", context)


def _saved_sentence(exhibitor: Any) -> str:
    if exhibitor.is_public:
        return _("Saved. Visitors see it now.")
    return _("Saved. Only your team and the organiser see it until the booth is public.")


@login_required
@never_cache
@require_safe
def booth_preview(request: HttpRequest, code: str) -> HttpResponse:
    """The public page as it is or will be, drawn afresh, below a banner that switches the language."""
    exhibitor = at_desk(request, code, "see")
    edition, lang = exhibitor.edition, language_of(request)
    roles = access.roles_on(request.user, exhibitor)
    may_edit = access.can_edit_booth(request.user, exhibitor)
    body, _json_ld = booth_parts(exhibitor, edition, lang)
    context = {
        **booth_context(exhibitor, edition, body),
        "switch": [(*link, link[0] == lang) for link in language_links(request.path, "")],
        "state_kind": desk.STATE_KINDS[exhibitor.state],
        "may_edit": may_edit,  # the page itself is shown as to a visitor
        "can_publish": may_edit and "published" in desk.next_states(exhibitor, roles),
        "completeness": completeness(exhibitor),
    }
    return render(request, "exhibitor/exhibition/booth_preview.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def place_choose(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a free place in the booth's area, or give it back."""
    exhibitor = at_desk(request, code)
    can_choose = exhibitor.place_id is None or desk.may_move(
        exhibitor, access.roles_on(request.user, exhibitor)
    )
    if request.method == "POST":
        _change_place(request, exhibitor, can_choose)
        return redirect(address("place_choose", exhibitor))
    words = request.GET.get("q", "").strip()[:20]
    page = Paginator(desk.free_places(exhibitor, words), PLACES_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "words": words, "can_choose": can_choose}
    return show(request, "place_choose", exhibitor, "place_choose", context)


def _change_place(request: HttpRequest, exhibitor: Any, can_choose: bool) -> None:
    if not can_choose:
        messages.error(request, _("Your place is settled. Ask the organiser to move you."))
        return
    given = request.POST.get("place", "")
    before = exhibitor.place
    try:
        if "release" in request.POST:
            booth_actions.release_place(exhibitor, by=request.user)
            messages.success(
                request, _("The place is free again. Choose another one, or this one once more.")
            )
            return
        place = desk.find_place(exhibitor, int(given)) if given.isdecimal() and len(given) < 12 else None
        if place is None:
            raise Refused(_("Choose a place from the list."))
        booth_actions.claim_place(exhibitor, place, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        said = _("Place %(number)s is yours.") % {"number": exhibitor.place.number}
        if before is not None:
            said += " " + _("%(number)s is free again.") % {"number": before.number}
        messages.success(request, said)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact_list(request: HttpRequest, code: str) -> HttpResponse:
    """Whom visitors may talk to: rows of people and desks."""
    exhibitor = at_desk(request, code)
    shared: dict[str, Any] = {"members": desk.team_of(exhibitor), "languages": exhibitor.edition.languages}
    stored = [ContactForm.stored(contact) for contact in desk.contacts_of(exhibitor)]
    version = booth_actions.contacts_version(exhibitor)
    errors, theirs = [], None
    if request.method != "POST":
        rows = Rows(ContactForm, "contact", stored=stored, **shared)
    else:
        extra = 2 if "add_contact" in request.POST else 1
        rows = Rows(ContactForm, "contact", data=request.POST, extra=extra, **shared)
        if extra == 1 and rows.is_valid():
            seen = read_whole(request.POST.get("version", "")) or 0
            try:
                booth_actions.save_contacts(exhibitor, rows.values(), by=request.user, version=seen)
            except EditedMeanwhile as error:
                errors, version, theirs = [str(error)], error.current, list(desk.contacts_of(exhibitor))
            except Refused as error:
                errors, version = [str(error)], seen
            else:
                messages.success(request, _saved_sentence(exhibitor))
                return redirect(address("contact_list", exhibitor))
    context = {"rows": rows, "version": version, "errors": errors, "theirs": theirs}
    return show(request, "contact_list", exhibitor, "contact_list", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def booth_carry(request: HttpRequest, code: str) -> HttpResponse:
    """Carry parts of the firm's booth in an earlier edition into this one."""
    exhibitor = at_desk(request, code)
    earlier = list(desk.earlier_booths(exhibitor))
    form = CarryForm(request.POST or None)
    if request.method == "POST":
        source = next((booth for booth in earlier if booth.code == request.POST.get("source")), None)
        if source is None:
            raise Http404
        if form.is_valid():
            try:
                carry_over(source, exhibitor.edition, by=request.user, parts=form.cleaned_data["parts"])
            except Refused as error:
                form.add_error(None, str(error))
            else:
                said = _(
                    "Carried over. What stood here already was left as it was; look it through and publish."
                )
                messages.success(request, said)
                return redirect(address("booth_overview", exhibitor))
    is_free = exhibitor.state in OPEN_STATES or form.is_bound
    context = {"form": form, "earlier": earlier, "is_free": is_free}
    return show(request, "booth_carry", exhibitor, "booth_carry", context)
