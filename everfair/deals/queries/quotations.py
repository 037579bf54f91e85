"""Quotations as pages, letters and files show them: lines with amounts, state on a day, what changed between versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from everfair.base.canonical import canonical, sha256
from everfair.base.currencies import places_of
from everfair.deals.access import Stand, quotations_for
from everfair.deals.models import Negotiation, Quotation, QuotationAnswer, QuotationFile, QuotationVersion
from everfair.deals.queries.taking_part import has_left
from everfair.engines.money import Change, LineValue, line_amount, line_changes

State = Quotation.State
STATE_KINDS = {
    State.DRAFT: "away", State.SENT: "wait", State.COUNTERED: "wait", State.ACCEPTED: "won", State.DECLINED: "stop",
    State.WITHDRAWN: "away",
}  # fmt: skip
OPEN = (State.SENT, State.COUNTERED, State.ACCEPTED)


@dataclass(frozen=True)
class ShownLine:
    """One line with its amount in the currency's places."""

    position: int
    value: LineValue
    amount: Decimal
    wish: Decimal | None = None  # what the buyer would pay for one


@dataclass(frozen=True)
class ShownVersion:
    """One version as it is read."""

    row: QuotationVersion
    lines: Sequence[ShownLine]
    files: Sequence[QuotationFile]
    answers: Sequence[QuotationAnswer]

    @property
    def answer(self) -> QuotationAnswer | None:
        """The latest."""
        return self.answers[0] if self.answers else None


@dataclass(frozen=True)
class Differences:
    """What a version changed: fields as (label, before, after), lines, both totals."""

    before: QuotationVersion
    after: QuotationVersion
    fields: Sequence[tuple[str, Any, Any]]
    lines: Sequence[Change]

    @property
    def has_any(self) -> bool:
        """Whether anything is different; one may send the same again."""
        return bool(self.fields or self.lines or self.before.total != self.after.total)


def line_values(version: QuotationVersion) -> list[LineValue]:
    """The lines as the engine takes them."""
    return [LineValue(one.text, one.quantity, one.unit, one.price) for one in version.lines.all()]


def fetch_parts(versions: Sequence[QuotationVersion]) -> None:
    """Lines, files and answers of these versions, in three queries."""
    files = Prefetch("files", QuotationFile.objects.select_related("file"))
    prefetch_related_objects(list(versions), "lines", "answers", files)


def shown_version(version: QuotationVersion) -> ShownVersion:
    """With lines, files and answers; asks nothing of what `fetch_parts` fetched."""
    answers = list(version.answers.all())
    wishes = answers[0].wishes if answers else {}
    places = places_of(version.currency)
    lines = [
        ShownLine(row.position, value, line_amount(value, places), _wish(wishes, row.position))
        for row, value in zip(version.lines.all(), line_values(version), strict=True)
    ]
    return ShownVersion(version, lines, list(version.files.all()), answers)


def _wish(wishes: Mapping[str, str], position: int) -> Decimal | None:
    text = wishes.get(str(position))
    return Decimal(text) if text else None


def differences(before: QuotationVersion, after: QuotationVersion) -> Differences:
    """From one version to a later one."""
    labels = {
        "title": _("Title"), "currency": _("Currency"), "tax_note": _("Taxes"), "starts_on": _("Valid from"),
        "ends_on": _("Valid until"), "terms": _("Terms"),
    }  # fmt: skip
    fields: list[tuple[str, Any, Any]] = [
        (label, getattr(before, name), getattr(after, name))
        for name, label in labels.items()
        if getattr(before, name) != getattr(after, name)
    ]
    old, new = (list(row.files.all()) for row in (before, after))
    if sorted((one.name, one.file.digest) for one in old) != sorted(
        (one.name, one.file.digest) for one in new
    ):
        fields.append((_("Files"), _names(old), _names(new)))
    return Differences(before, after, fields, line_changes(line_values(before), line_values(after)))


def _names(files: Sequence[QuotationFile]) -> str:
    return ", ".join(one.name for one in files)


