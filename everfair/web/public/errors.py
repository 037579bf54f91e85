"""Pages for addresses that lead nowhere and for our own failures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404; "not allowed" looks the same."""
    return render(request, "public/not_found.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: a form that is too old, or no right."""
    return render(request, "public/forbidden.html", status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose secret no longer fits."""
    return render(request, "public/forbidden.html", {"is_stale_form": True}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent cannot be read."""
    return render(request, "public/bad_request.html", status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. No context processor may fail here."""
    return render(None, "public/broken.html", status=500)
