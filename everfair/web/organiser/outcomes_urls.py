"""Addresses of outcomes at the organiser's desk, below /en/desk/<edition>/outcomes/."""

from django.urls import path

from everfair.web.organiser import outcomes, outcomes_totals

urlpatterns = [
    path("", outcomes.outcome_list, name="outcomes.outcome_list"),
    path("list.<slug:kind>", outcomes.outcome_export, name="outcomes.outcome_export"),
    path("new/", outcomes.outcome_create, name="outcomes.outcome_create"),
    path("publish/", outcomes.outcome_publish, name="outcomes.outcome_publish"),
    path("press/", outcomes_totals.press_list, name="outcomes.press_list"),
    path("press.<slug:kind>", outcomes_totals.press_export, name="outcomes.press_export"),
    path("totals/", outcomes_totals.totals_show, name="outcomes.totals_show"),
    path("totals.<slug:kind>", outcomes_totals.totals_export, name="outcomes.totals_export"),
    path("earlier/", outcomes_totals.earlier_import, name="outcomes.earlier_import"),
    path("earlier/remove/", outcomes_totals.earlier_remove, name="outcomes.earlier_remove"),
    path("follow-ups/", outcomes_totals.follow_up_list, name="outcomes.follow_up_list"),
    path("follow-ups/ask/", outcomes_totals.follow_up_ask, name="outcomes.follow_up_ask"),
    path("<slug:code>/", outcomes.outcome_show, name="outcomes.outcome_show"),
    path("<slug:code>/decide/", outcomes.outcome_decide, name="outcomes.outcome_decide"),
    path("<slug:code>/change/", outcomes.outcome_edit, name="outcomes.outcome_edit"),
    path("<slug:code>/parties/", outcomes.outcome_parties, name="outcomes.outcome_parties"),
    path("<slug:code>/do/", outcomes.outcome_do, name="outcomes.outcome_do"),
    path("<slug:code>/files/", outcomes.outcome_files, name="outcomes.outcome_files"),
    path("<slug:code>/files/<int:pk>/", outcomes.outcome_file, name="outcomes.outcome_file"),
]
