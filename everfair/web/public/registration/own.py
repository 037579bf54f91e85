"""A person's own page behind the mailed link: see, change, agree, take one's data away, cancel. No account needed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from everfair.fair.access import get_edition_for
from everfair.registration import access


@never_cache
@require_safe
def own_show(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """Where the registration stands, and the badge."""
    found = get_edition_for(request.user, edition)
    registration = access.get_registration_by_secret(found, secret)
    return render(request, "public/registration/own_show.html", {"edition": found, "registration": registration})


@never_cache
@require_safe
def invited(request: HttpRequest, edition: str, secret: str) -> HttpResponse:
    """The page a mailed invitation opens."""
    found = get_edition_for(request.user, edition)
    invitation = access.get_invitation_by_secret(found, secret)
    return render(request, "public/registration/own_show.html", {"edition": found, "invitation": invitation})
