"""The same document is taken off one draft just before another draft names it: its bytes are there."""

import io
from typing import Any

import pytest
from django.test import TestCase

from everfair.agreements.actions import drafting
from everfair.base.models import MediaFile
from everfair.gateways.storage.errors import GoneMeanwhile
from everfair.gateways.storage.hold import keep_rows
from everfair.gateways.storage.store import get_store
from tests.factories.agreements import make_agreement

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<</Only here>>\nendobj\nstartxref\n9\n%%EOF"


def test_taken_off_between_storing_and_naming(monkeypatch: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    one, other = make_agreement(state="draft"), make_agreement(state="draft")
    held = drafting.add_files(one, [("a.pdf", io.BytesIO(PDF))], by=None)[0]
    lock, done = drafting.lock_agreement, []

    def lock_after_the_other(row: Any) -> Any:
        if not done:
            done.append(row)
            with TestCase.captureOnCommitCallbacks(execute=True):
                drafting.remove_file(one, held)
            assert not get_store().exists(held.sha256)
        return lock(row)

    monkeypatch.setattr(drafting, "lock_agreement", lock_after_the_other)
    added = drafting.add_files(other, [("a.pdf", io.BytesIO(PDF))], by=None)[0]
    assert get_store().exists(added.sha256)
    assert other.files.count() == 1


def test_bytes_that_are_gone_and_not_at_hand_are_refused_in_words() -> None:
    with pytest.raises(GoneMeanwhile, match="Send it again"):
        keep_rows(
            [
                MediaFile(
                    kind="document", name="a.pdf", content_type="application/pdf", digest="0" * 64, size=1
                )
            ],
            {},
        )
    assert not MediaFile.objects.exists()
