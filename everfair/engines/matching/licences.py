"""Whether licences held satisfy licences required: by name and by the countries they are valid in."""

from collections.abc import Sequence

from everfair.engines.matching.types import ANYWHERE, Licence
from everfair.engines.text import fold_width, fold_word, simplify


def folded(name: str) -> str:
    """A licence's name without case, accents, width and spaces at its ends: "ＩＳＯ 27001 " → "iso 27001"."""
    return " ".join(simplify(fold_word(fold_width(name))).split())


def satisfies(held: Licence, required: Licence) -> bool:
    """The name contains the required one, and it is valid in every required country."""
    if required.name and folded(required.name) not in folded(held.name):
        return False
    return ANYWHERE in held.valid_in or set(required.valid_in) <= {*held.valid_in, ANYWHERE}


def holds(required: Sequence[Licence], held: Sequence[Licence]) -> float:
    """The share of the required licences that are held."""
    if not required:
        return 1.0
    return sum(any(satisfies(one, need) for one in held) for need in required) / len(required)
