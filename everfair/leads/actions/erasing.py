"""What the daily round does: erase leads whose time is over, and tell visitors who scanned them. Safe to run often."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from everfair.base import audit
from everfair.exhibition.models import Exhibitor
from everfair.leads import notices
from everfair.leads.models import Lead, LeadScan

AT_ONCE = 500


def erase_expired(today: date) -> int:
    """Delete every lead whose day is over, with its scans, and refused scans as old; how many leads.

    The log keeps one row for each exhibitor and run: how many, and nothing about whom.
    """
    erased = 0
    while True:
        with transaction.atomic():
            keys = list(
                Lead.objects.select_for_update(skip_locked=False)
                .filter(expires_on__lt=today)
                .order_by("pk")
                .values_list("pk", "exhibitor_id")[:AT_ONCE]
            )
            counts: defaultdict[int, int] = defaultdict(int)
            for _pk, exhibitor_id in keys:
                counts[exhibitor_id] += 1
            Lead.objects.filter(pk__in=[pk for pk, _exhibitor in keys]).delete()
            for exhibitor in Exhibitor.objects.filter(pk__in=counts).select_related("organisation"):
                audit.record("leads.lead.expired", exhibitor, by=None, after={"count": counts[exhibitor.pk]})
            erased += len(keys)
        if len(keys) < AT_ONCE:
            break
    old = datetime.combine(today, datetime.min.time(), tzinfo=timezone.get_current_timezone())
    LeadScan.objects.filter(lead=None, received_at__lt=old - timedelta(days=settings.LEAD_DAYS)).delete()
    return erased


def tell_visitors(today: date) -> int:
    """One letter a day to each visitor whose badge booths scanned for the first time before today; letters sent."""
    if not settings.LEAD_LETTERS:
        return 0
    start = datetime.combine(today, datetime.min.time(), tzinfo=timezone.get_current_timezone())
    waiting = Lead.objects.filter(told_at=None, taken_at__lt=start, withdrawn_at=None)
    people = list(
        waiting.order_by("registration_id").values_list("registration_id", flat=True).distinct()[:AT_ONCE]
    )
    sent = 0
    for person in people:
        with transaction.atomic():
            rows = list(
                waiting.select_for_update(of=("self",))
                .filter(registration_id=person)
                .select_related("registration__user", "registration__edition", "exhibitor__organisation")
            )
            if not rows:  # another round was faster
                continue
            Lead.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=timezone.now())
            sent += notices.tell_of_scans(rows)
    return sent
