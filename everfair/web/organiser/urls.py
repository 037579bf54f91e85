"""Addresses of the organiser pages."""

from django.urls import URLPattern, URLResolver, include, path

from everfair.web.organiser import deals, outcomes_totals, search
from everfair.web.organiser.exhibition import asking, recruiting, review, table
from everfair.web.organiser.fair import areas, editions, kinds, team
from everfair.web.organiser.programme import delegations as delegation_sessions
from everfair.web.organiser.registration import groups

app_name = "organiser"

delegation_desk = [
    path("outcomes/", outcomes_totals.delegation_outcomes, name="outcomes.delegation_outcomes"),
    path("outcomes.<slug:kind>", outcomes_totals.delegation_export, name="outcomes.delegation_export"),
    path("", recruiting.delegation_show, name="fair.delegation_desk"),
    path("deals/", deals.delegation_deals, name="deals.delegation_deals"),
    path("invite/", recruiting.firm_invite, name="exhibition.firm_invite"),
    path("people/", groups.delegation_people, name="registration.delegation_people"),
    path(
        "people/<slug:person>/cancel/",
        groups.delegation_person_cancel,
        name="registration.delegation_person_cancel",
    ),
    path("firms/<slug:firm>/", review.firm_show, name="exhibition.firm_show"),
    path("firms/<slug:firm>/decide/", review.firm_decide, name="exhibition.firm_decide"),
    path("sessions/", delegation_sessions.session_list, name="programme.delegation_session_list"),
    path("sessions/new/", delegation_sessions.session_create, name="programme.delegation_session_create"),
    path(
        "sessions/<slug:session>/",
        delegation_sessions.session_edit,
        name="programme.delegation_session_edit",
    ),
    path(
        "sessions/<slug:session>/withdraw/",
        delegation_sessions.session_withdraw,
        name="programme.delegation_session_withdraw",
    ),
    path(
        "sessions/<slug:session>/links/",
        delegation_sessions.session_links,
        name="programme.delegation_session_links",
    ),
    path(
        "sessions/<slug:session>/materials/",
        delegation_sessions.material_add,
        name="programme.delegation_material_add",
    ),
    path(
        "sessions/<slug:session>/materials/<int:pk>/remove/",
        delegation_sessions.material_remove,
        name="programme.delegation_material_remove",
    ),
]

exhibition = [
    path("exhibitors/", table.exhibitor_list, name="exhibition.exhibitor_list"),
    path("exhibitors/new/", recruiting.exhibitor_create, name="exhibition.exhibitor_create"),
    path("exhibitors/change/", table.exhibitor_change, name="exhibition.exhibitor_change"),
    path("exhibitors/undo/<slug:key>/", table.change_undo, name="exhibition.change_undo"),
    path("exhibitors.csv", table.exhibitor_csv, name="exhibition.exhibitor_csv"),
    path("exhibitors.xlsx", table.exhibitor_xlsx, name="exhibition.exhibitor_xlsx"),
    path("queue/", review.queue_list, name="exhibition.queue_list"),
    path("review/<slug:code>/", review.review_show, name="exhibition.review_show"),
    path("review/<slug:code>/decide/", review.review_decide, name="exhibition.review_decide"),
    path("review/<slug:code>/stand/", review.review_stand, name="exhibition.review_stand"),
    path("questions/", asking.question_list, name="exhibition.question_list"),
    path("questions/new/", asking.question_create, name="exhibition.question_create"),
    path("questions/<int:pk>/", asking.question_edit, name="exhibition.question_edit"),
    path("tasks/", asking.task_list, name="exhibition.task_list"),
    path("tasks/new/", asking.task_create, name="exhibition.task_create"),
    path("tasks/<int:pk>/", asking.task_edit, name="exhibition.task_edit"),
    path("tasks/<int:pk>/remove/", asking.task_remove, name="exhibition.task_remove"),
]

