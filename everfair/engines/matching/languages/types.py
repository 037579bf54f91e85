"""What the bilingual model is learned from and how it may fail. Nothing is computed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int32]
Longs: TypeAlias = NDArray[np.int64]

FEW_RECORDS = 50
"""Fewer bilingual records than this carry no matching by meaning; the glossary does (see docs/algorithms/matching.md)."""


class ModelError(ValueError):
    """A model cannot be learned or read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One record told in both languages: its texts as (first language, second language), name, summary, description …

    A text with paragraphs is aligned with its other half by `align`; a side may be empty and is then left out.
    """

    texts: Sequence[tuple[str, str]]


@dataclass(frozen=True, eq=False)
class Links:
    """Terms of one language → terms of the other: `to[at[t]:at[t + 1]]` with their `weight`."""

    at: Longs  # [terms + 1]
    to: Ints
    weight: Floats


@dataclass(frozen=True, eq=False)
class Documents:
    """Terms of texts, numbered: text d has `term[at[d]:at[d + 1]]`, each once, `count` times."""

    at: Longs  # [texts + 1]
    term: Ints
    count: Floats

    def __len__(self) -> int:
        return len(self.at) - 1
