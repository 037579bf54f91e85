"""Reads of the gate room: what devices need, what the desk shows."""
