"""Wiring only: settings, addresses, the process, the commands."""
