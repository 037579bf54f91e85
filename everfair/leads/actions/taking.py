"""A badge scanned at a booth becomes a lead, once, whoever scans it and however often the scan is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor
from everfair.leads.actions.values import bring_in, clean_values, digest_of
from everfair.leads.models import Lead, LeadScan
from everfair.leads.queries.answers import questions_of
from everfair.leads.queries.shown import edition_zone
from everfair.leads.queries.team import refusal_words
from everfair.registration.models import Registration
from everfair.registration.queries.badges import Judged, judge_code

KEY_LIMIT = 64
TAKING_STATES = frozenset({Exhibitor.State.ACCEPTED, Exhibitor.State.PUBLISHED})
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Taken:
    """What became of a scan. `lead` is None when it was refused; `is_new`: this very scan made the lead;
    `is_repeat`: the scan was here already; `differs`: noted otherwise than the lead says, waiting to be settled."""

    scan: LeadScan
    lead: Lead | None
    refusal: str = ""
    is_new: bool = False
    is_repeat: bool = False
    differs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What the person who scanned reads."""
        if self.refusal:
            return refusal_words(self.refusal)
        if self.differs:
            return _(
                "A colleague noted something else. Nothing was overwritten: settle it on the lead's page."
            )
        if self.is_new or self.is_repeat:
            return _("Kept.")
        return _("Scanned before at your booth: this goes to the same lead.")


def require_taking(exhibitor: Exhibitor) -> None:
    """Refused unless the booth is in the fair."""
    if exhibitor.state not in TAKING_STATES:
        raise Refused(_("Badges can be scanned once your booth is accepted."))


def take_lead(
    exhibitor: Exhibitor,
    *,
    by: Any,
    key: str,
    code: str,
    scanned_at: datetime,
    values: Mapping[str, Any] | None = None,
    was_offline: bool = False,
    now: datetime | None = None,
) -> Taken:
    """Keep one scan of a badge's `code`, made by `by` at `scanned_at`, under the device's own `key`.

    Sent twice it counts once; values that come later under the same key are added. Two people who scan one
    visitor meet in one lead: what it says already stays, what differs is kept with the scan. A code that is
    worth nothing keeps the scan with its refusal. See `clean_values` for `values`; Refused when they cannot be
    stored or the booth is not in the fair.
    """
    require_taking(exhibitor)
    now = now or timezone.now()
    if not 0 < len(key) <= KEY_LIMIT:
        raise Refused(_("This scan has no usable key. Load the page again."))
    fresh = clean_values(values or {}, questions_of(exhibitor, with_retired=True))
    at = min(scanned_at, now)  # a clock that runs ahead must not make leads of tomorrow
    for _attempt in range(3):
        try:
            with transaction.atomic():
                return _take(exhibitor, by, key, code, at, fresh, was_offline, now)
        except IntegrityError:  # the same scan or visitor arrived at this very moment and is there now
            continue
    raise Refused(_("Too much at once. Nothing was lost: send it again."))


def _take(
    exhibitor: Exhibitor, by: Any, key: str, code: str, at: datetime, fresh: Mapping[str, Any],
    was_offline: bool, now: datetime,
) -> Taken:  # fmt: skip
    held = (
        LeadScan.objects.select_for_update(of=("self",))
        .filter(exhibitor=exhibitor, key=key)
        .select_related("lead")
        .first()
    )
    if held is not None:
        return _again(held, by, fresh, now)
    scan = LeadScan(
        exhibitor=exhibitor, by=by, key=key, scanned_at=at, received_at=now, was_offline=was_offline
    )
    judged = _judge(exhibitor, code, at, was_offline)
    if not judged.is_valid or judged.registration is None:
        scan.refusal = judged.verdict
        scan.save(force_insert=True)
        return Taken(scan, None, refusal=scan.refusal)
    lead, is_new = _lead_about(exhibitor, judged.registration, by, at)
    scan.lead = lead
    if lead.withdrawn_at is not None:
        scan.refusal = WITHDRAWN
        scan.save(force_insert=True)
        return Taken(scan, None, refusal=WITHDRAWN)
    scan.save(force_insert=True)
    if is_new:
        audit.record("leads.lead.taken", lead, by=by, after={"scan": scan.pk}, now=now)
    _add_values(scan, lead, by, fresh, now)
    return Taken(scan, lead, is_new=is_new, differs=scan.differs)


def _again(scan: LeadScan, by: Any, fresh: Mapping[str, Any], now: datetime) -> Taken:
    """The scan is here: nothing is counted again; values that are new are added."""
    if scan.refusal or scan.lead_id is None:
        return Taken(scan, None, refusal=scan.refusal or WITHDRAWN, is_repeat=True)
    lead = Lead.objects.select_for_update().get(pk=scan.lead_id)
    if lead.withdrawn_at is not None:
        return Taken(scan, None, refusal=WITHDRAWN, is_repeat=True)
    _add_values(scan, lead, by, fresh, now)
    return Taken(scan, lead, is_repeat=True, differs=scan.differs)


def _judge(exhibitor: Exhibitor, code: str, at: datetime, was_offline: bool) -> Judged:
    """The code's worth on the day of the scan. A badge replaced after an off-line scan was good when it was scanned."""
    judged = judge_code(exhibitor.edition, code, at.astimezone(edition_zone(exhibitor.edition)).date())
    badge = judged.badge
    if judged.verdict == "void" and was_offline and badge is not None and judged.registration is not None:
        was_good = badge.voided_at is not None and at < badge.voided_at
        if was_good and badge.issued_at <= at and judged.registration.is_expected:
            return Judged("valid", badge, judged.registration)
    return judged


def _lead_about(exhibitor: Exhibitor, registration: Registration, by: Any, at: datetime) -> tuple[Lead, bool]:
    """The visitor's lead at this booth, locked, made if there is none; each scan prolongs its time."""
    until = at.date() + timedelta(days=settings.LEAD_DAYS)
    found = Lead.objects.select_for_update().filter(exhibitor=exhibitor, registration=registration).first()
    if found is None:
        lead = Lead(
            exhibitor=exhibitor, registration=registration, taken_by=by, taken_at=at, expires_on=until
        )
        lead.save(force_insert=True)
        return lead, True
    if found.expires_on < until:
        found.expires_on = until
        found.save(update_fields=["expires_on"])
    return found, False


def _add_values(scan: LeadScan, lead: Lead, by: Any, fresh: Mapping[str, Any], now: datetime) -> None:
    digest = digest_of(fresh)
    if not digest or digest == scan.digest:
        return
    changed, differs = bring_in(lead, fresh, str(by or ""))
    if changed:
        lead.version += 1
        lead.changed_at = now
        lead.save()
        audit.record("leads.lead.noted", lead, by=by, after={"fields": changed}, now=now)
    scan.digest = digest
    scan.differs = _together(scan.differs, differs)
    scan.save(update_fields=["digest", "differs"])


def _together(held: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, Any]:
    """Open differences of a scan with those that came later under the same key."""
    both = {**held, **fresh}
    answers = {**(held.get("answers") or {}), **(fresh.get("answers") or {})}
    return both | {"answers": answers} if answers else both
