"""A stored file to whoever may have it, which was asked before. The browser asks again each time: rights end, files go."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase

from everfair.gateways.storage.detect import TYPES
from everfair.gateways.storage.headers import file_headers
from everfair.gateways.storage.store import get_store

PIECE = 65_536
_BY_CONTENT_TYPE = {kind.content_type: kind for kind in TYPES}


def send_file(request: HttpRequest, row: Any) -> HttpResponseBase:
    """`row` has `file` (a stored one) and `name`."""
    digest = row.file.digest
    headers = file_headers(_BY_CONTENT_TYPE[row.file.content_type], row.name, private=True)
    headers |= {"Cache-Control": "private, no-cache", "ETag": f'"{digest}"'}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponseNotModified(headers={"Cache-Control": headers["Cache-Control"]})
    store = get_store()
    if not store.exists(digest):
        raise Http404
    response = FileResponse(store.open(digest), headers=headers)
    response.block_size = PIECE
    response.headers["Content-Disposition"] = headers["Content-Disposition"]  # FileResponse makes its own
    return response
