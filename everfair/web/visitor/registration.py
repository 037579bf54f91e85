"""From My fair to one's own registration: the page behind the mailed link, without looking for the letter."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from everfair.registration import access
from everfair.web.public.registration.entry import own_url


@login_required
@never_cache
@require_safe
def registration_show(request: HttpRequest, code: str) -> HttpResponse:
    """For the person alone, known by account or proven address."""
    return redirect(own_url(access.get_own_registration(request.user, code)))
