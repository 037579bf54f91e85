"""Addresses of a person's own needs, below /en/my/needs/."""

from django.urls import path

from everfair.web.visitor import needs

urlpatterns = [
    path("", needs.need_home, name="matchmaking.need_home"),
    path("<slug:edition>/", needs.need_list, name="matchmaking.need_list"),
    path("<slug:edition>/list.<slug:kind>", needs.need_export, name="matchmaking.need_export"),
    path("<slug:edition>/new/", needs.need_create, name="matchmaking.need_create"),
    path("<slug:edition>/<slug:need>/", needs.need_show, name="matchmaking.need_show"),
    path("<slug:edition>/<slug:need>/change/", needs.need_edit, name="matchmaking.need_edit"),
    path("<slug:edition>/<slug:need>/state/", needs.need_state, name="matchmaking.need_state"),
    path("<slug:edition>/<slug:need>/firms/", needs.need_firms, name="matchmaking.need_firms"),
]
