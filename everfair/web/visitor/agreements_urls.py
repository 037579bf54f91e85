"""Addresses of agreements, below /en/my/deals/. They stand before those of negotiations, whose codes look like words."""

from django.urls import path

from everfair.web.visitor import agreements, agreements_confirm, agreements_deeds

_ONE = "<slug:edition>/agreements/<slug:code>/"

urlpatterns = [
    path("agreements/", agreements.agreement_home, name="agreements.agreement_home"),
    path("<slug:edition>/agreements/", agreements.agreement_list, name="agreements.agreement_list"),
    path(
        "<slug:edition>/agreements/list.<slug:kind>",
        agreements.agreement_export,
        name="agreements.agreement_export",
    ),
    path("<slug:edition>/agreements/new/", agreements.agreement_create, name="agreements.agreement_create"),
    path(
        "<slug:edition>/<slug:code>/agreements/new/",
        agreements.agreement_create,
        name="agreements.agreement_create",
    ),
    path(_ONE, agreements.agreement_show, name="agreements.agreement_show"),
    path(_ONE + "change/", agreements.agreement_edit, name="agreements.agreement_edit"),
    path(_ONE + "parties/", agreements_deeds.party_list, name="agreements.party_list"),
    path(_ONE + "files/", agreements_deeds.file_add, name="agreements.file_add"),
    path(_ONE + "files/<int:pk>/", agreements_deeds.file_show, name="agreements.file_show"),
    path(_ONE + "files/<int:pk>/remove/", agreements_deeds.file_remove, name="agreements.file_remove"),
    path(_ONE + "record.pdf", agreements_deeds.record_show, name="agreements.record_show"),
    path(_ONE + "statement.json", agreements_deeds.statement_show, name="agreements.statement_show"),
    path(_ONE + "offer/", agreements_deeds.agreement_offer, name="agreements.agreement_offer"),
    path(_ONE + "withdraw/", agreements_deeds.agreement_withdraw, name="agreements.agreement_withdraw"),
    path(_ONE + "refuse/", agreements_deeds.agreement_refuse, name="agreements.agreement_refuse"),
    path(_ONE + "anew/", agreements_deeds.agreement_renew, name="agreements.agreement_renew"),
    path(_ONE + "confirm/", agreements_confirm.agreement_confirm, name="agreements.agreement_confirm"),
]
