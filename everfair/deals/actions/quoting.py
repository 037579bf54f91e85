"""What a firm does with a quotation: draft, send, new version, throw a draft away, withdraw. The buyer's answers are beside it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.currencies import places_of
from everfair.base.refusals import Refused
from everfair.base.texts import clean_text
from everfair.conversations.actions.writing import Upload
from everfair.deals.actions.guards import lock_negotiation, record
from everfair.deals.actions.quotation_files import add_files, forget_files
from everfair.deals.actions.quotation_guards import (
    lock_quotation,
    move,
    require_between,
    require_unedited,
    say,
)
from everfair.deals.forms.quotation_values import WHOLE_DIGITS
from everfair.deals.models import (
    Negotiation,
    Quotation,
    QuotationAnswer,
    QuotationFile,
    QuotationLine,
    QuotationVersion,
)
from everfair.deals.queries.quotations import digest_of, draft_of, line_values, sent_version
from everfair.engines.money import LineValue, total

State = Quotation.State
MOST_QUOTATIONS, MOST_VERSIONS = 50, 100  # of a negotiation, of a quotation
HEAD = ("title", "currency", "tax_note", "starts_on", "ends_on", "terms", "note")


def begin_quotation(negotiation: Negotiation, *, by: Any, now: datetime | None = None) -> Quotation:
    """A new draft; the one there is when a draft was never sent, so that two clicks make one."""
    now = now or timezone.now()
    with transaction.atomic():
        held = lock_negotiation(negotiation)
        found = held.quotations.filter(sent_number=0).first()
        if found is not None:
            found.negotiation = held
            return found
        require_between(held, by, now)
        number = max(held.quotations.values_list("number", flat=True), default=0) + 1
        if number > MOST_QUOTATIONS:
            raise Refused(_("A negotiation has at most %(count)d quotations. Send a new version of one.")
                % {"count": MOST_QUOTATIONS})  # fmt: skip
        made = Quotation.objects.create(negotiation=held, number=number, made_at=now)
        QuotationVersion.objects.create(quotation=made, number=1, title=held.title)
        record("quotation.drafted", made, by, held.edition_id)
        return made


def save_draft(
    quotation: Quotation,
    values: Mapping[str, Any] | None,
    typed: Mapping[str, str],
    *,
    by: Any,
    version: int | None = None,
    files: Sequence[Upload] = (),
    gone: Sequence[int] = (),
) -> Quotation:
    """Keep the draft. `values`: a valid form's; None keeps what was `typed` beside what stood there before.

    `files` are added, those with the keys in `gone` taken off. EditedMeanwhile when a colleague saved since `version`.
    """
    with transaction.atomic():
        row = lock_quotation(quotation)
        require_unedited(row, version)
        draft = _draft(row)
        _keep(draft, values, typed)
        forget_files(QuotationFile.objects.filter(version=draft, pk__in=gone).select_related("file"))
        add_files(draft, files)
        row.version += 1
        row.save(update_fields=["version"])
        return row


def _draft(row: Quotation) -> QuotationVersion:
    found = draft_of(row)
    if found is None:
        raise Refused(_("This version was sent already and stays as it is. Make a new version to change it."))
    found.quotation = row
    return found


def _keep(draft: QuotationVersion, values: Mapping[str, Any] | None, typed: Mapping[str, str]) -> None:
    if values is None:
        draft.typed = dict(typed)
        draft.save(update_fields=["typed"])
        return
    lines: Sequence[LineValue] = values["lines"]
    for name in HEAD:
        setattr(draft, name, values[name])
    draft.total = total(lines, places_of(draft.currency))
    if draft.total >= 10**WHOLE_DIGITS:
        raise Refused(_("The total is too large to be kept. Quote in parts."))
    draft.typed = {}
    draft.save()
    draft.lines.all().delete()
    QuotationLine.objects.bulk_create(
        QuotationLine(
            version=draft, position=place, text=one.text, quantity=one.quantity, unit=one.unit, price=one.price
        )
        for place, one in enumerate(lines, 1)
    )  # fmt: skip


def send(
    quotation: Quotation,
    values: Mapping[str, Any],
    *,
    by: Any,
    version: int | None = None,
    files: Sequence[Upload] = (),
    gone: Sequence[int] = (),
    now: datetime | None = None,
) -> Quotation:
    """Keep the draft and send it: from now on it never changes. The buyer reads it, in the conversation and by mail.

    That `by` may bind the firm was asked before. A page sent twice sends once: the second is EditedMeanwhile.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_quotation(quotation)
        require_unedited(row, version)
        require_between(row.negotiation, by, now)
        draft = _draft(row)
        _keep(draft, values, {})
        forget_files(QuotationFile.objects.filter(version=draft, pk__in=gone).select_related("file"))
        add_files(draft, files)
        draft = QuotationVersion.objects.get(pk=draft.pk)  # as the database keeps it: the digest is of that
        draft.quotation = row
        draft.sent_at, draft.sent_by = now, by
        draft.digest = digest_of(draft)
        draft.save(update_fields=["sent_at", "sent_by", "digest"])
        row.sent_number = draft.number
        move(row, State.SENT, by)
        say(row, draft, "sent", "firm", now)
        return row


