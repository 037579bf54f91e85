"""Registers the programme room."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "everfair.programme"
    label = "programme"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from everfair.programme import receivers, tasks  # noqa: F401  (models must be loaded before signals are bound)
