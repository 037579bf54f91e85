"""Registers the programme room."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "everfair.programme"
    label = "programme"
    default_auto_field = "django.db.models.BigAutoField"
