"""Plumbing without fair words: audit log, change table, uploads' records, languages, time. Knows no room."""
