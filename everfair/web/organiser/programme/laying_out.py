"""Stages, speakers and the call: what the programme team lays out before sessions come."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everfair.base.texts import read_whole
from everfair.fair import access
from everfair.programme import access as programme_access
from everfair.programme.actions.proposals import save_call
from everfair.programme.actions.speakers import remove_speaker, save_speaker
from everfair.programme.actions.stages import remove_stage, save_stage
from everfair.programme.forms.desk import CallForm, SpeakerForm, StageForm
from everfair.programme.queries import desk as table
from everfair.web.organiser.frame import address, attempt, desk, done, named, through
from everfair.web.uploads import takes_upload

ROWS_ON_A_PAGE = 50


@login_required
def stage_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Stages and on-line rooms in order."""
    held = access.get_edition_at_desk(request.user, edition)
    context = {
        "title": _("Stages"),
        "stages": table.stages_counted(held),
        "may_run": access.may(request.user, "programme", held),
    }
    return desk(request, "programme/stage_list", held, context)


@login_required
def stage_create(request: HttpRequest, edition: str) -> HttpResponse:
    """A new stage."""
    held = access.get_edition_at_desk(request.user, edition, "programme")
    form = StageForm(request.POST or None, edition=held)
    stage = through(form, lambda values: save_stage(held, None, values, by=request.user))
    if stage:
        sentence = _("Stage “%(stage)s” added.") % {"stage": named(request, stage.name)}
        return done(request, sentence, "programme.stage_list", edition=held.slug)
    context = _editing(request, form, _("New stage"), _("Stages"), "programme.stage_list", held)
    return desk(request, "row_edit", held, context, status=_status(request))


@login_required
def stage_edit(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """One stage."""
    held = access.get_edition_at_desk(request.user, edition, "programme")
    stage = programme_access.get_stage_at_desk(request.user, held, pk)
    title = named(request, stage.name)
    form = StageForm(request.POST or None, row=stage, edition=held)
    version = _version(request)
    if through(form, lambda values: save_stage(held, stage, values, by=request.user, version=version)):
        return done(request, _("Saved."), "programme.stage_list", edition=held.slug)
    context = _editing(request, form, title, _("Stages"), "programme.stage_list", held)
    context |= {
        "version": _current(form) or stage.version,
        "remove_url": address("programme.stage_remove", edition=held.slug, pk=stage.pk),
        "remove": _("Remove this stage"),
    }
    return desk(request, "row_edit", held, context, status=_status(request))


@login_required
@require_POST
def stage_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Take a stage away that has no sessions."""
    held = access.get_edition_at_desk(request.user, edition, "programme")
    stage = programme_access.get_stage_at_desk(request.user, held, pk)
    sentence = _("Stage “%(stage)s” removed.") % {"stage": named(request, stage.name)}
    deed = partial(remove_stage, stage, by=request.user)
    return attempt(request, deed, sentence, "programme.stage_list", edition=held.slug)


@login_required
def speaker_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Speakers of the edition."""
    held = access.get_edition_at_desk(request.user, edition)
    q = request.GET.get("q", "").strip()
    context = {
        "title": _("Speakers"),
        "page": Paginator(table.speakers_counted(held, q), ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "q": q,
        "may_run": access.may(request.user, "programme", held),
    }
    return desk(request, "programme/speaker_list", held, context)


@takes_upload("MAX_IMAGE_MB", back="organiser:programme.speaker_create")
def speaker_create(request: HttpRequest, edition: str) -> HttpResponse:
    """A new speaker."""
    held = access.get_edition_at_desk(request.user, edition, "programme")
    form = SpeakerForm(request.POST or None, request.FILES or None, edition=held)
    speaker = through(form, partial(_save_speaker, request, held, None, form))
    if speaker:
        sentence = _("%(speaker)s added.") % {"speaker": named(request, speaker.name)}
        return done(request, sentence, "programme.speaker_list", edition=held.slug)
    context = _editing(request, form, _("New speaker"), _("Speakers"), "programme.speaker_list", held)
    return desk(request, "programme/speaker_edit", held, context, status=_status(request))


@takes_upload("MAX_IMAGE_MB", back="organiser:programme.speaker_edit")
def speaker_edit(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One speaker."""
    held = access.get_edition_at_desk(request.user, edition, "programme")
    speaker = programme_access.get_speaker_at_desk(request.user, held, code)
    title = named(request, speaker.name)
    form = SpeakerForm(request.POST or None, request.FILES or None, row=speaker, edition=held)
    if through(form, partial(_save_speaker, request, held, speaker, form)):
        return done(request, _("Saved."), "programme.speaker_list", edition=held.slug)
    context = _editing(request, form, title, _("Speakers"), "programme.speaker_list", held)
    context |= {
        "version": _current(form) or speaker.version,
        "speaker": speaker,
        "sessions": speaker.sessions.order_by("starts_at", "id"),
        "remove_url": address("programme.speaker_remove", edition=held.slug, code=speaker.code),
        "remove": _("Remove this speaker"),
    }
    return desk(request, "programme/speaker_edit", held, context, status=_status(request))


@login_required
@require_POST
def speaker_remove(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Take a speaker out who is not announced."""
    held = access.get_edition_at_desk(request.user, edition, "programme")
    speaker = programme_access.get_speaker_at_desk(request.user, held, code)
    sentence = _("%(speaker)s removed.") % {"speaker": named(request, speaker.name)}
    deed = partial(remove_speaker, speaker, by=request.user)
    return attempt(request, deed, sentence, "programme.speaker_list", edition=held.slug)


@login_required
def call_edit(request: HttpRequest, edition: str) -> HttpResponse:
    """The call for sessions: what is looked for, from when to when, how many of each host."""
    held = access.get_edition_at_desk(request.user, edition, "programme")
    call = table.call_of(held)
    form = CallForm(request.POST or None, row=call, edition=held)
    version = _version(request)
    if through(form, lambda values: save_call(held, values, by=request.user, version=version)):
        return done(request, _("The call is saved."), "programme.call_edit", edition=held.slug)
    context = {
        "title": _("Call for sessions"),
        "lead": _("Exhibitors and delegations propose sessions at their desks while the call is open."),
        "form": form,
        "save": _("Save") if call else _("Open the call"),
        "version": (_current(form) or call.version) if call else None,
    }
    return desk(request, "row_edit", held, context, status=_status(request))


def _save_speaker(
    request: HttpRequest, edition: Any, speaker: Any, form: SpeakerForm, values: dict[str, Any]
) -> Any:
    return save_speaker(
        edition,
        speaker,
        values,
        by=request.user,
        version=_version(request) if speaker else None,
        photo=form.cleaned_data.get("photo"),
        without_photo=bool(form.cleaned_data.get("without_photo")),
    )


def _editing(
    request: HttpRequest, form: Any, title: str, parent: str, back: str, edition: Any
) -> dict[str, Any]:
    back_url = address(back, edition=edition.slug)
    return {
        "title": title,
        "form": form,
        "save": _("Save"),
        "back_url": back_url,
        "crumbs": [(parent, back_url), (title, "")],
    }


def _version(request: HttpRequest) -> int | None:
    return read_whole(request.POST.get("version", ""))


def _current(form: Any) -> int | None:
    """The stored version, where somebody saved meanwhile: saving again goes over it on purpose."""
    return next((error.current for error in form.refusals if hasattr(error, "current")), None)


def _status(request: HttpRequest) -> int:
    return 400 if request.method == "POST" else 200
