"""What the pages of a booth's desk share: navigation, undo, uploads cut off in time, versions compared."""

import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from everfair.base.refusals import EditedMeanwhile
from everfair.exhibition import access
from everfair.exhibition.queries import desk
from everfair.gateways.storage.errors import TooLarge
from everfair.gateways.storage.upload import limit_upload
from everfair.web.exhibitor.leads_nav import leads_entries

MEGABYTE = 1024 * 1024
MOST_UNDOS = 10
View = Callable[..., HttpResponse]


def language_of(request: HttpRequest) -> str:
    """Content language of the page."""
    return getattr(request, "content_language", "en")


def at_desk(request: HttpRequest, code: str, to: str = "edit") -> Any:
    """The exhibitor, through access; the page then shows its edition."""
    exhibitor = access.get_exhibitor_at_desk(request.user, code, to=to)
    request.edition = exhibitor.edition  # type: ignore[attr-defined]
    request.may_edit_booth = True if to == "edit" else None  # type: ignore[attr-defined]
    return exhibitor


def address(name: str, exhibitor: Any, **more: Any) -> str:
    """Address of a page of this booth's desk."""
    return reverse(f"exhibitor:exhibition.{name}", kwargs={"code": exhibitor.code, **more})


def show(
    request: HttpRequest,
    template: str,
    exhibitor: Any,
    here: str,
    context: dict[str, Any],
    status: int = 200,
    room: str = "exhibition",
) -> HttpResponse:
    """Render a page of the desk, of `room`'s templates; `here` is the navigation's current entry."""
    can_edit = context.get("can_edit", getattr(request, "may_edit_booth", None))
    if can_edit is None:
        can_edit = access.can_edit_booth(request.user, exhibitor)
    page = {
        "exhibitor": exhibitor,
        "organisation": exhibitor.organisation,
        "can_edit": can_edit,
        "state_kind": desk.STATE_KINDS[exhibitor.state],
        "desk_nav": nav(exhibitor, here, can_edit, has_leads=getattr(exhibitor, "is_own_firm", False)),
        "desk_label": _("Booth"),
        "desk_url": reverse("exhibitor:exhibition.desk_home"),
        **context,
    }
    return render(request, f"exhibitor/{room}/{template}.html", page, status=status)


def nav(
    exhibitor: Any, here: str, can_edit: bool, *, has_leads: bool = False
) -> list[tuple[str, list[tuple[str, str, bool, str]]]]:
    """Navigation of a booth's desk. `has_leads`: the reader is of the firm; the organiser reads no leads."""
    edits = [
        ("application_edit", _("Application")),
        ("booth_edit", _("Booth text")),
        ("place_choose", _("Place")),
        ("offer_list", _("Offers")),
        ("document_list", _("Documents")),
        ("contact_list", _("Contacts")),
        ("booth_carry", _("Carry over")),
    ]
    reads = [("booth_preview", _("Preview")), ("task_list", _("Tasks")), ("history_list", _("History"))]
    entries = [("booth_overview", _("Overview")), *(edits if can_edit else []), *reads]
    sessions = reverse("exhibitor:programme.session_list", kwargs={"code": exhibitor.code})
    home = (_("All my booths"), reverse("exhibitor:exhibition.desk_home"), False, "")
    staff = reverse("exhibitor:registration.staff_list", kwargs={"code": exhibitor.code})
    at_fair = [(_("Sessions"), sessions, here == "session_list", "")]
    if can_edit:
        at_fair.append((_("Badges of our people"), staff, here == "staff_list", ""))
    if has_leads:
        at_fair.insert(0, (_("Conversations"), _talks_of(exhibitor), False, ""))
        at_fair.insert(0, _entry(exhibitor, "deals", here, "pipeline_show", _("Negotiations")))
        at_fair.insert(0, _entry(exhibitor, "presence", here, "booth_now", _("At the booth now")))
    pages = [
        ("", [home]),
        (_("This booth"), [(label, address(name, exhibitor), name == here, "") for name, label in entries]),
        (_("At the fair"), at_fair),
    ]
    if has_leads:
        meets = [
            ("request_list", _("Requests")),
            ("diary_list", _("Diary")),
            ("wish_list", _("Wishes")),
            ("staff_list", _("Who takes part")),
            ("duty_list", _("At the booth")),
        ]
        sought = [("match_list", _("Suggested to us")), ("need_list", _("Needs for us"))]
        if can_edit:
            sought.append(("own_need_list", _("What we look for")))
        pages.append((_("Needs"), [_entry(exhibitor, "matchmaking", here, *one) for one in sought]))
        pages.append((_("Meetings"), [_entry(exhibitor, "meetings", here, *one) for one in meets]))
        pages.append((_("Leads"), leads_entries(exhibitor, here, can_edit)))
    return pages


