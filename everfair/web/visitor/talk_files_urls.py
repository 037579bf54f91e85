"""Addresses of what goes out of conversations, of blocks and notes of absence, below /en/my/conversations/."""

from django.urls import path

from everfair.web.visitor import talk_files, talk_manners

urlpatterns = [
    path("<slug:edition>/blocks/", talk_manners.block_list, name="conversations.block_list"),
    path(
        "<slug:edition>/blocks/<int:pk>/remove/", talk_manners.block_remove, name="conversations.block_remove"
    ),
    path("<slug:edition>/away/", talk_manners.away_edit, name="conversations.away_edit"),
    path("<slug:edition>/away/end/", talk_manners.away_end, name="conversations.away_end"),
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
