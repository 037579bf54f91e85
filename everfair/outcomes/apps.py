"""Registers the outcomes room."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "everfair.outcomes"
    label = "outcomes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from everfair.outcomes import receivers  # noqa: F401  # app ready
