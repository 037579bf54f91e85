"""Addresses of needs at the organiser's desk, below /en/desk/<edition>/needs/."""

from django.urls import path

from everfair.web.organiser import need_lists, needs

urlpatterns = [
    path("", needs.need_list, name="matchmaking.need_list"),
    path("list.<slug:kind>", needs.need_export, name="matchmaking.need_export"),
    path("import/", need_lists.need_import, name="matchmaking.need_import"),
    path("import/<int:pk>/", need_lists.need_list_show, name="matchmaking.need_list_show"),
    path(
        "import/<int:pk>/progress.json", need_lists.need_list_progress, name="matchmaking.need_list_progress"
    ),
    path(
        "import/<int:pk>/problems.csv", need_lists.need_list_problems, name="matchmaking.need_list_problems"
    ),
    path("import/<int:pk>/write/", need_lists.need_list_write, name="matchmaking.need_list_write"),
    path("import/<int:pk>/again/", need_lists.need_list_again, name="matchmaking.need_list_again"),
    path("import/<int:pk>/put-away/", need_lists.need_list_put_away, name="matchmaking.need_list_put_away"),
    path("<slug:need>/", needs.need_show, name="matchmaking.need_show"),
    path("<slug:need>/state/", needs.need_state, name="matchmaking.need_state"),
    path("<slug:need>/change/", needs.need_edit, name="matchmaking.need_edit"),
]
