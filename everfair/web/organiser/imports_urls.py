"""Addresses of the imports' pages, below an edition's desk."""

from django.urls import path

from everfair.web.organiser import imports

urlpatterns = [
    path("", imports.import_list, name="exhibition.import_list"),
    path("new/", imports.import_create, name="exhibition.import_create"),
    path("<int:pk>/", imports.import_show, name="exhibition.import_show"),
    path("<int:pk>/columns/", imports.import_map, name="exhibition.import_map"),
    path("<int:pk>/progress.json", imports.import_progress, name="exhibition.import_progress"),
    path("<int:pk>/problems.csv", imports.import_problems, name="exhibition.import_problems"),
    path("<int:pk>/apply/", imports.import_apply, name="exhibition.import_apply"),
    path("<int:pk>/carry-on/", imports.import_carry_on, name="exhibition.import_carry_on"),
    path("<int:pk>/stop/", imports.import_stop, name="exhibition.import_stop"),
    path("<int:pk>/clear/", imports.import_clear, name="exhibition.import_clear"),
]
