"""Drafts: made of a negotiation or by a firm, changed by those who draft, with parties and documents. Nothing is frozen here."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.agreements.actions.acts import lock_agreement, record, require_draft, require_version
from everfair.agreements.forms.agreements import Terms
from everfair.agreements.models import Agreement, AgreementFile, AgreementParty
from everfair.base.languages import Words
from everfair.base.models import MediaFile
from everfair.base.refusals import Refused
from everfair.conversations.access import is_blocked
from everfair.conversations.actions.files import file_name
from everfair.deals.access import firm_key
from everfair.deals.actions.guards import require_present
from everfair.deals.models import Negotiation
from everfair.exhibition.models import Exhibitor
from everfair.gateways.storage.documents import check_document
from everfair.gateways.storage.errors import StorageFull
from everfair.gateways.storage.forget import forget_files
from everfair.gateways.storage.hold import keep_rows
from everfair.gateways.storage.store import get_store

MEGABYTE = 1024 * 1024
MOST_FILES = 10
MOST_PARTIES = 12
Organisation = tuple[Words, str]  # name, country


def make_of_negotiation(
    negotiation: Negotiation,
    terms: Terms,
    organisation: Organisation | None,
    *,
    by: Any,
    now: datetime | None = None,
) -> Agreement:
    """A draft between buyer and firm. `organisation`: the one a buyer without a firm in the edition signs for."""
    now = now or timezone.now()
    require_named_buyer(negotiation)
    with transaction.atomic():
        agreement = _make(negotiation.edition_id, terms, by, now, negotiation=negotiation)
        if negotiation.buyer_firm is not None:
            _add_firm(agreement, negotiation.buyer_firm, 0, is_drafting=True)
        else:
            name, country = organisation or ({}, "")
            AgreementParty.objects.create(
                agreement=agreement, position=0, key=negotiation.buyer_key, user=negotiation.buyer, name=name,
                country=country, is_drafting=True,
            )  # fmt: skip
        _add_firm(agreement, negotiation.firm, 1, is_drafting=True)
        record("made", agreement, by=by, now=now)
        return agreement


def make_of_firm(firm: Exhibitor, terms: Terms, *, by: Any, now: datetime | None = None) -> Agreement:
    """A draft by a firm of the edition, which then chooses the other firms."""
    now = now or timezone.now()
    require_present(firm.edition)
    with transaction.atomic():
        agreement = _make(firm.edition_id, terms, by, now)
        _add_firm(agreement, firm, 0, is_drafting=True)
        record("made", agreement, by=by, now=now)
        return agreement


def require_named_buyer(negotiation: Negotiation) -> None:
    """A record names its parties: a hidden buyer says first who they are; one who left signs nothing."""
    if negotiation.is_hidden and negotiation.revealed_at is None:
        raise Refused(
            _("An agreement names its parties. The buyer has not said yet who they are: that comes first, on the page of the negotiation.")
        )  # fmt: skip
    if negotiation.buyer_id is None and negotiation.buyer_firm_id is None:
        raise Refused(_("The buyer has left the fair: nobody could confirm for them."))


def _make(edition_id: int, terms: Terms, by: Any, now: datetime, **more: Any) -> Agreement:
    return Agreement.objects.create(edition_id=edition_id, made_by=by, made_at=now, **vars(terms), **more)


def _add_firm(
    agreement: Agreement, firm: Exhibitor, position: int, *, is_drafting: bool = False
) -> AgreementParty:
    return AgreementParty.objects.create(
        agreement=agreement, position=position, key=firm_key(firm), exhibitor=firm, name=firm.organisation.name,
        country=firm.organisation.country, is_drafting=is_drafting,
    )  # fmt: skip


def save_draft(
    agreement: Agreement,
    terms: Terms,
    organisation: Organisation | None,
    *,
    by: Any,
    version: int | None = None,
    now: datetime | None = None,
) -> Agreement:
    """Change a draft's text. EditedMeanwhile where somebody saved since `version`."""
    with transaction.atomic():
        row = lock_agreement(agreement)
        require_draft(row)
        require_version(row, version)
        for field, value in vars(terms).items():
            setattr(row, field, value)
        row.version += 1
        row.save()
        if organisation is not None:
            name, country = organisation
            row.parties.filter(exhibitor=None).update(name=name, country=country)
        record("changed", row, by=by, now=now or timezone.now())
        return row


