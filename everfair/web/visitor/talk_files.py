"""What goes out of conversations: one file of a message, one conversation, all of one's own. To its two parties alone."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from everfair.conversations import access
from everfair.fair import access as fair_access
from everfair.web import talk_export
from everfair.web.sent_file import send_file


@login_required
@require_safe
def file_show(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponseBase:
    """A file of a message to whoever stands in its conversation. The browser asks again each time: messages are taken back."""
    found = _edition(request, edition)
    return send_file(request, access.get_file_for(request.user, found, code, pk))


@login_required
@require_safe
def conversation_export(request: HttpRequest, edition: str, code: str, kind: str) -> HttpResponseBase:
    """One conversation: "txt" to be printed, "json", or "zip" with both and the files."""
    stand = access.get_stand_for(request.user, _edition(request, edition), code)
    return talk_export.one(stand, kind)


@login_required
@require_safe
def conversations_export(request: HttpRequest, edition: str) -> HttpResponseBase:
    """All conversations of the parties the person speaks for, or of the one named by `as`, in one archive."""
    found = _edition(request, edition)
    key = request.GET.get("as", "")
    return talk_export.all_of(request.user, found, frozenset({key}) if key else None)


def _edition(request: HttpRequest, edition: str) -> Any:
    found = fair_access.get_edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    return found