def begin_version(quotation: Quotation, *, by: Any, now: datetime | None = None) -> QuotationVersion:
    """A draft that copies what was sent last, with its files; the one there is, if a colleague has begun it."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_quotation(quotation)
        found = draft_of(row)
        if found is not None:
            return found
        last = sent_version(row)
        if last is None or row.state not in (State.SENT, State.COUNTERED, State.DECLINED):
            raise Refused(_("This quotation is %(state)s: it has no new version. Make another quotation.")
                % {"state": row.get_state_display()})  # fmt: skip
        require_between(row.negotiation, by, now)
        if last.number >= MOST_VERSIONS:
            raise Refused(_("A quotation has at most %(count)d versions. Make another quotation.")
                % {"count": MOST_VERSIONS})  # fmt: skip
        made = QuotationVersion.objects.create(
            quotation=row, number=last.number + 1, total=last.total, **{name: getattr(last, name) for name in HEAD if name != "note"}
        )  # fmt: skip
        QuotationLine.objects.bulk_create(
            QuotationLine(version=made, position=place, text=one.text, quantity=one.quantity, unit=one.unit, price=one.price)
            for place, one in enumerate(line_values(last), 1)
        )  # fmt: skip
        for file in last.files.all():
            QuotationFile.objects.create(
                version=made, file_id=file.file_id, name=file.name, position=file.position
            )
        row.version += 1
        row.save(update_fields=["version"])
        return made


def drop_draft(quotation: Quotation, *, by: Any, version: int | None = None) -> bool:
    """Throw the draft away; a quotation that was never sent goes with it (then True). What was sent stays."""
    with transaction.atomic():
        row = lock_quotation(quotation)
        require_unedited(row, version)
        draft = draft_of(row)
        if draft is None:
            return False
        forget_files(draft.files.select_related("file"))
        draft.delete()
        if row.sent_number:
            row.version += 1
            row.save(update_fields=["version"])
            return False
        record("quotation.dropped", row, by, row.negotiation.edition_id)
        row.delete()
        return True


def withdraw(
    quotation: Quotation, text: str = "", *, by: Any, version: int | None = None, now: datetime | None = None
) -> Quotation:
    """The firm takes a sent quotation back; the buyer still reads it, as withdrawn. An accepted one stays."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_quotation(quotation)
        if row.state == State.WITHDRAWN:
            return row
        require_unedited(row, version)
        sent = sent_version(row)
        move(row, State.WITHDRAWN, by)
        if sent is not None:
            words = clean_text(text)[:4000]
            QuotationAnswer.objects.create(
                version=sent, kind=QuotationAnswer.Kind.WITHDRAWN, text=words, by=by, at=now
            )
            sent.quotation = row
            say(row, sent, "withdrawn", "firm", now, words)
        return row
