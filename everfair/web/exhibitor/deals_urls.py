"""Addresses of a firm's pipeline, below /en/booth-desk/<code>/deals/."""

from django.urls import path

from everfair.web.exhibitor import deals

urlpatterns = [
    path("", deals.pipeline_show, name="deals.pipeline_show"),
    path("list.<slug:kind>", deals.pipeline_export, name="deals.pipeline_export"),
    path("<slug:deal>/move/", deals.negotiation_move, name="deals.negotiation_move"),
    path("<slug:deal>/hand/", deals.negotiation_hand, name="deals.negotiation_hand"),
]
