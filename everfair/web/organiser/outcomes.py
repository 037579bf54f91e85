"""Outcomes at the organiser's desk: what waits to be verified, one with its evidence, publishing, the list for the press."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.languages import pick
from everfair.base.texts import read_whole
from everfair.fair import access as fair_access
from everfair.outcomes import access
from everfair.outcomes.actions import deciding
from everfair.outcomes.queries import lists
from everfair.web import outcome_pages as pages
from everfair.web import outcomes as shared
from everfair.web.list_files import file_links
from everfair.web.organiser.frame import address, attempt, desk, done
from everfair.web.uploads import takes_upload

A_PAGE = 50


def held_edition(request: HttpRequest, edition: str) -> Any:
    """The edition at its desk, for those who decide."""
    return fair_access.get_edition_at_desk(request.user, edition, access.RIGHT)


def _side(request: HttpRequest, edition: str) -> pages.Side:
    held = held_edition(request, edition)

    def own_address(name: str, **more: Any) -> str:
        return address(f"outcomes.outcome_{name}", edition=held.slug, **more)

    def show(template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        crumbs = [(_("Outcomes"), own_address("list")), (context["title"], "")]
        return desk(request, f"outcomes/outcome_{template}", held, {"crumbs": crumbs, **context}, status)

    return pages.Side(held, own_address, show, is_desk=True)


def _stand(request: HttpRequest, side: pages.Side, code: str) -> Any:
    return access.get_stand_at_desk(request.user, side.edition, code)


def _stand_or_list(request: HttpRequest, side: pages.Side, code: str) -> Any:
    """As `_stand`; of one that its parties have not all confirmed (again), the way back to the list, which says so."""
    try:
        return _stand(request, side, code)
    except Http404:
        if not lists.by_code(access.outcomes_at_desk(request.user, side.edition), [code]):
            raise
    messages.info(request, _("Its parties have not all confirmed it. You can read it once they have."))
    return redirect(side.address("list"))


@login_required
@never_cache
@require_safe
def outcome_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every outcome of the edition, what waits first in a sentence, narrowed by what stands in the address.

    What its parties have not all confirmed stands as numbers only, unless it was public before or is the organiser's own.
    """
    held = held_edition(request, edition)
    filters, lang = lists.filters_of(request.GET.dict()), shared.language_of(request)
    all_rows = access.outcomes_at_desk(request.user, held)
    counts = lists.state_counts(all_rows)
    page = Paginator(lists.narrowed(all_rows, filters, is_desk=True), A_PAGE).get_page(
        request.GET.get("page")
    )
    named, query = lists.named_in(page), request.GET.urlencode()
    evidence, brought = lists.evidence_counts(page), lists.delegations_in(page)
    context = {
        "title": _("Outcomes"),
        "lead": _lead(counts),
        "page": page,
        "rows": [
            (row, lists.STATE_KINDS[row.state], named[row.pk], shared.worth_words(row, lang), evidence.get(row.pk, 0),
             shared.confirmed_count(named[row.pk]), brought.get(row.pk, [])) for row in page
        ],
        "counts": counts,
        "filters": filters,
        "tabs": _tabs(held, filters, counts),
        "classes": [(row.code, pick(row.name, lang)) for row in held.outcome_classes.order_by("position", "pk")],
        "delegations": [(row.code, pick(row.name, lang)) for row in lists.delegations_of(held)],
        "exports": file_links(lambda kind: address("outcomes.outcome_export", edition=held.slug, kind=kind), query),
    }  # fmt: skip
    return desk(request, "outcomes/outcome_list", held, context)


def _tabs(held: Any, filters: lists.Filters, counts: dict[str, int]) -> list[tuple[Any, str, bool, int]]:
    """All, and each state; what waits for the desk comes first."""
    base = address("outcomes.outcome_list", edition=held.slug)
    words = {
        "confirmed": _("To verify"),
        "verified": _("To publish"),
        "prepared": _("Prepared"),
        "published": _("Published"),
        "withdrawn": _("Withdrawn"),
    }
    return [
        (_("All"), base, not filters.state, sum(counts.values())),
        *(
            (word, f"{base}?state={state}", filters.state == state, counts[state])
            for state, word in words.items()
        ),
    ]


def _lead(counts: dict[str, int]) -> str:
    said = ngettext(
        "%(count)d outcome waits to be verified, %(ready)d to be published.",
        "%(count)d outcomes wait to be verified, %(ready)d to be published.",
        counts["confirmed"],
    )
    return said % {"count": counts["confirmed"], "ready": counts["verified"]}


