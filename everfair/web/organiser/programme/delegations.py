"""A delegation's "Sessions" pages: object through access, then the pages every host has."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from everfair.fair import access
from everfair.web import hosting
from everfair.web.organiser.frame import delegation_desk
from everfair.web.uploads import takes_upload


def _at(request: HttpRequest, code: str) -> hosting.HostDesk:
    delegation = access.get_delegation_for(request.user, code)

    def address(name: str, **more: Any) -> str:
        named = name.replace("session_", "delegation_session_").replace("material_", "delegation_material_")
        return reverse(f"organiser:programme.{named}", kwargs={"code": delegation.code, **more})

    def render(template: str, context: dict[str, Any], status: int) -> HttpResponse:
        page = {"can_edit": True, "desk_frame": "desk.html", **context}
        return delegation_desk(
            request, f"programme/{template}", delegation, page, status, audience="exhibitor"
        )

    return hosting.HostDesk(delegation, address, render)


@login_required
def session_list(request: HttpRequest, code: str) -> HttpResponse:
    """The delegation's sessions."""
    return hosting.session_list(request, _at(request, code))


@login_required
def session_create(request: HttpRequest, code: str) -> HttpResponse:
    """Propose one."""
    return hosting.session_create(request, _at(request, code))


@login_required
def session_edit(request: HttpRequest, code: str, session: str) -> HttpResponse:
    """One of them."""
    return hosting.session_edit(request, _at(request, code), session)


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


@takes_upload("MAX_DOCUMENT_MB", back="organiser:programme.delegation_session_edit")
@require_POST
def material_add(request: HttpRequest, code: str, session: str) -> HttpResponse:
    """Slides, a paper or a link."""
    return hosting.material_add(request, _at(request, code), session)


@login_required
@require_POST
def material_remove(request: HttpRequest, code: str, session: str, pk: int) -> HttpResponse:
    """Take one off."""
    return hosting.material_remove(request, _at(request, code), session, pk)
