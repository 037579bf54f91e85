"""Views that take a file: what exceeds the limit is never read, and the sentence stands on the page one came from."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from everfair.gateways.storage.errors import TooLarge
from everfair.gateways.storage.upload import limit_upload

MEGABYTE = 1024 * 1024
View = Callable[..., HttpResponse]


def takes_upload(megabytes: str, back: str) -> Callable[[View], View]:
    """A view for signed-in people with a file of at most `settings.<megabytes>`; `back` is the page's full name.

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
                response = HttpResponseRedirect(reverse(back, kwargs=kwargs))
            return response

        return outer

    return decorate
