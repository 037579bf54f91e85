"""One negotiation, for both sides: what is asked, what is written, quotations, agreements, meetings, notes, next steps, its end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.conversations import access as talk_access
from everfair.conversations.actions import writing
from everfair.conversations.queries.names import badge_names
from everfair.deals import access
from everfair.deals.access import Stand
from everfair.deals.actions import negotiations as actions
from everfair.deals.actions import notes
from everfair.deals.actions.stages import stages_of
from everfair.deals.forms.negotiations import EndForm, NoteForm, StepForm
from everfair.deals.queries import inquiries, negotiations, pipeline
from everfair.deals.queries.names import sides_shown
from everfair.exhibition.forms.fields import add_refusal
from everfair.web.agreement_glance import agreement_glance
from everfair.web.quotation_glance import quotation_glance
from everfair.web.sent_file import send_file
from everfair.web.talk_files import take_files, takes_files
from everfair.web.templatetags.figures import moment
from everfair.web.visitor.deals import about_url
from everfair.web.visitor.talks import edition_of, open_thread, thread_context


@dataclass
class Typed:
    """What was typed where it was refused: the page keeps it."""

    text: str = ""
    error: str = ""
    end: EndForm | None = None
    note: NoteForm | None = None
    note_pk: int = 0
    step: StepForm | None = None

    @property
    def is_wrong(self) -> bool:
        return bool(self.error or self.end or self.note or self.step)


def stand_of(request: HttpRequest, edition: str, code: str) -> Stand:
    """On which side the person stands; Http404 for everybody else, on a page of the edition where they may see it."""
    found = access.find_stand_at(request.user, edition, code)
    if found is None:
        edition_of(request, edition)
        raise Http404
    request.edition = found.negotiation.edition  # type: ignore[attr-defined]
    return found


def page_of(stand: Stand, anchor: str = "") -> HttpResponse:
    """Back to the page."""
    row = stand.negotiation
    url = reverse("visitor:deals.negotiation_show", args=[row.edition.slug, row.code])
    return redirect(url + (f"#{anchor}" if anchor else ""))


@login_required
@never_cache
@require_safe
def negotiation_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The page of both sides; each reads its own notes and what the other shares."""
    return _show(request, stand_of(request, edition, code), Typed())


def _show(request: HttpRequest, stand: Stand, typed: Typed) -> HttpResponse:
    row = stand.negotiation
    between = negotiations.meetings_between(stand)
    step, their_step = negotiations.next_steps_for(stand)
    meetings = [(one.meeting.code, moment(one.starts_at, row.edition.time_zone)) for one in between]
    thread, names = _thread(request, stand, typed)
    own, other = sides_shown(row, to=stand.side, names=names)
    context = {
        **thread, "doors_current": "mine",
        "stand": stand, "negotiation": row, "inquiry": row.inquiry, "own_side": own, "other_side": other,
        "state_kind": inquiries.NEGOTIATION_KINDS[row.state], "files": _files(row),
        "about_url": about_url(row.inquiry) if row.inquiry is not None else "",
        "meetings": [(one, _meeting_url(stand, one.meeting)) for one in between],
        "noted": negotiations.notes_for(stand), "their_step": their_step, "steps": negotiations.steps_for(stand),
        "end_form": typed.end or EndForm(auto_id="end_%s"),
        "note_form": typed.note if typed.note and not typed.note_pk else NoteForm(meetings=meetings, auto_id="note_%s"),
        "note_edit": (typed.note_pk, typed.note),
        "step_form": typed.step or StepForm(initial=_step(step), auto_id="step_%s"), "step": step,
        "step_seen": notes.mark_of(step),
        **({} if stand.is_buyer else _own_board(row)), "ask_url": _ask_url(stand), "board_url": _board_url(stand), "typed_error": typed.is_wrong,
        **quotation_glance(stand), **agreement_glance(stand),
    }  # fmt: skip
    return render(
        request, "visitor/deals/negotiation_show.html", context, status=422 if typed.is_wrong else 200
    )


def _thread(request: HttpRequest, stand: Stand, typed: Typed) -> tuple[dict[str, Any], Any]:
    """The conversation with the form to write, and the names of its people; sending leads back here. ({}, None) once it is erased."""
    row = stand.negotiation
    key = row.buyer_key if stand.is_buyer else access.firm_key(row.firm)
    if row.conversation is None:
        return {}, None
    row.conversation.edition = row.edition  # not read again
    opened = open_thread(request, row.conversation)
    place = talk_access.stand_as(row.conversation, key, opened.parties)
    if place is None:
        return {}, None
    found = thread_context(request, place, opened, typed=typed.text, error=typed.error)
    found["say_url"] = reverse("visitor:deals.negotiation_say", args=[row.edition.slug, row.code])
    del found["stand"]
    return {**found, "talk_stand": place, "has_thread": True}, badge_names(opened.parties, "user")


def _own_board(row: Any) -> dict[str, Any]:
    """For the firm's people: the stages it may be put into, and who may look after it."""
    return {"stages": stages_of(row.edition), "team": pipeline.team_of(row.firm)}


def _files(row: Any) -> list[dict[str, Any]]:
    if row.inquiry is None:
        return []
    return [
        {
            "url": reverse("visitor:deals.negotiation_file", args=[row.edition.slug, row.code, one.pk]), "name": one.name,
            "kind": one.file.content_type.rpartition("/")[2].upper(), "size": one.file.size,
        }
        for one in inquiries.files_of(row.inquiry)
    ]  # fmt: skip


