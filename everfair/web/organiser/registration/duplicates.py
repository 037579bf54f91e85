"""People who perhaps stand twice: found, compared side by side, joined or kept apart by a person, undone."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from everfair.base.refusals import Refused
from everfair.fair import access as fair_access
from everfair.registration import access, tasks
from everfair.registration.actions import duplicates as actions
from everfair.registration.queries import duplicates as queries
from everfair.registration.queries import table
from everfair.registration.queries.registrations import STATE_KINDS
from everfair.web.organiser.frame import address, attempt, desk, done

A_PAGE = 25
AT_ONCE = 5000  # registrations that are compared while the page waits
REASONS = {
    "same_email": gettext_lazy("the same e-mail address"),
    "same_name_firm": gettext_lazy("the same name and firm"),
    "near_name": gettext_lazy("nearly the same name in one firm"),
}
FIELDS = {
    "name": gettext_lazy("Name"),
    "second_name": gettext_lazy("Name in the other script"),
    "email": gettext_lazy("E-mail address"),
    "organisation_name": gettext_lazy("Firm or body"),
    "job_title": gettext_lazy("Job title"),
    "country": gettext_lazy("Country or region"),
}


@login_required
@require_safe
def duplicate_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Pairs nobody has decided about."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    page = Paginator(queries.open_pairs(held), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Perhaps the same person"),
        "lead": _("Nothing is joined by itself. Compare, then say."),
        "page": page,
        "rows": [(pair, REASONS.get(pair.reason, pair.reason)) for pair in page],
    }
    return desk(request, "registration/duplicate_list", held, context)


@login_required
@require_POST
def duplicate_find(request: HttpRequest, edition: str) -> HttpResponse:
    """Look for pairs: at once in a small edition, in the background in a large one."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    if sum(table.state_counts(request.user, held).values()) > AT_ONCE:
        tasks.look_for_duplicates.enqueue(held.pk)
        messages.success(request, _("The search has begun. Look again in a minute."))
    else:
        count = actions.find_duplicates(held)
        sentence = ngettext("%(count)d new pair was found.", "%(count)d new pairs were found.", count)
        messages.success(request, sentence % {"count": count} if count else _("No new pair was found."))
    return redirect(address("registration.duplicate_list", edition=held.slug))


@login_required
@require_safe
def duplicate_show(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Two registrations side by side."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    pair = access.get_pair_at_desk(request.user, held, pk)
    back = address("registration.duplicate_list", edition=held.slug)
    context = {
        "title": _("Perhaps the same person"),
        "pair": pair,
        "why": REASONS.get(pair.reason, pair.reason),
        "sides": [(one, STATE_KINDS[one.state]) for one in (pair.first, pair.second)],
        "compared": [(FIELDS[name], a, b, a == b) for name, a, b in queries.compared(pair) if a or b],
        "crumbs": [(_("Perhaps the same person"), back), (f"{pair.first.name} · {pair.second.name}", "")],
    }
    return desk(request, "registration/duplicate_show", held, context)


@login_required
@require_POST
def duplicate_decide(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Join, keeping one of the two; or keep them apart. Undo is offered."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    pair = access.get_pair_at_desk(request.user, held, pk)
    keep = {one.code: one for one in (pair.first, pair.second)}.get(request.POST.get("keep", ""))
    undo = address("registration.duplicate_undo", edition=held.slug, pk=pair.pk)
    try:
        if keep is not None:
            actions.join_duplicates(pair, keep, by=request.user)
            said = _("Joined: %(name)s as “%(kind)s” stays.") % {"name": keep.name, "kind": keep.kind}
        else:
            actions.keep_apart(pair, by=request.user)
            said = _("They stay two people.")
    except Refused as error:
        messages.error(request, str(error))
        return redirect(address("registration.duplicate_list", edition=held.slug))
    return done(request, said, "registration.duplicate_list", undo=undo, edition=held.slug)


@login_required
@require_POST
def duplicate_undo(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Take the verdict back."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    pair = access.get_pair_at_desk(request.user, held, pk)
    deed = partial(actions.reopen_pair, pair, by=request.user)
    return attempt(request, deed, _("Undone."), "registration.duplicate_list", edition=held.slug)
