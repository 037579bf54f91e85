"""One space for both languages: the strongest directions of texts and their other halves. Cutting texts is done elsewhere."""

import numpy as np

from everfair.engines.matching.languages import kernels
from everfair.engines.matching.languages.types import Documents, Floats

SPARE = 16  # directions more than wanted while searching
ROUNDS = 3
BLOCK = 16_384  # texts of which all directions are held at once


def weigh(documents: Documents, idf: Floats) -> Floats:
    """Weight of every term of every text: damped count times rarity, each text of unit length."""
    value = (1 + np.log(np.maximum(documents.count, 1))) * idf[documents.term]
    text = np.repeat(np.arange(len(documents)), np.diff(documents.at))
    length = np.sqrt(np.bincount(text, value.astype(np.float64) ** 2, len(documents)))
    return (value / np.maximum(length, 1e-12)[text]).astype(np.float32)


def learn_space(
    first: Documents, second: Documents, idfs: tuple[Floats, Floats], width: int, seed: int
) -> tuple[Floats, Floats]:
    """[terms, d] for each language: the right singular vectors of pairs laid side by side, d ≤ `width`.

    Randomised subspace iteration (Halko, Martinsson, Tropp) on the smaller side; signs are fixed, so that the same input and
    seed give the same vectors.
    """
    sizes = len(idfs[0]), len(idfs[1])
    at, column, value = _side_by_side(first, second, idfs)
    n, m = len(at) - 1, sum(sizes)
    d = min(width, n, m)
    if d == 0 or len(value) == 0:
        return np.zeros((sizes[0], 0), np.float32), np.zeros((sizes[1], 0), np.float32)
    start = np.random.default_rng(seed).standard_normal((m, min(d + SPARE, n, m)), np.float32)
    basis = _orthonormal(start)
    for _ in range(ROUNDS):
        basis = _orthonormal(kernels.there_and_back(at, column, value, basis))
    inner = np.zeros((basis.shape[1], basis.shape[1]))
    for begin in range(0, n, BLOCK):
        across = kernels.times(at, column, value, basis, begin, min(begin + BLOCK, n)).astype(np.float64)
        inner += across.T @ across
    strength, turn = np.linalg.eigh(inner)
    strength, turn = strength[::-1][:d], turn[:, ::-1][:, :d]
    turn = turn[:, strength > 1e-6 * strength[0]]
    directions = (basis.astype(np.float64) @ turn).astype(np.float32)
    largest = np.abs(directions).argmax(axis=0)
    directions *= np.where(directions[largest, np.arange(directions.shape[1])] < 0, -1, 1).astype(np.float32)
    return directions[: sizes[0]], directions[sizes[0] :]


def _orthonormal(rows: Floats) -> Floats:
    """A basis of the columns' span by way of their small product matrix: many times as fast as a QR of a tall matrix."""
    for _ in range(2):  # the second time takes off what rounding left
        wide = rows.astype(np.float64)
        strength, turn = np.linalg.eigh(wide.T @ wide)
        good = strength > 1e-10 * strength[-1]
        rows = (wide @ (turn[:, good] / np.sqrt(strength[good]))).astype(np.float32)
    return rows


def _side_by_side(
    first: Documents, second: Documents, idfs: tuple[Floats, Floats]
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int32]], Floats]:
    """Both halves of each pair as one sparse row."""
    at = first.at + second.at
    column, value = np.empty(at[-1], np.int32), np.empty(at[-1], np.float32)
    for documents, idf, offset, before in (
        (first, idfs[0], 0, second.at[:-1]),
        (second, idfs[1], len(idfs[0]), first.at[1:]),
    ):
        place = np.repeat(before, np.diff(documents.at)) + np.arange(len(documents.term))
        column[place] = documents.term + np.int32(offset)
        value[place] = weigh(documents, idf)
    return at, column, value
