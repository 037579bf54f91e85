"""An exhibitor's "Sessions" pages: object through access, then the pages every host has."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from everfair.exhibition import access as exhibition_access
from everfair.web import hosting
from everfair.web.exhibitor.exhibition import frame
from everfair.web.uploads import takes_upload


def _at(request: HttpRequest, code: str, to: str = "edit") -> hosting.HostDesk:
    exhibitor = frame.at_desk(request, code, to=to)
    can_edit = to == "edit" or exhibition_access.can_edit_booth(request.user, exhibitor)

    def address(name: str, **more: Any) -> str:
        return reverse(f"exhibitor:programme.{name}", kwargs={"code": exhibitor.code, **more})

    def render(template: str, context: dict[str, Any], status: int) -> HttpResponse:
        page = {"can_edit": can_edit, "desk_frame": "exhibitor/exhibition/frame.html", **context}
        return frame.show(request, template, exhibitor, "session_list", page, status, room="programme")

    return hosting.HostDesk(exhibitor, address, render, can_edit)


@login_required
def session_list(request: HttpRequest, code: str) -> HttpResponse:
    """The booth's sessions, for the whole team."""
    return hosting.session_list(request, _at(request, code, to="see"))


@login_required
def session_create(request: HttpRequest, code: str) -> HttpResponse:
    """Propose one."""
    return hosting.session_create(request, _at(request, code))


@login_required
def session_edit(request: HttpRequest, code: str, session: str) -> HttpResponse:
    """One of them."""
    return hosting.session_edit(request, _at(request, code, to="see"), session)


@login_required
@require_POST
def session_withdraw(request: HttpRequest, code: str, session: str) -> HttpResponse:
    """Take a proposal back."""
    return hosting.session_withdraw(request, _at(request, code), session)


@login_required
@require_POST
def session_links(request: HttpRequest, code: str, session: str) -> HttpResponse:
    """Live and replay addresses."""
    return hosting.session_links(request, _at(request, code), session)


@takes_upload("MAX_DOCUMENT_MB", back="exhibitor:programme.session_edit")
@require_POST
def material_add(request: HttpRequest, code: str, session: str) -> HttpResponse:
    """Slides, a paper or a link."""
    return hosting.material_add(request, _at(request, code), session)


@login_required
@require_POST
def material_remove(request: HttpRequest, code: str, session: str, pk: int) -> HttpResponse:
    """Take one off."""
    return hosting.material_remove(request, _at(request, code), session, pk)
