"""The three questions on the page after registering: asked once, skipped with one press, kept for an account made later."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from everfair.base.countries import language_names
from everfair.fair.access import get_edition_for
from everfair.matchmaking import access as matchmaking_access
from everfair.matchmaking.actions import first_answers as actions
from everfair.matchmaking.actions.interests import save_answers
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.forms.interests import QuestionsForm
from everfair.matchmaking.queries import first_answers as queries
from everfair.registration import access
from everfair.web.public.registration.entry import page


@dataclass(frozen=True)
class Questions:
    """What the own page shows of them. `state`: "asked", "answered", "skipped", or "moved" into an account."""

    state: str
    form: QuestionsForm
    url: str
    said: tuple[tuple[str, str], ...]  # what was asked, what was answered
    matches_url: str
    is_own: bool  # whoever reads is signed in as the person


def questions_of(
    request: HttpRequest, registration: Any, where: dict[str, str], data: Any = None
) -> Questions | None:
    """The questions of a registration; None where the fair does not ask, or the person does not come."""
    if not queries.are_asked(registration):
        return None
    edition = registration.edition
    is_own = access.registrations_of(request.user).filter(pk=registration.pk).exists()
    seeker = matchmaking_access.own_seeker(request.user, edition) if is_own else None
    row = queries.first_answers_of(registration)
    kept = queries.clean_answers(row.answers) if row is not None else {}
    answers = kept if seeker is None else queries.clean_answers(seeker.answers)
    if answers:
        state = "answered"
    elif row is not None and row.is_moved and not is_own:
        state = "moved"
    elif row is not None and not kept:
        state = "skipped"
    else:
        state = (
            "asked"  # also where an account made before knows nothing of what was answered behind the link
        )
    name = "match_list" if state == "answered" else "interest_list"
    return Questions(
        state,
        QuestionsForm(data, edition=edition, answers=answers or kept),
        reverse("public:registration.own_questions", kwargs=where),
        _in_words(request, edition, answers),
        reverse(f"visitor:matchmaking.{name}", args=[edition.slug]),
        is_own,
    )


def _in_words(request: HttpRequest, edition: Any, answers: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    if not answers:
        return ()
    lang = getattr(request, "content_language", "en")
    names = language_names(lang)
    said = (
        (_("In your words"), answers["looks_for"]),
        (_("Sectors"), " · ".join(queries.named_sectors(edition, answers["sectors"], lang))),
        (_("Languages"), " · ".join(names.get(code, code) for code in answers["languages"])),
    )
    return tuple((label, text) for label, text in said if text)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_questions(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """The questions on a page of their own, for the letter's link and for changing an answer."""
    found = get_edition_for(request.user, edition)
    registration = access.get_registration_by_secret(found, secret)
    where = {"edition": edition, "secret": secret}
    posted = request.method == "POST"
    asked = questions_of(request, registration, where, request.POST if posted else None)
    if asked is None:
        raise Http404
    own_page = reverse("public:registration.own_show", kwargs=where)
    if asked.state == "moved":
        return redirect(own_page + "#questions")
    if posted and "skip" in request.POST:
        actions.skip_questions(registration)
        return redirect(own_page)
    if posted and asked.form.is_valid():
        _keep(request, registration, asked)
        return redirect(own_page + "#questions")
    context = {"registration": registration, "where": where, "questions": asked}
    return page(request, "own_questions", found, context, 422 if asked.form.errors else 200)


def _keep(request: HttpRequest, registration: Any, asked: Questions) -> None:
    answers = asked.form.answers()
    if asked.is_own:
        save_answers(seeker_for(request.user, registration.edition), answers, by=request.user)
    if not asked.is_own or not queries.clean_answers(answers):
        actions.save_first_answers(registration, answers)
    if queries.clean_answers(answers):
        messages.success(request, _("Saved. What suits you stands first from now on."))
    else:
        messages.success(request, _("Nothing was said, and nothing is kept. You can answer at any time."))
