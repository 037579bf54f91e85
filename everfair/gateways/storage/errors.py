"""The sentences with which files are refused. Every one says what to do instead."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from everfair.base.refusals import Refused


class StorageError(Refused):
    """A file was not taken. `str(error)` is the sentence, in the reader's language, filled from `values`."""

    def __init__(self, message: str | Promise, **values: object) -> None:
        super().__init__(message)  # type: ignore[arg-type]  # kept lazy until the reader is known
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return str(self.message) % self.values if self.values else str(self.message)


class RefusedFile(StorageError):  # a sentence, not a fault
    """The file is not of a kind, or not in a state, in which it may be kept."""


class TooLarge(RefusedFile):
    """The file is larger than allowed; reading stopped at `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            _("The file is larger than %(limit)s MB. Make it smaller and send it again."),
            limit=f"{limit / 1_048_576:.3g}",
        )
        self.limit = limit


class GoneMeanwhile(RefusedFile):
    """The same file was taken off elsewhere while this one was kept."""

    def __init__(self) -> None:
        super().__init__(_("The file could not be kept at this moment. Send it again."))


class StorageFull(StorageError):  # a sentence, not a fault
    """The disk has no room. Nothing of the file was kept."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The server has no room for this file, so it was not kept. "
                "Tell the organiser and try again later."
            )
        )


class NotStored(StorageError):  # a sentence, not a fault
    """No file with this digest is here."""

    def __init__(self) -> None:
        super().__init__(_("This file is no longer here. Send it again."))
