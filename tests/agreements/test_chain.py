"""The chain: numbers without a gap, digests anyone can compute, and a database that refuses to change what stands in it."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction

from everfair.agreements.actions.chain import append, publish_head
from everfair.agreements.actions.guard import has_guard, lifted
from everfair.agreements.models import ChainEntry, ChainHead
from everfair.agreements.models.chain import BEFORE_THE_FIRST

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 5, 3, 0, 0, 123456, tzinfo=UTC)


def test_entries_follow_each_other() -> None:
    first = append(
        "agreement.confirmed", "abc", {"value": Decimal("1200.50"), "on": date(2026, 9, 5)}, now=NOW
    )
    second = append("outcome.published", "def", {"title": {"zh": "协议"}}, now=NOW)
    assert (first.number, second.number) == (1, 2)
    assert first.previous == BEFORE_THE_FIRST
    assert second.previous == first.digest
    assert json.loads(first.content)["value"] == "1200.5"
    assert "协议" in second.content


def test_anyone_computes_a_digest_from_the_public_line() -> None:
    entry = append("agreement.confirmed", "abc", {"value": 1}, now=NOW)
    kept = ChainEntry.objects.get()
    assert sha256(kept.head_line.encode()).hexdigest() == entry.digest
    assert json.loads(kept.head_line) == {
        "at": "2026-09-05T03:00:00.123456Z", "content": sha256(kept.content.encode()).hexdigest(),
        "kind": "agreement.confirmed", "number": 1, "previous": BEFORE_THE_FIRST,
    }  # fmt: skip


def test_equal_contents_have_unequal_digests() -> None:
    """Nobody finds a content by trying: a value, a pair of firms."""
    one, two = append("x", "abc", {"value": 1}), append("x", "abc", {"value": 1})
    assert one.content != two.content


def test_fractions_are_refused() -> None:
    with pytest.raises(TypeError):
        append("x", "abc", {"value": 1.5})


def test_the_database_refuses_to_change_or_delete() -> None:
    append("x", "abc", {})
    publish_head(now=NOW)
    assert has_guard(connection)
    for deed in (
        lambda: ChainEntry.objects.update(kind="y"),
        lambda: ChainEntry.objects.all().delete(),
        lambda: ChainHead.objects.update(number=2),
        lambda: ChainHead.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            deed()
    assert ChainEntry.objects.get().kind == "x"


def test_a_restored_backup_passes_and_the_guard_is_back() -> None:
    append("x", "abc", {})
    with transaction.atomic(), lifted(connection):
        ChainEntry.objects.all().delete()
    assert has_guard(connection)


def test_one_head_a_day() -> None:
    assert publish_head(now=NOW) is None
    first = append("x", "abc", {}, now=NOW)
    head = publish_head(now=NOW)
    assert head is not None
    assert (head.number, head.digest, head.on) == (1, first.digest, date(2026, 9, 5))
    append("x", "abc", {}, now=NOW)
    assert publish_head(now=NOW) == head
    later = publish_head(now=datetime(2026, 9, 6, 3, 0, tzinfo=UTC))
    assert later is not None
    assert later.number == 2


def test_the_round_publishes_the_head() -> None:
    from everfair.agreements.tasks import follow_agreements

    follow_agreements(NOW)
    assert not ChainHead.objects.exists()
    append("x", "abc", {}, now=NOW)
    follow_agreements(NOW)
    follow_agreements(NOW)
    assert ChainHead.objects.get().number == 1
