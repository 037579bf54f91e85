"""Badges on paper: one for a person, many in a file made in the background. A stop costs one part, never the file."""

import io
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.models import MediaFile
from everfair.base.refusals import Refused
from everfair.fair.models import Edition
from everfair.gateways.printing import PACKAGE, PAPERS, CannotSet, set_badges
from everfair.gateways.storage.errors import NotStored, StorageFull
from everfair.gateways.storage.store import get_store
from everfair.registration.actions.badges import issue_badge, issue_badges
from everfair.registration.bridge import face_of
from everfair.registration.models import Badge, BadgeBatch, Registration
from everfair.registration.queries.badge_table import BadgeFilters, chosen_ids

EVENT = "registration.batch."
PART = 200  # badges set between two saves of progress
MOST = 20_000
KEPT = timedelta(days=30)  # files with names in them do not lie about for ever
State = BadgeBatch.State


def print_badge(
    registration: Registration, paper: str = "a6", *, by: Any, now: datetime | None = None
) -> bytes:
    """The person's badge as a PDF, issued if it was not. Refused where it cannot be set or there is none to have."""
    now = now or timezone.now()
    if paper not in PAPERS:
        raise Refused(_("Choose one of the papers offered."), field="paper")
    badge = issue_badge(registration, by=by, now=now)
    row = Registration.objects.select_related("kind", "edition__fair").get(pk=registration.pk)
    try:
        return set_badges([face_of(row, badge)], paper, now=now)
    except CannotSet as error:
        raise Refused(why_not(error)) from error


def start_batch(
    edition: Edition, filters: BadgeFilters, *, by: Any, paper: str = "a6", now: datetime | None = None
) -> BadgeBatch:
    """Note whose badges are to be set, in order; a background task does it. Refused for nobody, or too many at once."""
    if paper not in PAPERS:
        raise Refused(_("Choose one of the papers offered."), field="paper")
    people = chosen_ids(edition, filters)
    if not people:
        raise Refused(_("Nobody who may hold a badge fits what you chose."))
    if len(people) > MOST:
        raise Refused(
            _("That are %(count)d badges; at most %(most)d fit in one batch. Choose a kind or a country.")
            % {"count": len(people), "most": MOST}
        )
    with transaction.atomic():
        batch = BadgeBatch.objects.create(
            edition=edition, by=by, filters=filters.kept(), paper=paper, people=people, total=len(people),
            created_at=now or timezone.now(),
        )  # fmt: skip
        audit.record(
            EVENT + "started", batch, by=by, edition_id=edition.pk,
            after={"badges": len(people), "paper": paper, **filters.kept()}, now=now,
        )  # fmt: skip
    return batch


def run_batch(batch: BadgeBatch, *, now: datetime | None = None) -> BadgeBatch:
    """Set what is still to be set and make the file. Called again after a stop it goes on where it was."""
    row = BadgeBatch.objects.select_related("edition", "by").get(pk=batch.pk)
    if row.state == State.DONE:
        return row
    row.state, row.error = State.RUNNING, ""
    row.save(update_fields=["state", "error"])
    try:
        while row.done < row.total:
            _set_part(row, now or timezone.now())
        _finish(row, now or timezone.now())
    except CannotSet as error:
        _fail(row, why_not(error))
    except StorageFull:
        _fail(row, _("The disk is full. Make room, then carry on: what was set is kept."))
    except NotStored:
        row.parts, row.done = [], 0
        _fail(row, _("A part of the file is gone. Carry on: it is set anew."))
    return row


def carry_on(batch: BadgeBatch, *, by: Any) -> BadgeBatch:
    """Let a failed or silent batch go on; the caller puts the task in the queue."""
    with transaction.atomic():
        row = BadgeBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if row.state == State.DONE:
            raise Refused(_("This batch is done."))
        row.state, row.error = State.WAITING, ""
        row.save(update_fields=["state", "error"])
        audit.record(EVENT + "carried_on", row, by=by, edition_id=row.edition_id)
    return row


def remove_batch(batch: BadgeBatch, *, by: Any) -> None:
    """The batch and its file are gone; the badges stay valid."""
    with transaction.atomic():
        row = BadgeBatch.objects.select_for_update(of=("self",)).select_related("file").get(pk=batch.pk)
        if row.state == State.RUNNING and row.finished_at is None and row.done < row.total:
            raise Refused(_("This batch is being set. Wait until it is done."))
        digests = [digest for digest, _count in row.parts] + ([row.file.digest] if row.file else [])
        audit.record(EVENT + "removed", row, by=by, edition_id=row.edition_id, before={"badges": row.total})
        if row.file is not None:
            row.file.delete()
        row.delete()
    for digest in digests:
        _forget(digest)


