"""What of a schedule's event our tables show, in our spelling: shared by export and import. Reads no tables."""

import re
from collections.abc import Sequence
from functools import lru_cache

from everfair.base.languages import Words
from everfair.base.texts import clean_line
from everfair.gateways.schedules import Event, Link, Person

LONGEST_TITLE, LONGEST_TRACK, LONGEST_NAME, LONGEST_ADDRESS = 300, 120, 120, 500

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3040-\u30ff]")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][A-Za-z0-9]+)*")


@lru_cache(maxsize=8192)
def line(text: str, limit: int) -> str:
    """One clean line that fits its column."""
    clean = clean_line(text)
    return clean if len(clean) <= limit else clean[: limit - 1].rstrip() + "…"


def title_of(event: Event) -> str:
    """As `Session.title` keeps it."""
    return line(event.title, LONGEST_TITLE)


def subtitle_of(event: Event) -> str:
    """As `Session.subtitle` keeps it."""
    return line(event.subtitle, LONGEST_TITLE)


def track_of(event: Event) -> str:
    """As `Session.track` keeps it."""
    return line(event.track, LONGEST_TRACK)


def spoken_in(event: Event) -> str:
    """The language's short code: "de" for "de-DE"; "" where the file says nothing that is one."""
    found = _LANGUAGE.fullmatch(event.language.strip())
    return found[1] if found else ""


def written_in(text: str, spoken: str = "") -> str:
    """The language a text is kept under: Chinese by its signs, else the spoken one, else English."""
    if _KANA.search(text):
        return "ja"
    if _HAN.search(text):
        return "zh"
    return spoken if spoken and spoken != "zh" else "en"


def person_key(person: Person) -> str:
    """What makes a speaker the same one in the next file."""
    key = person.guid or person.id or person.code or f"name:{clean_line(person.name).casefold()}"
    return key[:200]


def persons_of(event: Event) -> list[Person]:
    """Its speakers with a name, each once."""
    named = {person_key(one): one for one in reversed(event.persons) if clean_line(one.name)}
    return [one for one in dict.fromkeys(named.get(person_key(one)) for one in event.persons) if one]


def name_words(name: str) -> Words:
    """A name under the language of its signs."""
    clean = line(name, LONGEST_NAME)
    return {written_in(clean): clean} if clean else {}


def is_storable(link: Link) -> bool:
    """Whether the link can be a material of the session: a whole web address that fits."""
    return link.url.startswith(("https://", "http://")) and len(link.url) <= LONGEST_ADDRESS


def storable(links: Sequence[Link]) -> dict[str, Link]:
    """Address → link of those that become materials, each once."""
    found: dict[str, Link] = {}
    for link in links:
        if is_storable(link):
            found.setdefault(link.url, link)
    return found
