"""Registers the ground floor's tables."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "everfair.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"
