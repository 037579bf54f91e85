"""Matching at the organiser's desk: its rules, what was learned, refreshing with progress, what fairness did and who overstates."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import EditedMeanwhile
from everfair.fair import access as fair_access
from everfair.matchmaking import access, tasks
from everfair.matchmaking.actions import refreshing
from everfair.matchmaking.actions import rules as actions
from everfair.matchmaking.actions.embedding import vector_state
from everfair.matchmaking.bridge import learning
from everfair.matchmaking.forms.rules import MatchRulesForm
from everfair.matchmaking.queries import desk as queries
from everfair.web.organiser.frame import address, attempt, desk, done, through
from everfair.web.templatetags.figures import number, percent

OPEN = ("waiting", "running")
FAULTS = {
    "missing": gettext_lazy("Its file is missing. Learn a new version, or make another one active."),
    "foreign": gettext_lazy("Its file is damaged, or was written by another release. Learn a new version, or make another one active."),
    "thin": gettext_lazy("It was learned from too few texts. Learn a new version when there are more."),
}  # fmt: skip


def held_of(request: HttpRequest, edition: str) -> Any:
    """The edition, for the people who run its matching; Http404 for everybody else."""
    return fair_access.get_edition_at_desk(request.user, edition, access.RIGHT)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rules_edit(request: HttpRequest, edition: str) -> HttpResponse:
    """Rules, versions, and the refresh under way."""
    held = held_of(request, edition)
    row, versions = queries.rules_of(held), queries.versions_of(held)
    form = MatchRulesForm(request.POST if request.method == "POST" else None, row=row, versions=versions)
    given = request.POST.get("version", "")
    version = int(given) if given.isdecimal() and len(given) < 10 else None
    if request.method == "POST" and through(
        form, lambda values: actions.save_rules(held, {**values, "version": version}, by=request.user)
    ):
        return done(request, _("Saved. Lists are put in the new order when they are next looked at."),
                    "matchmaking.rules_edit", edition=held.slug)  # fmt: skip
    refreshes = queries.refreshes_of(held)
    under_way = next((one for one in refreshes if one.state in OPEN), None)
    told = _told_versions(row, versions)
    latest = next((one.current for one in form.refusals if isinstance(one, EditedMeanwhile)), row.version)
    context = {
        "title": _("Matching"),
        "form": form,
        "version": latest,
        "is_open": row.is_open,
        "is_unread": any(fault for one, _is_compared, fault in told if one.is_active),
        "versions": told,
        "refreshes": [(one, queries.STATE_KINDS[one.state]) for one in refreshes],
        "under_way": under_way,
        "progress": _told(under_way) if under_way is not None else None,
        "poll_url": _poll_url(held, under_way),
        "has_report": queries.last_report(held) is not None,
        "encoder": vector_state(held),
    }
    return desk(request, "matchmaking/rules_edit", held, context, 422 if form.errors else 200)


@login_required
@require_POST
def version_use(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """This version ranks from now on."""
    held = held_of(request, edition)
    said = _("Version %(number)s is the active one now.") % {"number": number}
    return attempt(
        request, lambda: actions.activate_version(held, number, by=request.user), said,
        "matchmaking.rules_edit", edition=held.slug,
    )  # fmt: skip


@login_required
@require_POST
def refresh_start(request: HttpRequest, edition: str) -> HttpResponse:
    """Learn and rank for everybody, in the background."""
    held = held_of(request, edition)

    def deed() -> None:
        row = refreshing.start_refresh(held, learns=request.POST.get("learns") == "1", by=request.user)
        tasks.carry_out_refresh.enqueue(row.pk)

    said = _("The refresh has begun. Matches stay as they are until theirs are made anew.")
    return attempt(request, deed, said, "matchmaking.rules_edit", edition=held.slug)


@login_required
@require_POST
def refresh_stop(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """End it; what was ranked by then stays."""
    held = held_of(request, edition)
    row = _refresh(held, pk)
    said = _("It ends in a moment. What was ranked by then stays.")
    return attempt(
        request, lambda: refreshing.stop_refresh(row, by=request.user), said,
        "matchmaking.rules_edit", edition=held.slug,
    )  # fmt: skip


@login_required
@never_cache
@require_safe
def refresh_progress(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Progress for the page's script."""
    held = held_of(request, edition)
    next_url = address("matchmaking.rules_edit", edition=held.slug)
    return JsonResponse(_told(_refresh(held, pk)) | {"next_url": next_url})