def _talks_of(exhibitor: Any) -> str:
    """The firm's conversations; inbox.js adds how many have something new."""
    page = reverse("visitor:conversations.conversation_list", kwargs={"edition": exhibitor.edition.slug})
    return f"{page}?as=firm:{exhibitor.pk}"


def _entry(exhibitor: Any, room: str, here: str, name: str, label: str) -> tuple[str, str, bool, str]:
    url = reverse(f"exhibitor:{room}.{name}", kwargs={"code": exhibitor.code})
    return label, url, here == f"{room}.{name}", ""


def keep_undo(request: HttpRequest, kind: str, exhibitor: Any, **kept: Any) -> str:
    """Remember how to take the last step back; returns the tag that gives a message its Undo."""
    token = secrets.token_urlsafe(9)
    drawer: dict[str, Any] = request.session.get("booth_undo", {})
    drawer[token] = {"kind": kind, "code": exhibitor.code, **kept}
    for oldest in list(drawer)[:-MOST_UNDOS]:
        del drawer[oldest]
    request.session["booth_undo"] = drawer
    return "undo:" + reverse("exhibitor:exhibition.undo", kwargs={"token": token})


def take_undo(request: HttpRequest, token: str) -> dict[str, Any] | None:
    """What was remembered under the token, once."""
    drawer: dict[str, Any] = request.session.get("booth_undo", {})
    kept: dict[str, Any] | None = drawer.pop(token, None)
    request.session["booth_undo"] = drawer
    return kept


def takes_upload(megabytes: str, back: str) -> Callable[[View], View]:
    """A view with a file: what exceeds `settings.<megabytes>` is not read; `back` shows the sentence.

    The limit is set before anything reads the body, so the check of the form's token comes after it, inside.
    """

    def decorate(view: View) -> View:
        inner = csrf_protect(login_required(view))

        @csrf_exempt
        @wraps(view)
        def outer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            limit_upload(request, getattr(settings, megabytes) * MEGABYTE)
            try:
                response: HttpResponse = inner(request, **kwargs)
            except TooLarge as error:
                messages.error(request, str(error))
                response = HttpResponseRedirect(reverse(f"exhibitor:exhibition.{back}", kwargs=kwargs))
            return response

        return outer

    return decorate


def differences(form: Any, stored: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, stored text) of every field in which the saved version is not what stands in the form."""
    found = []
    for name, value in stored.items():
        if name not in form.fields or name == "version":
            continue
        field = form[name]
        theirs = field.field.prepare_value(value)
        typed = field.value()
        if _plain(theirs) != _plain(typed):
            found.append((str(field.label), _readable(field.field, theirs)))
    for name in form.fields:
        typed = form[name].value()
        if name not in stored and isinstance(typed, str) and typed.strip() and name != "version":
            found.append((str(form[name].label), ""))
    return found


def newer(form: Any, error: EditedMeanwhile) -> Any:
    """What was typed, ready to be saved over the version that is now shown beside it."""
    data = form.data.copy()
    data["version"] = str(error.current)
    return data


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(sorted(str(one) for one in value))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _readable(field: Any, value: Any) -> str:
    """A stored value as the reader of the form would see it."""
    choices = {str(key): str(label).strip() for key, label in getattr(field, "choices", ())}
    values = value if isinstance(value, list | tuple) else [value]
    return _(", ").join(choices.get(str(one), str(one)) for one in values if one not in (None, ""))
