"""Tables of the matchmaking room."""

from everfair.matchmaking.models.interests import Act, Dismissal, Interest, Saved, Seeker
from everfair.matchmaking.models.matches import MatchRules, ModelVersion, Recommendation, Refresh, Shown
from everfair.matchmaking.models.needs import NEED_STEPS, Need, NeedAnswer, NeedAudience, NeedSector

__all__ = [
    "NEED_STEPS", "Act", "Dismissal", "Interest", "MatchRules", "ModelVersion", "Need", "NeedAnswer", "NeedAudience",
    "NeedSector", "Recommendation", "Refresh", "Saved", "Seeker", "Shown",
]  # fmt: skip
