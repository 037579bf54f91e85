"""Addresses of the visitor pages, below /en/my/ and /zh/my/."""

from django.urls import include, path

from everfair.web.visitor import badge, firms, here, leads, people, programme, registration, wishes

app_name = "visitor"
urlpatterns = [
    path("", people.my_fair, name="people.my_fair"),
    path("profile/", people.profile_edit, name="people.profile_edit"),
    path("badges/", badge.badge_list, name="registration.badge_list"),
    path("registrations/<slug:code>/", registration.registration_show, name="registration.registration_show"),
    path("security/", people.security, name="people.security"),
    path("erase/", people.account_erase, name="people.account_erase"),
    path("sample-sign-in/", people.demo_sign_in, name="people.demo_sign_in"),
    path("invitations/<str:secret>/", people.invitation_accept, name="people.invitation_accept"),
    path("invitations/<int:pk>/join/", people.invitation_join, name="people.invitation_join"),
    path("firms/", firms.organisation_list, name="people.organisation_list"),
    path("firms/new/", firms.organisation_create, name="people.organisation_create"),
    path("firms/<slug:code>/", firms.organisation_edit, name="people.organisation_edit"),
    path("firms/<slug:code>/people/", firms.member_list, name="people.member_list"),
    path("firms/<slug:code>/people.csv", firms.member_export, name="people.member_export"),
    path("firms/<slug:code>/people/<int:pk>/role/", firms.member_change, name="people.member_change"),
    path("firms/<slug:code>/people/<int:pk>/remove/", firms.member_remove, name="people.member_remove"),
    path(
        "firms/<slug:code>/invitations/<int:pk>/again/",
        firms.invitation_resend,
        name="people.invitation_resend",
    ),
    path(
        "firms/<slug:code>/invitations/<int:pk>/withdraw/",
        firms.invitation_withdraw,
        name="people.invitation_withdraw",
    ),
    path("programme/", programme.programme_home, name="programme.home"),
    path("programme/<slug:edition>/", programme.own, name="programme.own"),
    path("programme/<slug:edition>/calendar/", programme.calendar_make, name="programme.calendar_make"),
    path("programme/<slug:edition>/calendar/end/", programme.calendar_end, name="programme.calendar_end"),
    path("programme/<slug:edition>/<slug:code>/keep/", programme.bookmark, name="programme.bookmark"),
    path("programme/<slug:edition>/<slug:code>/seat/", programme.seat_take, name="programme.seat_take"),
    path(
        "programme/<slug:edition>/<slug:code>/seat/give-back/",
        programme.seat_give_back,
        name="programme.seat_give_back",
    ),
    path("meetings/", include("everfair.web.visitor.meetings_urls")),
    path("meetings/<slug:edition>/wishes/", wishes.wish_list, name="meetings.wish_list"),
    path("meetings/<slug:edition>/wishes/people/", wishes.wish_people, name="meetings.wish_people"),
    path("meetings/<slug:edition>/wishes/limits/", wishes.wish_limits, name="meetings.wish_limits"),
    path("needs/", include("everfair.web.visitor.needs_urls")),
    path("matches/", include("everfair.web.visitor.matching_urls")),
    path("conversations/", include("everfair.web.visitor.talk_files_urls")),
    path("conversations/", include("everfair.web.visitor.talks_urls")),
    path("calls/", include("everfair.web.visitor.calls_urls")),
    path("deals/", include("everfair.web.visitor.agreements_urls")),  # before codes that look like words
    path("deals/", include("everfair.web.visitor.deals_urls")),
    path("outcomes/", include("everfair.web.visitor.outcomes_urls")),
    path("here/", here.here_home, name="presence.here_home"),
    path("here/<slug:edition>/", here.here_edit, name="presence.here_edit"),
    path("here/<slug:edition>/<slug:code>/call/", here.booth_ring, name="presence.booth_ring"),
    path("scans/", leads.scan_list, name="leads.scan_list"),
    path("scans/<slug:lead>/share/", leads.lead_share, name="leads.lead_share"),
    path("scans/<slug:lead>/withdraw/", leads.lead_withdraw, name="leads.lead_withdraw"),
    path("scans/<slug:edition>/by-link/<str:secret>/", leads.link_list, name="leads.link_list"),
    path(
        "scans/<slug:edition>/by-link/<str:secret>/<slug:lead>/share/",
        leads.link_share,
        name="leads.link_share",
    ),
    path(
        "scans/<slug:edition>/by-link/<str:secret>/<slug:lead>/withdraw/",
        leads.link_withdraw,
        name="leads.link_withdraw",
    ),
]
