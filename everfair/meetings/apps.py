"""Registers the meetings room."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "everfair.meetings"
    label = "meetings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Answer the rooms below; tell matchmaking whom the organiser keeps apart."""
        from everfair.matchmaking.queries import apart  # models are ready only now
        from everfair.meetings import receivers  # noqa: F401  (models must be loaded before signals are bound)
        from everfair.meetings.queries.apart import pairs_kept_apart  # models are ready only now

        apart.sources.append(pairs_kept_apart)
