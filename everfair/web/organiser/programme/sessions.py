"""One session at the organiser's desk: its page with decision, materials and history; its editor."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from everfair.base import audit
from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.base.texts import read_whole
from everfair.exhibition.forms.rows import Rows
from everfair.fair import access
from everfair.programme import access as programme_access
from everfair.programme.actions import materials as material_actions
from everfair.programme.actions.sessions import save_session
from everfair.programme.actions.state import change_state
from everfair.programme.forms.desk import DecisionForm, MaterialForm
from everfair.programme.forms.session import PartForm, SessionForm, speakers_offered
from everfair.programme.queries import clashes as clash_queries
from everfair.programme.queries import desk as table
from everfair.programme.queries.sessions import materials_of, moves_of
from everfair.web.organiser.events import log_lines
from everfair.web.organiser.frame import address, attempt, desk, done, named, through
from everfair.web.uploads import takes_upload

DECISIONS = {
    # state → (button, sentence that says what follows)
    "confirmed": (
        gettext_lazy("Confirm"),
        gettext_lazy("It takes place; it is not announced yet. The host gets a letter."),
    ),
    "published": (gettext_lazy("Announce"), gettext_lazy("Everybody sees it at once.")),
    "changes_asked": (
        gettext_lazy("Ask for changes"),
        gettext_lazy("The host reads your reason and sends it in again."),
    ),
    "rejected": (gettext_lazy("Reject"), gettext_lazy("The host reads your reason.")),
    "live": (gettext_lazy("Begin now"), gettext_lazy("It is shown as going on.")),
    "ended": (gettext_lazy("End now"), gettext_lazy("It is over; materials and replay stay.")),
    "draft": (gettext_lazy("Back to draft"), gettext_lazy("Nobody outside the team is told.")),
    "proposed": (gettext_lazy("Back to the proposals"), gettext_lazy("It waits for a decision again.")),
    "cancelled": (
        gettext_lazy("Cancel the session"),
        gettext_lazy("It stays in the programme as cancelled, and all who kept it get a letter."),
    ),
}
TAKEN_BACK = (
    gettext_lazy("Take out of the programme"),
    gettext_lazy("Nobody sees it until it is announced again; all who kept it get a letter."),
)


@login_required
def session_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One session as the programme team needs it."""
    held = access.get_edition_at_desk(request.user, edition)
    session = programme_access.get_session_at_desk(request.user, held, code, "read")
    return desk(request, "programme/session_show", held, _material(request, session))