def add_firms(agreement: Agreement, firms: Sequence[Exhibitor], *, by: Any) -> int:
    """Put firms of the edition to a draft's parties; how many are new. Refused for one that wants nothing of a party."""
    with transaction.atomic():
        row = lock_agreement(agreement)
        require_draft(row)
        held = {party.key for party in row.parties.all()}
        fresh = [firm for firm in firms if firm_key(firm) not in held]
        if len(held) + len(fresh) > MOST_PARTIES:
            raise Refused(_("At most %(count)d parties fit into one agreement.") % {"count": MOST_PARTIES})
        for firm in fresh:
            if firm.edition_id != row.edition_id or firm.state != Exhibitor.State.PUBLISHED:
                raise Refused(_("Only firms with a booth at this fair can be parties."))
            if any(is_blocked(row.edition, key, firm_key(firm)) for key in held):
                raise Refused(_("One of the two wants to hear nothing of the other."))
        position = max((party.position for party in row.parties.all()), default=-1)
        for number, firm in enumerate(fresh, position + 1):
            _add_firm(row, firm, number)
        _grow(row)
        return len(fresh)


def remove_party(agreement: Agreement, party: AgreementParty) -> None:
    """Take a firm off a draft that somebody put there; those who draft it stay."""
    with transaction.atomic():
        row = lock_agreement(agreement)
        require_draft(row)
        if party.is_drafting:
            raise Refused(_("Those who draft an agreement are its parties."))
        row.parties.filter(pk=party.pk).delete()
        _grow(row)


def add_files(
    agreement: Agreement, sources: Sequence[tuple[str, IO[bytes]]], *, by: Any
) -> list[AgreementFile]:
    """Keep PDF documents with a draft, all or none. Their bytes stay as they are, so everybody's own copy has the same SHA-256.

    Raises Refused (field "files") with a sentence that names the file.
    """
    stored = [_kept(source, file_name(name), by) for name, source in sources]
    kept, contents = [file for file, _data in stored], {file.digest: data for file, data in stored}
    if not kept:
        raise Refused(_("Choose a file first."), field="files")
    with transaction.atomic():
        row = lock_agreement(agreement)
        require_draft(row)
        held = set(row.files.values_list("sha256", flat=True))
        fresh = [file for file in kept if file.digest not in held]
        if len(held) + len(fresh) > MOST_FILES:
            raise Refused(
                _("At most %(count)d documents go with an agreement.") % {"count": MOST_FILES}, field="files"
            )
        keep_rows(fresh, contents)
        made = []
        for position, file in enumerate(fresh, len(held)):
            made.append(
                AgreementFile.objects.create(
                    agreement=row, file=file, name=file.name, sha256=file.digest, position=position
                )
            )
        _grow(row)
        return made


def remove_file(agreement: Agreement, file: AgreementFile) -> None:
    """Take a document off a draft, and off the disk once nothing names it."""
    with transaction.atomic():
        row = lock_agreement(agreement)
        require_draft(row)
        row.files.filter(pk=file.pk).delete()
        forget_files([file.file])
        _grow(row)


def _kept(source: IO[bytes], name: str, by: Any) -> tuple[MediaFile, bytes]:
    """Stored, with its bytes; the row is written later."""
    try:
        checked = check_document(source, max_bytes=settings.MAX_DOCUMENT_MB * MEGABYTE)
        stored = get_store().save(checked.data, ".pdf")
    except StorageFull:  # no fault of the file's
        raise
    except Refused as error:
        said = _("“%(name)s”: %(why)s") % {"name": name or _("file"), "why": error}
        raise Refused(said, field="files") from error
    file = MediaFile(
        kind=MediaFile.Kind.DOCUMENT, name=name or "document.pdf", content_type="application/pdf",
        digest=stored.digest, size=stored.size, uploaded_by_id=getattr(by, "pk", None),
    )  # fmt: skip
    return file, checked.data


def _grow(row: Agreement) -> None:
    """A page that was open before is stale now."""
    row.version += 1
    row.save(update_fields=["version"])