fair = [
    path("", editions.edition_show, name="fair.edition_show"),
    path("settings/", editions.edition_edit, name="fair.edition_edit"),
    path("delete/", editions.edition_remove, name="fair.edition_remove"),
    path("phase/", editions.phase_change, name="fair.phase_change"),
    path("areas/", areas.area_list, name="fair.area_list"),
    path("areas/new/", areas.area_create, name="fair.area_create"),
    path("areas/<slug:code>/edit/", areas.area_edit, name="fair.area_edit"),
    path("areas/<slug:code>/remove/", areas.area_remove, name="fair.area_remove"),
    path("areas/<slug:code>/places/", areas.place_list, name="fair.place_list"),
    path("areas/<slug:code>/places/new/", areas.place_create, name="fair.place_create"),
    path("areas/<slug:code>/places/<int:pk>/", areas.place_edit, name="fair.place_edit"),
    path("areas/<slug:code>/places/<int:pk>/remove/", areas.place_remove, name="fair.place_remove"),
    path("sectors/", kinds.sector_list, name="fair.sector_list"),
    path("sectors/lay-out/", kinds.sector_lay_out, name="fair.sector_lay_out"),
    path("sectors/<int:pk>/", kinds.sector_edit, name="fair.sector_edit"),
    path("sectors/<int:pk>/remove/", kinds.sector_remove, name="fair.sector_remove"),
    path("kinds/", kinds.kind_list, name="fair.kind_list"),
    path("kinds/<slug:part>/<int:pk>/", kinds.kind_edit, name="fair.kind_edit"),
    path("kinds/<slug:part>/<int:pk>/remove/", kinds.kind_remove, name="fair.kind_remove"),
    path("delegations/", team.delegation_list, name="fair.delegation_list"),
    path("delegations/<slug:code>/", team.delegation_edit, name="fair.delegation_edit"),
    path("delegations/<slug:code>/remove/", team.delegation_remove, name="fair.delegation_remove"),
    path(
        "delegations/<slug:code>/people/<int:pk>/remove/",
        team.delegation_member_remove,
        name="fair.delegation_member_remove",
    ),
    path("team/", team.team_list, name="fair.team_list"),
    path("team/<int:pk>/", team.team_edit, name="fair.team_edit"),
    path("team/<int:pk>/remove/", team.team_remove, name="fair.team_remove"),
    path("log/", team.log_list, name="fair.log_list"),
    path("log.csv", team.log_csv, name="fair.log_csv"),
]

finding: list[URLPattern | URLResolver] = [
    path("synonyms/", search.synonym_list, name="search.synonym_list"),
    path("synonyms.csv", search.synonym_csv, name="search.synonym_csv"),
    path("synonyms/built-in/", search.synonym_adapt, name="search.synonym_adapt"),
    path("synonyms/switch/", search.synonym_switch, name="search.synonym_switch"),
    path("synonyms/<int:pk>/", search.synonym_edit, name="search.synonym_edit"),
    path("synonyms/<int:pk>/remove/", search.synonym_remove, name="search.synonym_remove"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", editions.edition_list, name="fair.edition_list"),
    path("new/", editions.edition_create, name="fair.edition_create"),
    path("delegations/<slug:code>/", include(delegation_desk)),
    path("<slug:edition>/imports/", include("everfair.web.organiser.imports_urls")),
    path("<slug:edition>/programme/", include("everfair.web.organiser.programme.urls")),
    path("<slug:edition>/badges/", include("everfair.web.organiser.badges_urls")),
    path("<slug:edition>/gate/", include("everfair.web.organiser.gate.urls")),
    path("<slug:edition>/meetings/", include("everfair.web.organiser.meetings.urls")),
    path("<slug:edition>/needs/", include("everfair.web.organiser.needs_urls")),
    path("<slug:edition>/outcomes/", include("everfair.web.organiser.outcomes_urls")),
    path("<slug:edition>/conversations/", include("everfair.web.organiser.talks_urls")),
    path("<slug:edition>/deals/", include("everfair.web.organiser.deals_urls")),
    path("<slug:edition>/matching/", include("everfair.web.organiser.matching_urls")),
    path("<slug:edition>/", include("everfair.web.organiser.registration.urls")),
    path("<slug:edition>/", include([*fair, *exhibition, *finding])),
]
