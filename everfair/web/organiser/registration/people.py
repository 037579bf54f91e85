"""One registration at the desk: facts, decisions, letters, history; and a new one by the team's own hand."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base import audit
from everfair.base.charts import IllegalChange
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.fair import access as fair_access
from everfair.registration import access
from everfair.registration.actions import deciding, links
from everfair.registration.actions.registering import register, save_registration
from everfair.registration.forms.person import TeamForm, answers_in_words
from everfair.registration.queries import duplicates
from everfair.registration.queries import registrations as queries
from everfair.web.organiser.events import log_lines
from everfair.web.organiser.frame import address, attempt, desk, done

MOST_LINES = 100
STEPS = {
    # state → what may be done: (deed, button, sentence that says what follows)
    "requested": ("approve", "decline", "cancel"),
    "waiting": ("approve", "decline", "cancel"),
    "approved": ("decline", "cancel"),
    "declined": ("readmit",),
    "cancelled": ("readmit",),
}
WORDS = {
    "approve": (gettext_lazy("Approve"), gettext_lazy("The badge is made and the person is told.")),
    "decline": (gettext_lazy("Decline"), gettext_lazy("The person reads your reason.")),
    "cancel": (
        gettext_lazy("Cancel"),
        gettext_lazy("The badge is void and the place goes to whoever waits."),
    ),
    "readmit": (gettext_lazy("Readmit"), gettext_lazy("As if they had just registered.")),
}


@login_required
@require_safe
def registration_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One person as the team needs it."""
    held = fair_access.get_edition_at_desk(request.user, edition)
    row = access.get_registration_at_desk(request.user, held, code)
    return desk(request, "registration/registration_show", held, _context(request, held, row))


def _context(request: HttpRequest, held: Any, row: Any) -> dict[str, Any]:
    may_decide = fair_access.may(request.user, "registration", held)
    back = address("registration.registration_list", edition=held.slug)
    steps = STEPS[row.state] if may_decide and row.merged_into_id is None else ()
    return {
        "title": row.name,
        "registration": row,
        "state_kind": queries.STATE_KINDS[row.state],
        "answers": answers_in_words(row.kind.questions, row.answers),
        "consents": queries.consents_of(row),
        "line": queries.place_in_line(row) if row.state == "waiting" else 0,
        "steps": [(deed, *WORDS[deed], deed == "decline") for deed in steps],
        "may_decide": may_decide,
        "pairs": duplicates.pairs_of(row) if may_decide else [],
        "log": list(log_lines(audit.entries(target=row)[:MOST_LINES], held, with_label=False)),
        "crumbs": [(_("Registrations"), back), (row.name, "")],
        "key": {"edition": held.slug, "code": row.code},
    }


@login_required
@require_POST
def registration_decide(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """A decision about one person. Without a reason where one is needed, the page comes back with what was typed."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    row = access.get_registration_at_desk(request.user, held, code, "registration")
    deeds = {name: getattr(deciding, name) for name in WORDS}
    deed = deeds.get(request.POST.get("deed", ""))
    if deed is None:
        raise Http404
    reason = request.POST.get("reason", "")
    before = row.state
    try:
        deed(row, by=request.user, reason=reason)
    except (Refused, IllegalChange) as error:
        row.state = before
        context = _context(request, held, row) | {"refusal": str(error), "typed": reason}
        return desk(request, "registration/registration_show", held, context, 422)
    sentence = _("%(name)s: %(state)s.") % {"name": row.name, "state": row.get_state_display()}
    return done(request, sentence, "registration.registration_show", edition=held.slug, code=row.code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def registration_edit(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Correct what is known; set a notice for the gate."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    row = access.get_registration_at_desk(request.user, held, code, "registration")
    form = TeamForm(request.POST or None, kind=row.kind, registration=row, is_partial=True)
    version = row.version
    if request.method == "POST" and form.is_valid():
        try:
            given = int(request.POST.get("version") or 0)
        except ValueError as error:
            raise Http404 from error
        try:
            save_registration(row, form.values(), by=request.user, version=given)
        except EditedMeanwhile as error:
            form.refuse(error)
            version = error.current
        except Refused as error:
            form.refuse(error)
        else:
            return done(
                request, _("Saved."), "registration.registration_show", edition=held.slug, code=row.code
            )
    context = _form_context(held, form, row.name, row.kind) | {"version": version, "save": _("Save")}
    context["back_url"] = address("registration.registration_show", edition=held.slug, code=row.code)
    return desk(request, "registration/registration_edit", held, context, 422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def registration_create(request: HttpRequest, edition: str, kind: str) -> HttpResponse:
    """Somebody at the counter: registered and approved by the team's hand."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    chosen = access.get_kind_at_desk(request.user, held, kind)
    form = TeamForm(request.POST or None, kind=chosen, is_partial=True)
    if request.method == "POST" and form.is_valid():
        try:
            row = register(held, chosen, form.values(), by=request.user, source="team")
        except Refused as error:
            form.refuse(error)
        else:
            sentence = _("%(name)s is registered: %(state)s.") % {
                "name": row.name,
                "state": row.get_state_display(),
            }
            messages.success(request, sentence)
            return redirect(address("registration.registration_show", edition=held.slug, code=row.code))
    context = _form_context(held, form, _("Register somebody"), chosen) | {"save": _("Register")}
    return desk(request, "registration/registration_edit", held, context, 422 if form.errors else 200)


def _form_context(held: Any, form: Any, title: str, kind: Any) -> dict[str, Any]:
    back = address("registration.registration_list", edition=held.slug)
    return {
        "title": title,
        "form": form,
        "kind": kind,
        "crumbs": [(_("Registrations"), back), (title, "")],
        "back_url": back,
    }


@login_required
@require_POST
def registration_letter(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The letter with the link once more."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    row = access.get_registration_at_desk(request.user, held, code, "registration")

    def deed() -> None:
        if not row.email:
            raise Refused(_("There is no address to write to. Add one first."))
        links.send_link(row)

    sentence = _("A letter with the link is on its way to %(email)s.") % {"email": row.email}
    return attempt(
        request, deed, sentence, "registration.registration_show", edition=held.slug, code=row.code
    )
