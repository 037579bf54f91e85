"""Organiser's pages of the programme room."""
