"""Marks public answers that the page cache may keep for anonymous readers. The cache itself is web/front_cache.py."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

KEEP_HEADER = "X-Everfair-Keep"


def kept_for_everybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view's answer depends on address and language only, for anonymous readers of a public edition."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        edition = getattr(request, "edition", None)
        is_anonymous = not request.COOKIES and not request.user.is_authenticated
        if response.status_code == 200 and is_anonymous and (edition is None or edition.is_public):
            response.headers[KEEP_HEADER] = str(edition.pk if edition is not None else 0)
        return response

    return wrapped
