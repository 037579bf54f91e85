"""Registers the agreements room."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "everfair.agreements"
    label = "agreements"
    default_auto_field = "django.db.models.BigAutoField"
