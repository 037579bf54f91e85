"""A firm begins a negotiation itself, from a meeting, a lead or a conversation; and what it expects of one in money."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.conversations.access import Who
from everfair.conversations.actions import quiet, writing
from everfair.conversations.actions.writing import Thing
from everfair.conversations.models import Conversation
from everfair.deals import notices
from everfair.deals.access import FIRM, Stand
from everfair.deals.actions.guards import lock_firm, lock_negotiation, record, require_version
from everfair.deals.actions.notes import set_next_step
from everfair.deals.actions.stages import stages_of
from everfair.deals.models import Negotiation
from everfair.deals.queries.begin import Source, running, source_of, why_not
from everfair.exhibition.models import Exhibitor


def begin_negotiation(
    firm: Exhibitor,
    kind: str,
    code: str,
    values: Mapping[str, Any],
    *,
    by: Any,
    now: datetime | None = None,
) -> tuple[Negotiation, bool]:
    """The negotiation begun from this meeting, lead or conversation, and whether it is new. The buyer is told by mail.

    `values` as forms.beginning gives them. While one from the same source is open, that one is given and nothing is written.
    That `by` works at the firm's booth was asked before. Refused with a sentence; a field where one is to blame.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_firm(firm)  # colleagues who press at once wait for each other, and are counted one by one
        held = running(row, kind, [code]).get(code)
        if held is not None:
            return held, False
        source = source_of(row, kind, code, now)
        if source is None:
            raise Refused(_("There is no such meeting, lead or conversation any more."))
        refusal = why_not(row, source, by, now)
        if refusal:
            raise Refused(refusal)
        made = _make(row, source, values, by, now)
        set_next_step(Stand(made, FIRM), values["step"], values["on"], is_shared=values["is_shared"], now=now)
        record("negotiation.begun_by_firm", made, by, row.edition_id)
        notices.tell_begun(made, values["text"])
    return made, True


def _make(firm: Exhibitor, source: Source, values: Mapping[str, Any], by: Any, now: datetime) -> Negotiation:
    buyer = source.buyer
    assert buyer is not None  # why_not said so
    made = Negotiation.objects.create(
        edition=firm.edition, firm=firm, buyer_key=buyer.key, buyer=buyer.user, buyer_firm=buyer.exhibitor,
        is_hidden=buyer.is_hidden, source=source.kind, source_code=source.code, title=values["title"],
        expected=values["expected"], expected_currency=values["currency"], stage=stages_of(firm.edition)[0],
        handler=by, made_at=now, changed_at=now,
    )  # fmt: skip
    thing = Thing(Conversation.About.INQUIRY, made.code, {values["language"]: made.title})
    message = writing.begin(
        firm.edition, Who.firm(firm), buyer, f"{made.title}\n\n{values['text']}", by=by, about=thing,
        language=values["language"], is_known=True, now=now,
    )  # fmt: skip
    quiet.note_told(message, buyer.key, now)  # the letter about the negotiation holds it
    made.conversation = message.conversation
    made.save(update_fields=["conversation"])
    return made


def expect(
    negotiation: Negotiation, expected: Decimal | None, currency: str, *, by: Any, version: int | None = None
) -> Negotiation:
    """What the firm thinks the negotiation is worth; None: nothing said. The buyer never reads it. Raises EditedMeanwhile."""
    with transaction.atomic():
        row = lock_negotiation(negotiation)
        if (row.expected, row.expected_currency) == (expected, currency):
            return row
        require_version(row, version)
        row.expected, row.expected_currency = expected, currency
        row.version += 1
        row.save(update_fields=["expected", "expected_currency", "version"])
        record("negotiation.valued", row, by, row.edition_id)
    return row
