"""The moderation desk: what readers reported, what is decided, who may not write. It opens no conversation."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.conversations import access
from everfair.conversations.actions import manners
from everfair.conversations.forms.desk import DecideForm, SilenceForm
from everfair.conversations.queries import moderation as queries
from everfair.web.list_files import file_links, file_of_rows
from everfair.web.organiser.frame import address, attempt, desk, done, through
from everfair.web.organiser.talk_rules import held_of

A_PAGE = 50
DECISIONS = {
    "upheld": gettext_lazy("Upheld. Whoever reported it is told."),
    "dismissed": gettext_lazy("Not upheld. Whoever reported it is told."),
    "open": gettext_lazy("It is open again."),
}
SILENCED_COLUMNS = {
    "name": gettext_lazy("Name"), "why": gettext_lazy("Why"), "at": gettext_lazy("Since"),
    "until": gettext_lazy("Until"),
}  # fmt: skip


@login_required
@never_cache
@require_safe
def report_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every report, narrowed by what stands in the address."""
    held = held_of(request, edition)
    filters = queries.filters_of(request.GET.dict())
    page = Paginator(queries.reports_of(held, filters), A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.urlencode()
    context = {
        "title": _("Reports of messages"),
        "lead": _("What readers handed over. The rest of a conversation is read by its two parties alone, not by you."),
        "page": page, "lines": queries.lines(page), "filters": filters, "states": queries.STATES,
        "reasons": queries.REASONS, "waiting": queries.waiting_count(held),
        "exports": _exports(held, "conversations.report_export", query),
    }  # fmt: skip
    return desk(request, "conversations/report_list", held, context)


def _exports(held: Any, name: str, query: str) -> list[tuple[str, str]]:
    return file_links(lambda kind: address(name, edition=held.slug, kind=kind), query)


@login_required
@never_cache
@require_safe
def report_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The same list as a file."""
    held = held_of(request, edition)
    rows = queries.export_rows(queries.reports_of(held, queries.filters_of(request.GET.dict())))
    return file_of_rows(
        kind, f"reports-{held.slug}", rows, queries.COLUMNS, sheet=_("Reports"), zone=ZoneInfo(held.time_zone)
    )


@login_required
@never_cache
@require_safe
def report_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One report: what was handed over, what was decided."""
    held = held_of(request, edition)
    return _show(request, held, access.get_report_at_desk(request.user, held, code))


def _show(
    request: HttpRequest, held: Any, report: Any, decide: Any = None, silence: Any = None
) -> HttpResponse:
    list_url = address("conversations.report_list", edition=held.slug)
    case = queries.case_of(report)
    context = {
        "title": _("Report %(code)s") % {"code": report.code},
        "case": case, "report": report, "state_kind": queries.STATE_KINDS[report.state],
        "form": decide or DecideForm(), "silence": silence or SilenceForm(edition=held, prefix="silence"),
        "crumbs": [(_("Reports of messages"), list_url), (report.code, "")],
    }  # fmt: skip
    wrong = any(one is not None and one.errors for one in (decide, silence))
    return desk(request, "conversations/report_show", held, context, 422 if wrong else 200)


@login_required
@require_POST
def report_decide(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Uphold, do not, or look again; what was typed stays when it is refused."""
    held = held_of(request, edition)
    report = access.get_report_at_desk(request.user, held, code)
    target = request.POST.get("to", "")
    form = DecideForm(request.POST)
    if target not in DECISIONS:
        raise Http404

    def deed(values: dict[str, Any]) -> Any:
        return manners.decide(
            report, target, decision=values["decision"], removes=values["removes"], by=request.user
        )

    if through(form, deed):
        return done(
            request, str(DECISIONS[target]), "conversations.report_show", edition=held.slug, code=code
        )
    return _show(request, held, report, decide=form)


@login_required
@require_POST
def report_silence(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Keep the writer of the reported message from writing."""
    held = held_of(request, edition)
    report = access.get_report_at_desk(request.user, held, code)
    writer = report.message.by
    if writer is None:
        raise Http404
    form = SilenceForm(request.POST, edition=held, prefix="silence")
    if through(
        form, lambda values: manners.silence(held, writer, why=values["why"], until=values["until"], by=request.user)
    ):  # fmt: skip
        said = _("They cannot write messages now, and are told why.")
        return done(request, said, "conversations.report_show", edition=held.slug, code=code)
    return _show(request, held, report, silence=form)


@login_required
@never_cache
@require_safe
def silenced_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Who may not write, why and until when."""
    held = held_of(request, edition)
    words = request.GET.get("q", "").strip()[:100]
    page = Paginator(queries.silenced_of(held, words), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Who may not write"),
        "lead": _("They read why, and until when. What they wrote stays readable to whom they wrote."),
        "page": page, "words": words, "exports": _exports(held, "conversations.silenced_export", request.GET.urlencode()),
    }  # fmt: skip
    return desk(request, "conversations/silenced_list", held, context)


@login_required
@never_cache
@require_safe
def silenced_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The same list as a file."""
    held = held_of(request, edition)
    rows = queries.silenced_of(held, request.GET.get("q", "").strip()[:100])
    told = ({"name": str(one.user), "why": one.why, "at": one.at, "until": one.until} for one in rows)
    return file_of_rows(
        kind, f"silenced-{held.slug}", told, SILENCED_COLUMNS, sheet=_("Who may not write"), zone=ZoneInfo(held.time_zone),
    )  # fmt: skip


@login_required
@require_POST
def silenced_end(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """They may write again."""
    held = held_of(request, edition)
    row = queries.silenced_row(held, pk)
    if row is None:
        raise Http404
    said = _("%(person)s may write again.") % {"person": row.user}
    return attempt(
        request, lambda: manners.let_speak(row, by=request.user), said, "conversations.silenced_list", edition=held.slug
    )  # fmt: skip
