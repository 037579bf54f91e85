"""Addresses of inquiries and negotiations, below /en/my/deals/. Codes have no vowel, so words never meet them."""

from django.urls import include, path

from everfair.web.visitor import deals, deals_begun, deals_between, deals_received, deals_writing

urlpatterns = [
    path("", deals.deal_home, name="deals.deal_home"),
    path("<slug:edition>/", deals.inquiry_list, name="deals.inquiry_list"),
    path("<slug:edition>/inquiries.<slug:kind>", deals.inquiry_export, name="deals.inquiry_export"),
    path("<slug:edition>/inquiries/new/", deals_writing.inquiry_create, name="deals.inquiry_create"),
    path("<slug:edition>/inquiries/<slug:code>/", deals.inquiry_show, name="deals.inquiry_show"),
    path(
        "<slug:edition>/inquiries/<slug:code>/change/", deals_writing.inquiry_edit, name="deals.inquiry_edit"
    ),
    path("<slug:edition>/inquiries/<slug:code>/firms/", deals.inquiry_firms, name="deals.inquiry_firms"),
    path(
        "<slug:edition>/inquiries/<slug:code>/files/<int:pk>/", deals.inquiry_file, name="deals.inquiry_file"
    ),
    path(
        "<slug:edition>/inquiries/<slug:code>/do/<slug:deed>/",
        deals.inquiry_change,
        name="deals.inquiry_change",
    ),
    path("<slug:edition>/from-firms/", deals_begun.begun_list, name="deals.begun_list"),
    path("<slug:edition>/from-firms.<slug:kind>", deals_begun.begun_export, name="deals.begun_export"),
    path("<slug:edition>/quotations/", deals_received.quotation_list, name="deals.quotation_list"),
    path(
        "<slug:edition>/quotations.<slug:kind>",
        deals_received.quotation_export,
        name="deals.quotation_export",
    ),
    path("<slug:edition>/<slug:code>/", deals_between.negotiation_show, name="deals.negotiation_show"),
    path("<slug:edition>/<slug:code>/say/", deals_between.negotiation_say, name="deals.negotiation_say"),
    path("<slug:edition>/<slug:code>/notes/", deals_between.note_write, name="deals.note_write"),
    path("<slug:edition>/<slug:code>/next/", deals_between.step_set, name="deals.step_set"),
    path(
        "<slug:edition>/<slug:code>/files/<int:pk>/",
        deals_between.negotiation_file,
        name="deals.negotiation_file",
    ),
    path(
        "<slug:edition>/<slug:code>/do/<slug:deed>/",
        deals_between.negotiation_change,
        name="deals.negotiation_change",
    ),
    path("", include("everfair.web.visitor.quotations_urls")),
]
