"""Ranks offers against needs, with reasons: by words, by meaning across languages, by structure, both ways."""
