"""Addresses of a firm's pipeline, below /en/booth-desk/<code>/deals/."""

from django.urls import path

from everfair.web.exhibitor import deals, deals_begin

urlpatterns = [
    path("", deals.pipeline_show, name="deals.pipeline_show"),
    path("list.<slug:kind>", deals.pipeline_export, name="deals.pipeline_export"),
    path("new/", deals_begin.source_list, name="deals.source_list"),
    path("new/<slug:kind>/<slug:source>/", deals_begin.negotiation_begin, name="deals.negotiation_begin"),
    path("<slug:deal>/value/", deals_begin.expected_edit, name="deals.expected_edit"),
    path("<slug:deal>/move/", deals.negotiation_move, name="deals.negotiation_move"),
    path("<slug:deal>/hand/", deals.negotiation_hand, name="deals.negotiation_hand"),
]
