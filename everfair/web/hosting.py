"""Pages on which a host (an exhibitor, a delegation) proposes sessions and tends them. Each desk gives its own frame."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.charts import IllegalChange
from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.exhibition.forms.rows import Rows
from everfair.programme import access
from everfair.programme.actions import materials as material_actions
from everfair.programme.actions import proposals
from everfair.programme.forms.desk import MaterialForm
from everfair.programme.forms.proposal import LinksForm, PersonForm, ProposalForm, people_of
from everfair.programme.queries import desk as table
from everfair.programme.queries.sessions import materials_of

OPEN_TO_HOST = ("proposed", "changes_asked")
TENDED = ("confirmed", "published", "live", "ended")


@dataclass(frozen=True)
class HostDesk:
    """A host at its desk: who it is, where its pages are, how one is rendered."""

    host: Any
    address: Callable[..., str]  # ("session_list"), ("session_edit", session=code) …
    render: Callable[[str, dict[str, Any], int], HttpResponse]
    can_edit: bool = True


def session_list(request: HttpRequest, at: HostDesk) -> HttpResponse:
    """The host's sessions of every state, what is asked of it first, and whether the call is open."""
    rows = list(table.sessions_of_host(at.host))
    for row in rows:
        row.kind_of_state = table.STATE_KINDS[row.state]  # type: ignore[attr-defined]
        row.url = at.address("session_edit", session=row.code)  # type: ignore[attr-defined]
    call, now = table.call_of(at.host.edition), timezone.now()
    is_open = call is not None and call.opens_at <= now <= call.closes_at
    counted = sum(row.state in proposals.COUNTED for row in rows)
    left = max(call.most_per_host - counted, 0) if call is not None else 0
    context = {
        "title": _("Sessions"),
        "sessions": rows,
        "asked": [row for row in rows if row.state == "changes_asked"],
        "call": call,
        "is_open": is_open,
        "left": left,
        "can_edit": at.can_edit,
        "create_url": at.address("session_create") if at.can_edit and is_open and left else "",
    }
    return at.render("session_list", context, 200)


def session_create(request: HttpRequest, at: HostDesk) -> HttpResponse:
    """Propose a session."""
    form = ProposalForm(request.POST or None, edition=at.host.edition)
    rows = _people(request, at, None)

    def save(values: dict[str, Any]) -> Any:
        return proposals.propose_session(at.host, values, by=request.user)

    if _saved(request, form, rows, save):
        messages.success(request, _("Proposed. The programme team decides and writes to you."))
        return redirect(at.address("session_list"))
    context = {
        "title": _("Propose a session"),
        "form": form,
        "rows": rows,
        "back_url": at.address("session_list"),
        "call": table.call_of(at.host.edition),
        "save": _("Propose"),
    }
    return at.render("session_propose", context, _status(request))


def session_edit(request: HttpRequest, at: HostDesk, code: str) -> HttpResponse:
    """One session of the host: its proposal while undecided, its materials and links afterwards."""
    session = access.get_session_of_host(request.user, at.host, code)
    if session.state in OPEN_TO_HOST and at.can_edit:
        return _edit_proposal(request, at, session)
    return _tend(request, at, session)


def _edit_proposal(request: HttpRequest, at: HostDesk, session: Any) -> HttpResponse:
    form = ProposalForm(request.POST or None, row=session, edition=at.host.edition)
    rows = _people(request, at, session)
    given = request.POST.get("version", "")
    version = int(given[:9]) if given.isdecimal() else None
    sends = "send" in request.POST

    def save(values: dict[str, Any]) -> Any:
        return proposals.save_proposal(session, values, by=request.user, version=version, send=sends)

    if _saved(request, form, rows, save):
        said = _("Sent in again. The programme team decides and writes to you.") if sends else _("Saved.")
        messages.success(request, said)
        return redirect(at.address("session_list"))
    if request.method == "POST":
        session.refresh_from_db()
    current = next((error.current for error in form.refusals if hasattr(error, "current")), None)
    theirs = access.get_session_of_host(request.user, at.host, session.code)
    context = {
        "title": _named(request, session.title),
        "session": session,
        "form": form,
        "rows": rows,
        "version": current or session.version,
        "theirs": theirs if form.was_edited_meanwhile else None,
        "is_asked": session.state == "changes_asked",
        "kind_of_state": table.STATE_KINDS[session.state],
        "back_url": at.address("session_list"),
        "withdraw_url": at.address("session_withdraw", session=session.code),
        "save": _("Save"),
    }
    return at.render("session_propose", context, 409 if form.was_edited_meanwhile else _status(request))


