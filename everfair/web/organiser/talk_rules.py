"""Conversations at the organiser's desk: the edition's numbers, and who answers at the help desk."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from everfair.base.refusals import EditedMeanwhile
from everfair.conversations import access
from everfair.conversations.actions import manners
from everfair.conversations.forms.desk import HelpDeskForm, TalkRulesForm
from everfair.conversations.queries import moderation
from everfair.conversations.queries.rules import rules_of
from everfair.fair import access as fair_access
from everfair.web.organiser.frame import attempt, desk, done, through


def held_of(request: HttpRequest, edition: str) -> Any:
    """The edition, for the people who moderate its conversations; Http404 for everybody else."""
    return fair_access.get_edition_at_desk(request.user, edition, access.RIGHT)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rules_edit(request: HttpRequest, edition: str) -> HttpResponse:
    """All numbers, each with what it does."""
    held = held_of(request, edition)
    row = rules_of(held)
    form = TalkRulesForm(
        request.POST if request.method == "POST" else None, row=row, languages=held.languages
    )
    given = request.POST.get("version", "")
    version = int(given) if given.isdecimal() and len(given) < 10 else 0
    if request.method == "POST" and through(
        form, lambda values: manners.save_rules(held, values, version=version, by=request.user)
    ):
        return done(
            request, _("Saved. The rules hold from now on."), "conversations.rules_edit", edition=held.slug
        )
    latest = next((one.current for one in form.refusals if isinstance(one, EditedMeanwhile)), row.version)
    context = {
        "title": _("Rules of conversations"),
        "lead": _("What people write stays between the two of them. These numbers hold for everybody of this edition."),
        "form": form, "version": latest,
    }  # fmt: skip
    return desk(request, "conversations/rules_edit", held, context, 422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def help_desk_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Who answers at the help desk, and one more."""
    held = held_of(request, edition)
    form = HelpDeskForm(request.POST if request.method == "POST" else None, edition=held)
    if request.method == "POST":
        row = through(form, lambda values: manners.put_at_help_desk(held, values["user"], by=request.user))
        if row:
            said = _("%(person)s answers at the help desk now.") % {"person": row.user}
            return done(request, said, "conversations.help_desk_list", edition=held.slug)
    members = list(moderation.help_desk_of(held))
    context = {
        "title": _("Help desk"),
        "lead": _("Whoever stands here reads and answers what is written to the help desk, and sees who waits."),
        "members": members, "form": form, "can_add": form.fields["user"].queryset.exists(),  # type: ignore[attr-defined]
        "has_help_desk": rules_of(held).has_help_desk,
    }  # fmt: skip
    return desk(request, "conversations/help_desk_list", held, context, 422 if form.errors else 200)


@login_required
@require_POST
def help_desk_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """They answer there no more."""
    held = held_of(request, edition)
    row = moderation.help_desk_row(held, pk)
    if row is None:
        raise Http404
    said = _("%(person)s answers at the help desk no more.") % {"person": row.user}
    return attempt(
        request, lambda: manners.take_from_help_desk(row, by=request.user), said,
        "conversations.help_desk_list", edition=held.slug,
    )  # fmt: skip
