"""Addresses of a firm's matches, below /en/booth-desk/<code>/matches/."""

from django.urls import path, re_path

from everfair.web.exhibitor import matching

DEED = r"^(?P<deed>save|drop|dismiss|looked)/(?P<kind>[a-z]+)/(?P<thing>[-\w]+)/$"
KEPT_FILE = r"^(?P<which>saved|aside)\.(?P<form>csv|xlsx)$"
urlpatterns = [
    path("", matching.match_list, name="matchmaking.match_list"),
    path("saved/", matching.saved_list, name="matchmaking.saved_list"),
    re_path(KEPT_FILE, matching.kept_export, name="matchmaking.kept_export"),
    path("saved/<int:pk>/remove/", matching.saved_remove, name="matchmaking.saved_remove"),
    path("aside/", matching.aside_list, name="matchmaking.aside_list"),
    path("aside/<int:pk>/back/", matching.aside_back, name="matchmaking.aside_back"),
    path("interests/", matching.interest_list, name="matchmaking.interest_list"),
    path("interests/switch/", matching.learning_switch, name="matchmaking.learning_switch"),
    path("interests/letters/", matching.digest_switch, name="matchmaking.digest_switch"),
    path(
        "interests/<int:pk>/remove/",
        matching.interest_remove,
        name="matchmaking.interest_remove",
    ),
    path("open/<slug:kind>/<slug:thing>/", matching.match_open, name="matchmaking.match_open"),
    re_path(DEED, matching.match_deed, name="matchmaking.match_deed"),
]
