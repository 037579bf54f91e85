"""Registers the conversations room."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "everfair.conversations"
    label = "conversations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from everfair.conversations import receivers  # noqa: F401  (models must be loaded before it is bound)
        from everfair.conversations.queries.blocks import pairs_blocked  # app ready
        from everfair.matchmaking.queries import apart  # app ready

        apart.sources.append(pairs_blocked)
