"""Tables of the matchmaking room."""

from everfair.matchmaking.models.interests import Act, Dismissal, FirstAnswers, Interest, Saved, Seeker
from everfair.matchmaking.models.lists import NEED_LIST_STEPS, NeedList
from everfair.matchmaking.models.matches import MatchRules, ModelVersion, Recommendation, Refresh, Shown
from everfair.matchmaking.models.needs import NEED_STEPS, Need, NeedAnswer, NeedAudience, NeedSector

__all__ = [
    "NEED_LIST_STEPS", "NEED_STEPS", "Act", "Dismissal", "FirstAnswers", "Interest", "MatchRules", "ModelVersion", "Need",
    "NeedAnswer", "NeedAudience", "NeedList", "NeedSector", "Recommendation", "Refresh", "Saved", "Seeker", "Shown",
]  # fmt: skip
