"""Needs, interests, recommendations with reasons, and what came of them."""
