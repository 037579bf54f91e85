"""Addresses of one's own outcomes, below /en/my/outcomes/."""

from django.urls import path

from everfair.web.visitor import outcomes

urlpatterns = [
    path("", outcomes.outcome_home, name="outcomes.outcome_home"),
    path("<slug:edition>/", outcomes.outcome_list, name="outcomes.outcome_list"),
    path("<slug:edition>/list.<slug:kind>", outcomes.outcome_export, name="outcomes.outcome_export"),
    path("<slug:edition>/new/", outcomes.outcome_create, name="outcomes.outcome_create"),
    path("<slug:edition>/<slug:code>/", outcomes.outcome_show, name="outcomes.outcome_show"),
    path("<slug:edition>/<slug:code>/change/", outcomes.outcome_edit, name="outcomes.outcome_edit"),
    path("<slug:edition>/<slug:code>/parties/", outcomes.outcome_parties, name="outcomes.outcome_parties"),
    path("<slug:edition>/<slug:code>/do/", outcomes.outcome_do, name="outcomes.outcome_do"),
    path("<slug:edition>/<slug:code>/files/", outcomes.outcome_files, name="outcomes.outcome_files"),
    path("<slug:edition>/<slug:code>/files/<int:pk>/", outcomes.outcome_file, name="outcomes.outcome_file"),
]
