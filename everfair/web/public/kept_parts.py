"""Rendered parts of public pages, the same for every reader, kept until the change table says that their row changed."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from everfair.base.changes import Change, followers

MOST = 600  # parts: some 20 MB


@dataclass(frozen=True)
class _Part:
    edition_id: int
    texts: tuple[str, ...]


class KeptParts:
    """Parts by (row's id, language). A change of the row, of its edition's layout or of any organisation drops them."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.parts: OrderedDict[tuple[int, str], _Part] = OrderedDict()
        self.lock = Lock()
        self.notes = 0  # how often something changed
        followers.follow(self._note)

    def get(
        self, key: int, lang: str, edition_id: int, make: Callable[[], tuple[str, ...]]
    ) -> tuple[str, ...]:
        """The kept texts, or what `make` gives, kept from now on unless something changed meanwhile."""
        part = self.parts.get((key, lang))
        if part is None:
            before = self.notes
            part = _Part(edition_id, make())
            with self.lock:
                if self.notes == before:
                    self.parts[key, lang] = part
                while len(self.parts) > MOST:
                    self.parts.popitem(last=False)
        return part.texts

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self.parts.clear()

    def _note(self, changes: Sequence[Change]) -> None:
        rows = {change.key for change in changes if change.topic == self.topic}
        editions = {
            change.edition_id
            for change in changes
            if change.topic.startswith(("fair.", "exhibition.catalogue"))
        }
        all_of_them = any(change.topic.startswith("people.") for change in changes)
        with self.lock:
            self.notes += 1
            for key, part in list(self.parts.items()):
                if all_of_them or key[0] in rows or part.edition_id in editions:
                    del self.parts[key]
