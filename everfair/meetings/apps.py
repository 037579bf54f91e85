"""Registers the meetings room."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "everfair.meetings"
    label = "meetings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the room below whom the organiser keeps apart."""
        from everfair.matchmaking.queries import apart  # models are ready only now
        from everfair.meetings.queries.apart import pairs_kept_apart  # models are ready only now

        apart.sources.append(pairs_kept_apart)
