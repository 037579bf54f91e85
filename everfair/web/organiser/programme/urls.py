"""Addresses of the organiser's programme pages, below /en/desk/<edition>/programme/."""

from django.urls import URLPattern, URLResolver, path

from everfair.web.organiser.programme import laying_out, schedules, sessions, table

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/", table.session_list, name="programme.session_list"),
    path("sessions.csv", table.session_csv, name="programme.session_csv"),
    path("sessions.xlsx", table.session_xlsx, name="programme.session_xlsx"),
    path("sessions/change/", table.session_change, name="programme.session_change"),
    path("sessions/new/", sessions.session_create, name="programme.session_create"),
    path("sessions/<slug:code>/", sessions.session_show, name="programme.session_show"),
    path("sessions/<slug:code>/edit/", sessions.session_edit, name="programme.session_edit"),
    path("sessions/<slug:code>/decide/", sessions.session_decide, name="programme.session_decide"),
    path("sessions/<slug:code>/materials/", sessions.material_add, name="programme.material_add"),
    path(
        "sessions/<slug:code>/materials/<int:pk>/remove/",
        sessions.material_remove,
        name="programme.material_remove",
    ),
    path("imports/", schedules.schedule_list, name="programme.schedule_list"),
    path("imports/new/", schedules.schedule_create, name="programme.schedule_create"),
    path("imports/<int:pk>/", schedules.schedule_show, name="programme.schedule_show"),
    path("imports/<int:pk>/progress.json", schedules.schedule_progress, name="programme.schedule_progress"),
    path("imports/<int:pk>/problems.csv", schedules.schedule_problems, name="programme.schedule_problems"),
    path("imports/<int:pk>/apply/", schedules.schedule_apply_now, name="programme.schedule_apply"),
    path("imports/<int:pk>/read/", schedules.schedule_read_again, name="programme.schedule_read"),
    path("imports/<int:pk>/stop/", schedules.schedule_stop, name="programme.schedule_stop"),
    path("imports/<int:pk>/clear/", schedules.schedule_clear, name="programme.schedule_clear"),
    path("proposals/", table.proposal_list, name="programme.proposal_list"),
    path("clashes/", table.clash_list, name="programme.clash_list"),
    path("call/", laying_out.call_edit, name="programme.call_edit"),
    path("stages/", laying_out.stage_list, name="programme.stage_list"),
    path("stages/new/", laying_out.stage_create, name="programme.stage_create"),
    path("stages/<int:pk>/", laying_out.stage_edit, name="programme.stage_edit"),
    path("stages/<int:pk>/remove/", laying_out.stage_remove, name="programme.stage_remove"),
    path("speakers/", laying_out.speaker_list, name="programme.speaker_list"),
    path("speakers/new/", laying_out.speaker_create, name="programme.speaker_create"),
    path("speakers/<slug:code>/", laying_out.speaker_edit, name="programme.speaker_edit"),
    path("speakers/<slug:code>/remove/", laying_out.speaker_remove, name="programme.speaker_remove"),
]
