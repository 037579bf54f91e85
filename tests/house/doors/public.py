"""Doors of the public pages."""

from tests.house.doors import Door

DOORS: list[Door] = []
