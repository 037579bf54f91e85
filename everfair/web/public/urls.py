"""Addresses of the public pages, below /en/ and /zh/."""

from django.urls import include, path

from everfair.web.public import (
    agreements,
    exhibition,
    fair,
    feeds,
    here,
    needs,
    outcomes,
    outcomes_data,
    search,
)
from everfair.web.public.programme.calendars import own_calendar
from everfair.web.public.registration import entry, own, questions

app_name = "public"
urlpatterns = [
    path("", fair.home, name="fair.home"),
    path("editions/", fair.edition_list, name="fair.edition_list"),
    path("style/", fair.style_guide, name="fair.style_guide"),
    path("chain/", agreements.chain_show, name="agreements.chain_show"),
    path("chain/entries.jsonl", agreements.chain_lines, name="agreements.chain_lines"),
    path("chain/heads.<slug:kind>", agreements.chain_export, name="agreements.chain_export"),
    path("<slug:edition>/", fair.front, name="fair.front"),
    path("<slug:edition>/about/", fair.about, name="fair.about"),
    path("<slug:edition>/halls/", exhibition.hall_list, name="exhibition.hall_list"),
    path("<slug:edition>/halls/<slug:area>/", exhibition.hall, name="exhibition.hall"),
    path("<slug:edition>/booths/<slug:address>/", exhibition.booth, name="exhibition.booth"),
    path("<slug:edition>/here/<slug:place>/", here.here_now, name="presence.here_now"),
    path("<slug:edition>/offers/<slug:address>/", exhibition.offer, name="exhibition.offer"),
    path("<slug:edition>/needs/", needs.need_list, name="matchmaking.need_list"),
    path("<slug:edition>/needs.atom", needs.need_feed, name="matchmaking.need_feed"),
    path("<slug:edition>/needs.<slug:kind>", needs.need_export, name="matchmaking.need_export"),
    path("<slug:edition>/needs/<slug:address>/", needs.need_show, name="matchmaking.need_show"),
    path("<slug:edition>/outcomes/", outcomes.outcome_list, name="outcomes.outcome_list"),
    path("<slug:edition>/outcomes/rules/", outcomes.rules, name="outcomes.rules"),
    path("<slug:edition>/outcomes.<slug:kind>", outcomes_data.open_data, name="outcomes.open_data"),
    path("<slug:edition>/outcomes/<slug:code>/", outcomes.outcome_show, name="outcomes.outcome_show"),
    path(
        "<slug:edition>/outcomes/<slug:code>.json", outcomes_data.outcome_json, name="outcomes.outcome_json"
    ),
    path(
        "<slug:edition>/outcomes/<slug:code>/evidence/<int:pk>/",
        outcomes.evidence_file,
        name="outcomes.evidence_file",
    ),
    path("<slug:edition>/search/", search.results, name="search.results"),
    path("<slug:edition>/suggest/", search.suggest, name="search.suggest"),
    path("<slug:edition>/new.atom", feeds.new_booths, name="feeds.new_booths"),
    path("<slug:edition>/register/", entry.kind_list, name="registration.kind_list"),
    path("<slug:edition>/register/<slug:kind>/", entry.register_person, name="registration.register"),
    path("<slug:edition>/registration/", entry.link_again, name="registration.link_again"),
    path("<slug:edition>/registration/<slug:secret>/", own.own_show, name="registration.own_show"),
    path("<slug:edition>/registration/<slug:secret>/change/", own.own_change, name="registration.own_change"),
    path(
        "<slug:edition>/registration/<slug:secret>/agree/", own.own_consents, name="registration.own_consents"
    ),
    path(
        "<slug:edition>/registration/<slug:secret>/questions/",
        questions.own_questions,
        name="registration.own_questions",
    ),
    path("<slug:edition>/registration/<slug:secret>/cancel/", own.own_cancel, name="registration.own_cancel"),
    path("<slug:edition>/registration/<slug:secret>/badge/", include("everfair.web.visitor.badge_urls")),
    path(
        "<slug:edition>/registration/<slug:secret>/data.json", own.own_export, name="registration.own_export"
    ),
    path("<slug:edition>/invited/<slug:secret>/", own.invited, name="registration.invited"),
    path("calendar/<str:secret>.ics", own_calendar, name="programme.own_calendar"),
    path("<slug:edition>/", include("everfair.web.public.programme.urls")),
]
