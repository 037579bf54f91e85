"""What the room does when a lower room announces something: catalogue rows follow, editions get tasks."""

from datetime import date, timedelta
from typing import Any

import pytest

from everfair.base.models import Change
from everfair.exhibition.actions import applying
from everfair.exhibition.models import CatalogueEntry
from everfair.fair.actions.editions import create_edition
from everfair.people.actions import save_organisation
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_fair
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
VALUES = {
    "name": {"en": "Fair 2030"},
    "starts_on": date(2030, 9, 4),
    "ends_on": date(2030, 9, 9),
    "time_zone": "Asia/Shanghai",
}


def test_a_firms_new_name_and_country_reach_the_catalogue(django_capture_on_commit_callbacks: Any) -> None:
    exhibitor = make_exhibitor()
    draft = make_exhibitor(organisation=exhibitor.organisation, state="draft")
    with django_capture_on_commit_callbacks(execute=True):
        save_organisation(
            exhibitor.organisation, {"name": {"en": "Zeta", "zh": "泽塔"}, "country": "PE"}, by=None
        )
    entry = CatalogueEntry.objects.get(pk=exhibitor.pk)
    assert (entry.name_en, entry.country) == ("zeta", "PE")
    assert bytes.fromhex(entry.name_zh).decode("gb18030") == "泽塔"
    assert not CatalogueEntry.objects.filter(pk=draft.pk).exists()
    assert Change.objects.filter(topic="exhibition.exhibitor", key=exhibitor.pk).exists()


def test_a_services_edition_starts_with_its_tasks() -> None:
    edition = create_edition(make_fair(), VALUES, by=make_user(), template="services")
    tasks = list(edition.task_kinds.all())
    assert [task.check_name for task in tasks] == ["booth_complete", "has_offer", "has_document", "published"]
    assert tasks[0].due_on == edition.starts_on - timedelta(days=60)


def test_an_edition_made_from_an_earlier_one_takes_what_was_chosen() -> None:
    first = create_edition(make_fair(), VALUES, by=make_user(), template="services")
    applying.save_question(first, None, {"text": {"en": "How many?"}}, by=None)
    later = {**VALUES, "starts_on": date(2031, 9, 4), "ends_on": date(2031, 9, 9)}
    taken = create_edition(
        first.fair, later, by=make_user(), from_edition=first, carry=["questions", "task_kinds"]
    )
    assert taken.application_questions.count() == 1
    assert taken.task_kinds.count() == 4
    bare = create_edition(first.fair, {**later, "name": {"en": "Bare"}}, by=make_user(), from_edition=first)
    assert bare.application_questions.count() == bare.task_kinds.count() == 0
