"""Organiser's pages of the fair room."""
