"""What the pages of a firm's meetings share: who comes in, addresses, a deed done or refused."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.meetings import access
from everfair.web.exhibitor.exhibition.frame import at_desk, show


def at_meetings(request: HttpRequest, code: str) -> Any:
    """The exhibitor, for the people at its booth and nobody else."""
    exhibitor = at_desk(request, code, to="see")
    if not access.can_answer_for(request.user, exhibitor):
        raise Http404
    return exhibitor


def address(name: str, exhibitor: Any, **more: Any) -> str:
    """Address of a page about this firm's meetings."""
    return reverse(f"exhibitor:meetings.{name}", kwargs={"code": exhibitor.code, **more})


def show_page(
    request: HttpRequest, template: str, exhibitor: Any, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page of the firm's meetings; one row's page belongs to its list in the navigation."""
    here = {
        "request_show": "request_list",
        "meeting_show": "diary_list",
        "ask": "request_list",
        "ask_list": "request_list",
        "duty_edit": "duty_list",
    }.get(template, template)
    page = {"fair_zone": ZoneInfo(exhibitor.edition.time_zone), **context}
    return show(request, template, exhibitor, f"meetings.{here}", page, status, room="meetings")


def carry_out(request: HttpRequest, deed: Callable[[], Any], sentence: str, url: str) -> HttpResponse:
    """Do it, or say why not, and go there."""
    try:
        deed()
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, sentence)
    return redirect(url)


def say_wrong(request: HttpRequest, form: Any, url: str) -> HttpResponse:
    """What is wrong, above the page it was sent from."""
    for sentences in form.errors.values():
        messages.error(request, " ".join(sentences))
    return redirect(url)
