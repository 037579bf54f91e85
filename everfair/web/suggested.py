"""Why the fair suggested a meeting, as sentences for the reader's side. What is kept with the meeting becomes words here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from everfair.matchmaking.queries.recommendations import sector_names
from everfair.web.match_words import SENTENCES, sentences


@dataclass(frozen=True)
class Told:
    """A reason as the words of matches read it."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def why_suggested(edition: Any, because: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """Sentences in order. One query, none where there is no reason."""
    told = [
        Told(
            code, {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
        )
        for code, facts in because
        if code in SENTENCES
    ]
    return sentences(told, sector_names(edition)) if told else []
