"""The organiser's numbers: kept once, ranked anew after, versions made active, arms noted under the version they came from."""

from datetime import UTC, datetime
from typing import Any

import pytest

from everfair.base.models import AuditEntry
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.matchmaking.actions.recommending import note_shown
from everfair.matchmaking.actions.rules import activate_version, save_rules
from everfair.matchmaking.models import MatchRules, ModelVersion, Recommendation, Shown
from everfair.matchmaking.queries.outcomes import sign_test
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.matchmaking import make_seeker

pytestmark = pytest.mark.django_db
NOW, LATER = datetime(2026, 9, 1, 8, 0, tzinfo=UTC), datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def edition() -> Any:
    return make_edition()


def _version(edition: Any, number: int, is_active: bool = False) -> ModelVersion:
    return ModelVersion.objects.create(edition=edition, number=number, is_active=is_active)


def test_a_change_is_dated_and_saving_the_same_is_none(edition: Any) -> None:
    MatchRules.objects.create(edition=edition, changed_at=NOW)
    save_rules(edition, {"exposure": 50}, by=None, now=LATER)
    assert MatchRules.objects.get().changed_at == NOW
    save_rules(edition, {"exposure": 60}, by=None, now=LATER)
    assert MatchRules.objects.get().changed_at == LATER
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"exposure": 50}, {"exposure": 60})


def test_a_save_on_what_somebody_changed_is_refused(edition: Any) -> None:
    save_rules(edition, {"per_firm": 3, "version": 1}, by=None)
    with pytest.raises(EditedMeanwhile):
        save_rules(edition, {"per_firm": 4, "version": 1}, by=None)
    assert MatchRules.objects.get().per_firm == 3


@pytest.mark.parametrize("values", [{"exposure": 101}, {"per_firm": 0}, {"compares": 9}, {"compares": 1}])
def test_what_means_nothing_is_refused(edition: Any, values: dict[str, Any]) -> None:
    _version(edition, 1, is_active=True)
    with pytest.raises(Refused):
        save_rules(edition, values, by=None)
    assert not AuditEntry.objects.exists()


def test_a_version_of_another_edition_is_none_of_ours(edition: Any) -> None:
    _version(make_edition(), 7)
    with pytest.raises(Refused):
        activate_version(edition, 7, by=None)
    with pytest.raises(Refused):
        save_rules(edition, {"compares": 7}, by=None)


def test_one_version_is_active_at_a_time(edition: Any) -> None:
    _version(edition, 1, is_active=True)
    second = _version(edition, 2)
    activate_version(edition, 2, by=None)
    assert ModelVersion.objects.get(is_active=True) == second
    with pytest.raises(Refused):
        activate_version(edition, 2, by=None)


def test_each_arm_is_noted_under_the_version_it_came_from(edition: Any) -> None:
    first, second = _version(edition, 1, is_active=True), _version(edition, 2)
    save_rules(edition, {"compares": 2}, by=None)
    seeker = make_seeker(edition)
    rows = [[make_exhibitor(edition).pk, 0.5, arm] for arm in ("a", "b")]
    Recommendation.objects.create(seeker=seeker, kind="exhibitor", rows=rows, model=first)
    note_shown(seeker, "exhibitor", rows, now=NOW)
    assert dict(Shown.objects.values_list("arm", "model_id")) == {"a": first.pk, "b": second.pk}


def test_the_sign_test_is_that_of_a_fair_coin() -> None:
    assert sign_test(0, 0) == 1.0
    assert sign_test(5, 5) == 1.0
    assert sign_test(0, 5) == pytest.approx(2 / 32)
    assert sign_test(1, 11) == pytest.approx(2 * (1 + 12) / 4096)
    assert sign_test(450, 549) == pytest.approx(sign_test(549, 450))
    assert sign_test(460, 540) == pytest.approx(0.0124, abs=0.001)  # 1,000 throws: by the normal curve
