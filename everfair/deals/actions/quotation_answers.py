"""What a buyer answers to a quotation: accept the very version they read, decline it, ask for another price."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.canonical import written_amount
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.deals.actions.quotation_guards import lock_quotation, move, require_between, say
from everfair.deals.models import Quotation, QuotationAnswer, QuotationVersion
from everfair.deals.queries.quotations import sent_version, why_not_accept
from everfair.fair.queries import today_of

State = Quotation.State
Kind = QuotationAnswer.Kind


def accept(quotation: Quotation, number: int, *, by: Any, now: datetime | None = None) -> Quotation:
    """Accept version `number`. It is said in the conversation and moves nothing else; accepting twice is accepting once.

    That `by` may bind the buyer was asked before. Refused for a page that is stale, before the first day, after the
    last, and where another quotation of this negotiation was accepted.
    """
    now = now or timezone.now()
    try:
        with transaction.atomic():
            row = lock_quotation(quotation)
            if row.state == State.ACCEPTED and row.sent_number == number:
                return row
            version = _read(row, number)
            require_between(row.negotiation, by, now)
            refused = why_not_accept(row, version, today_of(row.negotiation.edition, now))
            if refused:
                raise Refused(refused)
            if row.negotiation.quotations.filter(state=State.ACCEPTED).exists():
                raise Refused(_another())
            move(row, State.ACCEPTED, by)
            _keep(row, version, Kind.ACCEPTED, "accepted", by, now)
            return row
    except IntegrityError as error:  # another was accepted at the same moment
        raise Refused(_another()) from error


def _another() -> str:
    return _("Another quotation of this negotiation is accepted already, and only one can be.")


def decline(
    quotation: Quotation, number: int, text: str, *, by: Any, now: datetime | None = None
) -> Quotation:
    """Decline with a reason, which the firm reads."""
    if not text:
        raise Refused(_("Say why in a sentence; the firm can only better what it knows."), field="text")
    return _answer(quotation, number, Kind.DECLINED, State.DECLINED, text, {}, by, now)


def counter(
    quotation: Quotation,
    number: int,
    text: str,
    wishes: Mapping[int, Decimal] | None = None,
    *,
    by: Any,
    now: datetime | None = None,
) -> Quotation:
    """Ask for another version: in words, with wished prices by line, or both. The firm answers with a new version."""
    if not text and not wishes:
        raise Refused(
            _("Say what you would like instead, or write a wished price beside a line."), field="text"
        )
    kept = {str(position): written_amount(price) for position, price in (wishes or {}).items()}
    return _answer(quotation, number, Kind.COUNTERED, State.COUNTERED, text, kept, by, now)


def _answer(
    quotation: Quotation,
    number: int,
    kind: str,
    target: str,
    text: str,
    wishes: Mapping[str, str],
    by: Any,
    now: datetime | None,
) -> Quotation:
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_quotation(quotation)
        version = _read(row, number)
        if row.state == target and _said_before(version, kind, text, wishes):
            return row
        require_between(row.negotiation, by, now)
        move(row, target, by)
        _keep(row, version, kind, target, by, now, text, wishes)
        return row


def _said_before(version: QuotationVersion, kind: str, text: str, wishes: Mapping[str, str]) -> bool:
    """A form sent twice."""
    last = version.answers.first()
    return last is not None and (last.kind, last.text, last.wishes) == (kind, text, dict(wishes))


def _read(row: Quotation, number: int) -> QuotationVersion:
    """The version the answer is to; EditedMeanwhile when the firm sent another since the page was read."""
    version = sent_version(row)
    if version is None or version.number != number:
        raise EditedMeanwhile(
            _(
                "The firm has sent another version meanwhile. Nothing was answered; read what stands here now."
            ),
            current=row.sent_number,
        )
    version.quotation = row
    return version


def _keep(
    row: Quotation,
    version: QuotationVersion,
    kind: str,
    what: str,
    by: Any,
    now: datetime,
    text: str = "",
    wishes: Mapping[str, str] | None = None,
) -> None:
    QuotationAnswer.objects.create(
        version=version, kind=kind, text=text, wishes=dict(wishes or {}), by=by, at=now
    )
    say(row, version, what, "buyer", now, text)
