"""Which editions a firm is shown as open: not one that another of the same fair has followed."""

from datetime import timedelta

import pytest

from everfair.exhibition.queries.desk import open_editions
from tests.factories.fair import make_edition

pytestmark = pytest.mark.django_db


def test_an_edition_that_was_followed_is_not_offered_any_more() -> None:
    old = make_edition(phase="evergreen")
    assert list(open_editions()) == [old]
    later = {"starts_on": old.starts_on + timedelta(days=365), "ends_on": old.ends_on + timedelta(days=365)}
    new = make_edition(old.fair, phase="open", **later)
    assert list(open_editions()) == [new]


def test_an_evergreen_edition_stays_open_while_the_next_is_a_draft() -> None:
    old = make_edition(phase="evergreen")
    later = {"starts_on": old.starts_on + timedelta(days=365), "ends_on": old.ends_on + timedelta(days=365)}
    make_edition(old.fair, phase="draft", **later)
    assert list(open_editions()) == [old]
