"""Registers the registration room."""

from django.apps import AppConfig


class RegistrationConfig(AppConfig):
    name = "everfair.registration"
    label = "registration"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from everfair.registration import receivers  # noqa: F401  (models must be loaded before signals are bound)
