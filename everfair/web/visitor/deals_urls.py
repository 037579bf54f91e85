"""Addresses of inquiries and negotiations, below /en/my/deals/. Codes have no vowel, so words never meet them."""

from django.urls import include, path

from everfair.web.visitor import deals

urlpatterns = [
    path("", deals.deal_home, name="deals.deal_home"),
    path("<slug:edition>/", deals.inquiry_list, name="deals.inquiry_list"),
    path("<slug:edition>/inquiries/<slug:code>/", deals.inquiry_show, name="deals.inquiry_show"),
    path("<slug:edition>/<slug:code>/", deals.negotiation_show, name="deals.negotiation_show"),
    path("", include("everfair.web.visitor.quotations_urls")),
]
