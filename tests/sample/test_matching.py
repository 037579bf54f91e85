"""The sample's suggestions: the visitor has answered, a model is learned, and suggestions are ready."""

import pytest

from everfair.matchmaking.bridge import learning
from everfair.matchmaking.models import ModelVersion, Recommendation, Seeker
from everfair.sample.matching import load_matching
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_sector, make_team_member
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def test_the_visitor_has_answered_and_suggestions_are_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "FEWEST_RECORDS", 4)
    edition = make_edition(phase="live")
    for code in ("1.B.b", "9.A"):
        make_sector(edition, code=code)
    for number in range(3):
        firm = make_exhibitor(edition, state="published")
        make_offer(firm, title={"en": f"Hotel booking {number}", "zh": f"酒店预订 {number}"})
        make_offer(firm, title={"en": f"Translation {number}", "zh": f"翻译 {number}"})
    organiser, visitor = make_team_member(edition).user, make_user()
    load_matching(edition, by=organiser, visitor=visitor)
    seeker = Seeker.objects.get(user=visitor)
    assert seeker.answers["looks_for"]
    assert seeker.answers["sectors"] == ["1.B.b", "9.A"]
    assert seeker.is_shown
    assert ModelVersion.objects.get(edition=edition).is_active
    assert len(Recommendation.objects.get(seeker=seeker, kind="exhibitor").rows) == 3
