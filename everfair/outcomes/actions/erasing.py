"""What goes with an account or an address: the e-mail by which a body is named. The record of the organisations stays."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from everfair.outcomes.access import mail_key
from everfair.outcomes.models import OutcomeParty

UNANSWERED_KEPT = timedelta(days=365)  # after the last change of the outcome


def forget_unanswered(now: datetime | None = None) -> int:
    """Empty addresses given for a body by others, where nobody ever proved the address as theirs; how many.

    Without an account nothing else would ever erase them. The body stays a party by its name.
    """
    proved = EmailAddress.objects.filter(email__iexact=OuterRef("email"), verified=True)
    long_ago = (now or timezone.now()) - UNANSWERED_KEPT
    rows = OutcomeParty.ever.filter(key__startswith=mail_key(""), outcome__changed_at__lt=long_ago)
    found = list(rows.exclude(Exists(proved)))
    for party in found:
        _forget(party)
    return len(found)


def forget_person(user: Any) -> int:
    """Empty the person's addresses in parties, those taken off, too; how many. Names of organisations, days and versions stay.

    An address they gave up before counts where they had confirmed by it.
    """
    addresses = {
        user.email.lower(),
        *(one.lower() for one in user.emailaddress_set.values_list("email", flat=True)),
    }
    named = Q(key__in=[mail_key(one) for one in addresses if one])
    found = list(OutcomeParty.ever.filter(named | Q(key__startswith=mail_key(""), confirmed_by=user)))
    for party in found:
        _forget(party)
    return len(found)


def _forget(party: OutcomeParty) -> None:
    party.email, party.key, party.confirmed_by = "", f"gone:{party.pk}", None
    party.save(update_fields=["email", "key", "confirmed_by"])


def follow_address(gone: EmailAddress) -> int:
    """A person gives up an address they had proved: bodies it names are named by the one they keep; how many.

    An address nobody proved moves nothing, or one could take a body over by adding its address and removing it again.
    """
    if not gone.verified:
        return 0
    with transaction.atomic():
        held = EmailAddress.objects.filter(user=gone.user_id, verified=True).exclude(pk=gone.pk)
        kept = held.order_by("-primary", "pk").first()
        found = list(OutcomeParty.ever.select_for_update().filter(key=mail_key(gone.email)))
        if kept is None:
            return 0
        for party in found:
            _rename(party, kept.email)
    return len(found)


def _rename(party: OutcomeParty, email: str) -> None:
    """By the other address; where that names a party of the same outcome already, this one is nobody's."""
    if OutcomeParty.ever.filter(outcome=party.outcome_id, key=mail_key(email)).exists():
        _forget(party)
        return
    party.email, party.key = email, mail_key(email)
    party.save(update_fields=["email", "key"])
