"""Addresses of exchange rates at the organiser's desk, below /en/desk/<edition>/deals/rates/."""

from django.urls import path

from everfair.web.organiser import rates

urlpatterns = [
    path("", rates.rate_list, name="deals.rate_list"),
    path("list.<slug:kind>", rates.rate_export, name="deals.rate_export"),
    path("import/", rates.rate_import, name="deals.rate_import"),
    path("import/write/", rates.rate_write, name="deals.rate_write"),
    path("<int:pk>/remove/", rates.rate_remove, name="deals.rate_remove"),
    path("restore/<str:kept>/", rates.rate_restore, name="deals.rate_restore"),
]
