"""Registers the matchmaking room."""

from django.apps import AppConfig


class MatchmakingConfig(AppConfig):
    name = "everfair.matchmaking"
    label = "matchmaking"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from everfair.matchmaking import receivers  # noqa: F401  (models must be loaded before it is bound)