def _tend(request: HttpRequest, at: HostDesk, session: Any, **more: Any) -> HttpResponse:
    """The session's page for its host: facts, materials, links."""
    links = {"live_url": session.live_url, "replay_url": session.replay_url}
    tends = at.can_edit and session.state in TENDED
    context = {
        "title": _named(request, session.title),
        "session": session,
        "kind_of_state": table.STATE_KINDS[session.state],
        "parts": list(session.parts.select_related("speaker")),
        "materials": [
            (one, at.address("material_remove", session=session.code, pk=one.pk))
            for one in materials_of(session)
        ],
        "tends": tends,
        "links_form": LinksForm(initial=links),
        "material_form": MaterialForm(),
        "links_url": at.address("session_links", session=session.code),
        "material_url": at.address("material_add", session=session.code),
        "back_url": at.address("session_list"),
        **more,
    }
    return at.render("session_tend", context, 400 if more else 200)


def session_links(request: HttpRequest, at: HostDesk, code: str) -> HttpResponse:
    """Save where the session can be watched."""
    session = _tended(request, at, code)
    form = LinksForm(request.POST)
    try:
        if form.is_valid():
            proposals.save_links(session, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(at.address("session_edit", session=session.code))
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    return _tend(request, at, session, links_form=form)


def material_add(request: HttpRequest, at: HostDesk, code: str) -> HttpResponse:
    """Add slides, a paper or a link."""
    session = _tended(request, at, code)
    form = MaterialForm(request.POST, request.FILES)
    try:
        if form.is_valid():
            data = dict(form.cleaned_data)
            material_actions.add_material(session, upload=data.pop("file"), by=request.user, **data)
            messages.success(request, _("Material added."))
            return redirect(at.address("session_edit", session=session.code))
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    return _tend(request, at, session, material_form=form)


def material_remove(request: HttpRequest, at: HostDesk, code: str, pk: int) -> HttpResponse:
    """Take a material off."""
    session = _tended(request, at, code)
    material = materials_of(session).filter(pk=pk).first()
    if material is None:
        raise Http404
    material_actions.remove_material(material, by=request.user)
    messages.success(request, _("Material removed."))
    return redirect(at.address("session_edit", session=session.code))


def session_withdraw(request: HttpRequest, at: HostDesk, code: str) -> HttpResponse:
    """Take an undecided proposal back."""
    session = access.get_session_of_host(request.user, at.host, code)
    try:
        proposals.withdraw_proposal(session, by=request.user)
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken back. It is kept here as cancelled."))
    return redirect(at.address("session_list"))


def _tended(request: HttpRequest, at: HostDesk, code: str) -> Any:
    session = access.get_session_of_host(request.user, at.host, code)
    if not at.can_edit or session.state not in TENDED:
        raise Http404
    return session


def _people(request: HttpRequest, at: HostDesk, session: Any) -> Rows:
    stored = people_of(session) if session is not None else ()
    extra = 2 if "add_row" in request.POST else 1
    return Rows(
        PersonForm,
        "person",
        data=request.POST or None,
        stored=stored,
        extra=extra,
        languages=at.host.edition.languages,
    )


def _saved(request: HttpRequest, form: Any, rows: Rows, save: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether it was posted, clean, and done; a refusal stands at its field."""
    if request.method != "POST" or "add_row" in request.POST:
        return False
    if not all([form.is_valid(), rows.is_valid()]):
        return False
    try:
        save({**form.values(), "people": rows.values()})
    except Refused as refused:
        form.refuse(refused)
    except IllegalChange as illegal:
        form.add_error(None, str(illegal))
    else:
        return True
    return False


def _status(request: HttpRequest) -> int:
    return 400 if request.method == "POST" and "add_row" not in request.POST else 200


def _named(request: HttpRequest, words: dict[str, str]) -> str:
    return pick(words, request.content_language)  # type: ignore[attr-defined]
