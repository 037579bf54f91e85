"""Registers the presence room."""

from django.apps import AppConfig


class PresenceConfig(AppConfig):
    name = "everfair.presence"
    label = "presence"
    default_auto_field = "django.db.models.BigAutoField"
