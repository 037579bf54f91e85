"""Reads of the registration room: querysets and frozen values. Writes nothing."""
