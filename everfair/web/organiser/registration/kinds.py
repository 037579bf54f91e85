"""Kinds of badge with their rules: who may register, how many, what they are asked."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import EditedMeanwhile
from everfair.fair import access as fair_access
from everfair.fair.actions import badge_rules
from everfair.registration import access
from everfair.registration.forms.kinds import ANSWER_KINDS, BadgeRulesForm, QuestionForm
from everfair.registration.queries.registrations import kinds_with_counts
from everfair.web.organiser.frame import address, attempt, desk, done, named, through


@login_required
@require_safe
def badge_kind_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every kind with its rules in words and its numbers."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    context = {
        "title": _("Kinds of badge"),
        "lead": _("Who may come as what, how many, and what they are asked."),
        "kinds": list(kinds_with_counts(held)),
    }
    return desk(request, "registration/badge_kind_list", held, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def badge_kind_edit(request: HttpRequest, edition: str, kind: str) -> HttpResponse:
    """One kind's rules, and the list of its questions."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    row = access.get_kind_at_desk(request.user, held, kind)
    with timezone.override(ZoneInfo(held.time_zone)):
        form = BadgeRulesForm(request.POST or None, row=row, languages=held.languages)
        version = _version(request, row)
        deed = partial(badge_rules.save_badge_rules, row, by=request.user, version=version)
        if request.method == "POST" and through(form, lambda values: deed(values)):
            return done(request, _("Saved."), "registration.badge_kind_list", edition=held.slug)
        current = next(
            (error.current for error in form.refusals if isinstance(error, EditedMeanwhile)), row.version
        )
        context = _context(request, held, row) | {"form": form, "version": current}
        return desk(request, "registration/badge_kind_edit", held, context, 422 if form.errors else 200)


def _version(request: HttpRequest, row: Any) -> int | None:
    if request.method != "POST":
        return None
    try:
        return int(request.POST.get("version") or row.version)
    except ValueError as error:
        raise Http404 from error


def _context(request: HttpRequest, held: Any, row: Any) -> dict[str, Any]:
    title, back = named(request, row.name), address("registration.badge_kind_list", edition=held.slug)
    words = dict(ANSWER_KINDS)
    return {
        "title": title,
        "kind": row,
        "questions": [(one, words.get(one["kind"], one["kind"])) for one in row.questions],
        "back_url": back,
        "crumbs": [(_("Kinds of badge"), back), (title, "")],
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def badge_question_edit(request: HttpRequest, edition: str, kind: str, code: str) -> HttpResponse:
    """One question; the code "new" adds one."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    row = access.get_kind_at_desk(request.user, held, kind)
    question = next((one for one in row.questions if one["code"] == code), None)
    if question is None and code != "new":
        raise Http404
    form = QuestionForm(request.POST or None, question=question, languages=held.languages)
    deed = partial(
        badge_rules.save_badge_question, row, question["code"] if question else None, by=request.user
    )
    if request.method == "POST" and through(form, lambda values: deed(values)):
        return done(request, _("Saved."), "registration.badge_kind_edit", edition=held.slug, kind=row.code)
    back = address("registration.badge_kind_edit", edition=held.slug, kind=row.code)
    title = named(request, question["label"]) if question else _("A new question")
    context = {
        "title": title,
        "form": form,
        "question": question,
        "back_url": back,
        "crumbs": [
            (_("Kinds of badge"), address("registration.badge_kind_list", edition=held.slug)),
            (named(request, row.name), back),
            (title, ""),
        ],
        "key": {"edition": held.slug, "kind": row.code, "code": code},
    }
    return desk(request, "registration/badge_question_edit", held, context, 422 if form.errors else 200)


@login_required
@require_POST
def badge_question_move(request: HttpRequest, edition: str, kind: str, code: str) -> HttpResponse:
    """Ask a question earlier or later."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    row = access.get_kind_at_desk(request.user, held, kind)
    step = -1 if request.POST.get("step") == "up" else 1
    deed = partial(badge_rules.move_badge_question, row, code, step, by=request.user)
    return attempt(
        request, deed, _("Saved."), "registration.badge_kind_edit", edition=held.slug, kind=row.code
    )


@login_required
@require_POST
def badge_question_remove(request: HttpRequest, edition: str, kind: str, code: str) -> HttpResponse:
    """Ask a question no longer; answers given stay."""
    held = fair_access.get_edition_at_desk(request.user, edition, "registration")
    row = access.get_kind_at_desk(request.user, held, kind)
    deed = partial(badge_rules.remove_badge_question, row, code, by=request.user)
    said = _("The question is no longer asked. Answers given stay.")
    return attempt(request, deed, said, "registration.badge_kind_edit", edition=held.slug, kind=row.code)
