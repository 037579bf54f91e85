"""The sample's outcomes: of every class, most public, some in each state, older ones with answers; all say they are made up."""

import pytest
from django.utils import timezone

from everfair.agreements.models import ChainEntry
from everfair.fair.models import Edition
from everfair.outcomes.models import Outcome
from everfair.outcomes.queries.following import standing_counts
from everfair.outcomes.queries.totals import earlier_of
from everfair.outcomes.queries.verifying import judge_outcomes
from everfair.sample.load import load_sample

pytestmark = pytest.mark.django_db


OTHERS = (
    "programme", "room", "registration", "gate", "leads", "meetings", "needs", "conversations", "matching", "deals",
)  # fmt: skip


def test_outcomes_of_every_class_and_state(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OTHERS:  # firms and editions are enough
        monkeypatch.setattr(f"everfair.sample.load.load_{name}", lambda *args, **kwargs: 0)
    edition = load_sample()
    rows = Outcome.objects.filter(edition=edition)
    assert rows.count() >= 20
    assert set(rows.filter(state="published").values_list("kind__code", flat=True)) == set(
        edition.outcome_classes.values_list("code", flat=True)
    )
    assert set(rows.values_list("state", flat=True)) == set(Outcome.State.values)
    for row in rows:
        assert set(row.title) == set(row.summary) == {"en", "zh"}
        assert "Made up" in row.summary["en"]
    former = Edition.objects.exclude(pk=edition.pk).get()
    assert standing_counts(former.pk)[6]["in_force"] >= 1
    assert earlier_of(edition)
    moments = list(ChainEntry.objects.order_by("number").values_list("at", flat=True))
    assert len(moments) > 20
    assert moments == sorted(moments)  # the former edition's first: a chain grows in the order of time
    assert moments[-1] <= timezone.now()
    assert not judge_outcomes()[1]
