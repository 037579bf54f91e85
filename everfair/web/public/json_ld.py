"""Pages in the words of schema.org, for search engines: Event, Organization, Service. Data only, no templates."""

import json
from typing import Any

from django.urls import reverse
from django.utils.html import _json_script_escapes  # type: ignore[attr-defined]
from django.utils.safestring import SafeString, mark_safe

from everfair.base.languages import pick

CONTEXT = "https://schema.org"


def script(data: dict[str, Any]) -> SafeString:
    """A block that browsers do not run and that cannot end early, whatever the texts hold."""
    text = json.dumps({"@context": CONTEXT, **data}, ensure_ascii=False).translate(_json_script_escapes)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


def edition_data(edition: Any, lang: str, base: str) -> SafeString:
    """The edition as an Event."""
    address = reverse("public:fair.front", args=[edition.slug])
    return script(
        {
            "@type": "BusinessEvent",
            "@id": base + address,
            "name": pick(edition.name, lang),
            "description": pick(edition.summary, lang),
            "startDate": edition.starts_on.isoformat(),
            "endDate": edition.ends_on.isoformat(),
            "eventAttendanceMode": f"{CONTEXT}/MixedEventAttendanceMode",
            "location": [
                {"@type": "Place", "name": pick(edition.venue, lang), "address": edition.country},
                {"@type": "VirtualLocation", "url": base + address},
            ],
            "inLanguage": list(edition.languages),
        }
    )


def _organisation(exhibitor: Any, edition: Any, lang: str, base: str) -> dict[str, Any]:
    organisation = exhibitor.organisation
    found = {
        "@type": "Organization",
        "@id": base + reverse("public:exhibition.booth", args=[edition.slug, exhibitor.address]),
        "name": pick(organisation.name, lang),
        "alternateName": [
            name for name in organisation.name.values() if name != pick(organisation.name, lang)
        ],
        "url": organisation.website,
        "address": {"@type": "PostalAddress", "addressCountry": organisation.country}
        if organisation.country
        else None,
    }
    return {key: value for key, value in found.items() if value}


def booth_data(page: Any, edition: Any, lang: str, base: str) -> SafeString:
    """A booth as an Organization with what it offers."""
    exhibitor = page.exhibitor
    offers = [
        {
            "@type": "Offer",
            "itemOffered": {
                "@type": "Service" if offer.kind == "service" else "Product",
                "name": pick(offer.title, lang),
                "url": base + reverse("public:exhibition.offer", args=[edition.slug, offer.address]),
            },
        }
        for offer in (card.offer for card in page.offers)
    ]
    return script(
        {
            **_organisation(exhibitor, edition, lang, base),
            "description": pick(exhibitor.headline, lang),
            "knowsLanguage": list(exhibitor.languages),
            "makesOffer": offers,
        }
    )


def offer_data(offer: Any, edition: Any, lang: str, base: str) -> SafeString:
    """An offer as a Service or Product."""
    found = {
        "@type": "Service" if offer.kind == "service" else "Product",
        "@id": base + reverse("public:exhibition.offer", args=[edition.slug, offer.address]),
        "name": pick(offer.title, lang),
        "description": pick(offer.description, lang)[:500],
        "provider": _organisation(offer.exhibitor, edition, lang, base),
        "areaServed": [code for code in offer.delivers_to if code != "*"],
    }
    return script({key: value for key, value in found.items() if value})
