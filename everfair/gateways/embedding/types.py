"""What an encoder is asked, and how it may fail: away for now, refused for good, or refused for these texts alone."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]


class EmbeddingError(RuntimeError):
    """No vectors were got; the message says why, for the operator, and holds no text and no key."""


class EmbeddingAway(EmbeddingError):
    """The endpoint is away, slow or busy: asking later may help. `wait`: seconds it asked for, 0 where it said nothing."""

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


class EmbeddingRefused(EmbeddingError):
    """Asking again gives the same: a wrong address, key, model or answer. The operator has to mend something."""


class TextsRefused(EmbeddingRefused):
    """The endpoint does not take these texts (too long, too many): fewer of them, or shorter ones, may pass."""


class Embedder(Protocol):
    """An encoder."""

    @property
    def name(self) -> str:
        """The model, and how many numbers where that was asked for: what vectors can be compared by. "" for Null."""
        ...

    @property
    def is_on(self) -> bool:
        """False: there is none, nothing is to be sent."""
        ...

    def embed(self, texts: Sequence[str]) -> Floats:
        """[n, d] of unit length, in the order of the texts; a row of zeros for a text without a letter. Raises EmbeddingError."""
        ...
