"""Addresses of a person's own needs, below /en/my/needs/."""

from django.urls import path

from everfair.web.visitor import needs

urlpatterns = [
    path("", needs.need_home, name="matchmaking.need_home"),
    path("<slug:edition>/", needs.OWN.list, name="matchmaking.need_list"),
    path("<slug:edition>/list.<slug:kind>", needs.OWN.export, name="matchmaking.need_export"),
    path("<slug:edition>/new/", needs.OWN.create, name="matchmaking.need_create"),
    path("<slug:edition>/<slug:need>/", needs.OWN.show, name="matchmaking.need_show"),
    path("<slug:edition>/<slug:need>/change/", needs.OWN.edit, name="matchmaking.need_edit"),
    path("<slug:edition>/<slug:need>/state/", needs.OWN.state, name="matchmaking.need_state"),
    path("<slug:edition>/<slug:need>/firms/", needs.OWN.firms, name="matchmaking.need_firms"),
]
