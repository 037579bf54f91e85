"""The vetting queue and one firm's page: what it sent in, what is missing, what happened, the decision."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from everfair.base import audit
from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.exhibition import access as exhibition_access
from everfair.exhibition.actions.placing import stand
from everfair.exhibition.actions.state import set_state
from everfair.exhibition.forms.organising import DecisionForm, StandForm
from everfair.exhibition.queries import exhibitor_table as table
from everfair.exhibition.queries.applying import questions_and_answers, task_lines
from everfair.exhibition.queries.completeness import completeness
from everfair.exhibition.queries.review import possible_states, review_material
from everfair.fair import access, queries
from everfair.web.organiser.events import log_lines
from everfair.web.organiser.frame import address, delegation_desk, desk, done, named, require_proof, through

ROWS_ON_A_PAGE = 50
DECISIONS = {
    # state → (button, sentence that says what follows)
    "accepted": (
        gettext_lazy("Accept"),
        gettext_lazy("The firm may finish its booth; it is not public yet."),
    ),
    "changes_asked": (
        gettext_lazy("Ask for changes"),
        gettext_lazy("The firm reads your reason and sends it in again."),
    ),
    "rejected": (gettext_lazy("Reject"), gettext_lazy("The firm reads your reason.")),
    "published": (gettext_lazy("Publish"), gettext_lazy("The booth is public at once.")),
    "withdrawn": (
        gettext_lazy("Withdraw"),
        gettext_lazy("The booth leaves the public pages; the firm reads your reason."),
    ),
    "applied": (gettext_lazy("Back to the queue"), gettext_lazy("It waits for a decision again.")),
}
NEEDS_REASON = ("changes_asked", "rejected", "withdrawn")


@login_required
def queue_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Applications nobody has decided about, longest waiting first."""
    held = access.get_edition_at_desk(request.user, edition)
    page = Paginator(table.vetting_queue(request.user, held), ROWS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "title": _("Vetting queue"),
        "lead": _("Longest waiting first."),
        "page": page,
        "may_review": access.may(request.user, "review", held),
    }
    return desk(request, "exhibition/queue_list", held, context)


@login_required
def review_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One firm, as the reviewer needs it."""
    held = access.get_edition_at_desk(request.user, edition, "review")
    exhibitor = exhibition_access.get_for_review(request.user, held, code)
    key = {"edition": held.slug, "code": exhibitor.code}
    context = _material(request, exhibitor) | {
        "decide_url": address("exhibition.review_decide", **key),
        "stand_url": address("exhibition.review_stand", **key),
        "stand_form": _stand_form(exhibitor, None),
        "crumbs": [
            (_("Vetting queue"), address("exhibition.queue_list", edition=held.slug)),
            (exhibitor.organisation.name, ""),
        ],
    }
    return desk(request, "exhibition/review_show", held, context)


@login_required
@require_POST
def review_decide(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """A decision about one firm."""
    held = access.get_edition_at_desk(request.user, edition, "review")
    exhibitor = exhibition_access.get_for_review(request.user, held, code)
    if request.POST.get("state") == "withdrawn" and request.POST.get("reason", "").strip():
        require_proof(request)  # without a reason it is refused anyway, and that is said at once
    refusal = decide(request, exhibitor)
    if refusal is None:
        sentence = _("%(firm)s: %(state)s.") % {
            "firm": named(request, exhibitor.organisation.name),
            "state": exhibitor.get_state_display(),
        }
        return done(request, sentence, "exhibition.review_show", edition=held.slug, code=exhibitor.code)
    key = {"edition": held.slug, "code": exhibitor.code}
    context = _material(request, exhibitor) | {
        "refusal": refusal,
        "typed": request.POST.get("reason", ""),
        "decide_url": address("exhibition.review_decide", **key),
        "stand_url": address("exhibition.review_stand", **key),
        "stand_form": _stand_form(exhibitor, None),
    }
    return desk(request, "exhibition/review_show", held, context, status=400)


@login_required
@require_POST
def review_stand(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Area, place and delegation of one firm."""
    held = access.get_edition_at_desk(request.user, edition, "review")
    exhibitor = exhibition_access.get_for_review(request.user, held, code)
    form = _stand_form(exhibitor, request.POST)
    if through(form, lambda values: stand(exhibitor, values, by=request.user)):
        sentence = _("%(firm)s: place and area saved.") % {
            "firm": named(request, exhibitor.organisation.name)
        }
        if exhibition_access.may_review(request.user, exhibitor):
            return done(request, sentence, "exhibition.review_show", edition=held.slug, code=exhibitor.code)
        return done(request, sentence, "exhibition.queue_list", edition=held.slug)
    key = {"edition": held.slug, "code": exhibitor.code}
    exhibitor.refresh_from_db()
    context = _material(request, exhibitor) | {
        "stand_form": form,
        "decide_url": address("exhibition.review_decide", **key),
        "stand_url": address("exhibition.review_stand", **key),
    }
    return desk(request, "exhibition/review_show", held, context, status=400)


