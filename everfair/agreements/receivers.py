"""Answers to what lower rooms and Django announce, one action each."""
