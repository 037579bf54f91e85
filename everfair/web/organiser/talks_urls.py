"""Addresses of conversations at the organiser's desk, below /en/desk/<edition>/conversations/. No thread among them."""

from django.urls import path

from everfair.web.organiser import talk_rules, talks

urlpatterns = [
    path("", talks.report_list, name="conversations.report_list"),
    path("reports.<slug:kind>", talks.report_export, name="conversations.report_export"),
    path("reports/<slug:code>/", talks.report_show, name="conversations.report_show"),
    path("reports/<slug:code>/decide/", talks.report_decide, name="conversations.report_decide"),
    path("reports/<slug:code>/silence/", talks.report_silence, name="conversations.report_silence"),
    path("silenced/", talks.silenced_list, name="conversations.silenced_list"),
    path("silenced.<slug:kind>", talks.silenced_export, name="conversations.silenced_export"),
    path("silenced/<int:pk>/end/", talks.silenced_end, name="conversations.silenced_end"),
    path("help-desk/", talk_rules.help_desk_list, name="conversations.help_desk_list"),
    path("help-desk/<int:pk>/remove/", talk_rules.help_desk_remove, name="conversations.help_desk_remove"),
    path("rules/", talk_rules.rules_edit, name="conversations.rules_edit"),
]
