"""Addresses of deals at the organiser's desk, below /en/desk/<edition>/deals/."""

from django.urls import include, path

from everfair.web.organiser import deals

urlpatterns = [
    path("", deals.deal_show, name="deals.deal_show"),
    path("figures.<slug:kind>", deals.deal_export, name="deals.deal_export"),
    path("rates/", include("everfair.web.organiser.rates_urls")),
    path("stages/", deals.stage_list, name="deals.stage_list"),
    path("stages/<slug:stage>/", deals.stage_edit, name="deals.stage_edit"),
    path("stages/<slug:stage>/move/", deals.stage_move, name="deals.stage_move"),
    path("stages/<slug:stage>/remove/", deals.stage_remove, name="deals.stage_remove"),
]
