"""Addresses of the public pages, below /en/ and /zh/."""

from django.urls import path

from everfair.web.public import exhibition, fair, feeds, search
from everfair.web.public.registration import own

app_name = "public"
urlpatterns = [
    path("", fair.home, name="fair.home"),
    path("editions/", fair.edition_list, name="fair.edition_list"),
    path("style/", fair.style_guide, name="fair.style_guide"),
    path("<slug:edition>/", fair.front, name="fair.front"),
    path("<slug:edition>/about/", fair.about, name="fair.about"),
    path("<slug:edition>/halls/", exhibition.hall_list, name="exhibition.hall_list"),
    path("<slug:edition>/halls/<slug:area>/", exhibition.hall, name="exhibition.hall"),
    path("<slug:edition>/booths/<slug:address>/", exhibition.booth, name="exhibition.booth"),
    path("<slug:edition>/offers/<slug:address>/", exhibition.offer, name="exhibition.offer"),
    path("<slug:edition>/search/", search.results, name="search.results"),
    path("<slug:edition>/suggest/", search.suggest, name="search.suggest"),
    path("<slug:edition>/new.atom", feeds.new_booths, name="feeds.new_booths"),
    path("<slug:edition>/registration/<str:secret>/", own.own_show, name="registration.own_show"),
    path("<slug:edition>/invited/<str:secret>/", own.invited, name="registration.invited"),
]
