"""Signing keys of an edition: made on first need, rotated, distrusted. Seeds are sealed with the installation's secret key."""

import base64
import secrets
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.refusals import Refused
from everfair.engines import passes
from everfair.fair.models import Edition
from everfair.registration.models import Badge, SigningKey

EVENT = "registration.key."
HIGHEST = 255
REASON_LIMIT = 200
KEY_TOPIC = "registration.key"


def key_in_use(edition: Edition) -> tuple[SigningKey, bytes]:
    """The key that signs now, and its seed; made on first need, anew when the seal cannot be opened."""
    found = SigningKey.objects.filter(edition=edition, retired_at=None).first()
    seed = None if found is None else _open(found)
    if found is not None and seed is not None:
        return found, seed
    with transaction.atomic():
        _lock(edition)
        found = SigningKey.objects.filter(edition=edition, retired_at=None).first()
        seed = None if found is None else _open(found)
        if found is not None and seed is not None:
            return found, seed
        reason = "" if found is None else _("The secret key of this installation changed.")
        return _make(edition, found, by=None, reason=reason, now=timezone.now())


def rotate_key(edition: Edition, *, by: Any, reason: str = "", now: datetime | None = None) -> SigningKey:
    """A new key signs from now on. Badges signed by the old one stay valid."""
    with transaction.atomic():
        _lock(edition)
        found = SigningKey.objects.filter(edition=edition, retired_at=None).first()
        return _make(edition, found, by=by, reason=reason, now=now or timezone.now())[0]


def distrust_key(key: SigningKey, *, by: Any, reason: str, now: datetime | None = None) -> int:
    """The key is lost: nothing it signed counts any more. How many valid badges became void by it.

    A key in use is replaced first. The persons need new badges: `issue_missing_badges`.
    """
    reason = " ".join(reason.split())[:REASON_LIMIT]
    if not reason:
        raise Refused(_("Say in a sentence how the key was lost: it stands in the log."), field="reason")
    now = now or timezone.now()
    with transaction.atomic():
        _lock(key.edition)
        row = SigningKey.objects.select_for_update().get(pk=key.pk)
        if row.distrusted_at is not None:
            raise Refused(_("Key %(number)d is distrusted already.") % {"number": row.number})
        if row.retired_at is None:
            _make(key.edition, row, by=by, reason=reason, now=now)
            row.refresh_from_db()
        row.distrusted_at = now
        row.save(update_fields=["distrusted_at"])
        count = Badge.objects.filter(key=row, state=Badge.State.VALID).update(
            state=Badge.State.VOID, voided_at=now, void_reason=reason
        )
        audit.record(
            EVENT + "distrusted", row, by=by, edition_id=row.edition_id,
            after={"number": row.number, "badges": count}, reason=reason, now=now,
        )  # fmt: skip
        note_change(KEY_TOPIC, row.pk, row.edition_id)
    key.retired_at, key.distrusted_at = row.retired_at, row.distrusted_at
    return count


def _make(
    edition: Edition, old: SigningKey | None, *, by: Any, reason: str, now: datetime
) -> tuple[SigningKey, bytes]:
    """Retire `old` and make the next key; the caller holds the edition's lock."""
    last = SigningKey.objects.filter(edition=edition).order_by("-number").first()
    number = 1 if last is None else last.number + 1
    if number > HIGHEST:
        raise Refused(_("This edition has used all of its 255 keys. Keep the present one."))
    if old is not None:
        old.retired_at = now
        old.save(update_fields=["retired_at"])
    seed = passes.new_seed(secrets.token_bytes(32))
    key = SigningKey.objects.create(
        edition=edition, number=number, private=_seal(seed), public=passes.public_key(seed).hex(), made_at=now
    )
    audit.record(
        EVENT + ("made" if old is None else "rotated"), key, by=by, edition_id=edition.pk,
        before={} if old is None else {"number": old.number}, after={"number": number}, reason=reason, now=now,
    )  # fmt: skip
    note_change(KEY_TOPIC, key.pk, edition.pk)
    return key, seed


def _lock(edition: Edition) -> None:
    """One at a time for each edition, without holding up rows that merely point at it."""
    Edition.objects.select_for_update(no_key=True).only("pk").get(pk=edition.pk)


def _seal(seed: bytes) -> str:
    return _sealer().encrypt(seed).decode("ascii")


def _open(key: SigningKey) -> bytes | None:
    """The seed; None when it was sealed under another secret key, or does not belong to the public half."""
    for secret in (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)):
        try:
            seed = _sealer(secret).decrypt(key.private.encode("ascii"))
        except InvalidToken:
            continue
        return seed if passes.public_key(seed).hex() == key.public else None
    return None


def _sealer(secret: str = "") -> Fernet:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"everfair signing keys of badges").derive(
        (secret or settings.SECRET_KEY).encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
