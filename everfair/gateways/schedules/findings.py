"""Collects what is wrong with a file while it is read, so that people see all of it at once."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .names import clean_text
from .types import Problem, ScheduleError

MOST = 500
"""Sentences kept; a file with more is wrong in one way many times."""


class Findings:
    """Errors and warnings in the order found."""

    def __init__(self) -> None:
        self._errors: list[Problem] = []
        self._warnings: list[Problem] = []
        self.left_out = 0

    def error(self, event: str, sentence: str) -> None:
        """Something that keeps the whole file out."""
        self._add(self._errors, Problem(event, sentence))

    def warn(self, event: str, sentence: str) -> None:
        """Something that people should look at; the file can be used."""
        self._add(self._warnings, Problem(event, sentence, is_warning=True))

    def _add(self, kept: list[Problem], problem: Problem) -> None:
        if len(kept) < MOST:
            kept.append(problem)
        else:
            self.left_out += 1

    def warnings(self) -> tuple[Problem, ...]:
        """All warnings; the last one tells how many more there were."""
        if not self.left_out:
            return tuple(self._warnings)
        told = ngettext(
            "%(count)d further note like these.", "%(count)d further notes like these.", self.left_out
        )
        return (*self._warnings, Problem("", told % {"count": self.left_out}, is_warning=True))

    def raise_errors(self) -> None:
        """ScheduleError with all of them, if there are any."""
        if not self._errors:
            return
        first, more = self._errors[0], len(self._errors) - 1
        sentence = f"{first.event}: {first.message}" if first.event else first.message
        if more:
            told = ngettext("%(count)d further error.", "%(count)d further errors.", more) % {"count": more}
            sentence = f"{sentence} {told}"
        raise ScheduleError(sentence, tuple(self._errors))


def shown(value: object, limit: int = 60) -> str:
    """A value of the file, short enough for a sentence."""
    text = clean_text(" ".join(str(value).split()))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def needs_text(what: str) -> str:
    """The sentence for a value that is no text."""
    return _("“%(name)s” must be a text.") % {"name": what}
