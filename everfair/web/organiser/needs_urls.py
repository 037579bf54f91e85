"""Addresses of needs at the organiser's desk, below /en/desk/<edition>/needs/."""

from django.urls import path

from everfair.web.organiser import needs

urlpatterns = [
    path("", needs.need_list, name="matchmaking.need_list"),
    path("list.<slug:kind>", needs.need_export, name="matchmaking.need_export"),
    path("import/", needs.need_import, name="matchmaking.need_import"),
    path("<slug:need>/", needs.need_show, name="matchmaking.need_show"),
    path("<slug:need>/state/", needs.need_state, name="matchmaking.need_state"),
    path("<slug:need>/change/", needs.need_edit, name="matchmaking.need_edit"),
]
