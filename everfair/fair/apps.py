"""Registers the fair room."""

from django.apps import AppConfig


class FairConfig(AppConfig):
    name = "everfair.fair"
    label = "fair"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from everfair.fair import receivers  # noqa: F401  (models must be loaded before signals are bound)
