"""Addresses of conversations, below /en/my/conversations/."""

from django.urls import path

from everfair.web.visitor import talks, talks_begin, talks_deeds

urlpatterns = [
    path("", talks.conversation_home, name="conversations.conversation_home"),
    path("unread/", talks.unread_count, name="conversations.unread_home"),
    path("<slug:edition>/", talks.conversation_list, name="conversations.conversation_list"),
    path("<slug:edition>/new/", talks_begin.conversation_begin, name="conversations.conversation_begin"),
    path("<slug:edition>/unread/", talks.unread_count, name="conversations.unread_count"),
    path("<slug:edition>/<slug:code>/", talks.conversation_show, name="conversations.conversation_show"),
    path("<slug:edition>/<slug:code>/say/", talks.message_send, name="conversations.message_send"),
    path(
        "<slug:edition>/<slug:code>/messages/<int:number>/",
        talks_deeds.message_show,
        name="conversations.message_show",
    ),
    path(
        "<slug:edition>/<slug:code>/do/<slug:deed>/",
        talks_deeds.conversation_change,
        name="conversations.conversation_change",
    ),
]
