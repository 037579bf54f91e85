"""Addresses of the organiser's meetings desk, below /en/desk/<edition>/meetings/."""

from django.urls import URLPattern, URLResolver, path

from everfair.web.organiser.meetings import floor, forcing, people, places, rules, runs

urlpatterns: list[URLPattern | URLResolver] = [
    path("", floor.floor_show, name="meetings.floor_show"),
    path("rules/", rules.rules_edit, name="meetings.rules_edit"),
    path("slots/", rules.slot_list, name="meetings.slot_list"),
    path("kinds/", rules.kind_list, name="meetings.kind_list"),
    path("kinds/<slug:code>/", rules.kind_edit, name="meetings.kind_edit"),
    path("apart/", rules.pair_list, name="meetings.pair_list"),
    path("apart/<int:pk>/remove/", rules.pair_remove, name="meetings.pair_remove"),
    path("places/", places.place_list, name="meetings.place_list"),
    path("places/<int:pk>/", places.place_show, name="meetings.place_show"),
    path("places/<int:pk>/back/", places.place_back, name="meetings.place_back"),
    path("places/<int:pk>/remove/", places.place_remove, name="meetings.place_remove"),
    path("interpreters/new/", places.interpreter_create, name="meetings.interpreter_create"),
    path("interpreters/<int:pk>/", places.interpreter_edit, name="meetings.interpreter_edit"),
    path("all/", people.meeting_list, name="meetings.meeting_list"),
    path("all.<slug:kind>", people.meeting_export, name="meetings.meeting_export"),
    path("all/<slug:code>/", floor.meeting_show, name="meetings.meeting_show"),
    path("all/<slug:code>/came/<slug:person>/", floor.meeting_came, name="meetings.meeting_came"),
    path("all/<slug:code>/cancel/", floor.meeting_cancel, name="meetings.meeting_cancel"),
    path("all/<slug:code>/move/", forcing.meeting_move, name="meetings.meeting_move"),
    path("all/<slug:code>/move/<int:pk>/", forcing.meeting_force, name="meetings.meeting_force"),
    path("people/", people.person_list, name="meetings.person_list"),
    path("people.<slug:kind>", people.person_export, name="meetings.person_export"),
    path("people/<slug:code>/", people.person_show, name="meetings.person_show"),
    path("requests/", people.request_list, name="meetings.request_list"),
    path("waiting/", people.waiting_list, name="meetings.waiting_list"),
    path("waiting/<int:pk>/remove/", people.waiting_remove, name="meetings.waiting_remove"),
    path("runs/", runs.run_list, name="meetings.run_list"),
    path("runs/compare/", runs.run_compare, name="meetings.run_compare"),
    path("runs/<int:number>/", runs.run_show, name="meetings.run_show"),
    path("runs/<int:number>/progress/", runs.run_progress, name="meetings.run_progress"),
    path("runs/<int:number>/stop/", runs.run_stop, name="meetings.run_stop"),
    path("runs/<int:number>/publish/", runs.run_publish, name="meetings.run_publish"),
    path("runs/<int:number>/remove/", runs.run_remove, name="meetings.run_remove"),
    path("runs/<int:number>/meetings.csv", runs.run_csv, name="meetings.run_csv"),
]
