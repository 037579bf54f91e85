"""An outcome in the words of schema.org. Only what is public; data, no templates."""

from typing import Any

from django.utils.safestring import SafeString

from everfair.base.languages import pick
from everfair.web.public.json_ld import script


def outcome_data(record: Any, edition: Any, lang: str, base: str) -> SafeString:
    """The record as a CreativeWork with its parties as contributors."""
    content = record.content
    value = content.get("value") or {}
    found = {
        "@type": "CreativeWork",
        "@id": f"{base}/o/{record.code}",
        "identifier": record.code,
        "name": pick(content["title"], lang),
        "alternateName": [text for text in content["title"].values() if text != pick(content["title"], lang)],
        "genre": pick(content["class"]["name"], lang),
        "abstract": pick(content.get("summary", {}), lang),
        "datePublished": record.published_on.isoformat(),
        "dateModified": record.changed_on.isoformat(),
        "dateCreated": content.get("day", ""),
        "version": record.version,
        "contributor": [
            {"@type": "Organization", "name": pick(one["name"], lang)} for one in content.get("names", ())
        ],
        "about": [{"@type": "Thing", "name": pick(one["name"], lang)} for one in content.get("sectors", ())],
        "spatialCoverage": list(content.get("countries", ())),
        "isPartOf": {"@type": "BusinessEvent", "name": pick(edition.name, lang)},
        "funding": {
            "@type": "MonetaryAmount", "currency": value["currency"], "minValue": value["from"], "maxValue": value["to"],
        }
        if "from" in value
        else None,
    }  # fmt: skip
    return script({key: one for key, one in found.items() if one})
