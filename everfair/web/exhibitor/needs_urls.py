"""Addresses of needs at a booth's desk, below /en/booth-desk/<code>/."""

from django.urls import path

from everfair.web.exhibitor import needs

urlpatterns = [
    path("needs/", needs.need_list, name="matchmaking.need_list"),
    path("needs.<slug:kind>", needs.need_export, name="matchmaking.need_export"),
    path("needs/<slug:need>/", needs.need_show, name="matchmaking.need_show"),
    path("needs/<slug:need>/take-back/", needs.answer_withdraw, name="matchmaking.answer_withdraw"),
    path("our-needs/", needs.OWN.list, name="matchmaking.own_need_list"),
    path("our-needs.<slug:kind>", needs.OWN.export, name="matchmaking.own_need_export"),
    path("our-needs/new/", needs.OWN.create, name="matchmaking.own_need_create"),
    path("our-needs/<slug:need>/", needs.OWN.show, name="matchmaking.own_need_show"),
    path("our-needs/<slug:need>/change/", needs.OWN.edit, name="matchmaking.own_need_edit"),
    path("our-needs/<slug:need>/state/", needs.OWN.state, name="matchmaking.own_need_state"),
    path("our-needs/<slug:need>/firms/", needs.OWN.firms, name="matchmaking.own_need_firms"),
]
