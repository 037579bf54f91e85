"""Whom firms may ask for a meeting from their own desk: the organiser's rule."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from everfair.base.refusals import EditedMeanwhile
from everfair.fair.access import get_edition_at_desk
from everfair.meetings import access
from everfair.meetings.actions.firm_rules import save_firm_rule
from everfair.meetings.forms.firm_rules import FirmRuleForm
from everfair.meetings.queries.firm_asks import firm_rule_of
from everfair.web.organiser.frame import address, desk, done, through


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def firm_rule_edit(request: HttpRequest, edition: str) -> HttpResponse:
    """How far firms reach, and how much all people of one may ask."""
    held = get_edition_at_desk(request.user, edition, access.RIGHT)
    rule = firm_rule_of(held)
    row = rule if rule.pk is not None else None
    form = FirmRuleForm(request.POST if request.method == "POST" else None, edition=held, row=row)
    given = request.POST.get("version", "")
    version = int(given) if given.isdecimal() and len(given) < 10 else None

    def save(values: dict[str, Any]) -> Any:
        return save_firm_rule(held, {**values, "version": version}, by=request.user)

    if request.method == "POST" and through(form, save):
        return done(request, _("Saved."), "meetings.kind_list", edition=held.slug)
    title, back_url = _("Firms that ask visitors"), address("meetings.kind_list", edition=held.slug)
    theirs = next((one.current for one in form.refusals if isinstance(one, EditedMeanwhile)), None)
    shown = theirs if theirs is not None else version if version is not None else row.version if row else 0
    context = {
        "title": title,
        "form": form,
        "version": shown,
        "crumbs": [
            (_("Rules of meetings"), address("meetings.rules_edit", edition=held.slug)),
            (_("Who may ask whom"), back_url),
            (title, ""),
        ],
        "back_url": back_url,
    }
    return desk(request, "meetings/kind_edit", held, context, status=422 if form.errors else 200)