@login_required
@never_cache
@require_safe
def report_show(request: HttpRequest, edition: str) -> HttpResponse:
    """What the last refresh says: what fairness did, and which firms state more than can be true."""
    held = held_of(request, edition)
    row = queries.last_report(held)
    facts = row.facts if row is not None else {}
    context = {
        "title": _("Fairness and overstating"),
        "refresh": row,
        "fairness": _fairness(facts.get("fairness") or {}),
        "suspects": [(one, _odd(one)) for one in queries.stuffers(held, facts.get("suspects") or [])],
        "rules_url": address("matchmaking.rules_edit", edition=held.slug),
        "crumbs": [(_("Matching"), address("matchmaking.rules_edit", edition=held.slug)), (_("Fairness and overstating"), "")],
    }  # fmt: skip
    return desk(request, "matchmaking/report_show", held, context)


def _told_versions(rules: Any, versions: Sequence[Any]) -> list[tuple[Any, bool, str]]:
    """(version, whether it is compared, what is wrong with its file and what to do about it, or "")."""
    told = []
    for one in versions:
        is_compared = one.pk == rules.compares_id
        fault = learning.fault_of(one, ranks=one.is_active or is_compared)
        told.append((one, is_compared, str(FAULTS[fault]) if fault else ""))
    return told


def _refresh(held: Any, pk: int) -> Any:
    row = queries.refresh_of(held, pk)
    if row is None:
        raise Http404
    return row


def _poll_url(held: Any, refresh: Any) -> str:
    if refresh is None:
        return ""
    return address("matchmaking.refresh_progress", edition=held.slug, pk=refresh.pk)


def _told(refresh: Any) -> dict[str, Any]:
    """As parts/progress.html and its script read it."""
    total = max(refresh.total, 1)
    if refresh.state == "waiting":
        return {"done": 0, "total": total, "step": _("Waiting for its turn"), "state": "running"}
    if refresh.state == "running":
        learns = refresh.learns and "learned" not in refresh.facts
        step = (
            _("Learning from texts in both languages")
            if learns and not refresh.done
            else _("Ranking for everybody")
        )
        return {"done": refresh.done, "total": total, "step": step, "state": "running"}
    return {
        "done": total,
        "total": total,
        "step": "",
        "state": "stopped" if refresh.state == "failed" else "done",
    }


def _fairness(told: dict[str, Any]) -> list[str]:
    """What fairness did, in sentences."""
    if not told.get("places"):
        return []
    before, after, due = (told[name] for name in ("before", "after", "due"))
    sentences = [
        _("%(protected)s of %(all)s firms are small or new.")
        % {"protected": number(told["protected"]), "all": number(told["candidates"])},
        _("Of %(places)s places among the first ten of %(lists)s lists, their share among equally good matches is %(due)s.")
        % {"places": number(told["places"]), "lists": number(told["lists"]), "due": number(round(due))},
        _("By score alone they would have %(before)s; they have %(after)s.") % {"before": number(before), "after": number(after)},
        ngettext(
            "%(count)s list is in another order because of it.", "%(count)s lists are in another order because of it.",
            told["changed"],
        )
        % {"count": number(told["changed"])},
        _cost(told["cost"], told["largest_cost"]),
    ]  # fmt: skip
    if round(told["uneven_after"], 2) == round(told["uneven_before"], 2):
        sentences.append(_("How unevenly places are spread over all firms did not change."))
    else:
        sentences.append(
            _("How unevenly places are spread over all firms, from 0 (all alike) to 1: %(before)s before, %(after)s after.")
            % {"before": number(round(told["uneven_before"], 2)), "after": number(round(told["uneven_after"], 2))}
        )  # fmt: skip
    return sentences


def _cost(mean: float, largest: float) -> str:
    """What the places given up for fairness cost, shares of a full score."""
    if round(largest, 3) <= 0:
        return _("It cost less than %(least)s of a full score.") % {"least": percent(0.001, 1)}
    cost = percent(mean, 1) if round(mean, 3) > 0 else _("less than %(least)s") % {"least": percent(0.001, 1)}
    return _("A place costs %(cost)s of a full score on average, and at most %(most)s in one list.") % {
        "cost": cost, "most": percent(largest, 1),
    }  # fmt: skip


def _odd(one: Any) -> list[str]:
    """What a firm overstates, in sentences."""
    found = []
    if one.sectors:
        found.append(
            ngettext("It names %(count)s sector.", "It names %(count)s sectors.", one.sectors)
            % {"count": number(one.sectors)}
        )
    if one.languages:
        found.append(
            ngettext("It names %(count)s language.", "It names %(count)s languages.", one.languages)
            % {"count": number(one.languages)}
        )
    if one.length:
        found.append(
            _("Its texts are %(times)s times as long as usual.") % {"times": number(round(one.length, 1))}
        )
    if one.repeated:
        found.append(
            _("It repeats “%(word)s”: %(share)s of all its words.")
            % {"word": one.repeated, "share": percent(one.repeated_share)}
        )
    if one.counts_as < 1:
        found.append(
            _("Each of its sectors counts %(share)s of what it counts with other firms.")
            % {"share": percent(one.counts_as)}
        )
    return found
