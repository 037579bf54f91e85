"""Badges in batches, made in the background, and the keys that sign them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base.refusals import Refused
from everfair.fair import access as fair_access
from everfair.gateways.storage.store import get_store
from everfair.registration import tasks
from everfair.registration.actions import badges as actions
from everfair.registration.actions import batches
from everfair.registration.forms.badges import BatchForm, ReasonForm
from everfair.registration.queries import badge_table as table
from everfair.web.organiser.badges import safe_query
from everfair.web.organiser.frame import address, desk, done, require_proof

BATCHES_ON_A_PAGE = 20
KINDS = {"waiting": "wait", "running": "wait", "done": "here", "failed": "stop"}


@login_required
@require_safe
def batch_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every batch, newest first."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    page = Paginator(table.batches_of(held), BATCHES_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(batch, KINDS[batch.state]) for batch in page]
    context = {"title": _("Batches of badges"), "page": page, "rows": rows, "crumbs": _crumbs(held, "")}
    return desk(request, "badges/batch_list", held, context)


@login_required
@require_POST
def batch_create(request: HttpRequest, edition: str) -> HttpResponse:
    """Set the badges that the table shows."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    query = QueryDict(request.POST.get("query", ""))
    back = f"{address('registration.badge_list', edition=held.slug)}?{safe_query(query)}"
    form = BatchForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the papers offered."))
        return redirect(back)
    try:
        batch = batches.start_batch(
            held, table.badge_filters_of(query), by=request.user, paper=form.cleaned_data["paper"]
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    tasks.set_batch.enqueue(batch.pk)
    return redirect(address("registration.batch_show", edition=held.slug, pk=batch.pk))


@login_required
@require_safe
def batch_show(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """How far a batch is, then its file."""
    held, batch = _batch(request, edition, pk)
    told = _told(batch)
    context = {
        "title": _("Batch %(number)d") % {"number": batch.pk},
        "batch": batch,
        "kind": KINDS[batch.state],
        "progress": told,
        "is_working": told["state"] == "running",
        "poll_url": address("registration.batch_progress", edition=edition, pk=pk),
        "crumbs": _crumbs(held, _("Batch %(number)d") % {"number": batch.pk}),
    }
    return desk(request, "badges/batch_show", held, context)


@login_required
@never_cache
@require_safe
def batch_progress(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Progress for the page's script."""
    _held, batch = _batch(request, edition, pk)
    return JsonResponse(
        _told(batch) | {"next_url": address("registration.batch_show", edition=edition, pk=pk)}
    )


@login_required
@never_cache
@require_safe
def batch_file(request: HttpRequest, edition: str, pk: int) -> HttpResponseBase:
    """The finished file, for the team that made it and nobody else: it does not lie among the public media."""
    _held, batch = _batch(request, edition, pk)
    if batch.file is None or not get_store().exists(batch.file.digest):
        raise Http404
    return FileResponse(
        get_store().open(batch.file.digest),
        as_attachment=True,
        filename=batch.file.name,
        content_type=batch.file.content_type,
        headers={"X-Content-Type-Options": "nosniff"},
    )


@login_required
@require_POST
def batch_carry_on(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Go on with a batch that failed or was forgotten by a server that stopped."""
    _held, batch = _batch(request, edition, pk)
    try:
        batches.carry_on(batch, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        tasks.set_batch.enqueue(batch.pk)
    return redirect(address("registration.batch_show", edition=edition, pk=pk))


@login_required
@require_POST
def batch_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """The file goes; the badges stay valid."""
    _held, batch = _batch(request, edition, pk)
    try:
        batches.remove_batch(batch, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(address("registration.batch_show", edition=edition, pk=pk))
    return done(
        request, _("The file is removed. The badges stay valid."), "registration.batch_list", edition=edition
    )


@login_required
@require_safe
def key_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Which keys sign, which still prove, which prove nothing."""
    held = fair_access.get_edition_at_desk(request.user, edition, "administer")
    return _keys(request, held, ReasonForm())


@login_required
@require_POST
def key_rotate(request: HttpRequest, edition: str) -> HttpResponse:
    """A new key signs from now on; every badge stays valid."""
    held = fair_access.get_edition_at_desk(request.user, edition, "administer")
    require_proof(request)
    try:
        actions.rotate_key(held, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(address("registration.key_list", edition=edition))
    sentence = _("A new key signs from now on. Badges signed by the old one stay valid.")
    return done(request, sentence, "registration.key_list", edition=edition)


@login_required
@require_POST
def key_distrust(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """The key was lost: its badges are void, and everybody gets a new one in the background."""
    held = fair_access.get_edition_at_desk(request.user, edition, "administer")
    key = table.keys_with_counts(held).filter(number=number).first()
    if key is None:
        raise Http404
    form = ReasonForm(request.POST)
    if form.is_valid():
        require_proof(request)
        try:
            count = actions.distrust_key(key, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.refuse(refused)
        else:
            tasks.issue_missing.enqueue(held.pk)
            sentence = ngettext(
                "%(count)d badge is void; its holder gets a new one now.",
                "%(count)d badges are void; their holders get new ones now.",
                count,
            )
            return done(request, sentence % {"count": count}, "registration.key_list", edition=edition)
    return _keys(request, held, form, number, 422)


def _keys(request: HttpRequest, held: Any, form: Any, number: int = 0, status: int = 200) -> HttpResponse:
    context = {
        "title": _("Keys that sign badges"),
        "keys": list(table.keys_with_counts(held)),
        "form": form,
        "number": number,
        "crumbs": [
            (_("Badges"), address("registration.badge_list", edition=held.slug)),
            (_("Keys that sign badges"), ""),
        ],
    }
    return desk(request, "badges/key_list", held, context, status)


def _batch(request: HttpRequest, edition: str, pk: int) -> tuple[Any, Any]:
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    batch = table.batches_of(held).filter(pk=pk).first()
    if batch is None:
        raise Http404
    return held, batch


def _told(batch: Any) -> dict[str, Any]:
    """As parts/progress.html and its script read it."""
    state = {"done": "done", "failed": "stopped"}.get(batch.state, "running")
    step = _("Setting badges") if batch.state == "running" else _("Waiting for its turn")
    if batch.state in ("done", "failed"):
        step = ""
    return {"done": batch.done, "total": batch.total, "step": step, "state": state}


def _crumbs(held: Any, last: str) -> list[tuple[str, str]]:
    found = [(_("Badges"), address("registration.badge_list", edition=held.slug))]
    own = address("registration.batch_list", edition=held.slug)
    return [*found, (_("Batches of badges"), own if last else ""), *([(last, "")] if last else [])]
