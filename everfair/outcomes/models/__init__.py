"""Tables of the outcomes room."""

from everfair.outcomes.models.follow_ups import FollowUp, FollowUpAnswer
from everfair.outcomes.models.outcomes import (
    FIELDS,
    OUTCOME_STEPS,
    Evidence,
    Outcome,
    OutcomeParty,
    OutcomeVersion,
)
from everfair.outcomes.models.totals import EarlierTotal

__all__ = [
    "FIELDS", "OUTCOME_STEPS", "EarlierTotal", "Evidence", "FollowUp", "FollowUpAnswer", "Outcome", "OutcomeParty",
    "OutcomeVersion",
]  # fmt: skip