@login_required
@require_POST
def session_decide(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """A step on the chart."""
    held = access.get_edition_at_desk(request.user, edition, "programme")
    session = programme_access.get_session_at_desk(request.user, held, code)
    refusal = _decide(request, session)
    if refusal is None:
        sentence = _("“%(session)s”: %(state)s.") % {
            "session": named(request, session.title),
            "state": session.get_state_display(),
        }
        return done(request, sentence, "programme.session_show", edition=held.slug, code=session.code)
    context = _material(request, session) | {"refusal": refusal, "typed": request.POST.get("reason", "")}
    return desk(request, "programme/session_show", held, context, status=400)


@login_required
def session_create(request: HttpRequest, edition: str) -> HttpResponse:
    """A new session, a draft until it is confirmed."""
    held = access.get_edition_at_desk(request.user, edition, "programme")
    start = datetime(held.starts_on.year, held.starts_on.month, held.starts_on.day, 10)
    form = SessionForm(
        request.POST or None, edition=held, initial={"starts_at": start, "ends_at": start.replace(hour=11)}
    )
    return _edit(request, held, None, form)


@login_required
def session_edit(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Everything about a session. Two people who save at once lose nothing: the second sees both versions."""
    held = access.get_edition_at_desk(request.user, edition, "programme")
    session = programme_access.get_session_at_desk(request.user, held, code)
    return _edit(request, held, session, SessionForm(request.POST or None, row=session, edition=held))


@takes_upload("MAX_DOCUMENT_MB", back="organiser:programme.session_show")
@require_POST
def material_add(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Add slides, a paper or a link."""
    held = access.get_edition_at_desk(request.user, edition, "programme")
    session = programme_access.get_session_at_desk(request.user, held, code)
    form = MaterialForm(request.POST, request.FILES)
    try:
        if form.is_valid():
            data = form.cleaned_data
            material_actions.add_material(
                session,
                title=data["title"],
                upload=data["file"],
                url=data["url"],
                language=data["language"],
                by=request.user,
            )
            key = {"edition": held.slug, "code": session.code}
            return done(request, _("Material added."), "programme.session_show", **key)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    context = _material(request, session) | {"material_form": form}
    return desk(request, "programme/session_show", held, context, status=400)


@login_required
@require_POST
def material_remove(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponse:
    """Take a material off."""
    held = access.get_edition_at_desk(request.user, edition, "programme")
    session = programme_access.get_session_at_desk(request.user, held, code)
    material = materials_of(session).filter(pk=pk).first()
    if material is None:
        raise Http404

    def remove() -> None:
        material_actions.remove_material(material, by=request.user)

    key = {"edition": held.slug, "code": session.code}
    return attempt(request, remove, _("Material removed."), "programme.session_show", **key)


def _edit(request: HttpRequest, edition: Any, session: Any, form: SessionForm) -> HttpResponse:
    stored = [{"speaker": part.speaker, "role": part.role} for part in _parts(session)]
    offered = speakers_offered(edition)
    rows = Rows(
        PartForm, "part", data=request.POST or None, stored=stored, extra=_extra(request), offered=offered
    )
    wants_row = "add_row" in request.POST
    if request.method == "POST" and not wants_row and rows.is_valid():
        version = read_whole(request.POST.get("version", ""))

        def save(values: dict[str, Any]) -> Any:
            values["speakers"] = [(one["speaker"], one["role"]) for one in rows.values() if one["speaker"]]
            on_purpose = bool(form.cleaned_data.get("on_purpose"))
            return save_session(
                edition, session, values, by=request.user, version=version, on_purpose=on_purpose
            )

        saved = through(form, save)
        if saved:
            return done(request, _("Saved."), "programme.session_show", edition=edition.slug, code=saved.code)
    theirs = _theirs(form, edition, session)
    if session is not None and request.method == "POST":
        session.refresh_from_db()
    title = named(request, session.title) if session else _("New session")
    back = (
        address("programme.session_show", edition=edition.slug, code=session.code)
        if session
        else address("programme.session_list", edition=edition.slug)
    )
    context = {
        "title": title,
        "crumbs": [
            (_("Sessions"), address("programme.session_list", edition=edition.slug)),
            (title, ""),
        ],
        "form": form,
        "rows": rows,
        "firms": form.fields["exhibitor"].options(),  # type: ignore[attr-defined]
        "people": [f"{_name(name, request)} ({code})" for code, name, _row in offered],
        "version": (_current(form) or session.version) if session else None,
        "theirs": theirs,
        "back_url": back,
    }
    is_bad = request.method == "POST" and not wants_row
    status = 200 if not is_bad else 409 if theirs else 400
    return desk(request, "programme/session_edit", edition, context, status=status)


def _name(words: dict[str, str], request: HttpRequest) -> str:
    return named(request, words)


def _extra(request: HttpRequest) -> int:
    """One blank row; one more when it was asked for without script."""
    return 2 if "add_row" in request.POST else 1


def _parts(session: Any) -> list[Any]:
    return list(session.parts.select_related("speaker")) if session is not None else []


def _current(form: SessionForm) -> int | None:
    """The version that is stored now, where somebody saved meanwhile: saving again goes over it on purpose."""
    return next((error.current for error in form.refusals if hasattr(error, "current")), None)


def _theirs(form: SessionForm, edition: Any, session: Any) -> list[tuple[str, str]]:
    """What the others' saved version says where it differs from what was typed."""
    if not form.was_edited_meanwhile or session is None:
        return []
    session.refresh_from_db()
    fresh = SessionForm(row=session, edition=edition)
    found = []
    for name, field in form.fields.items():
        stored = field.prepare_value(fresh.initial.get(name, fresh.fields[name].initial))
        typed = field.prepare_value(form.cleaned_data.get(name))
        if str(stored or "") != str(typed or "") and name not in ("sectors", "on_purpose"):
            found.append((str(field.label), str(stored or "")))
    return found or [(_("Speakers or sectors"), _("were changed"))]


def _decide(request: HttpRequest, session: Any) -> str | None:
    """Take the posted step; the sentence of a refusal, or None."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _("Choose a decision. A reason has 2,000 characters at most.")
    roles = programme_access.roles_on(request.user, session)
    data = form.cleaned_data
    try:
        change_state(session, data["state"], by=request.user, reason=data["reason"], roles=roles)
    except (Refused, IllegalChange) as error:
        return str(error)
    return None


def _material(request: HttpRequest, session: Any) -> dict[str, Any]:
    """What the session's page shows."""
    edition = session.edition
    may_run = access.may(request.user, "programme", edition)
    roles = {"programme"} if may_run else set()
    possible = set(table.possible_states(session, roles))
    return {
        "title": session.title,
        "crumbs": [
            (_("Sessions"), address("programme.session_list", edition=edition.slug)),
            (session.title, ""),
        ],
        "session": session,
        "kind_of_state": table.STATE_KINDS[session.state],
        "host": table.host_name(session, request.content_language),  # type: ignore[attr-defined]
        "parts": _parts(session),
        "sectors": list(session.sectors.all()),
        "materials": list(materials_of(session)),
        "material_form": MaterialForm(),
        "moves": list(moves_of(session)[:10]),
        "in_the_way": clash_queries.sessions_in_the_way(session),
        "may_run": may_run,
        "decisions": [
            {"state": state, "label": label, "sentence": sentence}
            for state, (label, sentence) in _decisions(session).items()
            if state in possible
        ],
        "history": list(log_lines(audit.entries(target=session)[:30], edition, with_label=False)),
    }


def _decisions(session: Any) -> dict[str, Any]:
    """What may be decided, the likeliest first: an announced session is begun, rarely taken out."""
    if session.state != "published":
        return DECISIONS
    return {state: words for state, words in DECISIONS.items() if state != "confirmed"} | {
        "confirmed": TAKEN_BACK
    }
