"""Events of a file made safe and put into our spelling: no active markup, texts as Markdown, only web addresses."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from everfair.base.languages import Words
from everfair.base.texts import clean_text
from everfair.exhibition.forms.importing_markdown import html_to_markdown
from everfair.gateways.markup import clean_html
from everfair.gateways.markup.active import is_active, looks_like_html
from everfair.gateways.markup.clean import LONGEST
from everfair.gateways.schedules import Event, Link, Person, Problem
from everfair.programme.queries.exchange_values import (
    line,
    persons_of,
    spoken_in,
    subtitle_of,
    title_of,
    track_of,
    written_in,
)

LONGEST_ABSTRACT, LONGEST_ABOUT = 20_000, 5_000
_WEB = ("https://", "http://")
_RUNNING = frozenset({"javascript", "vbscript", "data", "blob", "file"})


@dataclass(frozen=True)
class EventValues:
    """What our tables keep of an event. `language` is the one its texts are written in."""

    language: str
    title: str
    subtitle: str
    track: str
    spoken: str
    replay_url: str


def values_of(event: Event) -> EventValues:
    """The short values; `abstract_of` makes the long text, which costs more."""
    spoken = spoken_in(event)
    title = title_of(event)
    replay = event.recording.url or event.video_download_url
    return EventValues(
        written_in(title, spoken),
        title,
        subtitle_of(event),
        track_of(event),
        spoken,
        replay if replay.startswith(_WEB) and len(replay) <= 500 else "",
    )


def abstract_of(event: Event) -> str:
    """Abstract and description as one Markdown text of at most 20,000 characters."""
    parts = [to_markdown(event.abstract)]
    if event.description.strip() != event.abstract.strip():
        parts.append(to_markdown(event.description))
    return _fitting("\n\n".join(part for part in parts if part), LONGEST_ABSTRACT)


def about_of(person: Person) -> Words:
    """A biography under the language of its signs."""
    text = _fitting(to_markdown(person.biography), LONGEST_ABOUT)
    return {written_in(text): text} if text else {}


def to_markdown(text: str) -> str:
    """Foreign HTML or plain words as the Markdown that sessions keep."""
    return clean_text(html_to_markdown(text[:LONGEST])) if looks_like_html(text) else clean_text(text)


def _fitting(text: str, limit: int) -> str:
    """Cut at the end of a paragraph, or anywhere where none ends soon enough."""
    if len(text) <= limit:
        return text
    end = text.rfind("\n\n", limit // 2, limit - 2)
    return text[: end if end > 0 else limit - 1].rstrip() + ("\n\n…" if end > 0 else "…")


def safe_event(event: Event, problems: list[Problem]) -> Event:
    """The event without anything that runs; what was taken out is told. Speakers once each, with a name."""
    abstract, description = (_quiet(text) for text in (event.abstract, event.description))
    if (abstract, description) != (event.abstract, event.description):
        problems.append(
            Problem(
                event.name, _("Script or other active markup was taken out of the text."), is_warning=True
            )
        )
    links, attachments = (tuple(filter(_is_harmless, held)) for held in (event.links, event.attachments))
    if len(links) + len(attachments) < len(event.links) + len(event.attachments):
        problems.append(
            Problem(
                event.name,
                _("A link that runs something instead of leading somewhere was left out."),
                is_warning=True,
            )
        )
    return replace(
        event,
        url=_web(event.url),
        feedback_url=_web(event.feedback_url),
        origin_url=_web(event.origin_url),
        video_download_url=_web(event.video_download_url),
        abstract=abstract,
        description=description,
        links=links,
        attachments=attachments,
        persons=tuple(_safe_person(one) for one in persons_of(event)),
    )


def _quiet(text: str) -> str:
    return clean_html(text[:LONGEST]) if is_active(text) else text[:LONGEST]


def _web(address: str) -> str:
    return address.strip() if address.strip().startswith(_WEB) else ""


def _is_harmless(link: Link) -> bool:
    """A misspelt address is carried as it came; one that runs something is not."""
    scheme, colon, _rest = "".join(link.url.split()).partition(":")
    return not colon or scheme.lower() not in _RUNNING


def _safe_person(person: Person) -> Person:
    url, avatar = (text if text.startswith((*_WEB, "/")) else "" for text in (person.url, person.avatar))
    links = tuple(filter(_is_harmless, person.links))
    return replace(person, biography=_quiet(person.biography), url=url, avatar=avatar, links=links)


def short(text: str) -> str:
    """A text as the comparison shows it."""
    return line(text, 200)
