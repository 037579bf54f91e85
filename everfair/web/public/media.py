"""Serves uploaded files under their digest, with headers that make them inert. Only files that a row knows are served."""

import re
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase

from everfair.exhibition import access
from everfair.gateways.storage.detect import TYPES
from everfair.gateways.storage.headers import file_headers
from everfair.gateways.storage.store import get_store
from everfair.programme import access as programme_access

PIECE = 65_536  # bytes: a whole document waits for a slow reader in few pieces, and no thread with it
_DIGEST = re.compile(r"[0-9a-f]{64}")
_BY_CONTENT_TYPE = {kind.content_type: kind for kind in TYPES}


def file(request: HttpRequest, digest: str, name: str) -> HttpResponseBase:
    """The file with this digest, if the reader may have it."""
    if not _DIGEST.fullmatch(digest):
        raise Http404
    found = _readable(request.user, digest)
    if request.headers.get("If-None-Match") == f'"{digest}"':
        return HttpResponseNotModified()
    store = get_store()
    if not store.exists(digest):
        raise Http404
    headers = file_headers(_BY_CONTENT_TYPE[found.content_type], name, private=not found.is_public)
    response = FileResponse(store.open(digest), headers={**headers, "ETag": f'"{digest}"'})
    response.block_size = PIECE
    if "Content-Disposition" in headers:  # FileResponse would make its own from the stored name
        response.headers["Content-Disposition"] = headers["Content-Disposition"]
    return response


def _readable(user: Any, digest: str) -> access.ReadableFile:
    """What a booth shows, else what a session does; Http404 where neither does."""
    try:
        return access.get_media_for(user, digest)
    except Http404:
        return programme_access.get_media_for(user, digest)
