"""Doors of the exhibitor pages."""

from tests.house.doors import Door

DOORS: list[Door] = []