def _step(step: Any) -> dict[str, Any]:
    return {"step": step.text, "on": step.on, "is_shared": step.is_shared} if step is not None else {}


def _meeting_url(stand: Stand, meeting: Any) -> str:
    """The meeting at the reader's own desk."""
    row = stand.negotiation
    firm = row.buyer_firm if stand.is_buyer else row.firm
    if firm is None:
        return reverse("visitor:meetings.meeting_show", args=[row.edition.slug, meeting.code])
    return reverse("exhibitor:meetings.meeting_show", kwargs={"code": firm.code, "meeting": meeting.code})


def _ask_url(stand: Stand) -> str:
    """Where a meeting is asked for; nowhere while the buyer is not named: a meeting names them."""
    row = stand.negotiation
    if stand.is_buyer and not row.is_hidden and row.firm.is_public:
        return reverse("visitor:meetings.ask_firm", args=[row.edition.slug, row.firm.code])
    if not stand.is_buyer and not row.is_hidden:
        return reverse("exhibitor:meetings.ask_list", args=[row.firm.code])
    return ""


def _board_url(stand: Stand) -> str:
    if stand.is_buyer:
        return ""
    return reverse("exhibitor:deals.pipeline_show", args=[stand.negotiation.firm.code])


@login_required
@require_safe
def negotiation_file(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponseBase:
    """A file of the inquiry, to either side."""
    found = edition_of(request, edition)
    return send_file(request, access.get_inquiry_file_for(request.user, found, code, pk))


# What is written ----------------------------------------------------------------------------------------------
@require_POST
@takes_files
def negotiation_say(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Say something in the conversation. What was typed stays on the page when it is refused."""
    stand = stand_of(request, edition, code)
    row, text = stand.negotiation, request.POST.get("text", "")
    if row.conversation is None:
        messages.error(request, _("The conversation is over its time and was erased. Ask anew."))
        return page_of(stand)
    key = row.buyer_key if stand.is_buyer else access.firm_key(row.firm)
    place = talk_access.get_stand_for(request.user, row.edition, row.conversation.code, as_key=key)
    try:
        writing.say(
            place.conversation, place.own.side, text, by=request.user, own_number=request.POST.get("number", ""),
            files=take_files(request),
        )  # fmt: skip
    except Refused as error:
        return _show(request, stand, Typed(text=text, error=str(error)))
    return page_of(stand, "end")


@login_required
@require_POST
def note_write(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """A new note, another text for an own one (`note`), or none of it any more (`delete`)."""
    stand = stand_of(request, edition, code)
    given = request.POST.get("note", "")
    held = access.get_own_note(stand, int(given)) if given.isdecimal() and len(given) < 18 else None
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else None
    if held is not None and request.POST.get("delete"):
        try:
            notes.delete_note(stand, held, by=request.user, version=version)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The note is deleted."))
        return page_of(stand, "notes")
    between = {one.meeting.code: one.meeting for one in negotiations.meetings_between(stand)}
    form = NoteForm(request.POST, meetings=[(one, one) for one in between], auto_id="note_%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            notes.write_note(
                stand, held, data["text"], by=request.user, is_shared=data["is_shared"],
                meeting=between.get(data.get("meeting", "")), version=version,
            )  # fmt: skip
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return page_of(stand, "notes")
    return _show(request, stand, Typed(note=form, note_pk=held.pk if held is not None else 0))


@login_required
@require_POST
def step_set(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The own side's next step and its day; empty takes it away."""
    stand = stand_of(request, edition, code)
    form = StepForm(request.POST, auto_id="step_%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            seen = request.POST.get("seen")
            notes.set_next_step(stand, data["step"], data["on"], is_shared=data["is_shared"], seen=seen)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return page_of(stand, "steps")
    return _show(request, stand, Typed(step=form))


# How it goes --------------------------------------------------------------------------------------------------
@login_required
@require_POST
def negotiation_change(request: HttpRequest, edition: str, code: str, deed: str) -> HttpResponse:
    """Agreed, came to nothing, goes on; a buyer says who they are."""
    stand = stand_of(request, edition, code)
    given = request.POST.get("version", "")
    version = int(given) if given.isdecimal() and len(given) < 10 else None
    form = EndForm(request.POST, auto_id="end_%s")
    form.is_valid()
    data, user = form.cleaned_data, request.user
    deeds: dict[str, tuple[Callable[[], object], str]] = {
        "won": (lambda: actions.end_negotiation(stand, "won", by=user, version=version), _("Noted as agreed. The other side is told.")),
        "lost": (
            lambda: actions.end_negotiation(
                stand, "lost", by=user, why=data.get("why", ""), why_text=data.get("why_text", ""), version=version
            ),
            _("Ended. The other side is told why."),
        ),
        "reopen": (lambda: actions.reopen_negotiation(stand, by=user, version=version), _("It goes on.")),
        "reveal": (lambda: actions.reveal_buyer(stand, by=user), _("They read your name now.")),
    }  # fmt: skip
    if deed not in deeds:
        raise Http404
    if deed == "lost" and not form.is_valid():
        return _show(request, stand, Typed(end=form))
    act, said = deeds[deed]
    try:
        act()
    except Refused as error:
        if deed == "lost" and error.field:
            add_refusal(form, error)
            return _show(request, stand, Typed(end=form))
        messages.error(request, str(error))
    except IllegalChange as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return page_of(stand)
