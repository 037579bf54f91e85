"""Registers the registration room."""

from django.apps import AppConfig


class RegistrationConfig(AppConfig):
    name = "everfair.registration"
    label = "registration"
    default_auto_field = "django.db.models.BigAutoField"
