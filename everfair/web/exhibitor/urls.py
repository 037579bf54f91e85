"""Addresses of the exhibitor's desk, below /en/booth-desk/ and /zh/booth-desk/."""

from django.urls import include, path

from everfair.web.exhibitor import (
    duties,
    leads,
    leads_questions,
    leads_scan,
    meetings,
    meetings_asking,
    meetings_diary,
    meetings_one,
    programme,
    registration,
    wishes,
)
from everfair.web.exhibitor.exhibition import applying, booth, files, home, offers

app_name = "exhibitor"
urlpatterns = [
    path("", home.desk_home, name="exhibition.desk_home"),
    path("apply/<slug:edition>/", home.application_start, name="exhibition.application_start"),
    path("undo/<str:token>/", files.undo, name="exhibition.undo"),
    path("leads/", leads.lead_home, name="leads.lead_home"),
    path("<slug:code>/", applying.booth_overview, name="exhibition.booth_overview"),
    path("<slug:code>/application/", applying.application_edit, name="exhibition.application_edit"),
    path("<slug:code>/state/", applying.booth_state, name="exhibition.booth_state"),
    path("<slug:code>/tasks/", applying.task_list, name="exhibition.task_list"),
    path("<slug:code>/tasks/<int:pk>/", applying.task_tick, name="exhibition.task_tick"),
    path("<slug:code>/history/", applying.history_list, name="exhibition.history_list"),
    path("<slug:code>/booth/", booth.booth_edit, name="exhibition.booth_edit"),
    path("<slug:code>/preview/", booth.booth_preview, name="exhibition.booth_preview"),
    path("<slug:code>/place/", booth.place_choose, name="exhibition.place_choose"),
    path("<slug:code>/contacts/", booth.contact_list, name="exhibition.contact_list"),
    path("<slug:code>/carry-over/", booth.booth_carry, name="exhibition.booth_carry"),
    path("<slug:code>/cover/", files.cover_set, name="exhibition.cover_set"),
    path("<slug:code>/documents/", files.document_list, name="exhibition.document_list"),
    path("<slug:code>/documents/<int:pk>/remove/", files.document_remove, name="exhibition.document_remove"),
    path("<slug:code>/offers/", offers.offer_list, name="exhibition.offer_list"),
    path("<slug:code>/offers.<slug:kind>", offers.offer_export, name="exhibition.offer_export"),
    path("<slug:code>/offers/new/", offers.offer_create, name="exhibition.offer_create"),
    path("<slug:code>/offers/<slug:offer>/", offers.offer_edit, name="exhibition.offer_edit"),
    path("<slug:code>/offers/<slug:offer>/shelf/", offers.offer_shelf, name="exhibition.offer_shelf"),
    path("<slug:code>/offers/<slug:offer>/move/", offers.offer_move, name="exhibition.offer_move"),
    path("<slug:code>/offers/<slug:offer>/remove/", offers.offer_remove, name="exhibition.offer_remove"),
    path("<slug:code>/offers/<slug:offer>/pictures/", offers.image_add, name="exhibition.image_add"),
    path(
        "<slug:code>/offers/<slug:offer>/pictures/<int:pk>/remove/",
        offers.image_remove,
        name="exhibition.image_remove",
    ),
    path("<slug:code>/leads/", leads.lead_list, name="leads.lead_list"),
    path("<slug:code>/leads.<slug:kind>", leads.lead_export, name="leads.lead_export"),
    path("<slug:code>/leads/scan/", leads_scan.scan_create, name="leads.scan_create"),
    path("<slug:code>/leads/scan/send/", leads_scan.scan_send, name="leads.scan_send"),
    path("<slug:code>/leads/scan/worker.js", leads_scan.scan_worker, name="leads.scan_worker"),
    path("<slug:code>/leads/team/", leads.team_show, name="leads.team_show"),
    path("<slug:code>/leads/questions/", leads_questions.question_list, name="leads.question_list"),
    path("<slug:code>/leads/questions/new/", leads_questions.question_create, name="leads.question_create"),
    path(
        "<slug:code>/leads/questions/<slug:question>/",
        leads_questions.question_edit,
        name="leads.question_edit",
    ),
    path(
        "<slug:code>/leads/questions/<slug:question>/move/",
        leads_questions.question_move,
        name="leads.question_move",
    ),
    path(
        "<slug:code>/leads/questions/<slug:question>/retire/",
        leads_questions.question_retire,
        name="leads.question_retire",
    ),
    path("<slug:code>/leads/<slug:lead>/", leads.lead_edit, name="leads.lead_edit"),
    path("<slug:code>/leads/<slug:lead>/contact.vcf", leads.lead_card, name="leads.lead_card"),
    path("<slug:code>/leads/<slug:lead>/notes/<int:pk>/", leads.scan_settle, name="leads.scan_settle"),
    path("<slug:code>/sessions/", programme.session_list, name="programme.session_list"),
    path("<slug:code>/sessions/new/", programme.session_create, name="programme.session_create"),
    path("<slug:code>/sessions/<slug:session>/", programme.session_edit, name="programme.session_edit"),
    path(
        "<slug:code>/sessions/<slug:session>/withdraw/",
        programme.session_withdraw,
        name="programme.session_withdraw",
    ),
    path(
        "<slug:code>/sessions/<slug:session>/links/", programme.session_links, name="programme.session_links"
    ),
    path(
        "<slug:code>/sessions/<slug:session>/materials/",
        programme.material_add,
        name="programme.material_add",
    ),
    path(
        "<slug:code>/sessions/<slug:session>/materials/<int:pk>/remove/",
        programme.material_remove,
        name="programme.material_remove",
    ),
    path("<slug:code>/meetings/", meetings.request_list, name="meetings.request_list"),
    path(
        "<slug:code>/meetings/requests.<slug:kind>", meetings.request_export, name="meetings.request_export"
    ),
    path("<slug:code>/meetings/ask/", meetings_asking.ask_list, name="meetings.ask_list"),
    path("<slug:code>/meetings/ask/<slug:person>/", meetings_asking.ask_person, name="meetings.ask_person"),
    path("<slug:code>/meetings/diary/", meetings_diary.diary_list, name="meetings.diary_list"),
    path("<slug:code>/meetings/diary.<slug:kind>", meetings_diary.diary_export, name="meetings.diary_export"),
    path("<slug:code>/meetings/booth/", duties.duty_list, name="meetings.duty_list"),
    path("<slug:code>/meetings/booth.<slug:kind>", duties.duty_export, name="meetings.duty_export"),
    path("<slug:code>/meetings/booth/copy/", duties.duty_copy, name="meetings.duty_copy"),
    path("<slug:code>/meetings/booth/<int:pk>/", duties.duty_edit, name="meetings.duty_edit"),
    path("<slug:code>/meetings/booth/<int:pk>/remove/", duties.duty_remove, name="meetings.duty_remove"),
    path("<slug:code>/meetings/people/", meetings.staff_list, name="meetings.staff_list"),
    path("<slug:code>/meetings/people/add/<int:pk>/", meetings.staff_add, name="meetings.staff_add"),
    path("<slug:code>/meetings/people/<slug:person>/", meetings.staff_change, name="meetings.staff_change"),
    path("<slug:code>/meetings/stand/", meetings.stand_change, name="meetings.stand_change"),
    path(
        "<slug:code>/meetings/requests/<slug:request_code>/",
        meetings.request_show,
        name="meetings.request_show",
    ),
    path(
        "<slug:code>/meetings/requests/<slug:request_code>/<slug:deed>/",
        meetings.request_answer,
        name="meetings.request_answer",
    ),
    path("<slug:code>/meetings/at/<slug:meeting>/", meetings_one.meeting_show, name="meetings.meeting_show"),
    path("<slug:code>/meetings/wishes/", wishes.wish_list, name="meetings.wish_list"),
    path(
        "<slug:code>/meetings/wishes/<slug:person>/limits/", wishes.wish_limits, name="meetings.wish_limits"
    ),
    path("<slug:code>/", include("everfair.web.exhibitor.needs_urls")),
    path("<slug:code>/people/", registration.staff_list, name="registration.staff_list"),
    path(
        "<slug:code>/people/<slug:person>/cancel/",
        registration.staff_cancel,
        name="registration.staff_cancel",
    ),
]
