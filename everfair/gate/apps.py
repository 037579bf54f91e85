"""Registers the gate room."""

from django.apps import AppConfig


class GateConfig(AppConfig):
    name = "everfair.gate"
    label = "gate"
    default_auto_field = "django.db.models.BigAutoField"
