"""Organiser's pages of the exhibition room."""
