"""Registers the matchmaking room."""

from django.apps import AppConfig


class MatchmakingConfig(AppConfig):
    name = "everfair.matchmaking"
    label = "matchmaking"
    default_auto_field = "django.db.models.BigAutoField"
