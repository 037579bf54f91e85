"""State charts: the step that is there, the sentence for the one that is not, and where a role may go."""

import pytest

from everfair.base.charts import IllegalChange, chart, require_step, targets

STEPS = chart([("draft", "sent", "author"), ("sent", "done", "judge head"), ("sent", "draft", "author head")])


def test_a_step_names_its_roles() -> None:
    assert require_step(STEPS, "sent", "done", {}).roles == {"judge", "head"}


@pytest.mark.parametrize(
    ("source", "target"), [("draft", "done"), ("done", "draft"), ("draft", "draft"), ("x", "y")]
)
def test_a_step_that_is_not_there_raises_with_both_names(source: str, target: str) -> None:
    labels = {"draft": "not sent", "done": "finished"}
    with pytest.raises(IllegalChange) as caught:
        require_step(STEPS, source, target, labels)
    assert labels.get(source, source) in str(caught.value)
    assert labels.get(target, target) in str(caught.value)


def test_targets_follow_roles() -> None:
    assert targets(STEPS, "sent", ["author"]) == ["draft"]
    assert sorted(targets(STEPS, "sent", ["head"])) == ["done", "draft"]
    assert targets(STEPS, "sent", []) == []
    assert targets(STEPS, "done", ["head"]) == []
