"""Writes of the matchmaking room: one function for each thing a person can do."""
