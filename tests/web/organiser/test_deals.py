"""Stages and numbers of deals at the organiser's desk and a delegation's. No negotiation is opened from here."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from everfair.deals.actions.stages import stages_of
from everfair.deals.models import DealStage
from everfair.web.organiser.events import SENTENCES
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_delegation, make_edition, make_team_member
from tests.factories.people import make_user

ACTIONS = Path(__file__).resolve().parents[3] / "everfair" / "deals" / "actions"


def desk(edition: Any) -> Client:
    administrator = make_user()
    make_team_member(edition, administrator, "administrator")
    client = Client()
    client.force_login(administrator)
    return client


def at(edition: Any, name: str, **more: Any) -> str:
    return reverse(f"organiser:deals.{name}", kwargs={"edition": edition.slug, **more})


@pytest.mark.django_db
def test_a_stage_is_added_renamed_moved_and_removed() -> None:
    edition = make_edition()
    client = desk(edition)
    client.post(at(edition, "stage_list"), {"name_en": "Sample sent", "name_zh": "已寄样"})
    added = DealStage.objects.get(name__en="Sample sent")
    client.post(at(edition, "stage_edit", stage=added.code), {"name_en": "Sampled", "name_zh": "已寄样"})
    client.post(at(edition, "stage_move", stage=added.code), {"to": "up"})
    added.refresh_from_db()
    assert added.name["en"] == "Sampled"
    assert [one.code for one in stages_of(edition)][-2] == added.code
    client.post(at(edition, "stage_remove", stage=added.code))
    assert not DealStage.objects.filter(pk=added.pk).exists()
    assert client.post(at(edition, "stage_move", stage="new"), {"to": "moon"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_stage_without_a_name_or_with_a_long_one_is_refused(name: str) -> None:
    edition = make_edition()
    answer = desk(edition).post(at(edition, "stage_list"), {"name_en": name})
    assert answer.status_code == 422
    assert len(stages_of(edition)) == 5


@pytest.mark.django_db
def test_another_editions_stage_is_not_here_and_a_used_one_stays() -> None:
    edition = make_edition()
    foreign = stages_of(make_edition())[0]
    client = desk(edition)
    foreign_code = DealStage.objects.filter(pk=foreign.pk)
    foreign_code.update(code="elsewhere")
    assert client.get(at(edition, "stage_edit", stage="elsewhere")).status_code == 404
    used = stages_of(edition)[1]
    make_negotiation(make_inquiry(edition), stage=used, has_conversation=False)
    client.post(at(edition, "stage_remove", stage=used.code))
    assert DealStage.objects.filter(pk=used.pk).exists()


@pytest.mark.django_db
def test_numbers_are_told_and_titles_are_not() -> None:
    edition = make_edition()
    delegation = make_delegation(edition, member := make_user())
    firms = [make_exhibitor(edition, delegation=delegation) for _ in range(3)]
    for number in range(6):
        inquiry = make_inquiry(edition, title="Secret cranes")
        make_negotiation(inquiry, firms[number % 3], has_conversation=False, stage=stages_of(edition)[0])
    client = desk(edition)
    body = client.get(at(edition, "deal_show")).content.decode()
    assert "<b>6</b>" in body
    assert "Secret" not in body
    file = b"".join(client.get(at(edition, "deal_export", kind="csv")).streaming_content).decode()  # type: ignore[attr-defined]
    assert "6" in file
    assert client.get(at(edition, "deal_export", kind="xlsx")).status_code == 200
    own = Client()
    own.force_login(member)
    body = own.get(reverse("organiser:deals.delegation_deals", args=[delegation.code])).content.decode()
    assert "<b>6</b>" in body
    assert "Secret" not in body


@pytest.mark.django_db
def test_one_firms_numbers_are_not_told_to_its_delegation() -> None:
    edition = make_edition()
    delegation = make_delegation(edition, member := make_user())
    firm = make_exhibitor(edition, delegation=delegation)
    for _ in range(7):
        make_negotiation(make_inquiry(edition), firm, has_conversation=False)
    own = Client()
    own.force_login(member)
    body = own.get(reverse("organiser:deals.delegation_deals", args=[delegation.code])).content.decode()
    assert "<b>7</b>" not in body
    assert "<b>–</b>" in body


def test_every_event_of_the_room_has_words() -> None:
    names = ("inquiries", "sending", "negotiations", "stages")
    written = "".join((ACTIONS / f"{name}.py").read_text(encoding="utf-8") for name in names)
    events = {f"deals.{one}" for one in re.findall(r'record\(\s*f?"([a-z]+\.[a-z_]+)"', written)}
    events |= set(re.findall(r'"(deals\.[a-z]+\.[a-z_]+)"', written))
    events |= {f"deals.negotiation.{one}" for one in ("won", "lost", "reopened")}
    events |= {f"deals.inquiry.{one}" for one in ("made", "changed", "closed", "reopened")}
    assert len(events) > 12
    assert sorted(event for event in events if event not in SENTENCES) == []
