"""A fair in which nothing happened for weeks: the index does not take itself for lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from everfair.base.changes import forget_changes, last_position, note_change
from everfair.search import actions


@pytest.mark.django_db(transaction=True)
def test_an_index_at_the_newest_change_is_not_lost_when_old_ones_are_forgotten() -> None:
    for key in range(3):
        note_change("a", key, None)
    position = last_position()
    forget_changes(timezone.now() + timedelta(days=1))
    assert last_position() == position
    assert actions._is_lost(position) is False
