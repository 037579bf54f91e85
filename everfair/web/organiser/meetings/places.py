"""Places of meetings at the organiser's desk: tables by hall, lines, interpreters; one lost and its meetings seated elsewhere."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from everfair.fair.access import get_edition_at_desk
from everfair.meetings import access
from everfair.meetings.actions import places as actions
from everfair.meetings.forms.floor import InterpreterForm, LinesForm, LossForm, TablesForm
from everfair.meetings.queries import ground
from everfair.web.meeting_words import place_words
from everfair.web.organiser.frame import address, attempt, desk, done, named, through

RIGHT = access.RIGHT


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def place_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Tables by hall, lines, rooms, interpreters; forms for more of each."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    posted = request.POST.get("part", "")
    forms: dict[str, Any] = {
        "tables": TablesForm(request.POST if posted == "tables" else None, edition=held, auto_id="tables_%s"),
        "lines": LinesForm(
            request.POST if posted == "lines" else None, languages=held.languages, auto_id="lines_%s"
        ),
    }
    if posted == "tables":
        made = through(
            forms["tables"],
            lambda values: actions.make_tables(held, values["area"], values["count"], by=request.user),
        )
    elif posted == "lines":
        made = through(
            forms["lines"], lambda values: actions.make_lines(held, values["count"], by=request.user)
        )
    else:
        made = None
    if made:
        return done(request, _made_sentence(posted, len(made)), "meetings.place_list", edition=held.slug)
    lines = list(ground.places_of(held, "line"))
    context = {
        "title": _("Tables, lines, interpreters"),
        "halls": ground.halls_of(held),
        "lines": sum(not line.is_out for line in lines),
        "lines_out": [line for line in lines if line.is_out or line.lost_from],
        "rooms": list(ground.places_of(held, "room")),
        "interpreters": list(ground.places_of(held, "interpreter")),
        "forms": forms,
        "has_areas": held.areas.exists(),
        "crumbs": [
            (_("Rules of meetings"), address("meetings.rules_edit", edition=held.slug)),
            (_("Tables, lines, interpreters"), ""),
        ],
    }
    failed = any(form.errors for form in forms.values())
    return desk(request, "meetings/place_list", held, context, status=422 if failed else 200)


def _made_sentence(part: str, count: int) -> str:
    if part == "tables":
        return ngettext("%(count)d table added.", "%(count)d tables added.", count) % {"count": count}
    return ngettext("%(count)d line added.", "%(count)d lines added.", count) % {"count": count}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def place_show(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """One place: whether it can be used, and from when to when it cannot."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    place = access.get_resource_at_desk(request.user, held, pk)
    form = LossForm(request.POST if request.method == "POST" else None, edition=held)
    if request.method == "POST":
        replaced = through(form, lambda values: actions.lose_place(place, **values, by=request.user))
        if replaced:
            _tell(request, replaced)
            return redirect(address("meetings.place_show", edition=held.slug, pk=pk))
    title = place_words(place)
    context = {
        "title": title,
        "place": place,
        "form": form,
        "meetings": ground.meetings_at(place),
        "is_out": place.is_out or place.lost_from is not None,
        "crumbs": [
            (_("Tables, lines, interpreters"), address("meetings.place_list", edition=held.slug)),
            (title, ""),
        ],
    }
    return desk(request, "meetings/place_show", held, context, status=422 if form.errors else 200)


def _tell(request: HttpRequest, replaced: actions.Replaced) -> None:
    """What losing the place did to its meetings."""
    moved, stuck = len(replaced.moved), len(replaced.stuck)
    messages.success(request, _("Nothing new is booked there."))
    if moved:
        sentence = ngettext(
            "%(count)d meeting sits at another place now. Its people are told.",
            "%(count)d meetings sit at other places now. Their people are told.",
            moved,
        )
        messages.success(request, sentence % {"count": moved})
    if stuck:
        sentence = ngettext(
            "For %(count)d meeting no place is free at its time. Move it by hand, or run a repair.",
            "For %(count)d meetings no place is free at their time. Move them by hand, or run a repair.",
            stuck,
        )
        messages.error(request, sentence % {"count": stuck})


@login_required
@require_POST
def place_back(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """The place can be used again."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    place = access.get_resource_at_desk(request.user, held, pk)
    deed = partial(actions.bring_back, place, by=request.user)
    return attempt(
        request, deed, _("The place can be booked again."), "meetings.place_show", edition=held.slug, pk=pk
    )


@login_required
@require_POST
def place_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Take away a place without meetings."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    place = access.get_resource_at_desk(request.user, held, pk)
    deed = partial(actions.remove_place, place, by=request.user)
    return attempt(request, deed, _("Removed."), "meetings.place_list", edition=held.slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def interpreter_create(request: HttpRequest, edition: str) -> HttpResponse:
    """A new interpreter."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    return _interpreter_form(request, held, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def interpreter_edit(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """An interpreter's name and languages."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    return _interpreter_form(request, held, access.get_interpreter_at_desk(request.user, held, pk))


def _interpreter_form(request: HttpRequest, held: Any, row: Any) -> HttpResponse:
    form = InterpreterForm(request.POST if request.method == "POST" else None, edition=held, row=row)
    if request.method == "POST" and through(
        form, lambda values: actions.save_interpreter(held, row, values, by=request.user)
    ):
        return done(request, _("Saved."), "meetings.place_list", edition=held.slug)
    back_url = address("meetings.place_list", edition=held.slug)
    title = named(request, row.name) if row else _("New interpreter")
    context = {
        "title": title,
        "form": form,
        "save": _("Save"),
        "back_url": back_url,
        "crumbs": [(_("Tables, lines, interpreters"), back_url), (title, "")],
    }
    if row:
        context |= {
            "remove_url": address("meetings.place_remove", edition=held.slug, pk=row.pk),
            "remove": _("Remove this interpreter"),
        }
    return desk(request, "row_edit", held, context, status=422 if form.errors else 200)
