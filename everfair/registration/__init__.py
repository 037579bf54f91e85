"""Registered people, their consents, and their badges: who may come, and the signed code that says so."""
