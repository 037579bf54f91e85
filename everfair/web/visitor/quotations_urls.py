"""Addresses of quotations, below /en/my/deals/."""

from django.urls import path

from everfair.web.visitor import quotation_deeds, quotation_papers, quotations

_ONE = "<slug:edition>/<slug:code>/quotations/<slug:quotation>/"

urlpatterns = [
    path(
        "<slug:edition>/<slug:code>/quotations/new/",
        quotation_deeds.quotation_begin,
        name="deals.quotation_begin",
    ),
    path(_ONE, quotations.quotation_show, name="deals.quotation_show"),
    path(f"{_ONE}change/", quotations.quotation_edit, name="deals.quotation_edit"),
    path(f"{_ONE}answer/<slug:deed>/", quotation_deeds.quotation_answer, name="deals.quotation_answer"),
    path(f"{_ONE}do/<slug:deed>/", quotation_deeds.quotation_change, name="deals.quotation_change"),
    path(f"{_ONE}version-<int:number>.pdf", quotation_papers.quotation_pdf, name="deals.quotation_pdf"),
    path(f"{_ONE}files/<int:pk>/", quotation_papers.quotation_file, name="deals.quotation_file"),
    path(
        "<slug:edition>/inquiries/<slug:code>/compare/",
        quotations.quotation_compare,
        name="deals.quotation_compare",
    ),
    path(
        "<slug:edition>/inquiries/<slug:code>/compare.<slug:kind>",
        quotation_papers.compare_export,
        name="deals.compare_export",
    ),
]
