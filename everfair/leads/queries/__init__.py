"""Reads of the leads room: lists and pages of an exhibitor, the team's counts, what a visitor sees."""
