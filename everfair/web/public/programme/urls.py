"""Addresses of the programme, below the edition's own."""

from django.urls import include, path

from everfair.web.public.programme import calendars, exchange, listing, pages, session

urlpatterns = [
    path("programme/", pages.day, name="programme.day"),
    path("programme/list/", listing.session_list, name="programme.session_list"),
    path("programme/now/", pages.now_and_next, name="programme.now"),
    path("programme/schedule.xml", exchange.schedule_xml, name="programme.schedule_xml"),
    path("programme/schedule.json", exchange.schedule_json, name="programme.schedule_json"),
    path("programme.ics", calendars.programme_calendar, name="programme.calendar"),
    path("programme/kinds/<slug:code>.ics", calendars.kind_calendar, name="programme.kind_calendar"),
    path("stages/<slug:code>/", pages.stage, name="programme.stage"),
    path("stages/<slug:code>/screen/", pages.stage_screen, name="programme.stage_screen"),
    path("stages/<slug:code>.ics", calendars.stage_calendar, name="programme.stage_calendar"),
    path("speakers/", pages.speaker_list, name="programme.speaker_list"),
    path("speakers/<slug:address>/", pages.speaker, name="programme.speaker"),
    path("sessions/<slug:address>/", session.session, name="programme.session"),
    path("sessions/<slug:address>/", include("everfair.web.public.programme.room_urls")),
    path("sessions/<slug:address>.ics", calendars.session_calendar, name="programme.session_calendar"),
]