@login_required
@never_cache
@require_safe
def outcome_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The same list as a file: all facts of what may be read here, numbers of the rest. For the desk alone."""
    held = held_edition(request, edition)
    filters = lists.filters_of(request.GET.dict())
    rows = lists.narrowed(access.outcomes_at_desk(request.user, held), filters, is_desk=True)
    lines = lists.export_rows(rows, shared.language_of(request), is_desk=True)
    return shared.file_of(lines, lists.COLUMNS, kind, f"outcomes-{held.slug}", _("Outcomes"))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outcome_create(request: HttpRequest, edition: str) -> HttpResponse:
    """Prepare one in the organiser's own name: a release, an award."""
    side = _side(request, edition)
    name = pick(side.edition.fair.name, shared.language_of(request))
    return pages.create(request, side, [(access.ORGANISER, name)], "")


@login_required
@never_cache
@require_safe
def outcome_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One of them: facts, parties, evidence, and what may be decided."""
    side = _side(request, edition)
    stand = _stand_or_list(request, side, code)
    if isinstance(stand, HttpResponse):
        return stand
    decide = {
        "decide_url": side.address("decide", code=code),
        "others": lists.next_waiting(access.outcomes_at_desk(request.user, side.edition), code),
    }
    return pages.show(request, side, stand, **decide)


@login_required
@require_POST
def outcome_decide(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Verify and publish what was looked at, send back, withdraw."""
    side = _side(request, edition)
    outcome, post, by = _stand(request, side, code).outcome, request.POST, request.user
    version = read_whole(post.get("version", "")) or 0
    why = {"en": post.get("why_en", ""), "zh": post.get("why_zh", "")}
    acts: dict[str, Any] = {
        "verify": (lambda: deciding.verify_outcome(outcome, by=by, version=version), _("Verified. It can be published.")),
        "send_back": (
            lambda: deciding.send_back(outcome, post.get("why", ""), by=by), _("Sent back. Its parties read why.")
        ),
        "publish": (lambda: deciding.publish_outcome(outcome, by=by, why=why, version=version), _("Published.")),
        "withdraw": (lambda: deciding.withdraw_outcome(outcome, why, by=by), _("Withdrawn. Its address says why.")),
    }  # fmt: skip
    if post.get("what") not in acts:
        raise Http404
    act, said = acts[post["what"]]
    return attempt(request, act, said, "outcomes.outcome_show", edition=side.edition.slug, code=code)


@login_required
@require_POST
def outcome_publish(request: HttpRequest, edition: str) -> HttpResponse:
    """Publish the chosen ones (code.version); those that are not verified, or changed since, are left and said."""
    held = held_edition(request, edition)
    chosen = [one.partition(".") for one in request.POST.getlist("code")[:200]]
    versions = {code: read_whole(version) or 0 for code, _dot, version in chosen}
    rows = lists.by_code(access.outcomes_at_desk(request.user, held), versions)
    count, left = deciding.publish_many(rows, by=request.user, versions=versions)
    said = ngettext("%(count)d outcome published.", "%(count)d outcomes published.", count) % {"count": count}
    if left:
        said += " " + _("Left, as they are not verified or changed meanwhile: %(codes)s.") % {
            "codes": ", ".join(left)
        }
    return done(request, said, "outcomes.outcome_list", edition=held.slug)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outcome_edit(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Change its facts; its parties confirm anew."""
    side = _side(request, edition)
    stand = _stand_or_list(request, side, code)
    return stand if isinstance(stand, HttpResponse) else pages.edit(request, side, stand)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outcome_parties(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Name its parties."""
    side = _side(request, edition)
    stand = _stand_or_list(request, side, code)
    return stand if isinstance(stand, HttpResponse) else pages.parties(request, side, stand)


@login_required
@require_POST
def outcome_do(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Confirm in the organiser's own name, name a firm, add a link."""
    side = _side(request, edition)
    return pages.deed(request, side, _stand(request, side, code))


@takes_upload("MAX_DOCUMENT_MB", "organiser:outcomes.outcome_show")
@require_POST
def outcome_files(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Evidence as files."""
    side = _side(request, edition)
    return pages.files(request, side, _stand(request, side, code))


@login_required
@require_safe
def outcome_file(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponseBase:
    """One file of it, to look at before verifying."""
    side = _side(request, edition)
    return pages.file(_stand(request, side, code), pk)
