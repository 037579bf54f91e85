"""Addresses of the organiser's gate desk, below /en/desk/<edition>/gate/."""

from django.urls import URLPattern, URLResolver, path

from everfair.web.organiser.gate import doors, scans

urlpatterns: list[URLPattern | URLResolver] = [
    path("", doors.gate_show, name="gate.gate_show"),
    path("counts.json", doors.count_list, name="gate.count_list"),
    path("zones/new/", doors.zone_create, name="gate.zone_create"),
    path("zones/<slug:code>/", doors.zone_edit, name="gate.zone_edit"),
    path("zones/<slug:code>/remove/", doors.zone_remove, name="gate.zone_remove"),
    path("zones/<slug:code>/empty/", doors.zone_empty, name="gate.zone_empty"),
    path("devices/new/", doors.device_create, name="gate.device_create"),
    path("devices/<int:pk>/", doors.device_show, name="gate.device_show"),
    path("devices/<int:pk>/code/", doors.device_code, name="gate.device_code"),
    path("devices/<int:pk>/<slug:way>/", doors.device_change, name="gate.device_change"),
    path("scans/", scans.scan_list, name="gate.scan_list"),
    path("scans.csv", scans.scan_csv, name="gate.scan_csv"),
    path("scans.xlsx", scans.scan_xlsx, name="gate.scan_xlsx"),
    path("scans/<int:pk>/undo/", scans.scan_undo, name="gate.scan_undo"),
    path("conflicts/", scans.conflict_list, name="gate.conflict_list"),
    path("conflicts/<int:pk>/", scans.conflict_settle, name="gate.conflict_settle"),
    path("watch/", scans.watch_list, name="gate.watch_list"),
]
