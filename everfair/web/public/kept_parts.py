"""What public pages are made of, the same for every reader, kept until the change table says that its row changed."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from everfair.base.changes import Change, followers

MOST = 600  # parts: some 20 MB
Value = TypeVar("Value")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Part(Generic[Value]):
    """A value made from one row of an edition. What only some readers may see is not `for_everybody` and never kept."""

    row: int
    edition_id: int
    value: Value
    for_everybody: bool = True


class KeptParts(Generic[Value]):
    """Parts by any key. A change of their row, of their edition's layout or of any organisation drops them."""

    def __init__(self, topic: str, most: int = MOST) -> None:
        self.topic = topic
        self.most = most
        self.parts: OrderedDict[Hashable, Part[Value]] = OrderedDict()
        self.lock = Lock()
        self.notes = 0  # how often something changed
        followers.follow(self._note)

    def get(self, key: Hashable, make: Callable[[], Part[Value]]) -> Value:
        """The kept value, or what `make` gives, kept from now on unless something changed meanwhile."""
        part = self.parts.get(key)
        if part is None:
            before = self.notes
            part = make()
            with self.lock:
                if part.for_everybody and self.notes == before:
                    self.parts[key] = part
                while len(self.parts) > self.most:
                    self.parts.popitem(last=False)
        return part.value

    def get_many(
        self, keys: Sequence[Key], make: Callable[[Sequence[Key]], Mapping[Key, Part[Value]]]
    ) -> list[Value]:
        """The values in the order of `keys`; `make` is asked once for all that are not kept, and may leave some out."""
        found = {key: part for key in keys if (part := self.parts.get(key)) is not None}
        missing = [key for key in keys if key not in found]
        if missing:
            before = self.notes
            made = make(missing)
            found.update(made)
            with self.lock:
                if self.notes == before:
                    self.parts.update({key: part for key, part in made.items() if part.for_everybody})
                while len(self.parts) > self.most:
                    self.parts.popitem(last=False)
        return [found[key].value for key in keys if key in found]

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
                if all_of_them or part.row in rows or part.edition_id in editions:
                    del self.parts[key]
