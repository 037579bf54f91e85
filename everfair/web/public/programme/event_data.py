"""Sessions and speakers in the words of schema.org. Data only, no templates."""

from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from everfair.base.languages import pick
from everfair.programme.queries.board import SessionLine, SpeakerLine
from everfair.web.public.json_ld import CONTEXT, script

MODES = {
    "on_site": "OfflineEventAttendanceMode",
    "online": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}


def _edition(edition: Any, lang: str, base: str) -> dict[str, Any]:
    return {
        "@type": "BusinessEvent",
        "@id": base + reverse("public:fair.front", args=[edition.slug]),
        "name": pick(edition.name, lang),
        "startDate": edition.starts_on.isoformat(),
        "endDate": edition.ends_on.isoformat(),
        "location": {"@type": "Place", "name": pick(edition.venue, lang) or pick(edition.name, lang)},
    }


def programme_data(edition: Any, lang: str, base: str) -> SafeString:
    """The programme's page: the edition as the event that its sessions belong to."""
    return script(
        {**_edition(edition, lang, base), "url": base + reverse("public:programme.day", args=[edition.slug])}
    )


def session_data(line: SessionLine, edition: Any, lang: str, base: str, zone: Any) -> SafeString:
    """A session as an Event."""
    address = base + reverse("public:programme.session", args=[edition.slug, line.address])
    places: list[dict[str, Any]] = []
    if line.format != "online" and line.stage is not None:
        places.append(
            {
                "@type": "Place",
                "name": pick(line.stage.name, lang),
                "address": pick(edition.venue, lang) or edition.country,
            }
        )
    if line.format != "on_site":
        places.append({"@type": "VirtualLocation", "url": address})
    found = {
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": pick(line.title, lang),
        "description": pick(line.summary, lang),
        "startDate": line.starts_at.astimezone(zone).isoformat() if line.starts_at else "",
        "endDate": line.ends_at.astimezone(zone).isoformat() if line.ends_at else "",
        "eventStatus": f"{CONTEXT}/EventCancelled"
        if line.state == "cancelled"
        else f"{CONTEXT}/EventScheduled",
        "eventAttendanceMode": f"{CONTEXT}/{MODES.get(line.format, MODES['on_site'])}",
        "location": places,
        "performer": [_person(speaker, edition, lang, base) for speaker, _role in line.speakers],
        "organizer": {"@type": "Organization", "name": pick(line.host, lang)} if line.host else None,
        "inLanguage": [code for code in (line.language, *line.interpretation) if code],
        "superEvent": _edition(edition, lang, base),
        "maximumAttendeeCapacity": line.seats,
    }
    return script({key: value for key, value in found.items() if value})


def _person(speaker: SpeakerLine, edition: Any, lang: str, base: str) -> dict[str, Any]:
    found = {
        "@type": "Person",
        "@id": base + reverse("public:programme.speaker", args=[edition.slug, speaker.address]),
        "name": pick(speaker.name, lang),
        "jobTitle": pick(speaker.title, lang),
        "affiliation": {"@type": "Organization", "name": pick(speaker.organisation, lang)}
        if speaker.organisation
        else None,
    }
    return {key: value for key, value in found.items() if value}


def person_data(speaker: SpeakerLine, edition: Any, lang: str, base: str) -> SafeString:
    """A speaker as a Person."""
    return script(_person(speaker, edition, lang, base))
