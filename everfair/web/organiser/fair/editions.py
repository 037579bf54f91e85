"""Pages about editions: the list, a new one, the overview, settings, phases, deletion."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from everfair.base import audit
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.base.texts import read_whole
from everfair.exhibition.queries import exhibitor_table
from everfair.fair import access, queries
from everfair.fair.actions import editions as actions
from everfair.fair.forms import EditionForm, NewEditionForm
from everfair.gateways.mail import unsent_count
from everfair.web.organiser.events import log_lines
from everfair.web.organiser.frame import address, attempt, desk, done, named, require_proof, through

PROMISE = timedelta(days=1)  # an application waits no longer than this
CONSEQUENCES = {
    ("draft", "announced"): gettext_lazy(
        "The front page, areas and sectors become public. Firms cannot apply yet."
    ),
    ("announced", "draft"): gettext_lazy(
        "The edition leaves the public pages. Its addresses answer “not found” until it is announced again."
    ),
    ("announced", "open"): gettext_lazy(
        "Firms can apply and fill in their booths; what you publish is public."
    ),
    ("open", "announced"): gettext_lazy(
        "No firm can apply. What firms wrote is kept, published booths stay public."
    ),
    ("open", "live"): gettext_lazy(
        "The fair is on: it leads the site, with its days and booths. Firms can still apply."
    ),
    ("live", "open"): gettext_lazy("The edition counts as being prepared again. Nothing is hidden."),
    ("live", "evergreen"): gettext_lazy(
        "The days are over and the fair goes on: booths stay public and answerable, firms can still apply."
    ),
    ("evergreen", "live"): gettext_lazy("The edition leads the site again. Nothing is hidden."),
    ("evergreen", "archived"): gettext_lazy(
        "No firm can apply any more. Every booth stays readable at its address and can still be written to."
    ),
    ("archived", "evergreen"): gettext_lazy("Firms can apply again. Nothing else changes."),
}


@login_required
def edition_list(request: HttpRequest) -> HttpResponse:
    """Editions in whose team the person is, and delegations they work for."""
    editions = list(access.editions_at_desk(request.user))
    delegations = list(access.delegations_of(request.user))
    fairs, may_found = _fairs_led_by(request.user)
    if not (editions or delegations or fairs or may_found):
        raise Http404
    context = {
        "title": _("Editions"),
        "editions": editions,
        "delegations": delegations,
        "may_create": bool(fairs) or may_found,
    }
    return render(request, "organiser/fair/edition_list.html", context)


@login_required
def edition_create(request: HttpRequest) -> HttpResponse:
    """A new edition: from a template, from an earlier one, or empty."""
    fairs, may_found = _fairs_led_by(request.user)
    if not (fairs or may_found):
        raise Http404
    earlier = [edition for edition in access.editions_at_desk(request.user) if edition.fair in fairs]
    form = NewEditionForm(request.POST or None, fairs=fairs, editions=earlier, may_found=may_found)

    def make(values: dict[str, Any]) -> Any:
        chosen = form.fairs.get(values["fair"])
        fair = chosen or actions.create_fair({"name": values["fair_name"]}, by=request.user)
        return actions.create_edition(fair, values, by=request.user, **form.source_values())

    if request.method == "POST" and (edition := through(form, make)):
        sentence = _("“%(edition)s” is a draft: only your team sees it.") % {
            "edition": named(request, edition.name)
        }
        return done(request, sentence, "fair.edition_show", edition=edition.slug)
    context = {
        "title": _("New edition"),
        "form": form,
        "save": _("Make the edition"),
        "back_url": address("fair.edition_list"),
        "crumbs": [(_("Editions"), address("fair.edition_list")), (_("New edition"), "")],
    }
    return render(request, "organiser/row_edit.html", context)


@login_required
def edition_show(request: HttpRequest, edition: str) -> HttpResponse:
    """The overview: what needs you first, then figures, the queue, areas, what happened last."""
    held = access.get_edition_at_desk(request.user, edition)
    may_lead = access.may(request.user, "administer", held)
    queue = exhibitor_table.queue_facts(request.user, held)
    now = timezone.now()
    alerts = _alerts(request, held, queue, now, may_lead)
    figures = exhibitor_table.edition_figures(held)
    latest = list(log_lines(audit.entries(edition_id=held.pk)[:6], held)) if may_lead else []
    context = {
        "title": held.name,
        "lead": _lead(held, alerts),
        "alerts": alerts,
        "figures": [
            (figures.booths, ngettext("booth open", "booths open", figures.booths)),
            (
                figures.exhibitors,
                ngettext("firm in this edition", "firms in this edition", figures.exhibitors),
            ),
            (figures.offers, ngettext("offer on the shelf", "offers on the shelf", figures.offers)),
            (figures.countries, ngettext("country or region", "countries and regions", figures.countries)),
        ],
        "queue": exhibitor_table.vetting_queue(request.user, held)[:5],
        "queue_count": queue.count,
        "areas": queries.areas_with_counts(held),
        "latest": latest,
        "now": now,
        "may_review": access.may(request.user, "review", held),
        "may_lead": may_lead,
        "steps": _phase_steps(request, held),
    }
    return desk(request, "fair/edition_show", held, context)


@login_required
def edition_edit(request: HttpRequest, edition: str) -> HttpResponse:
    """Settings. Two people who save at once lose nothing: the second sees both versions."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    form = EditionForm(request.POST or None, row=held)
    theirs: list[tuple[str, str]] = []
    if request.method == "POST":
        version = read_whole(request.POST.get("version", "")) or 0
        if through(form, lambda values: actions.save_edition(held, values, by=request.user, version=version)):
            return done(request, _("Settings saved."), "fair.edition_edit", edition=held.slug)
        held.refresh_from_db()
        theirs = _differences(form, held)
    context = {
        "title": _("Settings"),
        "form": form,
        "version": held.version,
        "theirs": theirs,
        "save": _("Save settings"),
        "remove_url": address("fair.edition_remove", edition=held.slug) if held.phase == "draft" else "",
        "remove": _("Delete this draft"),
    }
    return desk(request, "row_edit", held, context, status=409 if theirs else 200)


