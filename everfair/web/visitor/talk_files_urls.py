"""Addresses of what goes out of conversations, below /en/my/conversations/."""

from django.urls import path

from everfair.web.visitor import talk_files

urlpatterns = [
    path(
        "<slug:edition>/conversations.zip",
        talk_files.conversations_export,
        name="conversations.conversations_export",
    ),
    path("<slug:edition>/<slug:code>/files/<int:pk>/", talk_files.file_show, name="conversations.file_show"),
    path(
        "<slug:edition>/<slug:code>.<slug:kind>",
        talk_files.conversation_export,
        name="conversations.conversation_export",
    ),
]
