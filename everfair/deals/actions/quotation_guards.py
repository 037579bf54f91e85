"""What every act on a quotation does first and last: lock, ask whether it is open, say it to the other side."""

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from everfair.base.charts import require_step
from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.conversations.access import is_blocked
from everfair.conversations.actions.guards import lock_conversation, note
from everfair.conversations.models import Party
from everfair.conversations.queries.reach import taken_back
from everfair.conversations.queries.rules import silenced_until
from everfair.deals import notices
from everfair.deals.access import firm_key
from everfair.deals.actions.guards import lock_negotiation, record
from everfair.deals.models import (
    QUOTATION_STEPS,
    Negotiation,
    Quotation,
    QuotationVersion,
)
from everfair.deals.queries.taking_part import has_left

State = Quotation.State


def lock_quotation(quotation: Quotation) -> Quotation:
    """A fresh copy, locked until the transaction ends; its negotiation first, so that all acts wait in one line."""
    negotiation = lock_negotiation(quotation.negotiation)
    try:
        row = Quotation.objects.select_for_update(of=("self",), no_key=True).get(pk=quotation.pk)
    except Quotation.DoesNotExist as error:
        raise Refused(_("A colleague has thrown this draft away meanwhile.")) from error
    row.negotiation = negotiation
    return row


def require_unedited(row: Quotation, version: int | None) -> None:
    """EditedMeanwhile when somebody saved after `version` was read. None = the caller does not compare."""
    if version is None or row.version == version:
        return
    raise EditedMeanwhile(
        _("A colleague saved this meanwhile; nothing was overwritten. Your text is still here: compare it with theirs."),
        current=row.version,
    )  # fmt: skip


def require_between(negotiation: Negotiation, by: Any, now: datetime) -> None:
    """The negotiation is open, both sides still take part in the fair and speak to each other."""
    if negotiation.state != Negotiation.State.OPEN:
        raise Refused(_("This negotiation has ended. Open it again first."))
    if negotiation.buyer is None and negotiation.buyer_firm is None:
        raise Refused(_("Whoever asked has left the fair."))
    if has_left(negotiation.firm, negotiation.buyer_firm):
        raise Refused(_("One of the two no longer takes part in the fair. What was agreed before stands."))
    refused = silenced_until(negotiation.edition, by, now)
    if refused:
        raise Refused(refused)
    if is_blocked(negotiation.edition, negotiation.buyer_key, firm_key(negotiation.firm)):
        raise Refused(taken_back())


def move(row: Quotation, target: str, by: Any) -> None:
    """Take the step of the chart, with its line in the log. `row` is locked."""
    labels = {value: str(label) for value, label in State.choices}
    require_step(QUOTATION_STEPS, row.state, target, labels)
    before, row.state = row.state, target
    row.version += 1
    row.save(update_fields=["state", "sent_number", "version"])
    record(
        f"quotation.{target}", row, by, row.negotiation.edition_id, {"state": before},
        {"state": target, "version": row.sent_number},
    )  # fmt: skip


def say(
    row: Quotation, version: QuotationVersion, what: str, side: str, now: datetime, text: str = ""
) -> None:
    """In the conversation, and by mail to the side that did not do it. Nothing else moves."""
    negotiation = row.negotiation
    Negotiation.objects.filter(pk=negotiation.pk).update(changed_at=now)
    if negotiation.conversation is not None:
        talk = lock_conversation(negotiation.conversation)
        key = negotiation.buyer_key if side == "buyer" else firm_key(negotiation.firm)
        own = Party.objects.filter(conversation=talk, key=key).first()
        note(talk, f"quotation_{what}", now, _told(version), own.side if own is not None else "")
    notices.tell_quotation(version, what, to=notices.OTHER[side], text=text)


def _told(version: QuotationVersion) -> dict[str, str]:
    """“Cold storage, version 2”, in each language."""
    found = {}
    for language, interface in CONTENT_TO_INTERFACE.items():
        with translation.override(interface):
            found[language] = _("%(title)s, version %(n)d") % {"title": version.title, "n": version.number}
    return found
