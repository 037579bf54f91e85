"""Registers the exhibition room."""

from django.apps import AppConfig


class ExhibitionConfig(AppConfig):
    name = "everfair.exhibition"
    label = "exhibition"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from everfair.exhibition import receivers  # noqa: F401  (models must be loaded before signals are bound)
