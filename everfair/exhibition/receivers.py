"""Answers to what the lower rooms announce, one action each."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from everfair.exhibition.actions import starting
from everfair.fair.models import Edition
from everfair.fair.signals import edition_created
from everfair.people.signals import organisation_saved


@receiver(organisation_saved, dispatch_uid="exhibition.follow_organisation")
def on_organisation_saved(organisation_id: int, **kwargs: Any) -> None:
    with transaction.atomic():
        starting.follow_organisation(organisation_id)


@receiver(edition_created, dispatch_uid="exhibition.start_edition")
def on_edition_created(
    edition: Edition,
    from_edition: Edition | None,
    carry: Collection[str],
    layout: Mapping[str, Any],
    **kwargs: Any,
) -> None:
    if layout:
        starting.lay_out_task_kinds(edition, layout.get("task_kinds", ()))
    if from_edition is not None and "questions" in carry:
        starting.carry_questions(from_edition, edition)
    if from_edition is not None and "task_kinds" in carry:
        starting.carry_task_kinds(from_edition, edition)
