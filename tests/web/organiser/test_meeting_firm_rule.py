"""The organiser says whom firms may ask: saved, refused in words, and two who save at once see each other."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from everfair.meetings.actions.firm_rules import save_firm_rule
from everfair.meetings.models import FirmRule
from tests.factories.fair import make_edition, make_team_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Any:
    return make_edition()


@pytest.fixture
def page(edition: Any, client: Client) -> str:
    client.force_login(make_team_member(edition).user)
    return reverse("organiser:meetings.firm_rule_edit", args=[edition.slug])


def test_saved_and_shown_again(client: Client, edition: Any, page: str) -> None:
    assert 'value="known" selected' in client.get(page).text
    told = client.post(page, {"reach": "listed", "most_sent": "40", "version": "0"})
    assert told.status_code == 302
    row = FirmRule.objects.get(edition=edition)
    assert (row.reach, row.most_sent) == ("listed", 40)
    shown = client.get(page).text
    assert 'value="listed" selected' in shown
    assert 'value="40"' in shown


def test_nonsense_is_refused_at_its_field(client: Client, edition: Any, page: str) -> None:
    for data in ({"reach": "everybody"}, {"reach": "known", "most_sent": "0"}):
        assert client.post(page, {"version": "0", **data}).status_code == 422
    assert not FirmRule.objects.exists()


def test_who_saved_meanwhile_is_not_overwritten(client: Client, edition: Any, page: str) -> None:
    save_firm_rule(edition, {"reach": "nobody", "most_sent": None}, by=None)
    told = client.post(page, {"reach": "registered", "version": "0"})
    assert told.status_code == 422
    assert "Somebody else changed this rule meanwhile." in told.text
    assert FirmRule.objects.get().reach == "nobody"
