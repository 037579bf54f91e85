"""Registers the calls room."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "everfair.calls"
    label = "calls"
    default_auto_field = "django.db.models.BigAutoField"
