"""Classes of wishes as weights to add up, and ties by the seed. What a request is worth beyond its class is the caller's."""

import numpy as np
import numpy.typing as npt

from everfair.engines.scheduling.types import Bools, Ints, People, Wish

Scores = npt.NDArray[np.float64]
HEAVIEST = 2**45  # a flow over 40,000 nodes multiplies costs by their number and has to stay within 64 bits
TIE = 4  # new pairs draw TIE … 2·TIE − 1, pairs that met before 0 … TIE − 1
FINE = 100  # steps in which scores of suggestions are told apart
LIGHTEST = (
    4096  # what a request of the lowest class weighs at most, when classes are only nearly lexicographic
)


def weigh(wish: Ints, *, seed: int, met_before: Bools | None = None, score: Scores | None = None) -> Ints:
    """A weight for each request: one of a class outweighs all of the classes below together, as far as 64 bits reach.

    For some hundred requests that holds exactly; for 150,000 in five classes one request outweighs about 300 of the next
    class. Vetoes weigh 0. Within a class, pairs that met before weigh a little less; what is then equal is ordered by
    `seed` alone, so neither the order of rows nor of registration favours anybody. Among suggestions the `score`
    (0 … 1, one for each request, read for these alone) comes before all that: more of them first, then better ones.
    """
    suggested = wish == Wish.SUGGESTION
    has_scores = score is not None and bool(suggested.any())
    steps = _steps(wish, 2 * TIE * (FINE + 1) - 1 if has_scores else 2 * TIE - 1)
    weights = np.zeros(len(wish), dtype=np.int64)
    draw = np.random.default_rng(seed).integers(0, TIE, size=len(wish))
    if met_before is None:
        draw += TIE
    else:
        draw[~met_before] += TIE
    if score is not None and has_scores:
        draw[suggested] += 2 * TIE * np.rint(np.clip(score[suggested], 0.0, 1.0) * FINE).astype(np.int64)
    for kind, step in steps.items():
        rows = wish == kind
        weights[rows] = step + draw[rows]
    return weights


def met(people: People, a: Ints, b: Ints) -> Bools:
    """Which of the requests (their two sides, as in `Requests`) are of a pair that met before: what `weigh` asks for.

    Of a group, one colleague who met the other side is enough: the firms know each other.
    """
    pairs = people.met_before
    if not pairs:
        return np.zeros(len(a), dtype=np.bool_)
    size = len(people)
    known: dict[int, set[int]] = {}
    for one, other in pairs:
        known.setdefault(one, set()).add(other)
        known.setdefault(other, set()).add(one)

    def members(side: int) -> tuple[int, ...]:
        return (side,) if side < size else people.groups[side - size]

    return np.array(
        [
            any(not known.get(p, set()).isdisjoint(members(other)) for p in members(one))
            for one, other in zip(a.tolist(), b.tolist(), strict=True)
        ],
        dtype=np.bool_,
    )


def _steps(wish: Ints, most_drawn: int) -> dict[int, int]:
    """Class → weight, of the classes that occur; exactly lexicographic where that stays below HEAVIEST."""
    kinds, counts = np.unique(wish[wish > Wish.NEVER], return_counts=True)
    steps: dict[int, int] = {}
    below = most_drawn * int(counts.sum())
    for kind, count in zip(kinds.tolist(), counts.tolist(), strict=True):
        steps[kind] = below + 1
        below += count * steps[kind]
    if not steps or max(steps.values()) <= HEAVIEST:
        return steps
    lightest = min(LIGHTEST, min(steps.values()))
    factor = int((HEAVIEST / lightest) ** (1 / max(1, len(steps) - 1)))
    return {kind: lightest * factor**rank for rank, kind in enumerate(sorted(steps))}
