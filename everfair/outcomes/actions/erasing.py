"""What goes with an account: the e-mail by which a body is named. The record of the organisations stays."""

from typing import Any

from everfair.outcomes.access import mail_key
from everfair.outcomes.models import OutcomeParty


def forget_person(user: Any) -> int:
    """Empty the person's addresses in parties; how many. Names of organisations, days and versions stay."""
    addresses = {
        user.email.lower(),
        *(one.lower() for one in user.emailaddress_set.values_list("email", flat=True)),
    }
    count = 0
    for party in OutcomeParty.objects.filter(key__in=[mail_key(one) for one in addresses if one]):
        party.email, party.key, party.confirmed_by = "", f"gone:{party.pk}", None
        party.save(update_fields=["email", "key", "confirmed_by"])
        count += 1
    return count
