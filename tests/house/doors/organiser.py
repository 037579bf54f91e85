"""Doors of the organiser pages."""

from tests.house.doors import Door

DOORS: list[Door] = []
