"""How meetings are held: the organiser's rules, hours and slots, what each kind of badge may ask, pairs kept apart."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import EditedMeanwhile
from everfair.fair.access import get_edition_at_desk
from everfair.meetings import access
from everfair.meetings.actions import rules as actions
from everfair.meetings.forms.ground import KindRuleForm, PairForm, RulesForm, SlotsForm
from everfair.meetings.queries import ground
from everfair.web.organiser.frame import address, attempt, desk, done, named, through
from everfair.web.organiser.meetings.tables import file_of, given, table
from everfair.web.templatetags.figures import moment

RIGHT = access.RIGHT


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rules_edit(request: HttpRequest, edition: str) -> HttpResponse:
    """The rules, and where hours, places and kinds stand."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    row = ground.rules_of(held)
    form = RulesForm(request.POST if request.method == "POST" else None, edition=held, row=row)
    version = version_of(request)
    if request.method == "POST" and through(
        form, lambda values: actions.save_rules(held, {**values, "version": version}, by=request.user)
    ):
        return done(request, _("Saved."), "meetings.rules_edit", edition=held.slug)
    days = ground.slots_by_day(held)
    context = {
        "title": _("Rules of meetings"),
        "form": form,
        "version": _latest(form, row.version if row else 1),
        "slots": sum(len(day.slots) for day in days),
        "days": len(days),
        "halls": ground.halls_of(held),
        "lines": ground.places_of(held, "line").filter(is_out=False).count(),
    }
    return desk(request, "meetings/rules_edit", held, context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def slot_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Hours day by day, and the slots made from them."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    row = ground.rules_of(held)
    form = SlotsForm(request.POST if request.method == "POST" else None, edition=held, row=row)
    version = version_of(request)
    if request.method == "POST":
        counts = through(
            form, lambda values: actions.make_slots(held, {**values, "version": version}, by=request.user)
        )
        if counts:
            return done(request, _slots_sentence(*counts), "meetings.slot_list", edition=held.slug)
    context = {
        "title": _("Hours and slots"),
        "form": form,
        "version": _latest(form, row.version if row else 1),
        "days": ground.slots_by_day(held),
        "crumbs": _crumbs(held, _("Hours and slots")),
    }
    return desk(request, "meetings/slot_list", held, context, status=422 if form.errors else 200)


def _slots_sentence(made: int, removed: int) -> str:
    parts = []
    if made:
        parts.append(ngettext("%(count)d slot made.", "%(count)d slots made.", made) % {"count": made})
    if removed:
        sentence = ngettext("%(count)d slot removed.", "%(count)d slots removed.", removed)
        parts.append(sentence % {"count": removed})
    return " ".join(parts) or _("Saved. The slots are as they were.")


@login_required
def kind_list(request: HttpRequest, edition: str) -> HttpResponse:
    """What holders of each kind of badge may ask."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    context = {
        "title": _("Who may ask whom"),
        "lead": _(
            "Told to people before they type. A kind without rules may ask exhibitors, as often as it likes."
        ),
        "kinds": ground.kinds_with_rules(held),
        "crumbs": _crumbs(held, _("Who may ask whom")),
    }
    return desk(request, "meetings/kind_list", held, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def kind_edit(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One kind's rules."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    kind, row = access.get_kind_rule_at_desk(request.user, held, code)
    form = KindRuleForm(request.POST if request.method == "POST" else None, kind=kind, row=row)
    version = version_of(request)
    if request.method == "POST" and through(
        form, lambda values: actions.save_kind_rule(kind, {**values, "version": version}, by=request.user)
    ):
        return done(request, _("Saved."), "meetings.kind_list", edition=held.slug)
    back_url, title = address("meetings.kind_list", edition=held.slug), named(request, kind.name)
    context = {
        "title": title,
        "form": form,
        "version": _latest(form, row.version if row else 0),
        "crumbs": [*_crumbs(held, _("Who may ask whom"))[:1], (_("Who may ask whom"), back_url), (title, "")],
        "back_url": back_url,
    }
    return desk(request, "meetings/kind_edit", held, context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pair_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Who is kept apart, and a form for one more pair."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    first = request.GET.get("a", "")[:200].replace("\x00", "")
    form = PairForm(request.POST if request.method == "POST" else None, edition=held, initial={"a": first})
    if request.method == "POST" and through(
        form, lambda values: actions.block_pair(values.pop("a"), **values, by=request.user)
    ):
        return done(request, _("They are kept apart from now on."), "meetings.pair_list", edition=held.slug)
    context = table(request, ground.blocked_pairs(held, given(request.GET, "q")), None, []) | {
        "title": _("Pairs kept apart"),
        "lead": _("Neither of the two is told, now or later. Meetings already agreed stay."),
        "form": form,
        "crumbs": _crumbs(held, _("Pairs kept apart")),
    }
    return desk(request, "meetings/pair_list", held, context, status=422 if form.errors else 200)


@login_required
@require_safe
def pair_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The pairs as CSV or a workbook."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    columns = [
        ("a", _("This person …")),
        ("other", _("… and this person or firm")),
        ("note", _("Why")),
        ("made_at", _("Since")),
    ]
    rows = (
        {
            "a": pair.a.name,
            "other": pair.b.name if pair.b is not None else str(pair.exhibitor or ""),
            "note": pair.note,
            "made_at": moment(pair.made_at, held.time_zone),
        }
        for pair in ground.blocked_pairs(held, given(request.GET, "q")).iterator(chunk_size=500)
    )
    return file_of(held, kind, "pairs-kept-apart", _("Pairs kept apart"), rows, columns)


@login_required
@require_POST
def pair_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """They may meet again."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    deed = partial(
        actions.unblock_pair, access.get_blocked_pair_at_desk(request.user, held, pk), by=request.user
    )
    return attempt(request, deed, _("They may meet again."), "meetings.pair_list", edition=held.slug)


def version_of(request: HttpRequest) -> int | None:
    """The version a form was filled in on."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _latest(form: Any, version: int) -> int:
    """After somebody else saved: their version, so that saving again replaces what one has read."""
    return next((one.current for one in form.refusals if isinstance(one, EditedMeanwhile)), version)


def _crumbs(edition: Any, title: str) -> list[tuple[str, str]]:
    return [(_("Rules of meetings"), address("meetings.rules_edit", edition=edition.slug)), (title, "")]
