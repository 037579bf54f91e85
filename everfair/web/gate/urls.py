"""Addresses of the gate: no language before them, so that one service worker holds them all."""

from django.urls import path

from everfair.web.gate import views

app_name = "gate"
urlpatterns = [
    path("", views.way_in, name="gate.way_in"),
    path("sw.js", views.worker, name="gate.worker"),
    path("door/<slug:way>", views.device_door, name="gate.door"),
    path("<slug:lang>/", views.page_show, name="gate.page_show"),
    path("<slug:lang>/manifest.webmanifest", views.manifest, name="gate.manifest"),
]