@login_required
def phase_change(request: HttpRequest, edition: str) -> HttpResponse:
    """What a phase means, and the step to the next or back."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    if request.method == "POST":
        phase = request.POST.get("phase", "")
        if phase in ("archived", "draft"):
            require_proof(request)
        return attempt(
            request,
            lambda: actions.change_phase(held, phase, by=request.user),
            _("The edition is now in the phase “%(phase)s”.") % {"phase": _phase_words(held, phase)},
            "fair.phase_change",
            edition=held.slug,
        )
    phases = [value for value, _label in held.Phase.choices]
    reached = phases.index(held.phase)
    context = {
        "title": _("Phase"),
        "lead": _("“%(edition)s” is in the phase “%(phase)s”.")
        % {"edition": named(request, held.name), "phase": held.get_phase_display()},
        "stages": [
            (label, "done" if place < reached else "now" if place == reached else "ahead")
            for place, (_value, label) in enumerate(held.Phase.choices)
        ],
        "steps": _phase_steps(request, held),
    }
    return desk(request, "fair/phase_change", held, context)


@login_required
@require_POST
def edition_remove(request: HttpRequest, edition: str) -> HttpResponse:
    """Delete a draft nobody has exhibited in."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    require_proof(request)
    name = named(request, held.name)
    try:
        actions.remove_edition(held, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(address("fair.edition_edit", edition=edition))
    return done(request, _("The draft “%(name)s” was deleted.") % {"name": name}, "fair.edition_list")


def _fairs_led_by(user: Any) -> tuple[list[Any], bool]:
    """Fairs the person may add editions to, and whether they may found a new one."""
    return list(access.fairs_led_by(user)), bool(user.is_superuser)


def _phase_words(edition: Any, phase: str) -> str:
    return str(dict(edition.Phase.choices).get(phase, phase))


def _phase_steps(request: HttpRequest, edition: Any) -> list[dict[str, Any]]:
    """Where the edition may go from here: forward first, each with its consequence."""
    order = list(edition.Phase.values)
    goals = queries.next_phases(edition, sorted(access.team_roles(request.user, edition)))
    steps = [
        {
            "phase": goal,
            "label": _phase_words(edition, goal),
            "sentence": CONSEQUENCES[(edition.phase, goal)],
            "is_forward": order.index(goal) > order.index(edition.phase),
        }
        for goal in goals
    ]
    return sorted(steps, key=lambda step: not step["is_forward"])


def _lead(edition: Any, alerts: list[Any]) -> str:
    phase = _("Phase: %(phase)s.") % {"phase": edition.get_phase_display()}
    if not alerts:
        return f"{phase} " + _("Nothing waits for you.")
    count = len(alerts)
    waits = ngettext("%(count)d matter waits for you.", "%(count)d matters wait for you.", count)
    return f"{phase} " + waits % {"count": count}


def _alerts(
    request: HttpRequest, edition: Any, queue: Any, now: Any, may_lead: bool
) -> list[tuple[str, ...]]:
    """What needs somebody first: kind, word, sentence, address, action."""
    key = {"edition": edition.slug}
    found: list[tuple[str, ...]] = []
    if queue.count:
        late = queue.oldest is not None and now - queue.oldest > PROMISE
        sentence = ngettext(
            "%(count)d firm waits for a decision.", "%(count)d firms wait for a decision.", queue.count
        )
        found.append(
            ("stop" if late else "wait", _("Vetting"), sentence % {"count": queue.count},
             address("exhibition.queue_list", **key), _("Open the queue"))
        )  # fmt: skip
    unfinished = exhibitor_table.accepted_but_incomplete(request.user, edition)
    if unfinished:
        sentence = ngettext(
            "%(count)d accepted booth is not complete and cannot go public.",
            "%(count)d accepted booths are not complete and cannot go public.",
            unfinished,
        )
        url = address("exhibition.exhibitor_list", **key) + "?state=accepted&complete=no"
        found.append(("wait", _("Booths"), sentence % {"count": unfinished}, url, _("See which")))
    return found + (_leading_alerts(edition, now) if may_lead else [])


def _leading_alerts(edition: Any, now: Any) -> list[tuple[str, ...]]:
    key = {"edition": edition.slug}
    found: list[tuple[str, ...]] = []
    today = timezone.localdate(now)
    phase_url = address("fair.phase_change", **key)
    laid = queries.foundations(edition)
    if not laid.has_areas:
        url = address("fair.area_list", **key)
        found.append(
            ("wait", _("Areas"), _("There is no area yet, so no booth has a place."), url, _("Lay them out"))
        )
    if not laid.has_sectors:
        url = address("fair.sector_list", **key)
        found.append(
            ("wait", _("Sectors"), _("There is no sector yet, so no firm can apply."), url, _("Lay them out"))
        )
    if edition.starts_on <= today <= edition.ends_on and edition.phase in ("draft", "announced", "open"):
        found.append(
            (
                "stop",
                _("Phase"),
                _("The first day has come and the edition is not live."),
                phase_url,
                _("Change the phase"),
            )
        )
    if today > edition.ends_on and edition.phase == "live":
        found.append(
            (
                "wait",
                _("Phase"),
                _("The last day is over. Let its booths stay open all year."),
                phase_url,
                _("Change the phase"),
            )
        )
    unsent = unsent_count()
    if unsent:
        sentence = ngettext(
            "%(count)d letter could not be sent. It is kept on the server.",
            "%(count)d letters could not be sent. They are kept on the server.",
            unsent,
        )
        found.append(("stop", _("Mail"), sentence % {"count": unsent}, "", ""))
    return found


def _differences(form: Any, edition: Any) -> list[tuple[str, str]]:
    """What the others' saved version says where it differs from what was typed."""
    if not any(isinstance(error, EditedMeanwhile) for error in form.refusals):
        return []
    fresh = EditionForm(row=edition)
    found = []
    for name, field in form.fields.items():
        typed, theirs = form.cleaned_data.get(name), fresh.initial.get(name, "")
        if (typed or "") != (theirs or ""):
            shown = _(", ").join(theirs) if isinstance(theirs, list) else str(theirs)
            found.append((str(field.label), shown))
    return found
