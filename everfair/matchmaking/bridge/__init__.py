"""Rows of the fair → profiles the matching engine reads, and its answers → kept recommendations."""
