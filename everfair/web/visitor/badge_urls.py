"""Addresses of one person's badge, behind the mailed link: …/registration/<secret>/badge/."""

from django.urls import path

from everfair.web.visitor import badge

urlpatterns = [
    path("", badge.own_badge, name="registration.own_badge"),
    path("badge.pdf", badge.own_badge_pdf, name="registration.own_badge_pdf"),
    path("worker.js", badge.own_badge_worker, name="registration.own_badge_worker"),
    path("manifest.webmanifest", badge.own_badge_manifest, name="registration.own_badge_manifest"),
]
