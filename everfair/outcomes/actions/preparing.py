"""Preparing an outcome: its facts, its parties, its evidence. Whatever changes is confirmed anew by every party."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everfair.agreements.models import Agreement
from everfair.base import audit
from everfair.base.languages import Words
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line
from everfair.conversations.access import is_blocked
from everfair.conversations.actions.files import keep_files
from everfair.conversations.actions.writing import keep_uploads
from everfair.conversations.models import Party
from everfair.fair.models import Edition
from everfair.gateways.storage.forget import forget_files
from everfair.outcomes import access, notices
from everfair.outcomes.actions.guards import EVENT, announce, lock_outcome, record, require_version, take_step
from everfair.outcomes.forms.facts import clean_facts
from everfair.outcomes.models import Evidence, Outcome, OutcomeParty
from everfair.outcomes.queries.sides import NewParty

__all__ = ["NewParty"]
State = Outcome.State
MOST_A_DAY = 20  # parties that one person names within a day: beyond, the letters they get are advertising
MOST_PARTIES, MOST_EVIDENCE = 20, 20
SIMPLE = ("kind", "title", "summary", "worth", "value_from", "value_to", "currency", "agreed_on")


def prepare_outcome(
    edition: Edition,
    values: Mapping[str, Any],
    parties: Sequence[NewParty],
    *,
    by: Any,
    agreement: Agreement | None = None,
    now: datetime | None = None,
) -> Outcome:
    """Make one. `values` as forms.facts cleans them; `parties`: whoever prepares it, and others. Refused with a field."""
    now = now or timezone.now()
    clean = clean_facts(values, edition, now)
    if not parties:
        raise Refused(_("An outcome has at least one party."))
    with transaction.atomic():
        if agreement is not None:
            _require_first(agreement)
        row = Outcome(edition=edition, agreement=agreement, made_by=by, made_at=now, changed_at=now)
        for name in SIMPLE:
            setattr(row, name, clean[name])
        row.save()
        row.sectors.set(clean["sectors"])
        for party in parties:
            _add(row, party)
        _derive(row)
        record("prepared", row, by, {}, {"state": row.state})
    _ask_others(row, set(row.parties.values_list("key", flat=True)), by)
    return row


def save_facts(
    outcome: Outcome, values: Mapping[str, Any], *, by: Any, version: int | None = None, now: datetime | None = None
) -> Outcome:  # fmt: skip
    """Change what it says. Everybody confirms the new text; what is public stays as it is until that is published."""
    clean = clean_facts(values, outcome.edition, now)
    with transaction.atomic():
        row = _to_change(outcome, by=by, version=version)
        asked = set(row.parties.filter(confirmed_version__gt=0).values_list("key", flat=True))
        for name in SIMPLE:
            setattr(row, name, clean[name])
        row.sectors.set(clean["sectors"])
        _changed(row, now)
        record("changed", row, by, {}, {"version": row.version})
    _ask_others(row, asked, by)
    outcome.refresh_from_db()
    return outcome


def add_party(outcome: Outcome, party: NewParty, *, by: Any, now: datetime | None = None) -> OutcomeParty:
    """One more. Refused where it is one already, or there are too many."""
    with transaction.atomic():
        row = _to_change(outcome, by=by)
        if row.parties.count() >= MOST_PARTIES:
            raise Refused(
                ngettext("An outcome has at most %(count)d party.", "An outcome has at most %(count)d parties.",
                         MOST_PARTIES) % {"count": MOST_PARTIES}
            )  # fmt: skip
        _require_wanted(row, party, by=by, now=now or timezone.now())
        made = _add(row, party)
        _derive(row)
        _changed(row, now)
        record("party_added", row, by, {}, {"version": row.version})
    notices.ask_party(made)
    return made


def remove_party(party: OutcomeParty, *, by: Any, now: datetime | None = None) -> None:
    """Take a party off; it reads so. The last one stays.

    Named in the public record, it keeps its say there until a version without it is published.
    """
    with transaction.atomic():
        row = _to_change(party.outcome, by=by)
        held = row.parties.select_related("exhibitor__organisation", "delegation").filter(pk=party.pk).first()
        if held is None:
            raise Refused(_("This party was taken off the outcome meanwhile."))
        if row.parties.count() < 2:
            raise Refused(_("The last party stays. Withdraw the outcome if there is none."))
        held.outcome = row
        if not access.speaks_for(by, held):
            notices.tell_taken_off(held)
        if held.in_record:
            held.removed_at = now or timezone.now()
            held.confirmed_at, held.confirmed_by, held.confirmed_version = None, None, 0
            held.save()
        else:
            held.delete()
        _derive(row)
        _changed(row, now)
        record("party_removed", row, by, {}, {"version": row.version})


def add_files(
    outcome: Outcome, sources: Sequence[tuple[str, IO[bytes]]], *, by: Any, now: datetime | None = None
) -> int:
    """Evidence as files (PDF or pictures), all of them or none; how many."""
    kept = keep_files(sources, by=by, now=now)
    if not kept:
        raise Refused(_("Choose a file first."), field="files")
    with transaction.atomic():
        row = _to_change(outcome, by=by)
        _require_room(row, len(kept))
        keep_uploads(kept)
        for upload in kept:
            Evidence.objects.create(
                outcome=row, name=clean_line(upload.name)[:200] or _("file"), file=upload.file,
                sha256=upload.file.digest, added_by=by,
            )  # fmt: skip
        _changed(row, now)
        record("evidence_added", row, by, {}, {"version": row.version})
    return len(kept)


def add_link(outcome: Outcome, name: str, url: str, *, by: Any, now: datetime | None = None) -> Evidence:
    """Evidence as a link that everybody can open."""
    name, url = clean_line(name)[:200], url.strip()
    try:
        URLValidator(schemes=["https", "http"])(url[:501])
    except Exception:
        raise Refused(_("Write a whole address that begins with https://"), field="url") from None
    if len(url) > 500:
        raise Refused(_("This address is too long."), field="url")
    with transaction.atomic():
        row = _to_change(outcome, by=by)
        _require_room(row, 1)
        made = Evidence.objects.create(outcome=row, name=name or url[:200], url=url, added_by=by)
        _changed(row, now)
        record("evidence_added", row, by, {}, {"version": row.version})
    return made


def remove_evidence(evidence: Evidence, *, by: Any, now: datetime | None = None) -> None:
    """Take one off. What the outcome was verified or published with is kept with its record; all else leaves the disk too."""
    now = now or timezone.now()
    with transaction.atomic():
        row = _to_change(evidence.outcome, by=by)
        held = row.evidence.select_related("file").filter(pk=evidence.pk, removed_at=None).first()
        if held is None:
            raise Refused(_("It was taken off meanwhile."))
        is_kept = held.verified_at is not None or _was_published(row, held)
        if is_kept:
            held.removed_at = now
            held.save(update_fields=["removed_at"])
        else:
            held.delete()
            forget_files([held.file] if held.file is not None else [])
        _changed(row, now)
        record("evidence_removed", row, by, {}, {"version": row.version, "kept": is_kept})


def _was_published(row: Outcome, evidence: Evidence) -> bool:
    """Whether a public record, of today or earlier, names it."""
    records = row.versions.values_list("content", flat=True)
    return any(one["id"] == evidence.pk for content in records for one in content.get("evidence") or [])


def _ask_others(row: Outcome, keys: set[str], by: Any) -> None:
    """Parties for whom somebody else speaks are asked to confirm. `by` None: the sample, which asks nobody."""
    if by is None:
        return
    for party in row.parties.filter(key__in=keys).select_related("exhibitor__organisation", "delegation"):
        party.outcome = row
        if not access.speaks_for(by, party):
            notices.ask_party(party)


def _require_first(agreement: Agreement) -> None:
    """One outcome stands for an agreement: whoever prepares another at once waits, and reads that there is one."""
    locked = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    if locked.outcomes.exclude(state=State.WITHDRAWN).exists():
        raise Refused(_("An outcome of this agreement is prepared already."))


def _require_wanted(row: Outcome, party: NewParty, *, by: Any, now: datetime) -> None:
    """Whoever blocked the other is not named by them, and nobody writes to the world by naming it."""
    if by is None:
        return  # the sample
    own = [f"{Party.Kind.PERSON}:{by.pk}", *access.keys_of(by, row.edition)]
    if any(is_blocked(row.edition, key, party.key) for key in own):
        raise Refused(_("They want to hear nothing of you."), field="name")
    if access.may_decide(by, row.edition):
        return
    named = audit.entries(edition_id=row.edition_id).filter(by_id=by.pk, event=f"{EVENT}party_added")
    if named.filter(at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refused(
            _("At most %(count)d parties a day are named by one person. Go on tomorrow.")
            % {"count": MOST_A_DAY}
        )


def _require_room(row: Outcome, more: int) -> None:
    if row.evidence.filter(removed_at=None).count() + more > MOST_EVIDENCE:
        raise Refused(
            ngettext("At most %(count)d piece of evidence fits.", "At most %(count)d pieces of evidence fit.",
                     MOST_EVIDENCE) % {"count": MOST_EVIDENCE}, field="files",
        )  # fmt: skip


def _to_change(outcome: Outcome, *, by: Any, version: int | None = None) -> Outcome:
    """Locked and back in "prepared"; what was confirmed and verified is so no more."""
    row = lock_outcome(outcome)
    require_version(row, version)
    if row.state == State.WITHDRAWN:
        raise Refused(_("It was withdrawn. Prepare a new outcome."))
    if row.state != State.PREPARED:
        take_step(row, State.PREPARED, by=by)
    elif not access.roles_on(by, row):
        raise Refused(_("This step is not yours to take."))
    return row


def _changed(row: Outcome, now: datetime | None) -> None:
    row.version += 1
    row.changed_at = now or timezone.now()
    row.confirmed_at = row.verified_at = None
    row.sent_back = ""
    row.parties.update(
        confirmed_at=None, confirmed_version=0, confirmed_by=None, refused_at=None, refused_why=""
    )
    row.save()
    announce(row)


def _add(row: Outcome, party: NewParty) -> OutcomeParty:
    made = OutcomeParty.ever.filter(outcome=row, key=party.key).first()
    if made is None:
        made = OutcomeParty(outcome=row, key=party.key)
    elif made.removed_at is None:
        raise Refused(_("This party is there already."), field="name")
    made.name, made.country = _named(row, party)
    made.exhibitor, made.delegation = party.exhibitor, party.delegation
    made.email = party.email.strip().lower()
    made.position, made.removed_at = row.parties.count(), None  # taken off before, it comes back
    made.save()
    return made


def _named(row: Outcome, party: NewParty) -> tuple[Words, str]:
    if party.exhibitor is not None:
        if party.exhibitor.edition_id != row.edition_id:
            raise Refused(_("This firm is not of this edition."), field="name")
        return party.exhibitor.organisation.name, party.exhibitor.organisation.country
    if party.delegation is not None:
        return party.delegation.name, ""
    if party.is_organiser:
        return row.edition.fair.name, row.edition.country
    if not party.name or not party.email:
        raise Refused(_("A body is named with the e-mail of the person who confirms for it."), field="name")
    return party.name, party.country


def _derive(row: Outcome) -> None:
    """Countries and delegations follow from the parties."""
    parties = list(row.parties.select_related("exhibitor"))
    row.countries = sorted({party.country for party in parties if party.country})
    row.save(update_fields=["countries"])
    own: Iterable[int | None] = (party.delegation_id for party in parties)
    brought = (party.exhibitor.delegation_id for party in parties if party.exhibitor is not None)
    row.delegations.set({pk for pk in (*own, *brought) if pk is not None})
