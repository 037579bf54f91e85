"""The audit log: what an entry holds, that it goes with the transaction, how it is read and searched."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from everfair.base import audit
from everfair.base.models import AuditEntry
from tests.factories.fair import make_edition
from tests.factories.people import make_organisation, make_user

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_what_when_why() -> None:
    who, target = make_user(name="Amina"), make_organisation(name={"en": "Tea House"})
    at = datetime(2026, 9, 4, 10, tzinfo=UTC)
    entry = audit.record(
        "people.organisation.saved",
        target,
        by=who,
        edition_id=7,
        before={"a": 1},
        after={"a": "茶"},
        reason="typo",
        now=at,
    )
    entry.refresh_from_db()
    assert (entry.at, entry.by_id, entry.by_name, entry.edition_id) == (at, who.pk, str(who), 7)
    assert (entry.object_type, entry.object_id, entry.object_label) == (
        "people.organisation",
        target.pk,
        "Tea House",
    )
    assert (entry.before, entry.after, entry.reason) == ({"a": 1}, {"a": "茶"}, "typo")


def test_the_system_itself_has_no_person_and_long_labels_are_cut() -> None:
    entry = audit.record("x.y.done", make_organisation(name={"en": "n" * 400}), by=None)
    entry.refresh_from_db()
    assert (entry.by_id, entry.by_name) == (None, "")
    assert len(entry.object_label) == 300


def test_the_name_stays_when_the_person_goes() -> None:
    who = make_user(name="Wei")
    entry = audit.record("x.y.done", make_organisation(), by=who)
    named = str(who)
    who.delete()
    entry.refresh_from_db()
    assert (entry.by_id, entry.by_name) == (None, named)


def test_an_entry_goes_with_its_transaction() -> None:
    target = make_organisation()

    def fails() -> None:
        with transaction.atomic():
            audit.record("x.y.done", target, by=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert not AuditEntry.objects.exists()


def test_reading_newest_first_by_edition_and_object() -> None:
    first, second = make_edition(), make_edition()
    for number, (target, edition) in enumerate([(first, first), (second, second), (first, first)]):
        audit.record(
            f"e{number}",
            target,
            by=None,
            edition_id=edition.pk,
            now=datetime(2026, 1, 1 + number, tzinfo=UTC),
        )
    assert [entry.event for entry in audit.entries()] == ["e2", "e1", "e0"]
    assert [entry.event for entry in audit.entries(edition_id=first.pk)] == ["e2", "e0"]
    assert [entry.event for entry in audit.entries(target=second)] == ["e1"]


def test_searching_by_words_event_and_day() -> None:
    edition = make_edition()
    who = make_user(name="Amina Odhiambo")
    late = datetime(2026, 9, 3, 23, 30, tzinfo=UTC)  # the fourth of September in Shanghai
    audit.record(
        "a.accepted",
        make_organisation(name={"en": "Tea", "zh": "茶馆"}),
        by=who,
        edition_id=edition.pk,
        now=late,
    )
    audit.record(
        "a.refused",
        edition,
        by=None,
        edition_id=edition.pk,
        reason="许可证",
        now=datetime(2026, 9, 1, tzinfo=UTC),
    )

    def found(**by: str) -> list[str]:
        return [entry.event for entry in audit.search(edition_id=edition.pk, **by)]

    assert found() == ["a.accepted", "a.refused"]
    assert found(words="amina TEA") == ["a.accepted"]
    assert found(words="amina 许可证") == []
    assert found(words="许可证") == ["a.refused"]
    assert found(event="a.refused") == ["a.refused"]
    assert found(day="2026-09-03") == ["a.accepted"]
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        assert found(day="2026-09-03") == []
        assert found(day="2026-09-04") == ["a.accepted"]
    assert found(day="yesterday") == ["a.accepted", "a.refused"]
