"""Addresses of matching at the organiser's desk, below /en/desk/<edition>/matching/."""

from django.urls import path

from everfair.web.organiser import matching, matching_figures

urlpatterns = [
    path("", matching.rules_edit, name="matchmaking.rules_edit"),
    path("versions/<int:number>/use/", matching.version_use, name="matchmaking.version_use"),
    path("refresh/", matching.refresh_start, name="matchmaking.refresh_start"),
    path("refresh/<int:pk>/progress/", matching.refresh_progress, name="matchmaking.refresh_progress"),
    path("refresh/<int:pk>/stop/", matching.refresh_stop, name="matchmaking.refresh_stop"),
    path("report/", matching.report_show, name="matchmaking.report_show"),
    path("figures/", matching_figures.figure_list, name="matchmaking.figure_list"),
    path("figures.<slug:kind>", matching_figures.figure_export, name="matchmaking.figure_export"),
]
