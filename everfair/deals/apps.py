"""Registers the deals room."""

from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "everfair.deals"
    label = "deals"
    default_auto_field = "django.db.models.BigAutoField"
