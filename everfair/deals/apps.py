"""Registers the deals room."""

from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "everfair.deals"
    label = "deals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from everfair.deals import receivers  # noqa: F401  (models must be loaded before it is bound)
