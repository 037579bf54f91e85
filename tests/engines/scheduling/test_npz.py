"""The arrays of the generator become a problem; what is missing or wrong is named."""

from typing import Any

import numpy as np
import pytest

from everfair.engines.scheduling.npz import NpzError, read_npz
from everfair.engines.scheduling.types import Aim


def _arrays(**other: Any) -> dict[str, Any]:
    arrays = {
        "P": np.int64(3),
        "T": np.int64(2),
        "a": np.array([0, 1]),
        "b": np.array([1, 2]),
        "w": np.array([5, 7]),
        "avail": np.array([3, 1, 2], np.uint64),
        "cap": np.array([2, 1, 1]),
        "L": np.array([1, 2]),
    }
    return {name: value for name, value in (arrays | other).items() if value is not None}


def test_bits_are_slots_and_weights_choose() -> None:
    made = read_npz(_arrays())
    assert made.people.free.tolist() == [[True, True], [True, False], [False, True]]
    assert made.places.capacity.tolist() == [[1, 2]]
    assert made.people.most.tolist() == [2, 1, 1]
    assert made.rules.aim is Aim.CHOOSE


def test_equal_weights_of_one_mean_that_all_are_placed() -> None:
    assert read_npz(_arrays(w=np.array([1, 1]))).rules.aim is Aim.PLACE_ALL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("L", None),
        ("P", np.int64(0)),
        ("T", np.int64(65)),
        ("b", np.array([1, 3])),
        ("a", np.array([-1, 1])),
        ("w", np.array([5])),
        ("w", np.array([5, -7])),
        ("avail", np.array([3, 1], np.uint64)),
        ("cap", np.array([2, 1])),
    ],
)
def test_what_is_wrong_is_named(name: str, value: Any) -> None:
    with pytest.raises(NpzError) as told:
        read_npz(_arrays(**{name: value}))
    assert told.value.name == name