@login_required
def firm_show(request: HttpRequest, code: str, firm: str) -> HttpResponse:
    """The same page at a delegation's desk: only its own firms, only its own steps."""
    delegation = access.get_delegation_for(request.user, code)
    exhibitor = exhibition_access.get_firm_of_delegation(request.user, delegation, firm)
    context = _firm_context(request, delegation, exhibitor)
    return delegation_desk(request, "exhibition/review_show", delegation, context)


@login_required
@require_POST
def firm_decide(request: HttpRequest, code: str, firm: str) -> HttpResponse:
    """A delegation's decision about one of its firms."""
    delegation = access.get_delegation_for(request.user, code)
    exhibitor = exhibition_access.get_firm_of_delegation(request.user, delegation, firm)
    refusal = decide(request, exhibitor)
    if refusal is None:
        sentence = _("%(firm)s: %(state)s.") % {
            "firm": named(request, exhibitor.organisation.name),
            "state": exhibitor.get_state_display(),
        }
        return done(request, sentence, "exhibition.firm_show", code=delegation.code, firm=exhibitor.code)
    context = _firm_context(request, delegation, exhibitor)
    context |= {"refusal": refusal, "typed": request.POST.get("reason", "")}
    return delegation_desk(request, "exhibition/review_show", delegation, context, status=400)


def decide(request: HttpRequest, exhibitor: Any) -> str | None:
    """Take the posted step with the person's own roles; the sentence of a refusal, or None."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _("Choose a decision. A reason has 2,000 characters at most.")
    roles = exhibition_access.roles_on(request.user, exhibitor)
    try:
        set_state(
            exhibitor,
            form.cleaned_data["state"],
            by=request.user,
            reason=form.cleaned_data["reason"],
            roles=roles,
        )
    except (Refused, IllegalChange) as error:
        return str(error)
    return None


def _firm_context(request: HttpRequest, delegation: Any, exhibitor: Any) -> dict[str, Any]:
    url = address("exhibition.firm_decide", code=delegation.code, firm=exhibitor.code)
    crumbs = [
        (_("Firms"), address("fair.delegation_desk", code=delegation.code)),
        (exhibitor.organisation.name, ""),
    ]
    return _material(request, exhibitor) | {"decide_url": url, "crumbs": crumbs}


def _stand_form(exhibitor: Any, data: Any) -> StandForm:
    places = queries.places_to_give(exhibitor.edition, exhibitor.area, exhibitor.place_id)
    return StandForm(data, exhibitor=exhibitor, places=places)


def _material(request: HttpRequest, exhibitor: Any) -> dict[str, Any]:
    roles = exhibition_access.roles_on(request.user, exhibitor)
    today = timezone.localdate()
    possible = set(possible_states(exhibitor, roles))
    states = [state for state in DECISIONS if state in possible]
    return {
        "title": exhibitor.organisation.name,
        "exhibitor": exhibitor,
        "material": review_material(exhibitor),
        "answers": questions_and_answers(exhibitor),
        "tasks": task_lines(exhibitor, today),
        "completeness": completeness(exhibitor),
        "decisions": [
            {
                "state": state,
                "label": DECISIONS[state][0],
                "sentence": DECISIONS[state][1],
                "asks": state in NEEDS_REASON,
            }
            for state in states
        ],
        "history": list(log_lines(audit.entries(target=exhibitor)[:40], exhibitor.edition, with_label=False)),
    }
