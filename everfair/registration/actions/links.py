"""Links by mail: the person's own page once more. Nobody learns here whether an address is known."""

from everfair.fair.models import Edition
from everfair.registration import notices
from everfair.registration.access import digest_of, secret_of
from everfair.registration.models import Registration

MOST = 20


def send_link(registration: Registration) -> None:
    """The letter that fits where the registration stands, with its link."""
    digest = digest_of(secret_of(registration))
    if registration.secret_digest != digest:  # the installation's key was changed since
        registration.secret_digest = digest
        registration.save(update_fields=["secret_digest"])
    notices.link_sent(registration)


def send_links(edition: Edition, email: str) -> int:
    """One letter for every registration of the address in the edition. How many."""
    found = list(
        Registration.objects.filter(edition=edition, email__iexact=email.strip(), merged_into=None)
        .select_related("kind", "edition__fair")
        .order_by("-id")[:MOST]
    )
    for registration in found:
        send_link(registration)
    return len(found)