def content_of(version: QuotationVersion) -> dict[str, Any]:
    """What is sent, in full: what the digest is taken of. No person is named in it."""
    quotation = version.quotation
    return {
        "kind": "quotation", "quotation": quotation.code, "negotiation": quotation.negotiation.code,
        "number": quotation.number, "version": version.number, "title": version.title, "currency": version.currency,
        "tax_note": version.tax_note, "terms": version.terms, "note": version.note, "starts_on": version.starts_on,
        "ends_on": version.ends_on, "total": version.total, "sent_at": version.sent_at,
        "lines": [
            {"text": one.text, "quantity": one.quantity, "unit": one.unit, "price": one.price} for one in line_values(version)
        ],
        "files": [{"name": one.name, "sha256": one.file.digest} for one in version.files.select_related("file")],
    }  # fmt: skip


def digest_of(version: QuotationVersion) -> str:
    """SHA-256 of the version's content, as 64 hexadecimal digits."""
    return sha256(canonical(content_of(version)))


def is_over(version: QuotationVersion, today: date) -> bool:
    """Whether its last day is past."""
    return version.ends_on is not None and version.ends_on < today


def state_of(quotation: Quotation, version: QuotationVersion | None, today: date) -> tuple[str, str]:
    """(kind, word) of its state; a quotation that waits for an answer past its last day has expired."""
    if version is not None and quotation.state in (State.SENT, State.COUNTERED) and is_over(version, today):
        return "away", _("expired")
    return STATE_KINDS[State(quotation.state)], str(quotation.get_state_display())


def why_not_accept(quotation: Quotation, version: QuotationVersion, today: date) -> str:
    """Why a version cannot be accepted now; "" where it can."""
    if quotation.negotiation.state != Negotiation.State.OPEN:
        return _("This negotiation has ended. Open it again first.")
    if has_left(quotation.negotiation.firm, quotation.negotiation.buyer_firm):
        return _("One of the two no longer takes part in the fair. What was agreed before stands.")
    if quotation.state == State.COUNTERED:
        return _(
            "You asked for another price. Wait for the next version, or write that you take this one after all."
        )
    if quotation.state != State.SENT:
        return _("This quotation is not open any more: it is %(state)s.") % {
            "state": quotation.get_state_display()
        }
    if version.number != quotation.sent_number:
        return _("The firm has sent a newer version meanwhile. Read that one before you accept.")
    if version.starts_on is not None and today < version.starts_on:
        return _("It may be accepted from %(day)s on.") % {"day": version.starts_on.isoformat()}
    if is_over(version, today):
        return _("Its last day, %(day)s, is over. Ask the firm for a new version.") % {
            "day": version.ends_on.isoformat() if version.ends_on else ""
        }
    return ""


def draft_of(quotation: Quotation) -> QuotationVersion | None:
    """The version that was not sent yet, if there is one."""
    return quotation.versions.filter(sent_at=None).first()


def sent_version(quotation: Quotation) -> QuotationVersion | None:
    """What the buyer reads; None while nothing was sent."""
    return quotation.versions.filter(number=quotation.sent_number).first() if quotation.sent_number else None


@dataclass(frozen=True)
class GlanceLine:
    """One quotation in a list: what the buyer reads of it, and whether the firm has a draft besides."""

    quotation: Quotation
    version: QuotationVersion | None
    kind: str
    word: str
    has_draft: bool


def glance_lines(stand: Stand, today: date) -> list[GlanceLine]:
    """A negotiation's quotations for one side, by their versions: each has one, sent or not. One query."""
    rows = QuotationVersion.objects.filter(quotation__in=quotations_for(stand)).select_related("quotation")
    held: dict[int, list[QuotationVersion]] = {}
    for one in rows.order_by("quotation__number", "number"):
        held.setdefault(one.quotation_id, []).append(one)
    found = []
    for versions in held.values():
        quotation = versions[0].quotation
        sent = next((one for one in versions if one.number == quotation.sent_number), None)
        drafts = [one for one in versions if one.sent_at is None and not stand.is_buyer]
        version = sent or (drafts[0] if drafts else None)
        quotation.negotiation = stand.negotiation
        kind, word = state_of(quotation, sent, today)
        found.append(GlanceLine(quotation, version, kind, word, bool(drafts)))
    return found