def forget_old_batches(before: datetime | None = None) -> int:
    """Remove batches older than a month, for their files hold names. How many."""
    old = BadgeBatch.objects.filter(created_at__lt=before or timezone.now() - KEPT).exclude(
        state=State.RUNNING
    )
    count = 0
    for batch in old.defer("people"):
        remove_batch(batch, by=None)
        count += 1
    return count


def find_batch(pk: int) -> BadgeBatch | None:
    """The batch of a task, if it is still there."""
    return BadgeBatch.objects.filter(pk=pk).first()


def why_not(error: CannotSet) -> str:
    """What the press says, in the reader's language."""
    if error.characters:
        return _(
            "No font on this server has the characters “%(characters)s”, so the badge would show boxes. "
            "Ask who runs the server to install fonts (on Debian the package %(package)s, for other scripts "
            "fonts-noto-core)."
        ) % {"characters": error.characters, "package": PACKAGE}
    return _("The badge could not be set: %(error)s") % {"error": error}


def _set_part(row: BadgeBatch, now: datetime) -> None:
    people = row.people[row.done : row.done + PART]
    rows = _with_badges(people, by=row.by, now=now)
    if rows:
        faces = [face_of(registration, badge) for registration, badge in rows]
        pdf = set_badges(faces, row.paper, now=row.created_at)
        row.parts = [*row.parts, [get_store().save(pdf, ".pdf").digest, len(rows)]]
    row.done += len(people)
    with transaction.atomic():
        row.save(update_fields=["parts", "done"])
        Badge.objects.filter(pk__in=[badge.pk for _person, badge in rows]).update(printed_at=now)


def _with_badges(people: Sequence[int], *, by: Any, now: datetime) -> list[tuple[Registration, Badge]]:
    """Who may still hold a badge, in order, each with the valid one; missing ones are issued."""
    found = Registration.objects.select_related("kind", "edition__fair").in_bulk(people)
    issue_badges((row for row in found.values() if row.is_expected), by=by, now=now)
    badges = {
        badge.registration_id: badge
        for badge in Badge.objects.filter(
            registration__in=people, state=Badge.State.VALID, key__distrusted_at=None
        )
    }
    return [
        (found[pk], badges[pk]) for pk in people if pk in found and pk in badges and found[pk].is_expected
    ]


def _finish(row: BadgeBatch, now: datetime) -> None:
    if not row.parts:
        _fail(row, _("Nobody of this batch may hold a badge any more."))
        return
    digest, size, kind = _one_file(row)
    with transaction.atomic():
        row.file = MediaFile.objects.create(
            kind=MediaFile.Kind.DOCUMENT, name=f"{row.edition.slug}-badges-{row.pk}.{kind}",
            content_type="application/pdf" if kind == "pdf" else "application/zip",
            digest=digest, size=size, uploaded_by=row.by,
        )  # fmt: skip
        row.state, row.finished_at = State.DONE, now
        row.save(update_fields=["file", "state", "finished_at"])
        audit.record(
            EVENT + "done", row, by=row.by, edition_id=row.edition_id,
            after={"badges": sum(count for _digest, count in row.parts)}, now=now,
        )  # fmt: skip
    if len(row.parts) > 1:
        for part, _count in row.parts:
            _forget(part)


def _one_file(row: BadgeBatch) -> tuple[str, int, str]:
    """(digest, bytes, "pdf" or "zip"): one part is the file itself, more lie in an archive in order."""
    store = get_store()
    if len(row.parts) == 1:
        digest = row.parts[0][0]
        with store.open(digest) as file:
            return digest, file.seek(0, io.SEEK_END), "pdf"
    with tempfile.TemporaryFile() as whole:
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
            first = 1
            for digest, count in row.parts:
                with store.open(digest) as part:
                    archive.writestr(f"badges-{first:05}-{first + count - 1:05}.pdf", part.read())
                first += count
        whole.seek(0)
        stored = store.save(whole, ".zip")
    return stored.digest, stored.size, "zip"


def _fail(row: BadgeBatch, sentence: str) -> None:
    row.state, row.error = State.FAILED, sentence
    row.save(update_fields=["state", "error", "parts", "done"])


def _forget(digest: str) -> None:
    """Take the file off the disk, unless another row names it."""
    if MediaFile.objects.filter(digest=digest).exists():
        return
    try:
        path: Path = get_store().path(digest)
    except NotStored:
        return
    path.unlink(missing_ok=True)
