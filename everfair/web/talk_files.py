"""Files in forms of conversations: what is too large is never kept, and what was typed beside it stays. Checking is the room's."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from everfair.conversations.actions import files
from everfair.conversations.actions.writing import Upload
from everfair.gateways.storage.errors import TooLarge

MEGABYTE = 1024 * 1024
FIELD = "files"  # <input type="file" name="files" multiple accept="{{ ACCEPT }}">
ACCEPT = "image/png,image/jpeg,image/webp,image/gif,application/pdf"


class View(Protocol):
    """A view of a conversation."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...


class _Cut(FileUploadHandler):
    """Lets a form's text through and cuts its files off past `most` bytes: the person's words are not lost with them."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self.most = most
        self.received = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803  # Django's name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Four times too large is no mistake: it is not read to its end for the sake of some words."""
        if content_length > 4 * self.most:
            raise RequestDataTooBig(f"more than {self.most} bytes of files")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Counts and passes on."""
        self.received += len(raw_data)
        if self.received > self.most:
            self.request.talk_files_cut = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one make the file."""
        return None


def most_bytes() -> int:
    """Of all files that come with one message."""
    return 2 * MEGABYTE * max(settings.MAX_IMAGE_MB, settings.MAX_DOCUMENT_MB)


def takes_files(view: Callable[..., HttpResponse]) -> View:
    """A view for signed-in people whose form may carry files. Goes outermost; `take_files` reads them inside.

    The limit is set before anything reads the body, so the check of the form's token comes after it, inside.
    """
    inner = csrf_protect(login_required(view))

    @csrf_exempt
    @wraps(view)
    def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and request.user.is_authenticated:
            own = [one for one in request.upload_handlers if type(one).__module__.startswith("django.")]
            request.upload_handlers = [_Cut(request, most_bytes()), *own]
        answer: HttpResponse = inner(request, *args, **kwargs)
        return answer

    return outer


def take_files(request: HttpRequest) -> list[Upload]:
    """The form's files, checked and stored, for `say(files=…)`. Raises Refused (field "files") with a sentence."""
    sent = request.FILES.getlist(FIELD)
    if getattr(request, "talk_files_cut", False):
        refusal = TooLarge(most_bytes())
        refusal.field = FIELD
        raise refusal
    sources: list[Any] = [(one.name or "", one.file) for one in sent]
    return files.keep_files(sources, by=request.user)
