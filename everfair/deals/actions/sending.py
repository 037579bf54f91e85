"""An inquiry goes to firms: each gets a negotiation with a conversation, in which the inquiry is the first message."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from everfair.base.countries import country_name
from everfair.base.languages import CONTENT_TO_INTERFACE, for_reader
from everfair.base.refusals import Refused
from everfair.conversations.access import Who
from everfair.conversations.actions import writing
from everfair.conversations.actions.writing import Thing, Upload
from everfair.conversations.models import Conversation
from everfair.deals.access import deal_keys_of, firm_key
from everfair.deals.actions.guards import lock_inquiry, record, require_present
from everfair.deals.actions.stages import stages_of
from everfair.deals.models import DealStage, Inquiry, Negotiation
from everfair.exhibition.models import Exhibitor

State = Inquiry.State


def send_inquiry(inquiry: Inquiry, *, by: Any, now: datetime | None = None) -> list[Negotiation]:
    """Ask every firm chosen and not asked yet: all of them, or none and Refused. What was sent already is not sent again.

    Gives every negotiation of the inquiry. Pace and blocks are those of conversations.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_inquiry(inquiry)
        firms = [one.firm for one in row.chosen.select_related("firm__organisation", "firm__edition__fair")]
        if row.state == State.SENT and not firms:
            return list(row.negotiations.all())
        _require_sendable(row, firms, by)
        uploads = [Upload(one.file, one.name) for one in row.files.select_related("file")]
        stage = stages_of(row.edition)[0]
        for firm in firms:
            _ask(row, firm, stage, uploads, by, now)
        row.chosen.all().delete()
        if row.state == State.DRAFT:
            row.state, row.sent_at = State.SENT, now
            record("inquiry.sent", row, by, row.edition_id, after={"firms": len(firms)})
        else:
            record("inquiry.sent_to_more", row, by, row.edition_id, after={"firms": len(firms)})
        row.version += 1
        row.save(update_fields=["state", "sent_at", "version"])
        return list(row.negotiations.all())


def _require_sendable(row: Inquiry, firms: Sequence[Exhibitor], by: Any) -> None:
    require_present(row.edition)
    if row.state == State.CLOSED:
        raise Refused(_("This inquiry is closed. Open it again before you ask more firms."))
    if not firms:
        raise Refused(_("Choose at least one firm first: so far nobody would read it."))
    own = deal_keys_of(by, row.edition)
    for firm in firms:
        name = for_reader(firm.organisation.name)
        if firm.state != Exhibitor.State.PUBLISHED:
            raise Refused(
                _("%(firm)s is not open any more. Take it off the list; nothing was sent yet.")
                % {"firm": name}
            )
        if firm_key(firm) in own:
            raise Refused(
                _("You answer for %(firm)s yourself: a colleague of yours would have to ask.")
                % {"firm": name}
            )


def buyer_of(row: Inquiry | Negotiation) -> Who:
    """The buyer as a party; Refused once they have erased their account."""
    if row.buyer_firm is not None:
        return Who.firm(row.buyer_firm, is_hidden=row.is_hidden)
    if row.buyer is None:
        raise Refused(_("Whoever asked has left the fair."))
    return Who.person(row.buyer, is_hidden=row.is_hidden)


def _ask(
    row: Inquiry, firm: Exhibitor, stage: DealStage, uploads: Sequence[Upload], by: Any, now: datetime
) -> Negotiation:
    made = Negotiation.objects.create(
        edition=row.edition, inquiry=row, firm=firm, buyer_key=row.buyer_key, buyer=row.buyer, buyer_firm=row.buyer_firm,
        is_hidden=row.is_hidden, title=row.title, stage=stage, made_at=now, changed_at=now,
    )  # fmt: skip
    thing = Thing(Conversation.About.INQUIRY, made.code, {row.language or "en": row.title})
    try:
        message = writing.begin(
            row.edition, buyer_of(row), Who.firm(firm), first_words(row), by=by, about=thing, language=row.language,
            files=uploads, now=now,
        )  # fmt: skip
    except Refused as why:
        raise Refused(
            _("%(firm)s: %(why)s Nothing was sent.")
            % {"firm": for_reader(firm.organisation.name), "why": why}
        ) from why
    made.conversation = message.conversation
    made.save(update_fields=["conversation"])
    record("negotiation.begun", made, by, row.edition_id)
    return made


def first_words(row: Inquiry) -> str:
    """The inquiry as its first message, its headings in the language it is written in."""
    with translation.override(CONTENT_TO_INTERFACE.get(row.language, "en")):
        language = "zh" if row.language == "zh" else "en"
        lines = [row.title, "", row.text]
        if row.questions:
            lines += ["", _("Please answer:"), *(f"{n}. {text}" for n, text in enumerate(row.questions, 1))]
        facts = []
        if row.deliver_to:
            facts.append(_("Needed in: %(country)s") % {"country": country_name(row.deliver_to, language)})
        if row.wanted_by:
            facts.append(_("Needed by: %(day)s") % {"day": _day(row.wanted_by, language)})
        if row.answer_by:
            facts.append(_("Quotations until: %(day)s") % {"day": _day(row.answer_by, language)})
        return "\n".join([*lines, *([""] if facts else []), *facts])


def _day(day: date, language: str) -> str:
    return format_date(day, "long", locale="zh_Hans" if language == "zh" else "en_GB")
