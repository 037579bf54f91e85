"""Registers the fair room."""

from django.apps import AppConfig


class FairConfig(AppConfig):
    name = "everfair.fair"
    label = "fair"
    default_auto_field = "django.db.models.BigAutoField"
