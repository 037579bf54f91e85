"""Who is told what about leads: visitors, once a day, which booths scanned them. Sending is the mail gateway's work."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from everfair.base.languages import CONTENT_TO_INTERFACE, pick
from everfair.gateways import mail
from everfair.leads.models import Lead
from everfair.registration.access import secret_of
from everfair.registration.models import Registration


def tell_of_scans(leads: Sequence[Lead]) -> int:
    """One letter to the visitor these leads are about, naming the booths; how many letters (0 without an address)."""
    registration = leads[0].registration
    user = registration.user
    address = user.email if user else registration.email
    if not address:
        return 0
    language = user.language if user else registration.language
    with translation.override(CONTENT_TO_INTERFACE.get(language, "en")):
        url = settings.BASE_URL + _page(registration, bool(user))
    context: dict[str, object] = {
        "name": registration.name,
        "edition_name": pick(registration.edition.name, language),
        "firms": [pick(lead.exhibitor.organisation.name, language) for lead in leads],
        "url": url,
    }
    mail.send(address, "leads/scanned", context, language)
    return 1


def _page(registration: Registration, has_account: bool) -> str:
    """The page “Who scanned me”: behind the sign-in, or behind the registration's own link."""
    if has_account:
        return reverse("visitor:leads.scan_list")
    key = {"edition": registration.edition.slug, "secret": secret_of(registration)}
    return reverse("visitor:leads.link_list", kwargs=key)
