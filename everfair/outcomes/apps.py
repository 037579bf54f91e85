"""Registers the outcomes room."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "everfair.outcomes"
    label = "outcomes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from everfair.agreements.queries.chain import judges  # app ready
        from everfair.outcomes import receivers  # noqa: F401  # app ready
        from everfair.outcomes.queries.verifying import judge_outcomes  # app ready

        if judge_outcomes not in judges:
            judges.append(judge_outcomes)
