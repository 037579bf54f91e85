"""Addresses of a person's own meetings, below /en/my/meetings/."""

from django.urls import path

from everfair.web.visitor import asking, diary, free, meetings, pocket, requests

urlpatterns = [
    path("", diary.home, name="meetings.home"),
    path("calendar/<str:secret>.ics", diary.feed, name="meetings.feed"),
    path("<slug:edition>/", diary.diary, name="meetings.diary"),
    path("<slug:edition>/calendar/", diary.calendar_make, name="meetings.calendar_make"),
    path("<slug:edition>/calendar/end/", diary.calendar_end, name="meetings.calendar_end"),
    path("<slug:edition>/pocket/", pocket.pocket, name="meetings.pocket"),
    path("<slug:edition>/pocket/worker.js", pocket.pocket_worker, name="meetings.pocket_worker"),
    path(
        "<slug:edition>/pocket/manifest.webmanifest", pocket.pocket_manifest, name="meetings.pocket_manifest"
    ),
    path("<slug:edition>/free/", free.free_edit, name="meetings.free_edit"),
    path("<slug:edition>/free/ways/", free.ways_edit, name="meetings.ways_edit"),
    path("<slug:edition>/requests.<slug:kind>", requests.request_export, name="meetings.request_export"),
    path("<slug:edition>/requests/", requests.request_list, name="meetings.request_list"),
    path("<slug:edition>/requests/<slug:code>/", requests.request_show, name="meetings.request_show"),
    path(
        "<slug:edition>/requests/<slug:code>/accept/", requests.request_accept, name="meetings.request_accept"
    ),
    path(
        "<slug:edition>/requests/<slug:code>/propose/",
        requests.request_propose,
        name="meetings.request_propose",
    ),
    path(
        "<slug:edition>/requests/<slug:code>/decline/",
        requests.request_end,
        {"deed": "decline"},
        name="meetings.request_decline",
    ),
    path(
        "<slug:edition>/requests/<slug:code>/cancel/",
        requests.request_end,
        {"deed": "cancel"},
        name="meetings.request_cancel",
    ),
    path("<slug:edition>/ask/firm/<slug:code>/", asking.ask, {"kind": "firm"}, name="meetings.ask_firm"),
    path(
        "<slug:edition>/ask/person/<slug:code>/", asking.ask, {"kind": "person"}, name="meetings.ask_person"
    ),
    path("<slug:edition>/ask/speaker/<slug:code>/", asking.ask_speaker, name="meetings.ask_speaker"),
    path(
        "<slug:edition>/line/firm/<slug:code>/", asking.line_join, {"kind": "firm"}, name="meetings.line_firm"
    ),
    path(
        "<slug:edition>/line/person/<slug:code>/",
        asking.line_join,
        {"kind": "person"},
        name="meetings.line_person",
    ),
    path("<slug:edition>/line/<int:pk>/take/", asking.offer_take, name="meetings.offer_take"),
    path("<slug:edition>/line/<int:pk>/leave/", asking.line_leave, name="meetings.line_leave"),
    path("<slug:edition>/meeting/<slug:code>/", meetings.meeting_show, name="meetings.meeting_show"),
    path(
        "<slug:edition>/meeting/<slug:code>/confirm/",
        meetings.meeting_confirm,
        name="meetings.meeting_confirm",
    ),
    path(
        "<slug:edition>/meeting/<slug:code>/cancel/", meetings.meeting_cancel, name="meetings.meeting_cancel"
    ),
    path("<slug:edition>/meeting/<slug:code>/move/", meetings.meeting_move, name="meetings.meeting_move"),
    path(
        "<slug:edition>/meeting/<slug:code>/move/answer/",
        meetings.meeting_move_answer,
        name="meetings.meeting_move_answer",
    ),
    path("<slug:edition>/meeting/<slug:code>/came/", meetings.meeting_came, name="meetings.meeting_came"),
]
