"""Cutting uploads off while they arrive: nothing past the limit is read from the network."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from .errors import TooLarge


class LimitedUpload(FileUploadHandler):
    """Goes first in `request.upload_handlers`; raises `refusal` past `limit` bytes of files.

    The error comes out of the first use of `request.POST` or `request.FILES`.
    """

    def __init__(
        self,
        limit: int,
        request: HttpRequest | None = None,
        refusal: Callable[[int], Exception] = TooLarge,
    ) -> None:
        super().__init__(request)
        self.limit = limit
        self.refusal = refusal
        self.received = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803  # Django's name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Refuses at once what says it is too large. The form's other fields are allowed a little on top."""
        if content_length > self.limit + 1_048_576:
            raise self.refusal(self.limit)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Counts and passes on."""
        self.received += len(raw_data)
        if self.received > self.limit:
            raise self.refusal(self.limit)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one make the file."""
        return None


def limit_upload(request: HttpRequest, limit: int, refusal: Callable[[int], Exception] = TooLarge) -> None:
    """Lets this request carry at most `limit` bytes of files. Call before anything reads its body."""
    request.upload_handlers.insert(0, LimitedUpload(limit, request, refusal))
