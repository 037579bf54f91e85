"""Reads of the matchmaking room."""
