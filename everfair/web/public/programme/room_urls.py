"""Addresses of a session's room and its moderators' page, below the session's own."""

from django.urls import path

from everfair.web.public.programme import moderating, room

urlpatterns = [
    path("room/", room.room, name="programme.room"),
    path("room/ask/", room.question_ask, name="programme.question_ask"),
    path("room/questions/<slug:key>/vote/", room.question_vote, name="programme.question_vote"),
    path("room/polls/<slug:key>/vote/", room.poll_vote, name="programme.poll_vote"),
    path("moderate/", moderating.moderate, name="programme.moderate"),
    path("moderate/asking/", moderating.asking_set, name="programme.asking_set"),
    path("moderate/questions/<slug:key>/", moderating.question_set, name="programme.question_set"),
    path("moderate/polls/new/", moderating.poll_create, name="programme.poll_create"),
    path("moderate/polls/<slug:key>/", moderating.poll_edit, name="programme.poll_edit"),
    path("moderate/polls/<slug:key>/set/", moderating.poll_set, name="programme.poll_set"),
]
