"""Addresses of conversations, below /en/my/conversations/."""

from django.urls import path

from everfair.web.visitor import talks

urlpatterns = [
    path("", talks.conversation_home, name="conversations.conversation_home"),
    path("<slug:edition>/", talks.conversation_list, name="conversations.conversation_list"),
    path("<slug:edition>/new/", talks.conversation_begin, name="conversations.conversation_begin"),
    path("<slug:edition>/<slug:code>/", talks.conversation_show, name="conversations.conversation_show"),
    path("<slug:edition>/<slug:code>/say/", talks.message_send, name="conversations.message_send"),
    path(
        "<slug:edition>/<slug:code>/close/", talks.conversation_close, name="conversations.conversation_close"
    ),
    path(
        "<slug:edition>/<slug:code>/reopen/",
        talks.conversation_reopen,
        name="conversations.conversation_reopen",
    ),
]
