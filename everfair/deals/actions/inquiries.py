"""What a buyer does with an inquiry before and after it goes out: write it, choose firms, add files, close it. Sending is beside."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.charts import require_step
from everfair.base.languages import for_reader
from everfair.base.refusals import Refused
from everfair.conversations.access import Who
from everfair.conversations.actions.writing import Upload
from everfair.deals.actions.files import add_files, forget_files
from everfair.deals.actions.guards import lock_inquiry, record, require_present, require_version
from everfair.deals.models import INQUIRY_STEPS, Inquiry, InquiryFirm
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition

State = Inquiry.State
MOST_DRAFTS = 50  # of one buyer
MOST_FIRMS = 15  # one inquiry goes to at most so many
FIELDS = (
    "title", "text", "language", "questions", "deliver_to", "wanted_by", "answer_by", "currency", "sector", "is_hidden",
)  # fmt: skip
ABOUT = ("about", "about_code", "about_title", "need")  # set once, when it is made


def save_inquiry(
    edition: Edition,
    inquiry: Inquiry | None,
    values: Mapping[str, Any],
    *,
    buyer: Who,
    by: Any,
    version: int | None = None,
    files: Sequence[Upload] = (),
    firms: Iterable[Exhibitor] = (),
    now: datetime | None = None,
) -> Inquiry:
    """Make a draft (`inquiry` None) or change one; `values` as forms.inquiries gives them. That `by` speaks for `buyer` was asked.

    `firms`: chosen with it from the start. Raises EditedMeanwhile, or Refused with a field.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row = _row_to_save(edition, inquiry, buyer)
        require_version(row, version if inquiry is not None else None)
        for name in (*FIELDS, *(ABOUT if inquiry is None else ())):
            if name in values:
                setattr(row, name, values[name])
        row.buyer_key, row.buyer, row.buyer_firm = buyer.key, buyer.user, buyer.exhibitor
        if row.pk is None:
            row.by, row.made_at = by, now
        else:
            row.version += 1
        row.save()
        add_files(row, files)
        _choose(row, [firm for firm in firms if _why_not(row, firm) == ""], [])
        record("inquiry.made" if inquiry is None else "inquiry.changed", row, by, edition.pk)
    return row


def _row_to_save(edition: Edition, inquiry: Inquiry | None, buyer: Who) -> Inquiry:
    if inquiry is None:
        require_present(edition)
        held = Inquiry.objects.filter(edition=edition, buyer_key=buyer.key, state=State.DRAFT).count()
        if held >= MOST_DRAFTS:
            raise Refused(_("You have %(count)d drafts. Send or delete one first.") % {"count": MOST_DRAFTS})
        return Inquiry(edition=edition)
    row = lock_inquiry(inquiry)
    if row.state != State.DRAFT:
        raise Refused(_("It was sent: firms have read it. Write to them, or ask anew."))
    return row


# Firms --------------------------------------------------------------------------------------------------------
def choose_firms(
    inquiry: Inquiry, *, by: Any, add: Iterable[Exhibitor] = (), remove: Iterable[Exhibitor] = ()
) -> Inquiry:
    """Choose whom to ask, or no longer. Nobody is told before it is sent; who was asked stays asked."""
    with transaction.atomic():
        row = lock_inquiry(inquiry)
        if row.state == State.CLOSED:
            raise Refused(_("This inquiry is closed. Open it again before you ask more firms."))
        added = list(add)
        for firm in added:
            why = _why_not(row, firm)
            if why:
                raise Refused(why)
        _choose(row, added, list(remove))
    return row


def _choose(row: Inquiry, add: Sequence[Exhibitor], remove: Sequence[Exhibitor]) -> None:
    asked = set(row.negotiations.values_list("firm_id", flat=True))
    row.chosen.filter(firm__in=remove).delete()
    held = set(row.chosen.values_list("firm_id", flat=True))
    fresh = {firm.pk: firm for firm in add if firm.pk not in asked | held}
    if len(asked) + len(held) + len(fresh) > MOST_FIRMS:
        raise Refused(
            _("An inquiry goes to at most %(count)d firms. To ask more, put a need on the board.")
            % {"count": MOST_FIRMS}
        )
    InquiryFirm.objects.bulk_create(InquiryFirm(inquiry=row, firm=firm) for firm in fresh.values())


def _why_not(row: Inquiry, firm: Exhibitor) -> str:
    if firm.edition_id != row.edition_id or firm.state != Exhibitor.State.PUBLISHED:
        return _("%(firm)s is not open at this fair.") % {"firm": for_reader(firm.organisation.name)}
    if firm.pk == row.buyer_firm_id:
        return _("That is your own firm.")
    return ""


# State --------------------------------------------------------------------------------------------------------
def move_inquiry(inquiry: Inquiry, target: str, *, by: Any, now: datetime | None = None) -> Inquiry:
    """Close a sent inquiry, or open it again. Negotiations stay as they are. Raises IllegalChange. Twice is once."""
    with transaction.atomic():
        row = lock_inquiry(inquiry)
        if row.state == target:
            return row
        labels = {str(value): str(label) for value, label in State.choices}
        require_step(INQUIRY_STEPS, row.state, target, labels)
        if row.state == State.DRAFT:
            raise Refused(_("Choose firms and send it first."))
        before, row.state = row.state, target
        row.closed_at = (now or timezone.now()) if target == State.CLOSED else None
        row.version += 1
        row.save(update_fields=["state", "closed_at", "version"])
        what = "closed" if target == State.CLOSED else "reopened"
        record(f"inquiry.{what}", row, by, row.edition_id, {"state": before}, {"state": target})
    return row


def delete_draft(inquiry: Inquiry, *, by: Any) -> None:
    """A draft goes with its files; what was sent stays."""
    with transaction.atomic():
        row = lock_inquiry(inquiry)
        if row.state != State.DRAFT:
            raise Refused(_("It was sent and stays. Close it instead."))
        record("inquiry.deleted", row, by, row.edition_id)
        forget_files(list(row.files.select_related("file")))
        row.delete()


def remove_file(inquiry: Inquiry, pk: int, *, by: Any) -> None:
    """Take a file off a draft. One that is gone already is gone."""
    with transaction.atomic():
        row = lock_inquiry(inquiry)
        if row.state != State.DRAFT:
            raise Refused(_("It was sent: firms have read it. Write to them, or ask anew."))
        forget_files(list(row.files.select_related("file").filter(pk=pk)))
