"""Registers the people room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "everfair.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from everfair.people import receivers  # noqa: F401  (models must be loaded before signals are bound)
