"""Repeated rows of a small form (licences, references, contacts) that work without script."""

from collections.abc import Sequence
from typing import Any

MOST_ROWS = 50


class Rows:
    """Rows of a repeated form that work without script: one blank row always stands at the end.

    `extra` more blank rows when "add a row" was pressed. A row left blank, or ticked for removal, is dropped.
    """

    def __init__(
        self,
        form_class: Any,
        prefix: str,
        *,
        data: Any = None,
        stored: Sequence[dict[str, Any]] = (),
        extra: int = 1,
        **form_kwargs: Any,
    ) -> None:
        self.prefix, self.data = prefix, data
        count = len(stored) + extra if data is None else _count(data.get(f"{prefix}-count"), extra)
        self.forms = []
        for number in range(min(count, MOST_ROWS)):
            initial = stored[number] if data is None and number < len(stored) else {}
            form = form_class(data, prefix=f"{prefix}-{number}", initial=initial, **form_kwargs)
            form.empty_permitted, form.use_required_attribute = True, False
            form.is_stored = bool(initial)
            self.forms.append(form)

    @property
    def count(self) -> int:
        """How many rows stand on the page."""
        return len(self.forms)

    def is_removed(self, form: Any) -> bool:
        """Whether the row's box for removal is ticked."""
        return self.data is not None and f"{form.prefix}-remove" in self.data

    def _staying(self) -> list[Any]:
        return [form for form in self.forms if not self.is_removed(form)]

    def is_valid(self) -> bool:
        """Every row that stays is valid."""
        return all([form.is_valid() for form in self._staying()])  # noqa: C419  every row shows its errors

    def filled(self) -> list[Any]:
        """Valid forms with something in them, in order."""
        return [
            form for form in self.forms if not self.is_removed(form) and form.is_valid() and _has_text(form)
        ]

    def values(self) -> list[dict[str, Any]]:
        """Their values."""
        return [form.values() for form in self.filled()]


def _count(text: str | None, extra: int) -> int:
    posted = int(text) if text and text.isdecimal() and len(text) < 4 else 0
    return min(posted + extra - 1, MOST_ROWS)


def _has_text(form: Any) -> bool:
    return any(value not in (None, "", [], ()) for value in form.cleaned_data.values())
