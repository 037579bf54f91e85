"""Registers the meetings room."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "everfair.meetings"
    label = "meetings"
    default_auto_field = "django.db.models.BigAutoField"
