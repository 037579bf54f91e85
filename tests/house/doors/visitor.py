"""Doors of the visitor pages."""

from tests.house.doors import Door

DOORS: list[Door] = []
