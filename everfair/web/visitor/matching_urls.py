"""Addresses of a person's own matches, below /en/my/matches/."""

from django.urls import path, re_path

from everfair.web.visitor import matching

DEED = r"^(?P<edition>[-\w]+)/(?P<deed>save|drop|dismiss|looked)/(?P<kind>[a-z]+)/(?P<code>[-\w]+)/$"
KEPT_FILE = r"^(?P<edition>[-\w]+)/(?P<which>saved|aside)\.(?P<form>csv|xlsx)$"
urlpatterns = [
    path("", matching.match_home, name="matchmaking.match_home"),
    path("digest/<str:secret>/", matching.digest_end, name="matchmaking.digest_end"),
    path("<slug:edition>/", matching.match_list, name="matchmaking.match_list"),
    path("<slug:edition>/saved/", matching.saved_list, name="matchmaking.saved_list"),
    re_path(KEPT_FILE, matching.kept_export, name="matchmaking.kept_export"),
    path("<slug:edition>/saved/<int:pk>/remove/", matching.saved_remove, name="matchmaking.saved_remove"),
    path("<slug:edition>/aside/", matching.aside_list, name="matchmaking.aside_list"),
    path("<slug:edition>/aside/<int:pk>/back/", matching.aside_back, name="matchmaking.aside_back"),
    path("<slug:edition>/interests/", matching.interest_list, name="matchmaking.interest_list"),
    path("<slug:edition>/interests/switch/", matching.learning_switch, name="matchmaking.learning_switch"),
    path("<slug:edition>/interests/letters/", matching.digest_switch, name="matchmaking.digest_switch"),
    path(
        "<slug:edition>/interests/<int:pk>/remove/",
        matching.interest_remove,
        name="matchmaking.interest_remove",
    ),
    path("<slug:edition>/open/<slug:kind>/<slug:code>/", matching.match_open, name="matchmaking.match_open"),
    re_path(DEED, matching.match_deed, name="matchmaking.match_deed"),
]
