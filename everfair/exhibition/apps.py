"""Registers the exhibition room."""

from django.apps import AppConfig


class ExhibitionConfig(AppConfig):
    name = "everfair.exhibition"
    label = "exhibition"
    default_auto_field = "django.db.models.BigAutoField"
