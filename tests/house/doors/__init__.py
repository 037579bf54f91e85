"""Every address of everfair and who may pass: one file per audience."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ROLES = ("anonymous", "visitor", "owner", "stranger", "delegation", "reviewer", "administrator")


@dataclass(frozen=True)
class Door:
    """One address: what each role gets (an HTTP status; 302 for anonymous means: sign in first)."""

    name: str
    kwargs: Callable[[Any], dict[str, Any]] = field(default=lambda world: {})
    anonymous: int = 200
    visitor: int = 200
    owner: int = 200
    stranger: int = 200
    delegation: int = 200
    reviewer: int = 200
    administrator: int = 200
    method: str = "get"
    data: Callable[[Any], dict[str, Any]] = field(default=lambda world: {})
